from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from qm.intake import xlsx_files
from tests.intake.reading import GOOD, Reader, csv_text, only_problem, row


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
