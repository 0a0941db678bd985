"""Small files of interactions, written and read as the import does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from qm.core.centre import Centre
from qm.core.problems import BadInput, Problem
from qm.intake.interactions import IntakeResult, read_interactions

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEHRAN = Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa")
BERLIN = Centre(ZoneInfo("Europe/Berlin"), "gregorian", "en")
GOOD = {
    "id": "c-1",
    "channel": "call",
    "agent": "sara.nouri",
    "team": "orders",
    "started_at": "2026-11-05T10:32:00+03:30",
}


def csv_text(*rows: dict[str, str], delimiter: str = ",") -> str:
    names = list(dict.fromkeys(name for row in (GOOD, *rows) for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "".join(delimiter.join(line) + "\n" for line in lines)


def row(number: int = 1, **cells: str) -> dict[str, str]:
    return {**GOOD, "id": f"c-{number}", **cells}


class Reader:
    """Writes small files and reads them as the import does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.recordings = folder / "recordings"
        self.recordings.mkdir()

    def read(
        self, content: bytes | str, name: str = "in.csv", centre: Centre = TEHRAN, **more: Any
    ) -> IntakeResult:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        more = {"now": NOW, "max_bytes": 10_000_000, **more}
        return read_interactions(path, centre, recordings_folder=self.recordings, **more)

    def rows(self, *rows: dict[str, str], **more: Any) -> IntakeResult:
        return self.read(csv_text(*rows), **more)

    def lines(self, *objects: Any) -> IntakeResult:
        written = [o if isinstance(o, str) else json.dumps(o, ensure_ascii=False) for o in objects]
        return self.read("\n".join(written), "in.jsonl")

    def sheet(self, *rows: list[Any]) -> IntakeResult:
        workbook = openpyxl.Workbook()
        for cells in rows:
            workbook.worksheets[0].append(cells)
        path = self.folder / "made.xlsx"
        workbook.save(path)
        return self.read(path.read_bytes(), "in.xlsx")

    def refused(self, content: bytes | str, name: str = "in.csv", **more: Any) -> Problem:
        with pytest.raises(BadInput) as caught:
            self.read(content, name, **more)
        assert str(caught.value), "every problem can say what is wrong"
        return caught.value.problems[0]

    def rejected(self, **cells: str) -> Problem:
        """The one problem of a row with these cells, between two good rows that are kept."""
        return only_problem(self.rows(row(1), row(2, **cells), row(3)), at_row=3)


def only_problem(result: IntakeResult, at_row: int) -> Problem:
    assert [r.id for r in result.rows] == ["c-1", "c-3"]
    assert result.rows_rejected == 1
    (problem,) = result.problems
    assert problem.row == at_row
    assert problem.place.startswith("in.")
    assert problem.reason
    assert problem.remedy
    return problem
