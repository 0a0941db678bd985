"""The report's files, read again with other programs' eyes."""

import csv
import dataclasses
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from qm.core.access import COMMAND_LINE
from qm.reports.csv_files import write_csv_files
from qm.reports.files import printable, written_whole
from qm.reports.monthly import MonthlyReport
from qm.reports.workbook import write_workbook
from qm.store.engine import migrate, open_engine
from qm.workflow.reporting import monthly_report
from tests.reports.case import ABAN, AZAR, CENTRE, DANGEROUS_NOTE, NOW, fill

NOTE_AS_TEXT = DANGEROUS_NOTE.replace("\x0b", "")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MonthlyReport]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('case') / 'qm.db'}")
    migrate(engine)
    fill(engine)
    made = {
        name: monthly_report(
            engine, COMMAND_LINE, period, language=language, centre=CENTRE, now=NOW
        )
        for name, period, language in (
            ("fa", ABAN, "fa"),
            ("en", ABAN, "en"),
            ("empty", AZAR, "en"),
        )
    }
    engine.dispose()
    return made


def _english(text: str) -> str:
    return text


def _marked(text: str) -> str:
    return f"«{text}»"


def _columns(sheet, header_row: int = 1) -> dict[str, list[object]]:
    head, *rows = list(sheet.iter_rows(min_row=header_row, values_only=True))
    return {name: [row[place] for row in rows] for place, name in enumerate(head)}


def test_workbook_holds_the_reports_numbers_as_numbers(reports, tmp_path):
    write_workbook(reports["en"], tmp_path / "report.xlsx", _english)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == [
        "Overview",
        "Agents",
        "Passed and critical accuracy",
        "Questions",
        "Coaching",
        "Sample coverage",
        "Left out of the frame",
        "Draws",
        "Forms",
        "Definitions",
    ]
    overview = book["Overview"]
    assert overview["A1"].value == "Monthly quality report, Aban 1405"
    assert overview["A2"].value == "8 of 11 picks were evaluated, 3 are missing."
    assert "cannot be told apart" in overview["A3"].value
    assert overview["A4"].value == "Made on 1405/09/04 12:00 by command line."
    table = _columns(overview, header_row=6)
    assert table["Mean score"][0] == pytest.approx(5150 / 65)
    assert (table["n"][0], table["Missing picks"][0]) == (7, 3)
    assert (table["Margin ±"][3], table["Note"][3]) == (None, "One score: no margin")
    agents = _columns(book["Agents"])
    assert agents["Agent"] == ["Ali Moradi", "Omid Sadeghi", "Reza Karimi", "Sara Nouri"]
    assert agents["Mean score"] == [90, None, 65, 85]
    assert len(overview._charts) == 1


def test_workbook_in_persian_runs_right_to_left(reports, tmp_path):
    write_workbook(reports["fa"], tmp_path / "report.xlsx", _marked)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    assert book.sheetnames[0] == "«Overview»"
    assert book["«Overview»"]["A1"].value == "«Monthly quality report, آبان ۱۴۰۵»"
    score = book["«Agents»"]["D3"]
    assert (score.value, score.number_format) == (65, "[$-3000429]0.0")
    assert _columns(book["«Coaching»"])["«Written»"][0] == "۱۴۰۵/۰۹/۰۴ ۱۲:۰۰"
    english = tmp_path / "english.xlsx"
    write_workbook(reports["en"], english, _english)
    sheets = openpyxl.load_workbook(english).worksheets
    assert not any(sheet.sheet_view.rightToLeft for sheet in sheets)


def test_a_comment_that_looks_like_a_formula_is_text(reports, tmp_path):
    write_workbook(reports["en"], tmp_path / "report.xlsx", _english)
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Coaching"]
    note = next(cell for row in sheet.iter_rows() for cell in row if cell.value == NOTE_AS_TEXT)
    assert note.data_type == "s"
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 10
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_sheets_are_ready_to_filter_scroll_and_print(reports, tmp_path):
    write_workbook(reports["en"], tmp_path / "report.xlsx", _english)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    for sheet in book.worksheets:
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.page_setup.orientation == "landscape"
    assert book["Agents"].freeze_panes == "B2"
    assert book["Overview"].freeze_panes == "B7"


