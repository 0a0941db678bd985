"""`qm coaching`: let the triggers look at what was published."""

import typer

from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.workflow.coaching_proposals import propose as propose_talks

app = typer.Typer(help="Coaching.", no_args_is_help=True)


@app.callback()
def coaching() -> None:
    """Keep `propose` a command of its own, though it is the only one."""


@app.command("propose")
def propose() -> None:
    """Let the triggers look at every agent; they propose talks, and a lead decides.

    It happens by itself whenever evaluations are published; this is for after the rules changed.
    """
    made = propose_talks(open_database(read_settings()), COMMAND_LINE, now=now())
    typer.echo(f"{made} new proposals")
