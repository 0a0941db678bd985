"""The report as PDF: the same bytes for the same report, its words readable by other programs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from qm.locale import translator
from qm.reports.layout import SHEETS, Column, Sheet
from qm.reports.pdf import write_pdf
from qm.reports.printed import on_pages
from tests.fixtures.missing import missing
from tests.reports.paper_case import CONTENT_SHA256, DATA_SHA256, HOSTILE, a_report

ROOT = Path(__file__).parents[2]
IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from qm.locale import translator
from qm.reports.pdf import write_pdf
from qm.reports.printed import on_pages
from tests.reports.paper_case import a_report
write_pdf(on_pages(a_report("fa"), translator("fa")), Path(sys.argv[1]))
"""
LATIN_NUMBER = re.compile(r"[0-9]+\.[0-9]")
RAIN = pd.DataFrame({"sky": ["grey", "blue"], "rain": [12.5, None]}, dtype=object)
_UNSEEN = re.compile("[\u200c-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def words_of() -> Callable[..., str]:
    """The words of a PDF file as pdftotext reads them, without signs of direction."""
    program = shutil.which("pdftotext")
    if program is None:
        raise missing("pdftotext", "apt-get install poppler-utils")

    def words(path: Path, *options: str) -> str:
        command = [program, "-q", *options, str(path), "-"]
        read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return " ".join(_UNSEEN.sub("", read).split())

    return words


@pytest.fixture(scope="module")
def persian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "fa.pdf"
    write_pdf(on_pages(a_report("fa"), translator("fa")), path)
    return path


def test_the_same_report_gives_the_same_bytes_later_and_elsewhere(persian, tmp_path):
    # A time of writing in the file would be another one now.
    time.sleep(max(0.0, persian.stat().st_mtime + 1.1 - time.time()))
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(tmp_path / "elsewhere.pdf")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    hashes = {sha256(path.read_bytes()).hexdigest() for path in (persian, *tmp_path.iterdir())}
    assert len(hashes) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.pdf"]


def test_persian_words_are_found_in_their_order_with_persian_digits(persian, words_of):
    words = words_of(persian)
    order = ["آبان ۱۴۰۵", "۷۹٫۲", "سارا نوری", "نام خود را می گوید", "همه چیز خوب بود"]
    places = [words.find(text) for text in order]
    assert -1 not in places
    assert places == sorted(places)
    assert LATIN_NUMBER.findall(words) == []
    cover = words_of(persian, "-l", "1")
    for sha256_or_its_name in (DATA_SHA256, CONTENT_SHA256, "SHA-256"):
        cover = cover.replace(sha256_or_its_name, "")
    assert re.findall("[0-9]", cover) == []


def test_the_sections_stand_in_the_order_of_the_contents(persian, words_of):
    # pdftotext writes the hamza above a heh before it.
    words, end = words_of(persian, "-f", "2").replace("\u0654", ""), 0
    for sheet in a_report("fa").sheets:
        title = _UNSEEN.sub("", translator("fa")(sheet.title)).replace("\u0654", "")
        end = words.find(title, end) + len(title)
        assert end >= len(title), sheet.name


def test_every_page_says_its_number_and_the_hashes(persian, words_of):
    pages = words_of(persian).count(DATA_SHA256) - 1  # once more in the words of the cover
    assert pages >= 3
    last = words_of(persian, "-f", str(pages))
    digits = str(pages).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert re.search(rf"{digits}\s*از\s*{digits}", last)
    assert CONTENT_SHA256 in last
    assert words_of(persian, "-f", "1", "-l", "1").count(DATA_SHA256) == 2


def test_english_runs_from_left_to_right_with_latin_digits(tmp_path, words_of):
    write_pdf(on_pages(a_report("en"), translator("en")), tmp_path / "en.pdf")
    words = words_of(tmp_path / "en.pdf")
    assert words.startswith("Monthly quality report, Aban 1405 ")
    assert "7 of 11 picks were evaluated" in words
    for text in ("67.8 to 90.7 · n = 7", "79.2", "Sara Nouri", "Greets by name"):
        assert text in words
    assert "Page 1 of" in words


def test_the_contents_lead_to_the_sections_and_the_file_is_tagged(persian):
    program = shutil.which("pdftohtml")
    if program is None:
        raise missing("pdftotext", "apt-get install poppler-utils")
    command = [program, "-xml", "-i", "-stdout", "-q", str(persian)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r'<a href="[^"]*#[0-9]+"', told)) >= 9
    assert told.count("<item page=") >= 9  # the bookmarks beside the pages
    assert b"/StructTreeRoot" in persian.read_bytes()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_hostile_texts_are_printed_as_they_are(language, tmp_path, words_of):
    report = a_report(language, said=HOSTILE, name=HOSTILE)
    write_pdf(on_pages(report, translator(language)), tmp_path / "report.pdf")
    words = words_of(tmp_path / "report.pdf")
    for text in ("#set page(fill: red) $x$ *b* `c`", "<script>alert(1)</script>", "&amp; @x [y]"):
        assert words.count(text) >= 2, text
    assert "abc" in words