def test_an_empty_month_says_so_in_both_files(reports, tmp_path):
    write_workbook(reports["empty"], tmp_path / "report.xlsx", _english)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    said = "No evaluation was submitted for this month: there is no average."
    assert book["Overview"]["A2"].value == said
    table = _columns(book["Overview"], header_row=6)
    assert (table["Mean score"], table["Note"]) == ([None], ["No score yet"])
    assert book["Overview"]._charts == []
    write_csv_files(reports["empty"], tmp_path / "report.zip", _english)
    about = _csv(tmp_path / "report.zip", "about.csv")
    assert [said] in about
    assert len(_csv(tmp_path / "report.zip", "agents.csv")) == 1


def _csv(path: Path, name: str) -> list[list[str]]:
    with zipfile.ZipFile(path) as archive:
        raw = archive.read(name)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_csv_files_read_back_to_the_same_values(reports, tmp_path):
    write_csv_files(reports["fa"], tmp_path / "report.zip", _english)
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert archive.namelist() == [
            f"{name}.csv"
            for name in (
                "about overview agents shares questions coaching coverage exclusions draws forms "
                "definitions"
            ).split()
        ]
    head, *rows = _csv(tmp_path / "report.zip", "agents.csv")
    scores = {row[head.index("Agent")]: row[head.index("Mean score")] for row in rows}
    assert scores == {
        "امید صادقی": "",
        "رضا کریمی": "65.0",
        "سارا نوری": "85.0",
        "علی مرادی": "90.0",
    }
    head, *rows = _csv(tmp_path / "report.zip", "coaching.csv")
    assert rows[0][head.index("Feedback")] == f"'{NOTE_AS_TEXT}"
    assert rows[0][head.index("Written")] == "1405/09/04 12:00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_csv_text_never_starts_like_a_formula_but_negative_numbers_stay(start, reports, tmp_path):
    coaching = reports["en"].coaching.copy()
    coaching.loc[0, "text"] = f"{start}1+1"
    overview = reports["en"].overview.copy()
    overview.loc[0, "change"] = -2.5
    changed = dataclasses.replace(reports["en"], coaching=coaching, overview=overview)
    write_csv_files(changed, tmp_path / "report.zip", _english)
    head, *rows = _csv(tmp_path / "report.zip", "coaching.csv")
    assert rows[0][head.index("Feedback")].startswith("'" + start)
    head, *rows = _csv(tmp_path / "report.zip", "overview.csv")
    assert rows[0][head.index("Change from the month before")] == "-2.5"


def test_longest_and_strangest_texts_still_give_a_readable_workbook(reports, tmp_path):
    coaching = reports["en"].coaching.copy()
    coaching.loc[0, "text"] = "ب" * 40_000
    coaching.loc[1, "text"] = "\ud800\x00\x1f\ufffe_x0041_ <b>&amp; http://example.com"
    changed = dataclasses.replace(reports["en"], coaching=coaching)
    write_workbook(changed, tmp_path / "report.xlsx", _english)
    found = _columns(openpyxl.load_workbook(tmp_path / "report.xlsx")["Coaching"])["Feedback"]
    assert len(found[0]) == 32_767
    assert found[1] == "_x0041_ <b>&amp; http://example.com"


def test_a_failed_write_leaves_the_old_file_and_no_part_of_the_new(tmp_path):
    path = tmp_path / "report.xlsx"
    path.write_text("old")

    def fail() -> None:
        with written_whole(path) as unfinished:
            unfinished.write_text("half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_printable_keeps_what_people_write():
    text = "سلام\nHello\t🙂 نیم‌فاصله"
    assert printable(text) == text
