"""The commands of a month after its draw: assign, transcribe, report."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.assigning import assign
from qm.cli.terminal import PeriodOption, now, open_database, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.text import Language
from qm.jobs import run_transcriptions
from qm.workflow.report_files import write_report
from qm.workflow.transcription import retry_failed


def add_to(app: typer.Typer) -> None:
    """Add the commands in the order in which a month needs them."""
    app.command("assign")(assign)
    app.command("transcribe")(transcribe)
    app.command("report")(report)


def transcribe(
    again: Annotated[
        bool, typer.Option("--retry-failed", help="Try recordings that failed once more.")
    ] = False,
) -> None:
    """Transcribe the drawn recordings; a run that was killed goes on where it was."""
    settings = read_settings()
    engine = open_database(settings)
    if again:
        retry_failed(engine, COMMAND_LINE, None, now=now())
    with progress("call", "transcribe") as show:
        summary = run_transcriptions(settings, on_progress=show)
    for outcome in summary.failed:
        typer.echo(f"{outcome.interaction_id}: {outcome.problem}", err=True)
    typer.echo(
        f"{summary.done} transcribed, {summary.reused} with a known transcript, "
        f"{len(summary.failed)} failed"
    )
    if summary.failed:
        raise typer.Exit(1)


def report(
    period: PeriodOption,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Folder for the files; reports in the data folder.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="The centre's language where not given.")
    ] = None,
) -> None:
    """Write the monthly quality report as XLSX and CSV."""
    settings = read_settings()
    files = write_report(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period).require_month(),
        language=language or settings.centre_language,
        centre=settings.centre,
        folder=folder or settings.data_folder / "reports",
        now=now(),
    )
    for file in files:
        typer.echo(file)
