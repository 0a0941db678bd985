from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from qm.core.centre import Centre
from qm.core.problems import CATALOGUE, BadInput, Problem
from qm.intake import files, tables_files, xlsx_files
from qm.intake.columns import COLUMNS, REQUIRED, header_documentation
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


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


# --- what is read


def test_a_full_row_is_read(reader: Reader) -> None:
    cells = {column.name: column.example for column in COLUMNS}
    (found,) = reader.rows({**cells, "Skill Level": "gold"}).rows
    assert found.started_at == datetime(2026, 11, 5, 7, 2, tzinfo=UTC)
    assert (found.id, found.agent_name_fa, found.team_name_fa) == (
        "c-100231",
        "سارا نوری",
        "سفارش‌ها",
    )
    assert (found.talk_s, found.hold_s, found.wrap_s) == (184.0, 12.0, 35.0)
    assert (found.recording, found.language) == ("2026-11/c-100231.wav", "fa")
    assert found.attributes == {"Skill Level": "gold"}


def test_empty_cells_are_none(reader: Reader) -> None:
    (found,) = reader.rows(row(talk_s="", queue=" ", outcome="", note="")).rows
    assert (found.talk_s, found.queue, found.outcome, found.attributes) == (None, None, None, {})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(reader: Reader, delimiter: str) -> None:
    text = csv_text(row(1, outcome="resolved"), delimiter=delimiter)
    assert reader.read(text).rows[0].outcome == "resolved"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(reader: Reader, encoding: str) -> None:
    text = csv_text(row(agent_name_fa="سارا نوری", note="پی‌گیری شد"))
    (found,) = reader.read(text.encode(encoding)).rows
    assert found.agent_name_fa == "سارا نوری"
    assert found.attributes == {"note": "پی‌گیری شد"}


def test_persian_digits_and_arabic_letters(reader: Reader) -> None:
    first, second = reader.rows(
        row(1, team="پشتيباني", talk_s="۱۸۴٫۵"), row(2, team="پشتیبانی", talk_s="184.5")
    ).rows
    assert first.team == second.team == "پشتیبانی"
    assert first.talk_s == second.talk_s == 184.5


def test_marks_of_direction_around_a_cell_are_no_part_of_it(reader: Reader) -> None:
    (found,) = reader.rows(row(id="\u200fc-1\u200e", talk_s="\u202a12\u202c")).rows
    assert (found.id, found.talk_s) == ("c-1", 12.0)


def test_row_hash_is_of_the_content_not_of_the_writing(reader: Reader) -> None:
    (plain,) = reader.rows(row(talk_s="184")).rows
    (other,) = reader.rows(
        row(talk_s="184.0", started_at="1405/08/14 10:32", agent_name="Sara Nouri", note="")
    ).rows
    (changed,) = reader.rows(row(talk_s="185")).rows
    assert plain.row_sha256 == other.row_sha256 != changed.row_sha256


def test_header_documentation_names_every_column() -> None:
    table = header_documentation().splitlines()
    assert len(table) == 2 + len(COLUMNS)
    assert REQUIRED == ("id", "channel", "agent", "team", "started_at")


# --- time


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-05T10:32:00+03:30",
        "2026-11-05 07:02Z",
        "2026-11-05 10:32",
        "2026/11/05 10:32:00",
        "1405/08/14 10:32",
        "1405-08-14T10:32:00+03:30",
        "۱۴۰۵/۰۸/۱۴ ۱۰:۳۲",
    ],
)
def test_ways_to_write_the_start(reader: Reader, text: str) -> None:
    (found,) = reader.rows(row(started_at=text)).rows
    assert found.started_at == datetime(2026, 11, 5, 7, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30 10:00", "import.no_such_date"),
        ("1405/12/30 10:00", "import.no_such_date"),  # 1405 is no leap year
        ("1405/13/01 10:00", "import.no_such_date"),
        ("0000-01-01 10:00", "import.no_such_date"),
        ("2026-11-05 25:00", "import.no_such_date"),
        ("2026-11-05 10:00+99:99", "import.no_such_date"),
        ("05.11.2026 10:00", "import.time_unreadable"),
        ("2026-11-05", "import.time_unreadable"),
        ("yesterday", "import.time_unreadable"),
        ("1900-01-01 00:00", "import.long_ago"),
        ("9999-12-31T23:59-12:00", "import.in_future"),
        ("2026-11-22T12:00:01Z", "import.in_future"),
    ],
)
def test_impossible_starts(reader: Reader, text: str, code: str) -> None:
    problem = reader.rejected(started_at=text)
    assert (problem.code, problem.field) == (code, "started_at")


