"""`qm draw verify` and `qm draw bundle`: whether a draw is what it says, here and elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.form_data import JsonOption, print_json, refusing_in_json
from qm.cli.terminal import now, open_database, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.sampling.checks import Outcome
from qm.core.sampling.verification import Verification
from qm.workflow.draw_bundles import export_bundle
from qm.workflow.draw_checks import verify_bundle, verify_draw

_MARKS: dict[Outcome, str] = {"ok": "ok   ", "wrong": "WRONG", "note": "note "}


@refusing_in_json
def draw_verify(
    draw: Annotated[str, typer.Argument(metavar="ID|BUNDLE", help="A draw's number, or its ZIP.")],
    as_json: JsonOption = False,
) -> None:
    """Repeat a draw and compare every pick; exit code 1 where anything is not what it says.

    A bundle needs neither database nor settings.
    """
    with progress("step", "verify") as show:
        if draw.isascii() and draw.isdigit():
            engine = open_database(read_settings())
            found = verify_draw(engine, COMMAND_LINE, int(draw), on_progress=show)
        else:
            found = verify_bundle(Path(draw), on_progress=show)
    if as_json:
        print_json(verification_data(found))
    else:
        _print(found)
    if not found.is_right:
        raise typer.Exit(1)


def _print(found: Verification) -> None:
    for check in found.checks:
        typer.echo(f"{_MARKS[check.outcome]}  {check.words}")
    wrong = sum(check.outcome == "wrong" for check in found.checks)
    result = "is what it says" if found.is_right else f"is NOT what it says: {wrong} wrong"
    typer.echo(f"Draw {found.draw_id} of {found.period} {result}.")


def verification_data(found: Verification) -> dict[str, object]:
    """Return the verification for other programs."""
    return {
        "draw": found.draw_id,
        "period": found.period,
        "is_right": found.is_right,
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome,
                "words": str(check.words),
                "values": dict(check.words.values),
            }
            for check in found.checks
        ],
    }


def draw_bundle(
    draw: Annotated[int, typer.Argument(metavar="ID", help="The draw's number.")],
    folder: Annotated[Path, typer.Option("--to", help="Folder for the ZIP file.")],
) -> None:
    """Write a draw to a ZIP file that anybody can check, with qm or without."""
    path = export_bundle(open_database(read_settings()), COMMAND_LINE, draw, folder, now=now())
    typer.echo(path)
