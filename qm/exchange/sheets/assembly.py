"""Records of a workbook's rows → a form, or what is wrong, each thing in its cell."""

import dataclasses
import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from qm.core.forms.form import Form
from qm.core.forms.question_rules import DUPLICATE_ID
from qm.core.problems import N_, Problem, explain
from qm.exchange.sheets.books import Table
from qm.exchange.sheets.layout import (
    BANDS,
    FORM,
    HEADER,
    OPTIONS,
    QUESTIONS,
    RANGES,
    REASONS,
    SECTIONS,
    Sheet,
)
from qm.exchange.sheets.reading import (
    EMPTY_CELL,
    Reading,
    Record,
    question_ids,
    records_of,
)
from qm.exchange.sheets.settings import settings_of
from qm.exchange.sheets.validation import path_of, validated
from qm.intake.model_codes import (
    BLANK_TEXT,
    MISSING_KEY,
    MISSPELT_KEY,
    NO_VALUE,
    TOO_FEW,
    UNKNOWN_KEY,
)
from qm.intake.yaml_files import YamlPath

UNKNOWN_LINK = explain(
    "sheets.unknown_link",
    N_("No row of the sheet “{sheet}” has the id “{id}”."),
    N_("Write one of its ids: {known}."),
)
TOO_DEEP = explain(
    "sheets.too_deep",
    N_("“{id}” is a subsection itself and can have no subsections."),
    N_("Write the id of a section without a parent."),
)
NOT_FOR_TYPE = explain(
    "sheets.not_for_type",
    N_("“{column}” is filled, but a row of this type has none."),
    N_("Clear the cell (or delete the rows of that sheet), or choose another type."),
)
TOO_FEW_ROWS = explain(
    "sheets.too_few_rows",
    N_("“{id}” has fewer than {limit} rows in the sheet “{sheet}”."),
    N_("Add them there, with “{id}” in the column question."),
)
MISSING_SETTING = explain(
    "sheets.missing_setting",
    N_("The setting “{setting}” has no value."),
    N_("Give it a row with its name in the first column and its value beside it."),
)

_KNOWN_SHOWN = 200
_COMPARED = 1_000
_TYPES_WITH = {
    "options": {"choice", "choices"},
    "ranges": {"number"},
    "reasons": {"choice", "choices", "number", "scale"},
}


def form_of(tables: dict[str, Table], reading: Reading) -> Form | None:
    """Return the form that the tables hold; problems go to `reading`, and then there is none."""
    asked = question_ids(tables)
    settings = settings_of(tables.get(FORM.name), reading)
    header, sections, questions, options, ranges, reasons, bands = (
        records_of(sheet, tables.get(sheet.name), asked, reading)
        for sheet in (HEADER, SECTIONS, QUESTIONS, OPTIONS, RANGES, REASONS, BANDS)
    )
    content: dict[str, list[Record]] = {"sections": _nested(sections, reading)}
    _put_into(sections, questions, SECTIONS, "questions", reading)
    everything = [*header, *questions]
    for rows in (options, ranges, reasons):
        key = rows[0].sheet.name if rows else ""
        _put_into(everything, rows, QUESTIONS, key, reading)
    for record in everything:
        if record.data.get("type", "choice") in {"choice", "choices"}:
            record.inner.setdefault("options", [])
    content |= {key: rows for key, rows in (("header", header), ("bands", bands)) if rows}
    return _validated(settings, content, reading)


def _nested(sections: list[Record], reading: Reading) -> list[Record]:
    """Put subsections into their sections and return the sections."""
    top = [section for section in sections if "parent" not in section.data]
    # In reverse, so that of sections with the same id the first stays.
    by_id = {section.id: section for section in reversed(top)}
    known = {section.id for section in sections}
    for section in sections:
        parent_id = section.data.pop("parent", None)
        if parent_id is None:
            continue
        if parent_id in by_id:
            by_id[parent_id].inner.setdefault("sections", []).append(section)
        elif parent_id in known:
            reading.wrong(TOO_DEEP, SECTIONS.name, section.row, "parent", id=parent_id)
        else:
            _tell_unknown(section, "parent", parent_id, SECTIONS, sections, reading)
    return top


def _put_into(
    owners: Sequence[Record], rows: list[Record], sheet: Sheet, key: str, reading: Reading
) -> None:
    by_id: dict[str, list[Record]] = {}
    for owner in owners:
        by_id.setdefault(owner.id, []).append(owner)
    for row in rows:
        link = row.sheet.link or ""
        owner_id = row.data.pop(link, None)
        if owner_id is None:
            reading.wrong(EMPTY_CELL, row.sheet.name, row.row, link, column=link)
            continue
        if owner_id not in by_id:
            _tell_unknown(row, link, owner_id, sheet, owners, reading)
        for owner in _takers(by_id.get(owner_id, []), key):
            owner.inner.setdefault(key, []).append(row)


