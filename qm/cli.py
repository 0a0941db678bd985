"""The `qm` command: parse, call one workflow function, print."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy import Engine
from tqdm import tqdm

from qm.config import Settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.problems import BadInput, NotAllowed, Problem
from qm.core.sampling import Policy
from qm.core.text import Language
from qm.demo import play
from qm.intake.columns import header_documentation
from qm.intake.form_files import POLICY_FILE, read_policy
from qm.jobs import run_transcriptions
from qm.store.engine import migrate, open_engine
from qm.workflow.draws import assign_picks, draw_period
from qm.workflow.forms import check_forms, list_forms, publish_form
from qm.workflow.interactions import import_interactions
from qm.workflow.people import add_user, list_users
from qm.workflow.report_files import write_report
from qm.workflow.transcription import retry_failed

app = typer.Typer(
    help="Quality management for contact centres.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
imports = typer.Typer(help="Bring in what other systems exported.", no_args_is_help=True)
forms = typer.Typer(help="Check and publish evaluation forms.", no_args_is_help=True)
users = typer.Typer(help="The people who sign in.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(forms, name="form")
app.add_typer(users, name="user")

PeriodOption = Annotated[
    str, typer.Option("--period", help="Month, such as 1405-08 (Solar Hijri) or 2026-11.")
]


def _now() -> datetime:
    return datetime.now(UTC)


def _engine(settings: Settings) -> Engine:
    engine = open_engine(settings.database)
    migrate(engine)
    return engine


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        typer.echo(str(problem), err=True)


@imports.command("interactions")
def import_interactions_command(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; JSONL for chats and e-mails.")],
) -> None:
    """Import interactions; run it again as often as you like, known rows stay as they are.

    Rejected rows are listed with the reason and the remedy, and the exit code is then 1.
    """
    settings = Settings()
    with tqdm(unit="row", desc=file.name, leave=False) as bar:
        report = import_interactions(
            _engine(settings),
            COMMAND_LINE,
            file,
            centre=settings.centre,
            recordings_folder=settings.recordings_folder,
            max_bytes=settings.upload_megabytes * 2**20,
            now=_now(),
            on_progress=lambda done, total: _advance(bar, done, total),
        )
    _print_problems(report.problems)
    typer.echo(f"{report.rows_new} new, {report.rows_known} known, {len(report.problems)} rejected")
    if report.problems:
        raise typer.Exit(1)


@imports.command("header")
def import_header() -> None:
    """Print the columns that an import of interactions reads."""
    typer.echo(header_documentation())


@forms.command("check")
def form_check() -> None:
    """Check every form file; the exit code is 1 where one has errors."""
    settings = Settings()
    findings = check_forms(settings.forms_folder, settings.forms_folder / "LOCK")
    for finding in findings:
        _print_problems(finding.problems + finding.warnings)
        typer.echo(f"{finding.path.name}: {'has errors' if finding.problems else 'ok'}")
    if any(finding.problems for finding in findings):
        raise typer.Exit(1)


@forms.command("publish")
def form_publish(files: Annotated[list[Path], typer.Argument(help="Form files.")]) -> None:
    """Publish form versions for good."""
    settings = Settings()
    engine = _engine(settings)
    lock = settings.forms_folder / "LOCK"
    for file in files:
        version = publish_form(engine, COMMAND_LINE, file, lock_path=lock, now=_now())
        typer.echo(f"published {version.form_id}@{version.version} sha256:{version.sha256}")


@forms.command("list")
def form_list() -> None:
    """List the published form versions."""
    listed = list_forms(_engine(Settings()), COMMAND_LINE)
    typer.echo("nothing is published" if listed.empty else listed.to_string(index=False))


@app.command("draw")
def draw_command(
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
    settings = Settings()
    policy = _policy(settings, percent, least)
    summary = draw_period(
        _engine(settings),
        COMMAND_LINE,
        Period.parse(period),
        policy,
        centre=settings.centre,
        now=_now(),
        seed=seed,
    )
    typer.echo(summary.coverage.to_string(index=False))
    draw = summary.draw
    typer.echo(
        f"draw {draw.id}: {int(summary.coverage['picked'].sum())} of {draw.frame_size}, "
        f"left out {draw.excluded}\nseed   {draw.seed}\nframe  sha256:{draw.frame_sha256}"
    )
    if summary.is_running:
        typer.echo("The month has not ended: what starts later is outside this draw.", err=True)


def _policy(settings: Settings, percent: float | None, least: int | None) -> Policy:
    policy = read_policy(settings.forms_folder / POLICY_FILE)
    given = {"percent": None if percent is None else Decimal(str(percent)), "min_per_agent": least}
    try:
        return Policy.model_validate(
            policy.model_dump()
            | {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"]) from error


@app.command("assign")
def assign_command(period: PeriodOption) -> None:
    """Give the month's unassigned picks to the analysts, balanced."""
    summary = assign_picks(_engine(Settings()), COMMAND_LINE, Period.parse(period), now=_now())
    _print_problems(summary.problems)
    for analyst, count in summary.by_analyst.items():
        typer.echo(f"{analyst}: {count}")


