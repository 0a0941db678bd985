"""`qm user`: the people who sign in."""

from typing import Annotated

import typer

from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE, Role
from qm.core.text import Language
from qm.workflow.people import add_user, deactivate_user, list_users, set_password

app = typer.Typer(help="The people who sign in.", no_args_is_help=True)


@app.command("add")
def user_add(
    username: Annotated[str, typer.Argument(help="What they type to sign in.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="Name as pages show it.")],
    name_fa: Annotated[str | None, typer.Option(help="Name on Persian pages.")] = None,
    team: Annotated[str | None, typer.Option(help="A lead's team.")] = None,
    agent: Annotated[str | None, typer.Option(help="An agent's id.")] = None,
    language: Annotated[Language, typer.Option(help="Language of their pages.")] = "fa",
) -> None:
    """Add somebody who signs in; asks for the password."""
    user = add_user(
        open_database(read_settings()),
        COMMAND_LINE,
        username=username,
        name=name,
        name_fa=name_fa,
        role=role,
        team_id=team,
        agent_id=agent,
        language=language,
        password=typer.prompt("Password", hide_input=True, confirmation_prompt=True),
        now=now(),
    )
    typer.echo(f"added {user.username} ({user.role})")


@app.command("password")
def user_password(
    username: Annotated[str, typer.Argument(help="Whose password.")],
) -> None:
    """Give somebody a new password and end their sessions; asks for it."""
    set_password(
        open_database(read_settings()),
        COMMAND_LINE,
        username=username,
        password=typer.prompt("Password", hide_input=True, confirmation_prompt=True),
        now=now(),
    )
    typer.echo(f"{username} signs in with the new password")


@app.command("off")
def user_off(username: Annotated[str, typer.Argument(help="Who signs in no more.")]) -> None:
    """Switch somebody off and end their sessions; what they did stays."""
    deactivate_user(open_database(read_settings()), COMMAND_LINE, username=username, now=now())
    typer.echo(f"{username} is switched off")


@app.command("list")
def user_list() -> None:
    """List the people who sign in."""
    for user in list_users(open_database(read_settings()), COMMAND_LINE):
        typer.echo(f"{user.username}\t{user.role}\t{user.name}{'' if user.is_active else ' (off)'}")
