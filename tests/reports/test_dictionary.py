"""Every column that a report may have is explained, and nothing that it has not."""

from dataclasses import replace

import pytest

from qm.locale import translator
from qm.reports.dictionary import dictionary_rows, meaning_of
from qm.reports.layout import SHEETS, Column
from qm.reports.meanings import MEANINGS
from qm.reports.methods import method_notes
from tests.reports.paper_case import a_report, english

COLUMNS = [(sheet, column) for sheet in SHEETS for column in sheet.columns]


def test_every_column_is_explained_with_its_unit_and_when_it_is_empty():
    found = {f"{sheet.name}.{column.name}": meaning_of(sheet, column) for sheet, column in COLUMNS}
    assert len(found) == len(COLUMNS)
    assert [name for name, told in found.items() if not told.meaning.endswith(".")] == []
    assert [name for name, told in found.items() if not told.empty] == []


def test_a_column_that_nobody_explained_is_found():
    with pytest.raises(KeyError):
        meaning_of(SHEETS[0], Column("mood", "Mood"))


def test_nothing_is_explained_that_no_sheet_has():
    assert set(MEANINGS) <= {column.name for _, column in COLUMNS}


def test_an_end_of_an_interval_names_its_column_and_shares_its_unit():
    rows = {(row.table, row.column): row for row in dictionary_rows(a_report("en"), english)}
    assert len(rows) == sum(len(sheet.columns) for sheet in SHEETS if sheet.name != "changes")
    low = rows["questions", "short_low"]
    assert low.meaning == "Lower end of the 95-percent interval of “Short, percent”."
    assert (low.unit, rows["evaluators", "leniency_high"].unit) == (
        "percent",
        "points of the score",
    )
    assert rows["agents", "agent"].title == "Agents"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_notes_tell_of_small_groups_only_where_any_are_hidden(language):
    report, translate = a_report(language), translator(language)
    plain = list(method_notes(report, translate))
    hiding = list(method_notes(replace(report, smallest_group=5), translate))
    assert len(hiding) == len(plain) + 1
    assert ("۵" if language == "fa" else "5") in hiding[-1].what
    assert all(note.what and note.how and note.not_said for note in hiding)