def _takers(owners: list[Record], key: str) -> list[Record]:
    """Return who gets a row; of questions with the same id all, as only their id is wrong."""
    if key == "questions":
        return owners[:1]
    fitting = [owner for owner in owners if owner.data.get("type", "choice") in _TYPES_WITH[key]]
    return fitting or owners


def _tell_unknown(
    row: Record, column: str, wanted: str, sheet: Sheet, found: Sequence[Record], reading: Reading
) -> None:
    # Comparing takes long: a workbook in which nothing fits is told without proposals.
    compared = _COMPARED if len(reading.problems) < 100 else 10
    ids = [record.id for record in found[:compared] if record.id]
    known = ", ".join(difflib.get_close_matches(wanted, ids, n=1) or ids)[:_KNOWN_SHOWN] or "–"
    values = {"sheet": sheet.name, "id": wanted[:60], "known": known}
    reading.wrong(UNKNOWN_LINK, row.sheet.name, row.row, column, **values)


def _validated(
    settings: dict[str, Record], content: dict[str, list[Record]], reading: Reading
) -> Form | None:
    where: dict[YamlPath, Record] = {(name,): record for name, record in settings.items()}
    data: dict[str, Any] = {}
    for record in settings.values():
        data |= record.data
    for key, records in content.items():
        data[key] = [_plain(record, (key, n), where) for n, record in enumerate(records)]
    form, found = validated(data, reading.place)
    located = [_located(problem, path, where, reading) for path, problem in found]
    # A row without an id has no options of its own: the id is then what is wrong.
    _add((p for p in located if p.code != TOO_FEW_ROWS or p.values["id"]), reading)
    return form


def _plain(record: Record, path: YamlPath, where: dict[YamlPath, Record]) -> dict[str, Any]:
    where[path] = record
    data = dict(record.data)
    for key, records in record.inner.items():
        data[key] = [_plain(inner, (*path, key, n), where) for n, inner in enumerate(records)]
    return data


def _located(
    problem: Problem, path: YamlPath, where: dict[YamlPath, Record], reading: Reading
) -> Problem:
    """Return the problem with the sheet, row and column of the part of the form at `path`."""
    near = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in where), ())
    if not near:
        return _about_the_whole(problem, path, reading)
    record, rest = where[near], path[len(near) :]
    column = _column(record, rest)
    code, values = problem.code, dict(problem.values)
    if code in {MISSING_KEY, NO_VALUE, BLANK_TEXT}:
        code, values = EMPTY_CELL, {"column": column or str(path[-1])}
    elif code in {UNKNOWN_KEY, MISSPELT_KEY}:
        code, values = NOT_FOR_TYPE, {"column": column or str(path[-1])}
    elif code == TOO_FEW and column is None:
        code, values = TOO_FEW_ROWS, {**values, "id": record.id, "sheet": rest[-1]}
    elif code == DUPLICATE_ID:
        first = where.get(path_of(str(values["first"])))
        values |= {"first": f"{first.sheet.name}!{first.row}:{first.row}"} if first else {}
    return Problem(code, reading.at(record.sheet.name), record.row, column, values)


def _about_the_whole(problem: Problem, path: YamlPath, reading: Reading) -> Problem:
    name = str(path[0]) if path else FORM.name
    if problem.code == MISSING_KEY:
        values = {"setting": name}
        return Problem(MISSING_SETTING, reading.at(FORM.name), None, "value", values)
    sheet = name if name in {"sections", "header", "bands"} else FORM.name
    return dataclasses.replace(problem, place=reading.at(sheet), row=None, field=None)


def _column(record: Record, rest: YamlPath) -> str | None:
    """Return the column of the row's value at `rest`: the nearest that is declared."""
    fitting = [c for c in record.columns if _follows(c.path, rest)]
    if not fitting and rest:
        fitting = [c for c in record.columns if c.path[:1] == rest[:1]][:1]
    return max(fitting, key=lambda c: len(c.path)).name if fitting else None


def _follows(path: Sequence[str], rest: YamlPath) -> bool:
    """Whether the steps of `path` stand in `rest` in their order."""
    steps = iter(rest)
    return all(step in steps for step in path)


def _add(located: Iterable[Problem], reading: Reading) -> None:
    """Add what is not only a consequence of what was told of the same cell."""
    told = {_cell(problem) for problem in reading.problems}
    for problem in located:
        if _cell(problem) not in told:
            reading.problems.append(problem)
            told.add(_cell(problem))


def _cell(problem: Problem) -> tuple[str, int | None, str]:
    return problem.place, problem.row, problem.field or problem.code
