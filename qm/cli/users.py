"""`qm user`: the people who sign in."""

from typing import Annotated

import typer

from qm.cli.terminal import now, open_database
from qm.config import Settings, read_settings
from qm.core.access import COMMAND_LINE, Role
from qm.core.text import Language
from qm.workflow.accounts import end_sessions, list_accounts, reactivate_user
from qm.workflow.invitations import Link, invite_user, reset_password
from qm.workflow.people import (
    Account,
    add_user,
    change_user,
    deactivate_user,
    find_user,
    set_password,
)

app = typer.Typer(help="The people who sign in.", no_args_is_help=True)

_HERE = "http://localhost:8501"
_INVITATION = "/sign-in/invitation"

Username = Annotated[str, typer.Argument(help="What they type to sign in.")]
RoleOption = Annotated[Role, typer.Option(help="What they may do.")]
NameOption = Annotated[str, typer.Option(help="Name as pages show it.")]
PersianNameOption = Annotated[str | None, typer.Option(help="Name on Persian pages.")]
EmailOption = Annotated[str | None, typer.Option(help="E-mail address, for OpenID Connect.")]
TeamOption = Annotated[str | None, typer.Option(help="A lead's team, or an analyst's own.")]
AgentOption = Annotated[str | None, typer.Option(help="An agent's id.")]
LanguageOption = Annotated[Language, typer.Option(help="Language of their pages.")]


@app.command("add")
def user_add(
    username: Username,
    role: RoleOption,
    name: NameOption,
    name_fa: PersianNameOption = None,
    email: EmailOption = None,
    team: TeamOption = None,
    agent: AgentOption = None,
    language: LanguageOption = "fa",
) -> None:
    """Add somebody who signs in; asks for the password."""
    user = add_user(
        open_database(read_settings()),
        COMMAND_LINE,
        username=username,
        name=name,
        name_fa=name_fa,
        email=email,
        role=role,
        team_id=team,
        agent_id=agent,
        language=language,
        password=typer.prompt("Password", hide_input=True, confirmation_prompt=True),
        now=now(),
    )
    typer.echo(f"added {user.username} ({user.role})")


@app.command("invite")
def user_invite(
    username: Username,
    role: RoleOption,
    name: NameOption,
    name_fa: PersianNameOption = None,
    email: EmailOption = None,
    team: TeamOption = None,
    agent: AgentOption = None,
    language: LanguageOption = "fa",
) -> None:
    """Add somebody who chooses their password themselves; prints the link, once."""
    settings = read_settings()
    link = invite_user(
        open_database(settings),
        COMMAND_LINE,
        username=username,
        account=Account(name, role, name_fa, email, team, agent),
        language=language,
        now=now(),
    )
    _print_link(settings, link)


@app.command("reset")
def user_reset(username: Username) -> None:
    """Print a link, once, with which somebody chooses a new password."""
    settings = read_settings()
    engine = open_database(settings)
    _print_link(settings, reset_password(engine, COMMAND_LINE, username=username, now=now()))


@app.command("change")
def user_change(
    username: Username,
    role: Annotated[Role | None, typer.Option(help="What they may do.")] = None,
    name: Annotated[str | None, typer.Option(help="Name as pages show it.")] = None,
    name_fa: PersianNameOption = None,
    email: EmailOption = None,
    team: TeamOption = None,
    agent: AgentOption = None,
) -> None:
    """Change what is given and leave the rest; an empty text takes something away."""
    engine = open_database(read_settings())
    user = find_user(engine, COMMAND_LINE, username)
    account = Account(
        name if name is not None else user.name,
        role or user.role,
        name_fa if name_fa is not None else user.name_fa,
        email if email is not None else user.email,
        (team or None) if team is not None else user.team_id,
        (agent or None) if agent is not None else user.agent_id,
    )
    change_user(engine, COMMAND_LINE, username=username, account=account, now=now())
    typer.echo(f"{user.username} is changed ({account.role})")


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


@app.command("on")
def user_on(username: Annotated[str, typer.Argument(help="Who signs in again.")]) -> None:
    """Let somebody who was switched off sign in again."""
    reactivate_user(open_database(read_settings()), COMMAND_LINE, username=username, now=now())
    typer.echo(f"{username} signs in again")


@app.command("sign-out")
def user_sign_out(username: Annotated[str, typer.Argument(help="Whose sessions.")]) -> None:
    """End all sessions of somebody; they may sign in again."""
    end_sessions(open_database(read_settings()), COMMAND_LINE, username=username, now=now())
    typer.echo(f"{username} is signed out everywhere")


@app.command("list")
def user_list() -> None:
    """List the people who sign in: username, role, name, state."""
    settings = read_settings()
    accounts = list_accounts(open_database(settings), COMMAND_LINE, now=now(), idle=settings.idle)
    for each in accounts:
        state = "" if each.state == "active" else f" ({each.state})"
        typer.echo(f"{each.user.username}\t{each.user.role}\t{each.user.name}{state}")


def _print_link(settings: Settings, link: Link) -> None:
    until = link.expires_at.astimezone(settings.centre.zone)
    typer.echo(f"{settings.public_url or _HERE}{_INVITATION}/{link.token}")
    typer.echo(f"for {link.username}, once, until {until:%Y-%m-%d %H:%M}", err=True)
