"""What stands on paper: the report as texts in one language, for PDF and HTML alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from qm.core.estimates import Estimate
from qm.core.problems import N_
from qm.core.text import Language, localise_digits, number, without_turns
from qm.reports.cells import NUMBERS, Teller
from qm.reports.charts import on_paper
from qm.reports.files import printable
from qm.reports.layout import Column, Sheet
from qm.reports.methods import Note, method_notes
from qm.reports.monthly import PrintedReport
from qm.reports.pictures import Picture, pictures_of
from qm.reports.subjects import BESIDE, EMPTY, NAME, joined, own_columns
from qm.reports.words import (
    Translate,
    form_names,
    headlines,
    scope_lines,
    standing,
    summary_lines,
    word,
)

LONG_WORD = re.compile(r"\S{30}")
"""A word too long for a cell: a line may end within it."""

_MOST_ROWS = 1_000  # of a table on paper: 30 pages; the agents of a large centre are all there
_INTERVAL_WIDTH = 21


@dataclass(frozen=True)
class Heading:
    """Of a column: its text, whether its cells are numbers, and its width in letters."""

    text: str
    is_number: bool
    width: int


@dataclass(frozen=True)
class Section:
    """A sheet of the report: title, pictures and table; `note` says where rows are left out."""

    name: str
    title: str
    note: str
    pictures: Sequence[Picture]
    headings: Sequence[Heading]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Figure:
    """A number of the cover: what it is, its value, and how sure it is."""

    title: str
    value: str
    said: str


@dataclass(frozen=True)
class Paper:
    """All texts of the report; every one of them is text, never markup.

    `standing` is “Draft” or the number, beside the title; `made_at_s` the seconds since 1970.
    `summary` is what came out, in sentences; `lines` are scope, sample and standing in words;
    `methods` say how the numbers are made; `contents`, `empty` and `terms` are the words around
    the sections; `foot` stands on every page, with the number of the page and that of all pages
    between the three parts of `page_of`.
    """

    language: Language
    title: str
    standing: str
    made_at_s: int
    author: str
    summary: Sequence[str]
    lines: Sequence[str]
    figures: Sequence[Figure]
    sections: Sequence[Section]
    methods: Sequence[Note]
    contents: str
    terms: str
    empty: str
    foot: str
    page_of: Sequence[str]
    hashes: str


def on_pages(report: PrintedReport, _: Translate) -> Paper:
    """Return all that the report's pages say, in its language."""
    title, *rest = map(_shown, headlines(report, _))
    stands = standing(report, _)
    return Paper(
        language=report.language,
        title=title,
        standing=stands,
        made_at_s=int(report.made_at.timestamp()),
        author=_shown(report.made_by),
        summary=[_shown(line) for line in summary_lines(report, _)],
        lines=[*map(_shown, scope_lines(report, _)), *rest],
        figures=[_figure(report, *each, _) for each in estimates_of(report)],
        sections=[_section(report, sheet, _) for sheet in report.sheets],
        methods=list(method_notes(report, _)),
        contents=_(N_("Contents")),
        terms=_(N_("How the numbers are made")),
        empty=_(N_("None in this month.")),
        foot=localise_digits(" · ".join([title, stands]), report.language),
        page_of=re.split("{page}|{pages}", _(N_("Page {page} of {pages}"))),
        hashes=" ".join(filter(None, [report.data_sha256, report.content_sha256])),
    )


def estimates_of(report: PrintedReport) -> list[tuple[str, Estimate]]:
    """Return the figures of the first page, each with the code of what it is."""
    figures = report.figures
    lenses = [(f"{lens}_accuracy", share) for lens, share in figures.critical.items()]
    return [("score", figures.score), *lenses, ("passed", figures.passed)]


def _figure(report: PrintedReport, code: str, estimate: Estimate, _: Translate) -> Figure:
    def shown(value: float | None) -> str:
        return number(value, report.language)

    parts = [localise_digits(f"n = {estimate.n}", report.language)]
    if estimate.low is not None and estimate.high is not None:
        low, high = max(0.0, estimate.low), min(100.0, estimate.high)
        text = _(N_("{low} to {high}"))
        parts.insert(0, text.format(low=shown(low), high=shown(high)))
    return Figure(word(code, _), shown(estimate.value), " · ".join(parts))