def test_a_clock_that_runs_ahead_is_tolerated_for_a_day(reader: Reader) -> None:
    assert reader.rows(row(started_at="2026-11-22T12:00:00Z")).rows


@pytest.mark.parametrize(
    ("text", "code", "remedy"),
    [
        ("2026-03-29 02:30", "import.time_skipped", "2026-03-29T02:30:00+01:00"),
        ("2026-10-25 02:30", "import.time_twice", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_local_times_that_daylight_saving_skips_or_repeats(
    reader: Reader, text: str, code: str, remedy: str
) -> None:
    result = reader.rows(row(1), row(2, started_at=text), row(3), centre=BERLIN)
    problem = only_problem(result, at_row=3)
    assert (problem.code, problem.field) == (code, "started_at")
    assert "Europe/Berlin" in problem.reason
    assert remedy in problem.remedy
    (found,) = reader.rows(row(started_at=remedy), centre=BERLIN).rows
    assert found.started_at.tzinfo is UTC


def test_the_hours_around_the_gap_are_read(reader: Reader) -> None:
    before, after = reader.rows(
        row(1, started_at="2026-03-29 01:59:59"),
        row(2, started_at="2026-03-29 03:00:00"),
        centre=BERLIN,
    ).rows
    assert after.started_at - before.started_at == timedelta(seconds=1)


def test_solar_hijri_dates_only_where_they_are_the_centres_calendar(reader: Reader) -> None:
    result = reader.rows(row(1), row(2, started_at="1405/08/14 10:32"), row(3), centre=BERLIN)
    assert only_problem(result, at_row=3).code == "import.other_calendar"


# --- cells


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("channel", "fax", "import.not_a_choice"),
        ("channel", "", "import.missing_value"),
        ("direction", "sideways", "import.not_a_choice"),
        ("language", "klingon", "import.language_unknown"),
        ("language", "xx", "import.language_unknown"),
        ("talk_s", "-5", "import.negative"),
        ("talk_s", "2147483648", "import.too_many_seconds"),
        ("hold_s", "9" * 5000, "import.too_many_seconds"),
        ("hold_s", "300000", "import.too_many_seconds"),
        ("wrap_s", "nan", "import.not_a_number"),
        ("wrap_s", "1e3", "import.not_a_number"),
        ("wrap_s", "3:04", "import.not_a_number"),
        ("agent", "", "import.missing_value"),
        ("agent", "x" * 101, "import.too_long"),
        ("team", "#N/A", "import.cell_error"),
        ("customer", "9.89121E+11", "import.rounded"),
        ("queue", "a\0b", "import.unprintable_text"),
        ("note", "a\x1bb", "import.unprintable_text"),
        ("note", "x" * 2001, "import.too_long"),
    ],
)
def test_bad_cells(reader: Reader, field: str, text: str, code: str) -> None:
    problem = reader.rejected(**{field: text})
    assert problem.code == code
    assert problem.field == field
    assert len(str(problem)) < 500


def test_every_wrong_field_of_a_row_is_reported_at_once(reader: Reader) -> None:
    result = reader.rows(row(1, channel="fax", talk_s="-1", started_at="x"))
    assert [problem.field for problem in result.problems] == ["channel", "started_at", "talk_s"]
    assert result.rows_rejected == 1


def test_languages_with_a_region(reader: Reader) -> None:
    (found,) = reader.rows(row(language="fa-IR")).rows
    assert found.language == "fa"


def test_duplicate_id_names_the_first_row(reader: Reader) -> None:
    result = reader.rows(row(1), row(1, talk_s="3"), row(3))
    problem = only_problem(result, at_row=3)
    assert (problem.code, problem.field) == ("import.duplicate_id", "id")
    assert "row 2" in problem.reason
    assert result.rows[0].talk_s is None


def test_untrusted_text_in_a_problem_is_short_and_printable(reader: Reader) -> None:
    problem = reader.rejected(channel="{values}{0.__class__}" + "y" * 3000)
    assert "{values}" in problem.reason
    assert len(problem.reason) < 300


def test_many_wrong_rows_are_counted_not_all_listed(reader: Reader) -> None:
    result = reader.rows(*[row(i, channel="fax") for i in range(1500)], row(2000))
    assert result.rows_rejected == 1500
    assert len(result.problems) == 1001
    assert result.problems[-1].code == "import.more_rejected"
    assert "500 more" in result.problems[-1].reason
    assert [r.id for r in result.rows] == ["c-2000"]


# --- recordings


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret.wav", "import.recording_outside"),
        ("a/../../secret.wav", "import.recording_outside"),
        ("a/../b.wav", "import.recording_outside"),
        ("..\\secret.wav", "import.recording_outside"),
        (".", "import.recording_outside"),
        ("/etc/passwd", "import.recording_absolute"),
        ("C:\\calls\\a.wav", "import.recording_absolute"),
        ("\\\\server\\share\\a.wav", "import.recording_absolute"),
        ("~/a.wav", "import.recording_absolute"),
        ("x" * 501, "import.too_long"),
    ],
)
def test_recordings_outside_their_folder(reader: Reader, name: str, code: str) -> None:
    problem = reader.rejected(recording=name)
    assert (problem.code, problem.field) == (code, "recording")


