"""The report as a workbook and as CSV files, read again with other programs' eyes."""

import csv
import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qm.locale import translator
from qm.reports.csv_files import write_csv_files
from qm.reports.files import printable, written_whole
from qm.reports.monthly import PrintedReport
from qm.reports.workbook import write_workbook
from tests.fixtures.missing import missing
from tests.reports.case import ABAN, AZAR, DANGEROUS_NOTE

NOTE_AS_TEXT = DANGEROUS_NOTE.replace("\x0b", "")
FORMULA = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")


@pytest.fixture(scope="module")
def reports(live_reports) -> dict[str, PrintedReport]:
    cases = (("fa", ABAN, "fa"), ("en", ABAN, "en"), ("empty", AZAR, "en"))
    return {name: live_reports[period].in_language(language) for name, period, language in cases}


@pytest.fixture(scope="module")
def books(reports, tmp_path_factory) -> dict[str, Path]:
    """The workbook in both languages, and one of a month without evaluations."""
    folder = tmp_path_factory.mktemp("books")
    for name, report in reports.items():
        write_workbook(report, folder / f"{name}.xlsx", translator(report.language))
    return {name: folder / f"{name}.xlsx" for name in reports}


@pytest.fixture(scope="module")
def english(books) -> openpyxl.Workbook:
    return openpyxl.load_workbook(books["en"])


@pytest.fixture(scope="module")
def recalculated(books, tmp_path_factory) -> dict[str, Path]:
    """Both workbooks as LibreOffice saves them; the results of formulas were taken out before."""
    program = shutil.which("soffice")
    if program is None:
        raise missing("soffice", "apt-get install libreoffice-calc")
    folder = tmp_path_factory.mktemp("office")
    for name in ("fa", "en"):
        with (
            zipfile.ZipFile(books[name]) as ours,
            zipfile.ZipFile(folder / f"{name}.xlsx", "w") as bare,
        ):
            for entry in ours.namelist():
                bare.writestr(entry, FORMULA.sub(rb"\1", ours.read(entry)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    command += ["--outdir", str(folder / "out"), *(str(folder / f"{n}.xlsx") for n in ("fa", "en"))]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: folder / "out" / f"{name}.xlsx" for name in ("fa", "en")}


def _columns(sheet) -> dict[str, list[object]]:
    head, *rows = list(sheet.iter_rows(values_only=True))
    return {name: [row[place] for row in rows] for place, name in reversed([*enumerate(head)])}


def _texts(sheet) -> list[str]:
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row
            if isinstance(cell, str)]  # fmt: skip


