"""A form taken apart: every part by its id, with its own fields and where it stands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Literal, NamedTuple

from pydantic import BaseModel

from qm.core.forms.conditions import asked_questions
from qm.core.forms.form import Form, Section, Subsection, questions_in
from qm.core.forms.form_rules import placed_items, placed_parts
from qm.core.forms.gradables import Range
from qm.core.forms.questions import Item
from qm.core.text import Wording

PartKind = Literal["setting", "band", "section", "question", "option", "range", "reason"]
PieceKey = tuple[PartKind, tuple[str, ...]]

_CHILDREN = {"bands", "header", "sections", "questions", "options", "ranges", "reasons"}


class Piece(NamedTuple):
    """One part of a form.

    `home` is the section or question it stands in, or `@` and the form's list; `place` counts
    there from 0. `fields` are its own, texts by language. `is_scored`: it earns points;
    `decides`: a condition waits for its answer; `order_counts`: its place among its like can
    make a difference.
    """

    home: str
    place: int
    fields: Mapping[str, object]
    is_scored: bool
    decides: bool = False
    order_counts: bool = False


def pieces_of(form: Form) -> dict[PieceKey, Piece]:
    """Return every part of the form in its order, the form itself as `setting`."""
    pieces: dict[PieceKey, Piece] = {("setting", ()): Piece("", 0, _fields(form), is_scored=True)}
    tied = len({band.from_percent for band in form.bands}) < len(form.bands)
    for name, place, band in _named((band.id, band) for band in form.bands):
        pieces["band", (name,)] = Piece("@bands", place, _fields(band), True, order_counts=tied)
    deciding = set(_deciding(form))
    pieces |= _items("@header", form.header, deciding, in_header=True)
    for section, home, place in _placed_sections("@sections", form.sections):
        inside = {question.id for question in _questions_below(section)}
        is_scored = bool(form.scored_inside(section))
        decides = bool(inside & deciding)
        pieces["section", (section.id,)] = Piece(home, place, _fields(section), is_scored, decides)
        pieces |= _items(section.id, section.questions, deciding)
    return pieces


def field_text(value: object) -> str | None:
    """Return a field's value as a form file would write it on one line; None where it has none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, exclude_defaults=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {field_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(field_text(each) or "" for each in value) + "]"
    return str(value)


def _placed_sections(
    home: str, sections: Sequence[Section | Subsection]
) -> Iterator[tuple[Section | Subsection, str, int]]:
    for place, section in enumerate(sections):
        yield section, home, place
        if isinstance(section, Section):
            yield from _placed_sections(section.id, section.sections)


def _questions_below(section: Section | Subsection) -> Iterator[Item]:
    yield from questions_in(section)
    if isinstance(section, Section):
        for inner in section.sections:
            yield from questions_in(inner)


def _deciding(form: Form) -> Iterator[str]:
    for _path, part in (*placed_parts(form), *placed_items(form)):
        if part.when is not None:
            yield from asked_questions(part.when)


def _items(
    home: str, items: Sequence[Item], deciding: set[str], *, in_header: bool = False
) -> dict[PieceKey, Piece]:
    pieces: dict[PieceKey, Piece] = {}
    for place, item in enumerate(items):
        is_scored = not in_header and getattr(item, "is_scored", False)
        decides = item.id in deciding
        pieces["question", (item.id,)] = Piece(home, place, _fields(item), is_scored, decides)
        for kind, named, order_counts in _lists(item):
            for name, at, model in _named(named):
                pieces[kind, (item.id, name)] = Piece(
                    item.id, at, _fields(model), is_scored, decides, order_counts
                )
    return pieces


def _lists(item: Item) -> Iterator[tuple[PartKind, list[tuple[str, BaseModel]], bool]]:
    yield "option", [(part.id, part) for part in getattr(item, "options", ())], False
    ranges: tuple[Range, ...] = getattr(item, "ranges", ())
    overlap = any(
        a.at_least <= b.at_most and b.at_least <= a.at_most for a, b in combinations(ranges, 2)
    )
    yield "range", [(field_text(part.at_least) or "", part) for part in ranges], overlap
    yield "reason", [(part.id, part) for part in getattr(item, "reasons", ())], False


def _named(models: Iterable[tuple[str, BaseModel]]) -> Iterator[tuple[str, int, BaseModel]]:
    """Yield every model with its name, made unique where it is not, and its place."""
    seen: Counter[str] = Counter()
    for place, (name, model) in enumerate(models):
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}#{seen[name]}", place, model


def _fields(model: BaseModel) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Wording):
            fields |= {f"{name}.en": value.en, f"{name}.fa": value.fa}
        elif name not in _CHILDREN:
            fields[name] = value
    return fields
