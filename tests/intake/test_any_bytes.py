from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.centre import Centre
from qm.core.problems import BadInput, Problem
from qm.intake.columns import COLUMNS
from qm.intake.interactions import read_interactions

CENTRES = [
    Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa"),
    Centre(ZoneInfo("Europe/Berlin"), "gregorian", "en"),
]
NOW = datetime(2026, 11, 21, tzinfo=UTC)
NAMES = [column.name for column in COLUMNS]
GOOD = dict(zip(NAMES, [column.example for column in COLUMNS], strict=True))

cells = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*GOOD.values(), "0", "-1", "1e9", '"', ",", "../a", "\0", "#N/A", "۱۴۰۵"]),
    st.datetimes().map(str),
    st.from_regex(
        r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2} [0-9]{1,2}:[0-9]{2}([+-][0-9]{2}:?[0-9]{2})?"
    ),
)
csv_files = st.lists(st.lists(cells, min_size=15, max_size=20), max_size=5).map(
    lambda rows: "\n".join([",".join(NAMES), *map(",".join, rows)]).encode("utf-8", "replace")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | cells,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(cells, inner, max_size=3),
    max_leaves=8,
)
messages = st.lists(
    st.dictionaries(st.sampled_from(["at", "from", "text"]), values) | values, max_size=3
)
lines = st.builds(
    lambda changes, messages: json.dumps({**GOOD, **changes, "messages": messages}),
    st.dictionaries(st.sampled_from(NAMES) | cells, values, max_size=4),
    messages | values,
)
jsonl_files = st.lists(lines, max_size=4).map(lambda lines: "\n".join(lines).encode())


def _workbook() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(NAMES)
    workbook.worksheets[0].append(list(GOOD.values()))
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


WORKBOOK = _workbook()


@st.composite
def damaged_workbooks(draw: st.DrawFn) -> bytes:
    """A real workbook with some bytes of some parts overwritten, zipped again."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = bytearray(old.read(name))
            for place in draw(st.lists(st.integers(0, len(data) - 1), max_size=2)):
                data[place] = draw(st.sampled_from(b'0123456789<>"&;AZaz/='))
            if draw(st.integers(0, 30)):  # and now and then a part is missing
                new.writestr(name, bytes(data))
    return made.getvalue()


def read(content: bytes, suffix: str, centre: Centre) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"in{suffix}"
        path.write_bytes(content)
        try:
            found = read_interactions(
                path, centre, recordings_folder=Path(folder), now=NOW, max_bytes=10**7
            )
        except BadInput as bad:
            assert_explained(bad.problems)
            return
    assert found.rows or found.problems
    assert bool(found.problems) == bool(found.rows_rejected)
    assert_explained(found.problems)
    for row in found.rows:
        json.dumps(row.attributes).encode("utf-8")
        "".join(segment.text for segment in row.segments).encode("utf-8")


def assert_explained(problems: Sequence[Problem]) -> None:
    assert all(problem.reason and problem.remedy for problem in problems)


centres = st.sampled_from(CENTRES)


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".csv", ".xlsx", ".jsonl"]), centres)
def test_any_bytes_are_read_or_refused(content: bytes, suffix: str, centre: Centre) -> None:
    read(content, suffix, centre)


@settings(deadline=None)
@given(csv_files, centres)
def test_any_cells_are_read_or_refused(content: bytes, centre: Centre) -> None:
    read(content, ".csv", centre)


@settings(deadline=None)
@given(jsonl_files, centres)
def test_any_objects_are_read_or_refused(content: bytes, centre: Centre) -> None:
    read(content, ".jsonl", centre)


@settings(deadline=None)
@given(damaged_workbooks(), centres)
def test_any_damaged_workbook_is_read_or_refused(content: bytes, centre: Centre) -> None:
    read(content, ".xlsx", centre)
