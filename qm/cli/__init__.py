"""The `qm` command: parse, call one workflow function, print."""

import sys
from collections.abc import Sequence

import typer
from sqlalchemy.exc import DatabaseError, OperationalError

from qm.cli import (
    assigning,
    audit,
    coaching,
    draws,
    forms,
    imports,
    month,
    phrase_checking,
    privacy,
    rules,
    searching,
    service,
    tokens,
    users,
)
from qm.cli.terminal import print_problems
from qm.core.problems import BadInput, NotAllowed

app = typer.Typer(
    help="Quality management for contact centres.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(imports.app, name="import")
app.add_typer(forms.app, name="form")
app.add_typer(phrase_checking.app, name="phrases")
app.add_typer(draws.app, name="draw")
app.add_typer(privacy.app, name="privacy")
month.add_to(app)
searching.add_to(app)
app.add_typer(assigning.app, name="analyst")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
app.add_typer(rules.app, name="rules")
app.add_typer(coaching.app, name="coaching")
app.add_typer(audit.app, name="audit")
service.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what cannot be done is told in words, with exit code 1.

    A command that is written wrongly ends with exit code 2 and its usage.
    """
    try:
        app(arguments, prog_name="qm")
    except BadInput as refusal:
        print_problems(refusal.problems)
        sys.exit(1)
    except NotAllowed as refusal:
        sys.exit(str(refusal))
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:  # a bug of ours
            raise
        reason = str(error.orig).partition("\n")[0]
        sys.exit(f"The database cannot be used: {reason}. Check database_url and data_folder.")
    except OSError as error:
        if error.filename is None:  # a bug of ours rather than the machine's state
            raise
        sys.exit(f"{error.filename}: {error.strerror}. Check the folder and the right to write.")
