"""`qm transcribe` and `qm worker`: who works on the queue of recordings."""

from typing import Annotated

import typer

from qm.cli.terminal import now, open_database, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.jobs import TranscriptionSummary, run_transcriptions, run_worker


def transcribe(
    again: Annotated[
        bool, typer.Option("--retry-failed", help="Try recordings that failed once more.")
    ] = False,
) -> None:
    """Transcribe the drawn recordings until none waits; others may be at it at the same time."""
    settings = read_settings()
    engine = open_database(settings)
    if again:
        # Here and not above: pandas would take time and memory of every supervisor.
        from qm.workflow.transcription_queue import retry_failed  # noqa: PLC0415

        retry_failed(engine, COMMAND_LINE, None, now=now())
    with progress("call", "transcribe") as show:
        summary = run_transcriptions(settings, on_progress=show)
    _tell(summary)
    if summary.failed or summary.put_off:
        raise typer.Exit(1)


def worker(
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, max=256, help="Recordings at a time; as the settings say if not given."
        ),
    ] = None,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End as soon as nothing is left to do.")
    ] = False,
) -> None:
    """Transcribe what comes into the queue until it is stopped; start as many as you like."""
    settings = read_settings()
    open_database(settings).dispose()
    typer.echo("working; Ctrl-C gives back what is being transcribed and ends")
    _tell(run_worker(settings, processes=processes, until_empty=until_empty))


def _tell(summary: TranscriptionSummary) -> None:
    for outcome in (*summary.failed, *summary.put_off):
        later = " It will be tried again." if outcome.result == "put_off" else ""
        typer.echo(f"{outcome.interaction_id}: {outcome.problem}{later}", err=True)
    put_off = f", {len(summary.put_off)} put off" if summary.put_off else ""
    typer.echo(
        f"{summary.done} transcribed, {summary.reused} with a known transcript, "
        f"{len(summary.failed)} failed{put_off}"
    )