@app.command("transcribe")
def transcribe_command(
    again: Annotated[
        bool, typer.Option("--retry-failed", help="Try recordings that failed once more.")
    ] = False,
) -> None:
    """Transcribe the drawn recordings; a run that was killed goes on where it was."""
    settings = Settings()
    engine = _engine(settings)
    if again:
        retry_failed(engine, COMMAND_LINE, None, now=_now())
    with tqdm(unit="call", desc="transcribe") as bar:
        summary = run_transcriptions(
            settings, on_progress=lambda done, total, label: _advance(bar, done, total, label)
        )
    for outcome in summary.failed:
        typer.echo(f"{outcome.interaction_id}: {outcome.problem}", err=True)
    typer.echo(
        f"{summary.done} transcribed, {summary.reused} with a known transcript, "
        f"{len(summary.failed)} failed"
    )
    if summary.failed:
        raise typer.Exit(1)


@app.command("report")
def report_command(
    period: PeriodOption,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Folder for the files; reports in the data folder.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="fa or en; the centre's language where not given.")
    ] = None,
) -> None:
    """Write the monthly quality report as XLSX and CSV."""
    settings = Settings()
    chosen: Language = "en" if (language or settings.centre_language) == "en" else "fa"
    files = write_report(
        _engine(settings),
        COMMAND_LINE,
        Period.parse(period),
        language=chosen,
        centre=settings.centre,
        folder=folder or settings.data_folder / "reports",
        now=_now(),
    )
    for file in files:
        typer.echo(file)


@users.command("add")
def user_add(
    username: str,
    role: Annotated[str, typer.Option(help="analyst, lead, manager, agent or admin.")],
    name: Annotated[str, typer.Option(help="Name as pages show it.")],
    name_fa: Annotated[str | None, typer.Option(help="Name on Persian pages.")] = None,
    team: Annotated[str | None, typer.Option(help="A lead's team.")] = None,
    agent: Annotated[str | None, typer.Option(help="An agent's id.")] = None,
    language: Annotated[str, typer.Option(help="fa or en.")] = "fa",
) -> None:
    """Add somebody who signs in; asks for the password."""
    user = add_user(
        _engine(Settings()),
        COMMAND_LINE,
        username=username,
        name=name,
        name_fa=name_fa,
        role=role,
        team_id=team,
        agent_id=agent,
        language="en" if language == "en" else "fa",
        password=typer.prompt("Password", hide_input=True, confirmation_prompt=True),
        now=_now(),
    )
    typer.echo(f"added {user.username} ({user.role})")


@users.command("list")
def user_list() -> None:
    """List the people who sign in."""
    for user in list_users(_engine(Settings()), COMMAND_LINE):
        typer.echo(f"{user.username}\t{user.role}\t{user.name}{'' if user.is_active else ' (off)'}")


@app.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
) -> None:
    """Serve the app."""
    options = ["--host", host, "--port", str(port), "--log-level", "warning"]
    command = [sys.executable, "-m", "uvicorn", "streamlit_app:app", *options]
    os.execv(command[0], command)  # noqa: S606 (no shell, nothing of it is typed by a user)


@app.command("demo")
def demo_command(
    serve: Annotated[bool, typer.Option(help="Serve the app afterwards.")] = True,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
) -> None:
    """Play the main path on the demo contact centre, then serve the app."""
    play(Settings(), echo=typer.echo, address=f"http://127.0.0.1:{port}" if serve else None)
    if serve:
        serve_command(port=port)


def _advance(bar: "tqdm[Any]", done: int, total: int, label: str = "") -> None:
    bar.total = total
    bar.n = done
    bar.set_postfix_str(label, refresh=False)
    bar.refresh()


def main() -> None:
    """Run the command; what cannot be done is told in words, with exit code 1."""
    try:
        app()
    except BadInput as refusal:
        _print_problems(refusal.problems)
        sys.exit(1)
    except NotAllowed as refusal:
        sys.exit(str(refusal))
    except ValidationError as error:
        sys.exit(f"Settings: {error}")
