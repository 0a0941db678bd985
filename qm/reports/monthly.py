"""The monthly quality report as values: what is frozen, and what the writers of files are given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import Sentence
from qm.core.quality.figures import Figures
from qm.core.quality.ranking import Separation
from qm.core.text import Language, Wording, alphabetical, localise_digits
from qm.locale import translator
from qm.reports.layout import SHEETS, Sheet


@dataclass(frozen=True, kw_only=True)
class MonthlyReport:
    """One month's quality, with all that its numbers rest on, in no language yet.

    The `tables` are those of `qm.reports.layout.SHEETS` with their columns; an empty cell is
    None, never 0; names and questions are `Wording`s in all the languages that they have.
    `figures` are the whole centre's. `scope` says what was looked at and how it was drawn,
    `summary` what came out; their values may be `Wording`s and `Period`s. What rests on fewer
    than `smallest_group` evaluations is hidden; 0 or 1: nothing. `number` is 1 for the report that
    closed the month, higher for a revision with its `reason`, None for a draft; `data_sha256` is
    over what the numbers rest on, `content_sha256` over the report's own values
    (`qm.reports.frozen`). A field that is added after a release needs a default: reports that
    were frozen before lack it.
    """

    period: Period
    centre: Centre
    made_at: datetime
    made_by: str
    figures: Figures
    separation: Separation
    tables: Mapping[str, pd.DataFrame]
    scope: tuple[Sentence, ...] = ()
    summary: tuple[Sentence, ...] = ()
    smallest_group: int = 0
    number: int | None = None
    reason: str = ""
    data_sha256: str | None = None
    content_sha256: str | None = None

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets to be shown: those it has, what changed only where it is a revision."""
        is_revision = (self.number or 0) > 1
        there = (sheet for sheet in SHEETS if sheet.name in self.tables)
        return tuple(sheet for sheet in there if is_revision or sheet.name != "changes")

    @property
    def is_empty(self) -> bool:
        """Whether no evaluation of the month exists."""
        return self.figures.evaluated + self.figures.beside == 0

    def in_language(self, language: Language) -> "PrintedReport":
        """Return the report with its names in a language, and in the order of that alphabet."""
        told = {
            sheet.name: _told(self.tables[sheet.name], sheet, language)
            for sheet in SHEETS
            if sheet.name in self.tables
        }
        return PrintedReport(**{**vars(self), "tables": told}, language=language)


@dataclass(frozen=True, kw_only=True)
class PrintedReport(MonthlyReport):
    """A report in one language: what the writers of files are given."""

    language: Language


def _told(table: pd.DataFrame, sheet: Sheet, language: Language) -> pd.DataFrame:
    # What an older release froze may lack columns that came later: there they are empty.
    names = [column.name for column in sheet.columns]
    empty: list[None] = [None] * len(table)
    columns = {name: _texts(table[name], language) if name in table else empty for name in names}
    told = pd.DataFrame(columns, columns=names, dtype=object)
    if not sheet.by_name:
        return told
    keys = [_places(told[name]) for name in sheet.by_name]
    order = sorted(range(len(told)), key=lambda row: [key[row] for key in keys])
    return told.iloc[order].reset_index(drop=True)


def _texts(column: "pd.Series[Any]", language: Language) -> Any:
    """Return a column in a language; of categories each value is told only once."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = [_text(value, language) for value in column.cat.categories]
        return np.array([*values, None], dtype=object)[column.cat.codes]
    if {type(cell) for cell in column}.isdisjoint(_TOLD):
        return column.array
    return pd.array([_text(cell, language) for cell in column], dtype=object)


def _places(column: "pd.Series[Any]") -> list[Any]:
    """Return what to sort the rows by: levels as they came, names by the alphabet."""
    if column.name == "level":
        return list(pd.factorize(column)[0])
    return [alphabetical(name or "") for name in column]


_TOLD = (Wording, Period, Sentence)


def _text(cell: Any, language: Language) -> Any:
    if isinstance(cell, Wording):
        return cell.in_language(language)
    if isinstance(cell, Period):
        return cell.label(language)
    return in_words(cell, language, translator(language)) if isinstance(cell, Sentence) else cell


def in_words(sentence: Sentence, language: Language, _: Callable[[str], str]) -> str:
    """Return a sentence of a report in a language, with the names in it."""
    return _bound(sentence, language).said(_, partial(localise_digits, language=language))


def _bound(sentence: Sentence, language: Language) -> Sentence:
    """Return a sentence with the names in it in a language; the sentence itself is none yet."""

    def value(given: Any) -> Any:
        if isinstance(given, Sentence):
            return _bound(given, language)  # its words come with those around it
        if isinstance(given, list | tuple):
            return tuple(value(each) for each in given)
        return _text(given, language)

    return replace(sentence, values={name: value(own) for name, own in sentence.values.items()})
