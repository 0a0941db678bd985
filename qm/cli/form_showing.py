"""`qm form show` and `qm form diff`: what a form holds, and what changed."""

from dataclasses import asdict
from typing import Annotated

import typer

from qm.cli.form_data import JsonOption, print_json, refusing_in_json
from qm.cli.form_files import FormArgument, LanguageOption, form_called
from qm.cli.form_outline import outline_data, outline_lines
from qm.config import read_settings
from qm.core.forms.diff import Change, diff


@refusing_in_json
def form_show(
    form: FormArgument, language: LanguageOption = None, as_json: JsonOption = False
) -> None:
    """Show a form: its questions with points, weights in percent and conditions in words."""
    settings = read_settings()
    found = form_called(form, settings)
    if as_json:
        print_json(outline_data(found))
        return
    for line in outline_lines(found, language or settings.centre_language):
        typer.echo(line)


@refusing_in_json
def form_diff(
    old: Annotated[str, typer.Argument(help="The earlier form: id@version, id or file.")],
    new: Annotated[str, typer.Argument(help="The later form: id@version, id or file.")],
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two forms, and which changes can move scores."""
    settings = read_settings()
    before, after = form_called(old, settings), form_called(new, settings)
    changes = diff(before, after)
    if as_json:
        print_json(
            {
                "old": before.key,
                "new": after.key,
                "moves_scores": any(change.moves_scores for change in changes),
                "changes": [{**asdict(change), "path": change.path} for change in changes],
            }
        )
        return
    for change in changes:
        typer.echo(_line(change))
    moving = sum(change.moves_scores for change in changes)
    typer.echo(f"{len(changes)} changes, {moving} can move scores" if changes else "no difference")


def _line(change: Change) -> str:
    where = f"{change.part} {change.path}" if change.ids else f"{change.part} {change.key}"
    mark = "*" if change.moves_scores else " "
    if change.kind in {"added", "removed"}:
        return f"{mark} {change.kind:8}{where}: {change.after or change.before}"
    nothing = "(none)"
    before, after = change.before or nothing, change.after or nothing
    return f"{mark} {change.kind:8}{where}: {before} → {after}"
