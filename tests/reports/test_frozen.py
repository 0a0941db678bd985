"""A frozen report comes back as it was, and what is not ours to read is refused in words."""

import dataclasses
import json
import zlib
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from qm.core.problems import BadInput
from qm.core.text import Wording
from qm.reports import frozen
from qm.reports.monthly import MonthlyReport
from tests.reports.case import ABAN, NOW


@pytest.fixture(scope="module")
def report(live_reports) -> MonthlyReport:
    return live_reports[ABAN]


def with_cells(report: MonthlyReport, *cells: object) -> MonthlyReport:
    table = pd.DataFrame({"cell": pd.Series(cells, dtype=object)})
    return dataclasses.replace(report, tables={"cells": table})


def changed(report: MonthlyReport, change) -> bytes:
    data = json.loads(frozen.canonical_json(report))
    change(data)
    return zlib.compress(json.dumps(data).encode())


def test_every_value_of_a_report_comes_back_with_its_type(report):
    again = frozen.from_bytes(frozen.to_bytes(report))
    assert again.tables.keys() == report.tables.keys()
    for name, table in report.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table, check_exact=True)
        assert [[type(cell) for cell in row] for row in again.tables[name].to_numpy()] == [
            [type(cell) for cell in row] for row in table.to_numpy()
        ]
    plain = {"tables": {}, "content_sha256": None}
    assert dataclasses.replace(again, **plain) == dataclasses.replace(report, **plain)
    assert list(again.figures.critical) == list(report.figures.critical)  # in their order


def test_unusual_values_come_back_exactly(report):
    cells = [
        None, True, 0, -0.0, 0.1 + 0.2, 1e300, 2**70, "", "ی\u200c\x00\ud800", Wording(fa="متن"),
        NOW, date(2026, 11, 22), Decimal("1.20"), ("a", (1, None)), ["b", {"c": Decimal(0)}],
    ]  # fmt: skip
    again = frozen.from_bytes(frozen.to_bytes(with_cells(report, *cells))).tables["cells"]["cell"]
    assert [repr(cell) for cell in again] == [repr(cell) for cell in cells]
    numbers = with_cells(report, np.float64(0.1), np.int64(3), np.bool_(True), pd.Timestamp(NOW))
    told = frozen.from_bytes(frozen.to_bytes(numbers)).tables["cells"]["cell"]
    assert [repr(cell) for cell in told] == ["0.1", "3", "True", repr(NOW)]


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), NOW.replace(tzinfo=None), pd.NaT])
def test_what_no_report_may_hold_is_not_frozen(report, cell):
    with pytest.raises(ValueError, match=r"JSON|zone"):
        frozen.to_bytes(with_cells(report, cell, None))


def test_an_object_that_no_report_holds_is_not_frozen(report):
    with pytest.raises(TypeError, match="holds no set"):
        frozen.to_bytes(with_cells(report, {1}))


def test_the_same_report_gives_the_same_bytes_and_its_own_hash(report):
    content = frozen.to_bytes(report)
    again = frozen.from_bytes(content)
    assert frozen.to_bytes(again) == content
    assert again.content_sha256 == frozen.content_sha256(frozen.canonical_json(report))
    other = dataclasses.replace(report, made_by="somebody else")
    assert frozen.from_bytes(frozen.to_bytes(other)).content_sha256 != again.content_sha256


def test_what_a_newer_qm_wrote_is_refused_by_its_name(report):
    field = changed(report, lambda data: data["MonthlyReport"].update(mood="good"))
    with pytest.raises(BadInput, match="“mood”, which this qm does not know"):
        frozen.from_bytes(field)
    kind = changed(report, lambda data: data["MonthlyReport"].update(reason={"Mood": {}}))
    with pytest.raises(BadInput, match="“Mood”, which this qm does not know"):
        frozen.from_bytes(kind)


def test_a_field_that_was_added_later_has_its_default(report):
    older = changed(report, lambda data: data["MonthlyReport"].pop("reason"))
    assert frozen.from_bytes(older).reason == ""


def test_damaged_bytes_are_refused(report):
    content = frozen.to_bytes(report)
    cut = changed(report, lambda data: data["MonthlyReport"].pop("figures"))
    no_report = zlib.compress(b'{"list":[]}')
    for damaged in (b"", content[:-9], b"x" + content, zlib.compress(b"{"), no_report, cut):
        with pytest.raises(BadInput, match=r"cannot be read.*\[report.damaged\]"):
            frozen.from_bytes(damaged)
