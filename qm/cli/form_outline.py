"""A form as an outline: sections and questions with points, percents and conditions."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from qm.cli.form_data import exact
from qm.cli.form_words import answers_words, condition_words, number_text
from qm.core.forms.form import Form, Section, Subsection
from qm.core.forms.questions import InformationBlock, Item
from qm.core.scoring.judging import round_half_up
from qm.core.scoring.scorecards import State
from qm.core.scoring.weights import applied_rates
from qm.core.text import Language

_Percents = dict[str, Fraction]


def full_percents(form: Form) -> _Percents:
    """Return what every scored question weighs, in percent, where all are asked and answered."""
    states = {question.id: State.ANSWERED for question in form.everything_asked()}
    rates = applied_rates(form, states).of
    return {name: rate.weight_percent for name, rate in rates.items()}


def outline_data(form: Form) -> dict[str, Any]:
    """Return the form's own data with `weight_percent`, `number` and conditions in words added."""
    percents = full_percents(form)
    data: dict[str, Any] = form.model_dump(mode="python", by_alias=True, exclude_none=True)
    data["key"] = form.key
    for part, section in zip(form.sections, data["sections"], strict=True):
        _add_to_part(form, part, section, percents)
    for field, written in zip(form.header, data["header"], strict=True):
        _add_condition(field, written)
    return data


def outline_lines(form: Form, language: Language) -> Iterator[str]:
    """Yield the lines of the outline, texts in `language`."""
    percents = full_percents(form)
    yield f"{form.key}  {form.title.in_language(language)}"
    yield f"  {', '.join(_settings(form))}"
    for band in form.bands:
        label = band.label.in_language(language)
        yield f"  band {band.id}: {label}, from {number_text(band.from_percent)} %"
    if form.header:
        yield "header"
        for field in form.header:
            yield from _item_lines(form, field, percents, language, "  ")
    for section in form.sections:
        yield from _part_lines(form, section, percents, language, "")


def _settings(form: Form) -> Iterator[str]:
    yield form.channel
    yield f"scoring {form.scoring}"
    yield f"N/A {form.not_applicable}"
    yield f"fatal {form.fatal}"
    if form.pass_percent is not None:
        yield f"passes from {number_text(form.pass_percent)} %"
    if form.start_points:
        yield f"begins with {number_text(form.start_points)} points"
    if form.effective_from:
        yield f"from {form.effective_from}"
    if form.effective_to:
        yield f"to {form.effective_to}"


def _part_lines(
    form: Form, part: Section | Subsection, percents: _Percents, language: Language, indent: str
) -> Iterator[str]:
    weight = sum((percents.get(name, Fraction(0)) for name in form.scored_inside(part)), Fraction())
    title = part.title.in_language(language)
    yield f"{indent}{part.id}  {title}  {_percent(weight)}{_asked_when(part)}"
    for item in part.questions:
        yield from _item_lines(form, item, percents, language, f"{indent}  ")
    for inner in part.sections if isinstance(part, Section) else ():
        yield from _part_lines(form, inner, percents, language, f"{indent}  ")


def _item_lines(
    form: Form, item: Item, percents: _Percents, language: Language, indent: str
) -> Iterator[str]:
    text = " ".join(item.text.in_language(language).split())
    if isinstance(item, InformationBlock):
        yield f"{indent}- {item.id}  {text}{_asked_when(item)}"
        return
    in_body = bool(form.part_of(item.id))
    number = f"{form.number_of(item.id)}." if in_body else "-"
    notes = [_percent(percents[item.id])] if item.id in percents else [item.type]
    critical = getattr(item, "critical", None)
    notes += [f"{critical} critical"] if critical else []
    notes += [] if item.required else ["optional"]
    yield f"{indent}{number} {item.id}  {text}  {', '.join(notes)}{_asked_when(item)}"
    if words := answers_words(item, language):
        yield f"{indent}     {words}"


def _asked_when(part: Section | Subsection | Item) -> str:
    return f"  asked when {condition_words(part.when)}" if part.when else ""


def _percent(value: Fraction) -> str:
    return f"{number_text(round_half_up(value, 2) or Decimal(0))} %"


def _add_to_part(
    form: Form, part: Section | Subsection, written: dict[str, Any], percents: _Percents
) -> None:
    inside = (percents.get(name, Fraction(0)) for name in form.scored_inside(part))
    written["weight_percent"] = exact(sum(inside, Fraction(0)))
    _add_condition(part, written)
    for item, question in zip(part.questions, written["questions"], strict=True):
        _add_condition(item, question)
        if not isinstance(item, InformationBlock):
            question["number"] = form.number_of(item.id)
            question["weight_percent"] = exact(percents.get(item.id))
    if isinstance(part, Section):
        for inner, subsection in zip(part.sections, written["sections"], strict=True):
            _add_to_part(form, inner, subsection, percents)


def _add_condition(part: Section | Subsection | Item, written: dict[str, Any]) -> None:
    written["when_in_words"] = condition_words(part.when) if part.when else None
