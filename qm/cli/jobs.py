"""`qm jobs`: the queue of recordings."""

import json
from typing import Annotated

import typer

from qm.cli.queue_words import as_data, lines_of
from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import N_, BadInput, Problem, explain
from qm.workflow import transcription_queue as queue

MANY_SHOWN = 1000

IDS_MISSING = explain(
    "jobs.ids_missing",
    N_("No interaction is named."),
    N_("Write the ids of interactions as “qm jobs” lists them."),
)

Ids = Annotated[list[str] | None, typer.Argument(help="Interactions, as “qm jobs” lists them.")]

jobs = typer.Typer(help="What waits to be transcribed, runs and failed; pause, hold, retry.")


@jobs.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show what waits, runs where and how far, the time left, and what failed and why."""
    if context.invoked_subcommand:
        return
    settings = read_settings()
    engine = open_database(settings)
    found = queue.list_queue(engine, COMMAND_LINE, now=now(), limit=MANY_SHOWN)
    if as_json:
        typer.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2))
        return
    zone = settings.centre.zone
    for line in lines_of(found, lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"):
        typer.echo("".join(letter if letter.isprintable() else "�" for letter in line))


@jobs.command("pause")
def pause() -> None:
    """Begin nothing new, on any machine; what is running is finished."""
    changed = queue.pause(open_database(read_settings()), COMMAND_LINE, now=now())
    typer.echo("paused" if changed else "was paused already")


@jobs.command("resume")
def resume() -> None:
    """Go on after a pause."""
    changed = queue.resume(open_database(read_settings()), COMMAND_LINE, now=now())
    typer.echo("goes on" if changed else "was not paused")


@jobs.command("hold")
def hold(ids: Ids = None) -> None:
    """Keep single recordings from being begun."""
    queue.hold(open_database(read_settings()), COMMAND_LINE, _named(ids), now=now())
    typer.echo(f"{len(_named(ids))} held")


@jobs.command("release")
def release(ids: Ids = None) -> None:
    """Let recordings that are held wait again."""
    queue.release(open_database(read_settings()), COMMAND_LINE, _named(ids), now=now())
    typer.echo(f"{len(_named(ids))} released")


@jobs.command("retry")
def retry(ids: Ids = None) -> None:
    """Try recordings again that failed or were put off: those named, or all."""
    count = queue.retry_failed(open_database(read_settings()), COMMAND_LINE, ids or None, now=now())
    typer.echo(f"{count} wait again")


def _named(ids: list[str] | None) -> list[str]:
    if not ids:
        raise BadInput(Problem(IDS_MISSING, "qm jobs"))
    return list(dict.fromkeys(ids))
