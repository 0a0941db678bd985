"""The report's tables as texts of the page."""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from qm.core.text import Wording, without_turns
from qm.reports.files import printable
from qm.reports.layout import SHEETS, Column
from qm.reports.subjects import BESIDE, EMPTY, NAME, joined
from qm.reports.words import word
from qm.ui.here import Here

_NUMBERS = frozenset({"whole", "decimal"})
_LOW, _HIGH = re.compile(r"(|.*_)low"), re.compile(r"(|.*_)high")
_HASH = re.compile(r"[0-9a-f]{64}")
_HASH_SHOWN = 16
_LETTERS_SHOWN = 200  # a policy is longer; the files hold it whole
NO_FORMS: Mapping[str, str] = MappingProxyType({})
_COLUMNS = {sheet.name: sheet.columns for sheet in SHEETS}


def telling(sheet: str, frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a sheet that say something in any row of `frame`.

    The upper end of an interval stands beside the lower one, in its column.
    """
    return tuple(
        column
        for column in _COLUMNS[sheet]
        if not _HIGH.fullmatch(column.name)
        and not column.is_key
        and column.name not in BESIDE
        and column.name in frame.columns
        and bool(frame[column.name].notna().any())
    )


def shown(
    page: Here,
    columns: Sequence[Column],
    frame: pd.DataFrame,
    forms: Mapping[str, str] = NO_FORMS,
    own: Collection[str] = (),
) -> pd.DataFrame:
    """Return rows of a sheet as texts in the person's language, under the columns' headings.

    `forms` are the names of form versions; the columns `own` become one, after the level.
    """
    named = _named(frame, forms)
    cells = {column: _cells(page, named, column) for column in columns}
    joint = [cells.pop(column) for column in columns if column.name in own]
    if joint:
        level = next(column for column in columns if column.name == "level")
        cells = {level: cells.pop(level), NAME: joined(joint), **cells}
    # Headings may repeat (two intervals): rows, not a dictionary of columns.
    rows = list(zip(*cells.values(), strict=True))
    return pd.DataFrame(rows, columns=[_heading(page, column) for column in cells])


def _named(frame: pd.DataFrame, forms: Mapping[str, str]) -> pd.DataFrame:
    return frame.assign(form=frame["form"].replace(dict(forms))) if "form" in frame else frame


def numeric(page: Here, columns: Sequence[Column]) -> list[str]:
    """Return the headings of the columns that hold numbers."""
    return [_heading(page, column) for column in columns if column.kind in _NUMBERS]


def _heading(page: Here, column: Column) -> str:
    return page._("Interval") if _LOW.fullmatch(column.name) else page._(column.heading)


def _cells(page: Here, frame: pd.DataFrame, column: Column) -> list[str]:
    cells = [_cell(page, value, column) for value in frame[column.name]]
    high = _LOW.sub(r"\1high", column.name)
    if high == column.name or high not in frame.columns:
        return cells
    ends = [_cell(page, value, column) for value in frame[high]]
    text = page._("{low} to {high}")
    return [
        EMPTY if low == end == EMPTY else text.format(low=low, high=end)
        for low, end in zip(cells, ends, strict=True)
    ]


def _cell(page: Here, value: Any, column: Column) -> str:
    if pd.isna(value):
        return EMPTY
    if column.kind in _NUMBERS:
        return page.number(float(value), 0 if column.kind == "whole" else 1)
    if column.kind == "word":
        return word(str(value), page._)
    if column.kind == "moment":
        return page.moment(value)
    text = value.in_language(page.language) if isinstance(value, Wording) else str(value)
    short = _HASH.sub(lambda found: f"{found[0][:_HASH_SHOWN]}…\u200e", text)
    told = without_turns(printable(short))
    return told if len(told) <= _LETTERS_SHOWN else f"{told[:_LETTERS_SHOWN]}…"
