"""Every command with its line of help and where its code is, imported when the command is run.

`qm --help` and `qm serve` would else wait for every package that any command needs.
"""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Place(NamedTuple):
    """A function or a group of commands of a module of qm.cli; `help` is its own first line."""

    module: str
    name: str
    help: str


PLACES = {
    "import": Place("imports", "app", "Bring in what other systems exported."),
    "form": Place("forms", "app", "Check, try, exchange and publish forms."),
    "phrases": Place("phrase_checking", "app", "What must, and must not, be said in interactions."),
    "draw": Place("draws", "app", "Draw interactions so that anybody can check it."),
    "assign": Place(
        "assigning",
        "assign",
        "Give the period's unassigned picks to the analysts, or one analyst's work to the others.",
    ),
    "transcribe": Place(
        "transcribing",
        "transcribe",
        "Transcribe the drawn recordings until none waits; others may be at it at the same time.",
    ),
    "worker": Place(
        "transcribing",
        "worker",
        "Transcribe what comes into the queue until it is stopped; start as many as you like.",
    ),
    "jobs": Place(
        "jobs", "jobs", "What waits to be transcribed, runs and failed; pause, hold, retry."
    ),
    "report": Place(
        "report", "app", "The monthly quality report: write, close, revise, verify, deliver."
    ),
    "search": Place(
        "searching",
        "search",
        "Find where words are said in the transcripts, the newest interaction first.",
    ),
    "reindex": Place(
        "searching",
        "reindex",
        "Make transcripts searchable that are not, as after an update or new masking rules.",
    ),
    "privacy": Place("privacy", "app", "What is masked as personal data."),
    "analyst": Place("assigning", "app", "What analysts may be given, and their leave."),
    "user": Place("users", "app", "The people who sign in."),
    "token": Place("tokens", "app", "Keys with which other systems import."),
    "rules": Place("rules", "app", "The rules of evaluations, coaching and the report."),
    "coaching": Place("coaching", "app", "Coaching."),
    "audit": Place("audit", "app", "The log of what was done."),
    "serve": Place("serving", "serve", "Serve the app."),
    "demo": Place(
        "playing", "demo", "Play the main path on the demo contact centre, then serve the app."
    ),
}


class Commands(TyperGroup):
    """The commands of `qm`; what stands for one that was not imported yet has its help alone."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {
            name: TyperCommand(name, help=place.help) for name, place in PLACES.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first word names, imported, and the words after it."""
        if args[0] in PLACES:
            self.commands[args[0]] = load(args[0])
        return super().resolve_command(ctx, args)


def load(name: str) -> Any:
    """Return a command or a group of commands, as Click runs it."""
    place = PLACES[name]
    found = getattr(import_module(f"qm.cli.{place.module}"), place.name)
    parent = typer.Typer(add_completion=False)
    if isinstance(found, typer.Typer):
        parent.add_typer(found, name=name)
    else:
        parent.command(name)(found)
    return typer.main.get_group(parent).commands[name]
