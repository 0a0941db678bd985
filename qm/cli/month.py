"""The commands of a month: draw, assign, transcribe, report."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from qm.cli.terminal import PeriodOption, now, open_database, print_problems, progress
from qm.config import Settings, read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.sampling import Policy
from qm.core.text import Language
from qm.intake.form_files import POLICY_FILE, read_policy
from qm.jobs import run_transcriptions
from qm.workflow.draws import assign_picks, draw_period
from qm.workflow.report_files import write_report
from qm.workflow.transcription import retry_failed


def add_to(app: typer.Typer) -> None:
    """Add the commands in the order in which a month needs them."""
    app.command("draw")(draw)
    app.command("assign")(assign)
    app.command("transcribe")(transcribe)
    app.command("report")(report)


def draw(
    period: PeriodOption,
    percent: Annotated[
        float | None, typer.Option(help="Percent per agent; the policy's where not given.")
    ] = None,
    least: Annotated[
        int | None, typer.Option("--min", help="Picks per agent at least; the policy's.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="Seed of the draw; a random one where not given.")
    ] = None,
) -> None:
    """Draw a month's interactions, once."""
    settings = read_settings()
    policy = _policy(settings, percent, least)
    summary = draw_period(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period),
        policy,
        centre=settings.centre,
        now=now(),
        seed=seed,
    )
    typer.echo(summary.coverage.to_string(index=False))
    made = summary.draw
    typer.echo(
        f"draw {made.id}: {int(summary.coverage['picked'].sum())} of {made.frame_size}, "
        f"left out {made.excluded}\nseed   {made.seed}\nframe  sha256:{made.frame_sha256}"
    )
    if summary.is_running:
        typer.echo("The month has not ended: what starts later is outside this draw.", err=True)


def _policy(settings: Settings, percent: float | None, least: int | None) -> Policy:
    """Return the policy of the forms folder with what the command line changes."""
    policy = read_policy(settings.forms_folder / POLICY_FILE)
    changes: dict[str, object] = {}
    if percent is not None:
        changes["percent"] = Decimal(str(percent))
    if least is not None:
        changes["min_per_agent"] = least
    try:
        return Policy.model_validate(policy.model_dump() | changes)
    except ValidationError as error:
        first = error.errors()[0]
        option = "--percent" if "percent" in first["loc"] else "--min"
        raise typer.BadParameter(first["msg"], param_hint=option) from error


def assign(period: PeriodOption) -> None:
    """Give the month's unassigned picks to the analysts, balanced.

    The exit code is 1 where picks stay unassigned because their channel has no published form.
    """
    settings = read_settings()
    engine = open_database(settings)
    summary = assign_picks(
        engine, COMMAND_LINE, Period.parse(period), centre=settings.centre, now=now()
    )
    print_problems(summary.problems)
    for analyst, count in summary.by_analyst.items():
        typer.echo(f"{analyst}: {count}")
    if summary.problems:
        raise typer.Exit(1)


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
        Period.parse(period),
        language=language or settings.centre_language,
        centre=settings.centre,
        folder=folder or settings.data_folder / "reports",
        now=now(),
    )
    for file in files:
        typer.echo(file)
