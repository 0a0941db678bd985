"""`qm draw explain`: why an interaction was drawn, or why not."""

import dataclasses
from typing import Annotated, Any

import typer

from qm.cli.draw_words import moment_text
from qm.cli.form_data import JsonOption, print_json, refusing_in_json
from qm.cli.terminal import open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.text import Language, localise_digits
from qm.locale import translator
from qm.workflow.draw_explaining import Explanation, explain_interaction


@refusing_in_json
def draw_explain(
    interaction: Annotated[str, typer.Argument(help="The interaction's id.")],
    period: Annotated[
        str | None, typer.Option(help="Only the draws of this period; all by default.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the words.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Say in words and numbers why an interaction was drawn, or how far off it was."""
    settings = read_settings()
    found = explain_interaction(
        open_database(settings),
        COMMAND_LINE,
        interaction,
        period=Period.parse(period) if period else None,
    )
    if as_json:
        print_json([_data(each, language, settings.centre) for each in found])
        return
    for each in found:
        at = moment_text(each.drawn_at, settings.centre)
        typer.echo(f"draw {each.draw_id} of {each.period}, {at}")
        for sentence in _said(each, language, settings.centre):
            typer.echo(f"  {sentence}")
    if not found:
        typer.echo("Its period has not been drawn.")


def _said(explanation: Explanation, language: Language, centre: Centre) -> list[str]:
    translate = translator(language)

    def digits(text: str) -> str:
        return localise_digits(text, language)

    told = explanation.sentences(language, centre)
    return [sentence.said(translate, digits) for sentence in told]


def _data(explanation: Explanation, language: Language, centre: Centre) -> dict[str, Any]:
    return {
        "draw": explanation.draw_id,
        "period": explanation.period,
        **dataclasses.asdict(explanation.standing),
        "is_in_effect": explanation.is_in_effect,
        "is_replaced": explanation.is_replaced,
        "words": _said(explanation, language, centre),
    }