def test_links_out_of_the_recordings_folder(reader: Reader) -> None:
    outside = reader.folder / "outside"
    outside.mkdir()
    (outside / "a.wav").touch()
    (reader.recordings / "folder").symlink_to(outside)
    (reader.recordings / "file.wav").symlink_to(outside / "a.wav")
    for name in ("folder/a.wav", "file.wav"):
        assert reader.rejected(recording=name).code == "import.recording_outside"


def test_links_within_and_missing_files_are_fine(reader: Reader) -> None:
    (reader.recordings / "real").mkdir()
    (reader.recordings / "linked").symlink_to(reader.recordings / "real")
    names = ["linked/a.wav", "2026-11\\b.wav", "./c//d.wav", "تماس ۱.wav"]
    result = reader.rows(*[row(i, recording=name) for i, name in enumerate(names)])
    assert [r.recording for r in result.rows] == [
        "linked/a.wav",
        "2026-11/b.wav",
        "c/d.wav",
        "تماس ۱.wav",
    ]


# --- files as a whole


def test_windows_1256_is_refused_with_the_place_of_the_byte(reader: Reader) -> None:
    before = csv_text(row(1)) + "c-2,call,"
    content = (before + "سارا,orders,2026-11-05 10:32\n").encode("windows-1256")
    problem = reader.refused(content)
    assert (problem.code, problem.row) == ("import.encoding", 3)
    assert f"byte {len(before) + 1} " in problem.reason
    assert "UTF-8" in problem.remedy


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_place_of_a_wrong_byte_far_inside_a_file(reader: Reader, mark: bytes) -> None:
    # The last character that fits straddles the border between two blocks of the check.
    head = csv_text(row(1)).encode()
    filler = b"x" * ((1 << 20) - len(head) - 1) + "ی".encode()
    problem = reader.refused(mark + head + filler + b"\xff")
    assert problem.values["byte"] == len(mark + head + filler) + 1


def test_half_a_character_of_utf_16_is_refused(reader: Reader) -> None:
    problem = reader.refused(csv_text(row(1)).encode("utf-16")[:-1])
    assert problem.code == "import.encoding"
    assert "UTF-16" in problem.reason


def test_utf_16_without_a_mark_is_refused(reader: Reader) -> None:
    assert reader.refused(csv_text(row(1)).encode("utf-16-le")).code == "import.not_text"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_column_is_named(reader: Reader, name: str) -> None:
    problem = reader.refused(csv_text(row(1)).replace(name, "other", 1))
    assert (problem.code, problem.row, problem.field) == ("import.missing_column", 1, name)
    assert "other" in problem.reason


