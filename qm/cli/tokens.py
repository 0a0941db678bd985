"""`qm token`: the keys with which other systems import."""

from typing import Annotated

import typer

from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.api_tokens import SCOPES
from qm.store.tables import ApiToken
from qm.workflow.api_tokens import create_token, list_tokens, revoke_token

app = typer.Typer(help="Keys with which other systems import.", no_args_is_help=True)


@app.command("create")
def token_create(
    name: Annotated[str, typer.Argument(help="The system that imports.")],
    imports: Annotated[
        list[str], typer.Option("--imports", help="What it may import; repeat it for several.")
    ] = list(SCOPES),  # noqa: B006 (typer copies it)
    days: Annotated[
        int | None, typer.Option(help="How long it is valid; without it until it is revoked.")
    ] = None,
) -> None:
    """Make a token and print it: it is shown this once and stored nowhere."""
    engine = open_database(read_settings())
    made = create_token(engine, COMMAND_LINE, name=name, scopes=imports, days=days, now=now())
    typer.echo(made.key)
    typer.echo(f"token {made.token.id} of {made.token.name}", err=True)


@app.command("list")
def token_list() -> None:
    """List the tokens: number, name, what it imports, used last, state."""
    for token in list_tokens(open_database(read_settings()), COMMAND_LINE):
        used = f"{token.used_at:%Y-%m-%d %H:%M}Z" if token.used_at else "never used"
        scopes = ", ".join(token.scopes)
        typer.echo(f"{token.id}\t{token.name}\t{scopes}\t{used}\t{_state(token)}")


@app.command("revoke")
def token_revoke(
    number: Annotated[int, typer.Argument(help="The token's number, from qm token list.")],
) -> None:
    """Let a token open nothing from now on."""
    token = revoke_token(open_database(read_settings()), COMMAND_LINE, number, now=now())
    typer.echo(f"token {token.id} of {token.name} is revoked")


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is None:
        return "valid until it is revoked"
    return "expired" if token.expires_at <= now() else f"valid until {token.expires_at:%Y-%m-%d}"