def test_a_word_too_long_for_its_cell_stays_on_the_page(tmp_path, words_of):
    long = "x" * 400
    write_pdf(on_pages(a_report("en", said=long), translator("en")), tmp_path / "report.pdf")
    words = words_of(tmp_path / "report.pdf", "-raw")
    assert max(map(len, words.split())) < 200
    assert words.replace(" ", "").count(long) == 2


def test_hundreds_of_rows_repeat_their_headings_on_every_page(tmp_path, words_of):
    write_pdf(on_pages(a_report("en", coached=700), translator("en")), tmp_path / "report.pdf")
    words = words_of(tmp_path / "report.pdf", "-layout")
    pages = int(re.findall(r"Page \d+ of (\d+)", words)[0])
    assert pages > 15
    assert words.count("Feedback") >= 15
    assert "1405-699" in words
    assert b"/StructTreeRoot" not in (tmp_path / "report.pdf").read_bytes()


def test_rows_beyond_what_paper_holds_are_said_to_be_left_out(monkeypatch):
    monkeypatch.setattr("qm.reports.printed._MOST_ROWS", 2)
    sections = {each.name: each for each in on_pages(a_report("en", coached=3), str).sections}
    agents, notes = sections["agents"], sections["coaching"]
    assert [row[0] for row in agents.rows] == ["Ali Moradi", "Reza Karimi"]
    assert agents.note.startswith("The first 2 of 3 rows; the workbook and the CSV files hold all")
    # The first of many notes say nothing: they are left to the files.
    assert (notes.rows, notes.headings) == ([], [])
    assert notes.note == "3 rows: the workbook and the CSV files hold them."
    # Of two teams, one is not printed: the centre's row is all that fits whole.
    assert [row[0] for row in sections["overview"].rows] == ["Contact centre"]


def test_an_interval_stands_beside_its_number_on_paper():
    sections = {each.name: each for each in on_pages(a_report("en"), str).sections}
    headings = [heading.text for heading in sections["agents"].headings]
    assert not {"Lower end", "Upper end", "Margin ±"} & set(headings)
    row = sections["agents"].rows[0]
    assert row[headings.index("Quality score")] == "80.0 (74.0 to 86.0)"


def test_a_sheet_that_the_template_never_heard_of_is_printed(tmp_path, words_of, monkeypatch):
    report = a_report("en")
    sheet = Sheet("weather", "Weather", (Column("sky", "Sky", "text"), Column("rain", "Rain")))
    report = replace(report, tables={**report.tables, "weather": RAIN})
    monkeypatch.setattr("qm.reports.monthly.SHEETS", (*SHEETS, sheet))
    write_pdf(on_pages(report, translator("en")), tmp_path / "report.pdf")
    words = words_of(tmp_path / "report.pdf", "-layout")
    assert "Weather Sky Rain grey 12.5 blue –" in words


def test_a_failure_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "report.pdf"
    path.write_bytes(b"before")
    monkeypatch.setattr("qm.reports.pdf._TEMPLATE", tmp_path / "none.typ")
    with pytest.raises(Exception, match="No such file"):
        write_pdf(on_pages(a_report("en"), translator("en")), path)
    assert path.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]
