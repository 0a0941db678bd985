from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qm.intake.columns import COLUMNS, REQUIRED, header_documentation
from tests.intake.reading import Reader, csv_text, only_problem, row

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
