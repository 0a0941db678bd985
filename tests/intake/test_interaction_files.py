from __future__ import annotations

import pytest

from qm.core.problems import BadInput
from qm.intake import files, tables_files
from qm.intake.columns import REQUIRED
from qm.intake.interactions import read_interactions
from tests.intake.reading import GOOD, NOW, TEHRAN, Reader, csv_text, only_problem, row

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
