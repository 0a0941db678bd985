"""`qm form score`: the score of an answers file, with the ledger that sums to it."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from qm.cli.form_data import JsonOption, exact, print_json, refusing_in_json
from qm.cli.form_files import FormArgument, form_called
from qm.config import read_settings
from qm.core.forms.completeness import Lack, lacks
from qm.core.forms.form import Form
from qm.core.scoring.judging import round_half_up
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Entry, Scorecard, Standing, State
from qm.intake.answer_files import read_answers

_PLACES = 4  # of contributions on the terminal


@refusing_in_json
def form_score(
    form: FormArgument,
    answers: Annotated[Path, typer.Argument(help='JSON: {"question": "option"}.')],
    as_json: JsonOption = False,
) -> None:
    """Score an answers file: score, outcome, sections, lenses, ledger, and what is missing."""
    found = form_called(form, read_settings())
    given = read_answers(answers, found)
    card = score(found, given.answers, given.facts)
    missing = lacks(found, given.answers, card)
    if as_json:
        print_json(_as_data(found, card, missing))
        return
    for line in _lines(card, missing):
        typer.echo(line)


def _lines(card: Scorecard, missing: list[Lack]) -> Iterator[str]:
    yield f"score    {_score_words(card)}"
    if card.calculated_percent != card.percent:
        yield f"answers  {card.calculated_percent} % without the form's rules"
    if (card.process.percent, card.process.outcome) != (card.percent, card.outcome):
        yield f"process  {_score_words(card.process)}"
    yield f"outcome  {card.outcome or '-'}"
    if card.band:
        yield f"band     {card.band}"
    if card.fatal_questions:
        yield f"fatal    {', '.join(card.fatal_questions)}"
    for section in card.sections:
        failed = "  failed" if section.failed else ""
        yield (
            f"section  {section.section_id}: {_percent(section.percent)}, "
            f"{_percent(section.contribution)} of {_percent(section.weight_percent)}{failed}"
        )
    for lens in card.lenses:
        yield f"lens     {lens.lens}: {lens.failed} of {lens.applicable} critical failed"
    for line in card.ledger:
        what = _entry_words(line) if isinstance(line, Entry) else _rule_words(line.reason)
        of = f"of {_percent(line.weight_percent)}" if line.weight_percent else ""
        yield f"ledger   {_percent(line.contribution):>12} {of:>14}  {what}"
    if card.exact_percent is not None:
        yield f"sum      {_percent(card.exact_percent):>12}  ({card.exact_percent} exactly)"
    for lack in missing:
        yield f"missing  {lack.question_id}: {lack.missing.replace('_', ' ')}"


def _score_words(standing: Standing) -> str:
    if standing.percent is None:
        return f"none: {(standing.no_score or '').replace('_', ' ')}"
    return f"{standing.percent} %"


def _entry_words(entry: Entry) -> str:
    answer = ", ".join(entry.option_ids)
    if not answer and entry.state is not State.ANSWERED:
        answer = entry.state.replace("_", " ")
    points = f"{entry.earned_points} of {entry.possible_points} points"
    earned = points if entry.earned_points is not None else ""
    fatal = "fatal" if entry.is_fatal else ""
    return ", ".join(word for word in (entry.question_id, answer, earned, fatal) if word)


def _rule_words(reason: str) -> str:
    return f"rule: {reason.replace('_', ' ')}"


def _percent(value: Fraction | None) -> str:
    return "–" if value is None else f"{round_half_up(value, _PLACES)} %"


def _as_data(form: Form, card: Scorecard, missing: list[Lack]) -> dict[str, Any]:
    return {
        "form": form.key,
        **_standing_data(card),
        "final": card.is_final,
        "process": _standing_data(card.process),
        "sections": [
            {
                "section": part.section_id,
                "percent": exact(part.percent),
                "weight": exact(part.weight_percent),
                "contribution": exact(part.contribution),
                "earned_points": part.earned_points,
                "possible_points": part.possible_points,
                "failed": part.failed,
            }
            for part in card.sections
        ],
        "lenses": [
            {
                "lens": part.lens,
                "applicable": part.applicable,
                "failed": part.failed,
                "percent": exact(part.percent),
            }
            for part in card.lenses
        ],
        "ledger": [
            {
                "section": entry.section_id,
                "question": entry.question_id,
                "state": entry.state,
                "options": entry.option_ids,
                "earned_points": entry.earned_points,
                "possible_points": entry.possible_points,
                "weight": exact(entry.weight_percent),
                "contribution": exact(entry.contribution),
                "fatal": entry.is_fatal,
                "critical": entry.critical,
            }
            for entry in card.entries
        ],
        "adjustments": [
            {
                "reason": line.reason,
                "section": line.section_id,
                "weight": exact(line.weight_percent),
                "contribution": exact(line.contribution),
            }
            for line in card.adjustments
        ],
        "missing": [lack._asdict() for lack in missing],
    }


def _standing_data(standing: Standing) -> dict[str, Any]:
    return {
        "percent": standing.percent,
        "calculated_percent": standing.calculated_percent,
        "exact_percent": exact(standing.exact_percent),
        "no_score": standing.no_score,
        "outcome": standing.outcome,
        "band": standing.band,
        "fatal_questions": standing.fatal_questions,
    }