def test_a_column_that_is_there_twice(reader: Reader) -> None:
    problem = reader.refused(csv_text(row(1)).replace("\n", ",Agent \n", 1))
    assert (problem.code, problem.field) == ("import.duplicate_column", "agent")


@pytest.mark.parametrize("content", ["", "\n\n", csv_text(), csv_text() + "\n,,,,\n"])
def test_no_rows(reader: Reader, content: str) -> None:
    problem = reader.refused(content)
    expected = "import.missing_column" if content == "\n\n" else "import.no_rows"
    assert problem.code == expected


def test_size_is_refused_before_the_file_is_read(reader: Reader) -> None:
    path = reader.folder / "in.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)  # sparse: 2 GB that take no room
    with pytest.raises(BadInput) as caught:
        read_interactions(
            path, TEHRAN, recordings_folder=reader.recordings, now=NOW, max_bytes=200_000_000
        )
    assert caught.value.problems[0].code == "import.file_too_large"
    assert "2147 MB" in caught.value.problems[0].reason


def test_kinds_and_missing_files(reader: Reader) -> None:
    assert reader.refused("x", "in.pdf").code == "import.file_kind"
    assert reader.refused("x", "in").code == "import.file_kind"
    with pytest.raises(BadInput, match="no such file"):
        read_interactions(
            reader.folder / "gone.csv",
            TEHRAN,
            recordings_folder=reader.recordings,
            now=NOW,
            max_bytes=1,
        )


def test_an_upload_is_named_as_the_person_called_it(reader: Reader) -> None:
    content = csv_text(row(1), row(2, channel="fax"))
    result = reader.read(content, "tmp1234", file_name="آبان.csv")
    assert len(result.rows) == 1
    assert result.problems[0].place == "آبان.csv"


@pytest.mark.parametrize("name", ["x" * 101, "a\x1bb"])
def test_column_names_that_cannot_be_kept(reader: Reader, name: str) -> None:
    assert reader.refused(csv_text(row(1, **{name: "text"}))).code == "import.column_name"
    assert (
        only_problem(reader.lines(GOOD, row(2, **{name: "text"}), row(3)), at_row=2).code
        == "import.column_name"
    )


def test_too_many_rows_and_columns(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_files, "ROWS_MOST", 3)
    assert reader.refused(csv_text(*[row(i) for i in range(4)])).code == "import.too_many_rows"
    wide = {f"column {i}": "x" for i in range(files.COLUMNS_MOST)}
    assert reader.refused(csv_text({**row(1), **wide})).code == "import.too_many_columns"


# --- broken CSV


def test_an_endless_cell_costs_its_row_only(reader: Reader) -> None:
    assert reader.rejected(note="x" * 1_000_000).code == "import.cell_endless"


def test_a_shifted_or_cut_off_row(reader: Reader) -> None:
    first, second, third = csv_text(row(1), row(2), row(3)).splitlines()[1:]
    header = csv_text().strip()
    for broken in (second + ",more", second.rsplit(",", 1)[0]):
        result = reader.read("\n".join([header, first, broken, third]))
        assert only_problem(result, at_row=3).code == "import.cell_count"


def test_text_after_a_closing_quotation_mark(reader: Reader) -> None:
    problem = reader.rejected(note='"said "hello" to me"')
    assert problem.code == "import.quotes"


def test_a_quotation_mark_that_is_never_closed_ends_the_reading(reader: Reader) -> None:
    result = reader.rows(row(1), row(2, agent='"sara'), row(3), row(4))
    assert [r.id for r in result.rows] == ["c-1"]
    assert [(p.code, p.row) for p in result.problems] == [
        ("import.quotes", 3),
        ("import.rest_unread", 4),
    ]


def test_line_breaks_inside_quotes_keep_the_row_numbers(reader: Reader) -> None:
    result = reader.rows(row(1, note='"a\nb\nc"'), row(2, channel="fax"), row(3))
    assert only_problem(result, at_row=3).field == "channel"
    assert result.rows[0].attributes == {"note": "a\nb\nc"}


# --- XLSX


