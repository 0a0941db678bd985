"""The `qm` command: parse, call one workflow function, print."""

from collections.abc import Sequence

import typer

from qm.cli.commands import Commands

app = typer.Typer(
    cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)


@app.callback()
def qm() -> None:
    """Quality management for contact centres."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; what cannot be done is told in words, with exit code 1.

    A command that is written wrongly ends with exit code 2 and its usage.
    """
    try:
        app(arguments, prog_name="qm")
    except Exception as error:
        from qm.cli.refusals import end_in_words  # noqa: PLC0415 (slow to import, rarely needed)

        end_in_words(error)
        raise