def _section(report: PrintedReport, sheet: Sheet, _: Translate) -> Section:
    table = report.tables[sheet.name]
    printed = table.head(_how_many(sheet, table))
    tell = Teller(_, report.centre, report.language, form_names(report, _))
    between = _(N_("{low} to {high}"))
    cells = {each: _cells(each, printed, tell, between) for each in _columns(sheet, printed)}
    cells = _subjects_joined(printed, cells)
    return Section(
        name=sheet.name,
        title=_(sheet.title),
        note=_left_out(report, len(table), len(printed), _),
        pictures=pictures_of(report, sheet.name, on_paper(report.language, _)),
        headings=[_heading(each, _) for each in cells] if len(printed) else [],
        rows=list(zip(*cells.values(), strict=True)),
    )


def _how_many(sheet: Sheet, table: pd.DataFrame) -> int:
    """Return how many rows are printed: of too many the levels that fit whole, such as all teams.

    The first of many notes or evaluations say nothing, so none of them is.
    """
    if len(table) <= _MOST_ROWS:
        return len(table)
    if "level" not in table:
        return _MOST_ROWS if sheet.by_name else 0
    until = table.groupby("level", sort=False).size().cumsum()
    return int(until[until <= _MOST_ROWS].max()) if until.min() <= _MOST_ROWS else _MOST_ROWS


def _left_out(report: PrintedReport, rows: int, printed: int, _: Translate) -> str:
    if rows == printed:
        return ""
    text = _(N_("The first {printed} of {rows} rows; the workbook and the CSV files hold all."))
    if not printed:
        text = _(N_("{rows} rows: the workbook and the CSV files hold them."))
    return localise_digits(text.format(printed=printed, rows=rows), report.language)


class _Printed(NamedTuple):
    """A column on paper: a column of the sheet, and those of the interval that stands with it."""

    column: Column
    low: str | None = None
    high: str | None = None


def _columns(sheet: Sheet, table: pd.DataFrame) -> list[_Printed]:
    """Return what is printed of a sheet; a column without a value would take others' room."""
    names = {column.name for column in sheet.columns}
    ends: dict[str, _Printed] = {}
    for column in sheet.columns:
        stem = column.name.removesuffix("percent").rstrip("_")
        low, high = (f"{stem}_{end}".lstrip("_") for end in ("low", "high"))
        if {low, high} <= names:
            ends[column.name] = _Printed(column, low, high)
    taken = BESIDE | {name for each in ends.values() for name in each[1:]}
    return [
        ends.get(column.name, _Printed(column))
        for column in sheet.columns
        if column.name not in taken and not column.is_key and bool(table[column.name].notna().any())
    ]


def _subjects_joined(
    table: pd.DataFrame, cells: Mapping[_Printed, list[str]]
) -> dict[_Printed, list[str]]:
    """Return the columns with those that name subjects of single levels as one, after the level."""
    own = own_columns(table, [each.column.name for each in cells])
    joint = [each for each in cells if each.column.name in own]
    if not joint:
        return dict(cells)
    name = {_Printed(NAME): joined(cells[each] for each in joint)}
    kept = {each: told for each, told in cells.items() if each not in joint}
    level = next(each for each in kept if each.column.name == "level")
    return {level: kept.pop(level), **name, **kept}


def _heading(printed: _Printed, _: Translate) -> Heading:
    width = _INTERVAL_WIDTH if printed.low else printed.column.width
    return Heading(_(printed.column.heading), printed.column.kind in NUMBERS, width)


def _cells(printed: _Printed, table: pd.DataFrame, tell: Teller, between: str) -> list[str]:
    column, language = printed.column, tell.digits
    values = tell.cells(column, table[column.name])
    if column.kind not in NUMBERS:
        return [EMPTY if value is None else without_turns(value) for value in values]
    places = 0 if column.kind == "whole" else 1
    shown = [number(value, language, places) for value in values]
    if printed.low is None:
        return shown
    ends = zip(table[printed.low], table[printed.high], strict=True)
    return [
        value if low is None or high is None
        else f"{value} ({between.format(low=number(low, language), high=number(high, language))})"
        for value, (low, high) in zip(shown, ends, strict=True)
    ]  # fmt: skip


def _shown(text: str) -> str:
    return without_turns(printable(text))