def test_a_sheet_with_typed_cells(reader: Reader) -> None:
    header = [*GOOD, "talk_s", "hold_s", "wrap_s", "vip"]
    when = datetime(2026, 11, 5, 10, 32)  # noqa: DTZ001 (a spreadsheet knows no zone)
    typed = [1001, "call", "سارا", "orders", when, timedelta(minutes=3), 1.5, 7.0, True]
    (found,) = reader.sheet(header, typed).rows
    assert (found.id, found.agent) == ("1001", "سارا")
    assert found.started_at == datetime(2026, 11, 5, 7, 2, tzinfo=UTC)
    assert (found.talk_s, found.hold_s, found.wrap_s) == (180.0, 1.5, 7.0)
    assert found.attributes == {"vip": "true"}


def test_xlsx_and_csv_of_the_same_content_have_the_same_hash(reader: Reader) -> None:
    cells = row(1, talk_s="184", queue="صف ۱")
    from_sheet = reader.sheet(list(cells), list(cells.values())).rows[0]
    assert from_sheet.row_sha256 == reader.rows(cells).rows[0].row_sha256


def test_bad_rows_of_a_sheet(reader: Reader) -> None:
    rows = [row(1), row(12345678901234567), row(3)]
    values = [list(each.values()) for each in rows]
    values[1][0] = 12345678901234567
    problem = only_problem(reader.sheet(list(GOOD), *values), at_row=3)
    assert problem.code == "import.rounded"


def with_part(source: Path, target: Path, part: str, change: Any) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, change(data) if item.filename == part else data)


def sheet_with(reader: Reader, change: Any) -> bytes:
    reader.sheet(list(GOOD), list(row(1).values()))
    target = reader.folder / "changed.xlsx"
    with_part(reader.folder / "made.xlsx", target, "xl/worksheets/sheet1.xml", change)
    return target.read_bytes()


def test_formulas_count_by_their_last_value(reader: Reader) -> None:
    def formula(xml: bytes) -> bytes:
        cell = b'<c r="F1" t="str"><v>outcome</v></c></row>'
        made = b'<c r="F2" t="str"><f>CONCATENATE("re","solved")</f><v>resolved</v></c></row>'
        first, second, rest = xml.split(b"</row>")
        return first + cell + second + made + rest

    (found,) = reader.read(sheet_with(reader, formula), "in.xlsx").rows
    assert found.outcome == "resolved"


def test_a_sheet_that_claims_to_be_endless(reader: Reader) -> None:
    def claim(xml: bytes) -> bytes:
        assert b'ref="A1:E2"' in xml
        xml = xml.replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"')
        return xml.replace(b"</sheetData>", b'<row r="999999999999"/></sheetData>')

    content = sheet_with(reader, claim)
    assert len(reader.read(content, "in.xlsx").rows) == 1