def _parts(path: Path, start: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(n).decode() for n in sorted(archive.namelist()) if n.startswith(start)]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_libreoffice_opens_it_and_computes_the_same_totals(language, books, recalculated):
    formulas = openpyxl.load_workbook(books[language])
    ours = openpyxl.load_workbook(books[language], data_only=True)
    theirs = openpyxl.load_workbook(recalculated[language], data_only=True)
    assert theirs.sheetnames == ours.sheetnames
    computed = [
        (sheet.title, cell.coordinate)
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(computed) > 20
    for sheet, place in computed:
        told = ours[sheet][place].value
        assert theirs[sheet][place].value == pytest.approx(told, abs=1e-9), (sheet, place)


def test_totals_are_the_centres_and_the_mean_is_computed_again_from_every_evaluation(
    english, books, reports
):
    shown = openpyxl.load_workbook(books["en"], data_only=True)
    agents, figures = _columns(shown["Agents"]), reports["en"].figures
    assert agents["Agent"][-1] == "Sum of the rows"
    assert (agents["Picks"][-1], agents["Evaluated"][-1]) == (figures.picked, figures.evaluated)
    assert english["Agents"].cell(6, [c.value for c in english["Agents"][1]].index("Picks") + 1
                                  ).value.startswith("=SUBTOTAL(109,")  # fmt: skip
    (score,) = (row for row in shown["Summary"].iter_rows(values_only=True)
                if row[0] == "Quality score")  # fmt: skip
    assert score[1] == score[5] == pytest.approx(5150 / 65)


def test_workbook_holds_the_reports_numbers_as_numbers(english, reports):
    titles = [sheet.title[:31] for sheet in reports["en"].sheets]
    around = ["How the numbers are made", "Columns", "What the charts show"]
    assert english.sheetnames == ["Summary", *titles, *around]
    said = _texts(english["Summary"])
    assert said[0] == "Monthly quality report, Aban 1405 · Draft"
    assert _columns(english["Questions"])["Form"][0] == "Inbound call (version 1)"
    assert "Draft, not closed: its numbers may still change." in said
    assert any(text.startswith("The quality score is 79.2 ± ") for text in said)
    overview = _columns(english["Overview"])
    assert overview["Quality score"][0] == pytest.approx(5150 / 65)
    assert (overview["n"][0], overview["Missing picks"][0]) == (7, 3)
    agents = _columns(english["Agents"])
    assert agents["Agent"][:4] == ["Ali Moradi", "Omid Sadeghi", "Reza Karimi", "Sara Nouri"]
    assert agents["Quality score"][:4] == [90, None, 65, 85]
    assert [cell.data_type for cell in english["Agents"]["D"][1:5]] == ["n"] * 4


def test_native_charts_show_trend_pareto_and_teams_with_their_intervals(books):
    charts = _parts(books["fa"], "xl/charts/chart")
    assert len(charts) == 3
    trend, pareto, teams = charts
    assert "<c:lineChart>" in trend
    assert "<c:errBars>" in trend
    assert 'orientation val="maxMin"' not in trend  # months run from left to right in Persian, too
    assert "<c:barChart>" in pareto
    assert "<c:lineChart>" in pareto
    assert "<c:errBars>" in teams
    for mirrored in (pareto, teams):
        assert 'orientation val="maxMin"' in mirrored
    assert all("[$-3000429]" in chart for chart in charts)
    for chart in _parts(books["en"], "xl/charts/chart"):
        assert "[$-" not in chart
        assert "maxMin" not in chart


def test_scores_of_two_form_versions_are_no_one_curve(reports, tmp_path):
    months = reports["en"].tables["months"].copy()
    months.loc[1, "yardstick"] = 2
    write_workbook(_with(reports["en"], months=months), tmp_path / "b.xlsx", str)
    trend = _parts(tmp_path / "b.xlsx", "xl/charts/chart")[0]
    assert trend.count("<c:ser>") == 2
    shown = openpyxl.load_workbook(tmp_path / "b.xlsx")["What the charts show"]
    rows = list(shown.iter_rows(min_row=3, max_row=4, min_col=2, max_col=3, values_only=True))
    assert [[value is None for value in row] for row in rows] == [[False, True], [True, False]]


def test_workbook_in_persian_runs_right_to_left(books, english):
    book = openpyxl.load_workbook(books["fa"])
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    assert "آبان ۱۴۰۵" in book.worksheets[0]["A1"].value
    agents = book["کارشناسان"]
    assert (agents["D3"].value, agents["D3"].number_format) == (65, "[$-3000429]0.0")
    assert "۱۴۰۵/۰۹/۰۴ ۱۲:۰۰" in _texts(book["مربی‌گری"])
    assert not any(sheet.sheet_view.rightToLeft for sheet in english.worksheets)


def test_a_comment_that_looks_like_a_formula_is_text(english, books):
    sheet = english["Coaching"]
    note = next(cell for row in sheet.iter_rows() for cell in row if cell.value == NOTE_AS_TEXT)
    assert note.data_type == "s"
    formulas = re.findall("<f>(.*?)</f>", "".join(_parts(books["en"], "xl/worksheets/sheet")))
    assert {formula.partition("(")[0] for formula in formulas} == {
        "SUBTOTAL", "SUMPRODUCT", "100*SUMPRODUCT",
    }  # fmt: skip


def test_sheets_are_ready_to_filter_scroll_and_print(english):
    for sheet in english.worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.oddFooter.center.text == "&P / &N"
    for sheet in english.worksheets[1:-1]:
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes == "B2"
        assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")
        assert sheet.page_setup.orientation == "landscape"


def test_an_empty_month_says_so_in_both_files(books, reports, tmp_path):
    book = openpyxl.load_workbook(books["empty"])
    said = "No evaluation was submitted for this month: there is no average."
    assert said in _texts(book["Summary"])
    table = _columns(book["Overview"])
    assert (table["Quality score"], table["Note"]) == ([None], ["No score yet"])
    assert len(_parts(books["empty"], "xl/charts/chart")) == 1  # of the months before
    write_csv_files(reports["empty"], tmp_path / "report.zip", str)
    assert [said] in _csv(tmp_path / "report.zip", "about.csv")
    assert len(_csv(tmp_path / "report.zip", "agents.csv")) == 1


@pytest.mark.parametrize(("write", "ending"), [(write_workbook, "xlsx"), (write_csv_files, "zip")])
def test_the_same_report_gives_the_same_bytes(write, ending, reports, tmp_path):
    for name in ("one", "two"):
        write(reports["fa"], tmp_path / f"{name}.{ending}", translator("fa"))
    assert len({sha256(path.read_bytes()).digest() for path in tmp_path.iterdir()}) == 1


def _csv(path: Path, name: str) -> list[list[str]]:
    with zipfile.ZipFile(path) as archive:
        raw = archive.read(name)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_csv_files_are_tidy_and_read_back_to_the_same_values(reports, tmp_path):
    path, report = tmp_path / "report.zip", reports["fa"]
    write_csv_files(report, path, translator("fa"))
    with zipfile.ZipFile(path) as archive:
        names = ["about", "dictionary", "methods", *(sheet.name for sheet in report.sheets)]
        assert archive.namelist() == [f"{name}.csv" for name in names]
    head, *rows = _csv(path, "agents.csv")
    assert {row[head.index("agent")]: row[head.index("score")] for row in rows} == {
        "امید صادقی": "",
        "رضا کریمی": "65.0",
        "سارا نوری": "85.0",
        "علی مرادی": "90.0",
    }
    head, *rows = _csv(path, "coaching.csv")
    assert rows[0][head.index("text")] == f"'{NOTE_AS_TEXT}"
    assert rows[0][head.index("created_at")] == "1405/09/04 12:00"


def test_the_dictionary_explains_each_column_of_each_table(reports, tmp_path):
    path = tmp_path / "report.zip"
    write_csv_files(reports["en"], path, str)
    head, *rows = _csv(path, "dictionary.csv")
    assert head == ["table", "title", "column", "heading", "meaning", "unit", "empty"]
    explained = {(row[0], row[2]) for row in rows if row[4]}
    for sheet in reports["en"].sheets:
        columns = _csv(path, f"{sheet.name}.csv")[0]
        assert len(set(columns)) == len(columns)
        assert {(sheet.name, column) for column in columns} <= explained


def _with(report: PrintedReport, **tables: pd.DataFrame) -> PrintedReport:
    return dataclasses.replace(report, tables={**report.tables, **tables})


def test_csv_text_never_starts_like_a_formula_but_negative_numbers_stay(reports, tmp_path):
    starts = ["=", "+", "-", "@", "\t", "\r", "＝"]
    note = reports["en"].tables["coaching"].iloc[[0]]
    coaching = pd.concat([note.assign(text=f"{start}1+1") for start in starts])
    overview = reports["en"].tables["overview"].copy()
    overview.loc[0, "change"] = -2.5
    changed = _with(reports["en"], coaching=coaching, overview=overview)
    write_csv_files(changed, tmp_path / "report.zip", str)
    head, *rows = _csv(tmp_path / "report.zip", "coaching.csv")
    assert [row[head.index("text")] for row in rows] == [f"'{start}1+1" for start in starts]
    head, *rows = _csv(tmp_path / "report.zip", "overview.csv")
    assert rows[0][head.index("change")] == "-2.5"


def test_longest_and_strangest_texts_still_give_a_readable_workbook(reports, tmp_path):
    coaching = reports["en"].tables["coaching"].copy()
    coaching.loc[0, "text"] = "ب" * 40_000
    coaching.loc[1, "text"] = "\ud800\x00\x1f\ufffe_x0041_ <b>&amp; http://example.com"
    changed = _with(reports["en"], coaching=coaching)
    write_workbook(changed, tmp_path / "report.xlsx", str)
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