def test_what_is_no_workbook(reader: Reader) -> None:
    good = sheet_with(reader, lambda xml: xml)
    entities = b'<!DOCTYPE x [<!ENTITY a "' + b"y" * 1000 + b'">'
    for name in "bcdefg":
        before = chr(ord(name) - 1).encode()
        entities += b"<!ENTITY %s '%s'>" % (name.encode(), b"&%s;" % before * 50)
    laughs = sheet_with(reader, lambda xml: entities + b"]><x>&g;</x>")
    broken = sheet_with(reader, lambda xml: xml[: len(xml) // 2])
    for content in (b"", b"PK\x03\x04", csv_text(row(1)).encode(), good[:-100], broken, laughs):
        assert reader.refused(content, "in.xlsx").code == "import.xlsx_unreadable"


def test_a_zip_bomb_is_refused_by_what_it_declares(reader: Reader) -> None:
    path = reader.folder / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as member,
    ):
        for _ in range(xlsx_files._UNPACKED_BYTES_MOST // 10_000_000 + 1):
            member.write(bytes(10_000_000))
    content = path.read_bytes()
    assert len(content) < 1_000_000
    assert reader.refused(content, "in.xlsx").code == "import.xlsx_too_large"


# --- JSONL

CHAT = {**GOOD, "channel": "chat", "language": "fa"}
MESSAGES = [
    {"at": "2026-11-05T10:32:05+03:30", "from": "customer", "text": "سلام، سفارشم نرسیده"},
    {"at": "1405/08/14 10:33", "from": "agent", "text": "سلام، بررسی می‌کنم", "id": 7},
    {"from": "system", "text": "The customer left."},
]


def chat(number: int, **values: Any) -> dict[str, Any]:
    return {**CHAT, "id": f"c-{number}", "messages": MESSAGES, **values}


def test_messages_become_segments(reader: Reader) -> None:
    (found,) = reader.lines(chat(1, rating=4, tags=["vip"], bot=False, note=None)).rows
    assert [(s.speaker, s.start_s, s.end_s, s.text) for s in found.segments] == [
        ("customer", 5.0, None, "سلام، سفارشم نرسیده"),
        ("agent", 60.0, None, "سلام، بررسی می‌کنم"),
        ("system", None, None, "The customer left."),
    ]
    assert found.attributes == {"rating": "4", "tags": '["vip"]', "bot": "false"}


def test_messages_are_part_of_the_row_hash(reader: Reader) -> None:
    (one,) = reader.lines(chat(1)).rows
    (other,) = reader.lines(chat(1, messages=MESSAGES[:2])).rows
    assert one.row_sha256 != other.row_sha256


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "import.line_not_json"),
        ("[1, 2]", "import.line_not_json"),
        ('"text"', "import.line_not_json"),
        ('{"id": NaN}', "import.line_not_json"),
        ('{"id": "a", "id": "b"}', "import.line_not_json"),
        ('{"id": "a", "ID": "b"}', "import.line_not_json"),
        ('{"n": ' + "9" * 5000 + "}", "import.line_not_json"),
        ("[" * 100_000, "import.line_too_deep"),
        ('{"a":' * 100_000, "import.line_too_deep"),
        ("x" * 5_000_001, "import.line_endless"),
    ],
)
def test_broken_lines(reader: Reader, line: str, code: str) -> None:
    assert only_problem(reader.lines(chat(1), line, chat(3)), at_row=2).code == code


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"messages": []}, "import.no_messages", "messages"),
        ({"messages": None}, "import.no_messages", "messages"),
        ({"messages": "hello"}, "import.messages_unreadable", "messages"),
        ({"messages": {"text": "a"}}, "import.messages_unreadable", "messages"),
        ({"messages": ["hello"]}, "import.messages_unreadable", "messages[0]"),
        ({"messages": [{"text": "a"}]}, "import.message_from", "messages[0].from"),
        (
            {"messages": [MESSAGES[0], {"from": "bot", "text": "a"}]},
            "import.message_from",
            "messages[1].from",
        ),
        ({"messages": [{"from": "agent"}]}, "import.message_empty", "messages[0].text"),
        (
            {"messages": [{"from": "agent", "text": "a\0"}]},
            "import.unprintable_text",
            "messages[0].text",
        ),
        (
            {"messages": [{"from": "agent", "text": "a" * 200_001}]},
            "import.too_long",
            "messages[0].text",
        ),
        (
            {"messages": [{"from": "agent", "text": "a", "at": "noon"}]},
            "import.time_unreadable",
            "messages[0].at",
        ),
        (
            {"messages": [{"from": "agent", "text": "a", "at": "2026-11-05T10:31:00+03:30"}]},
            "import.message_before_start",
            "messages[0].at",
        ),
        ({"channel": "call"}, "import.messages_of_call", "messages"),
        ({"customer": "\ud800"}, "import.unprintable_text", "customer"),
        ({"id": None}, "import.missing_value", "id"),
        ({"agent": {"name": "x"}, "talk_s": "x"}, "import.not_a_number", "talk_s"),
    ],
)
def test_bad_lines(reader: Reader, values: dict[str, Any], code: str, field: str) -> None:
    bad = json.dumps(chat(2, **values))  # as ASCII: a half character is \ud800 there
    problem = only_problem(reader.lines(chat(1), bad, chat(3)), at_row=2)
    assert (problem.code, problem.field) == (code, field)


def test_a_call_needs_no_messages(reader: Reader) -> None:
    (found,) = reader.lines(GOOD).rows
    assert found.segments == ()


def test_every_code_of_the_import_has_a_reason_and_a_remedy() -> None:
    codes = [code for code in CATALOGUE if code.startswith("import.")]
    assert len(codes) > 30
    assert all(CATALOGUE[code].reason and CATALOGUE[code].remedy for code in codes)
