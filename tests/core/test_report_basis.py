"""The hash that stands on a report, computed a second time by the words of its description."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from qm.core.report_basis import (
    Differences,
    basis_text,
    data_sha256,
    differences,
    packed,
    row_sha256,
    unpacked,
)

ROWS = {("pick", 10): "aa", ("pick", 9): "bb", ("evaluation", 2): "cc"}


def test_a_row_is_hashed_as_a_json_array_with_moments_in_utc():
    at = datetime(2026, 11, 22, 3, 30, tzinfo=timezone(timedelta(hours=3, minutes=30)))
    columns = ["سارا", 1, 0.1, None, True, at, [["q", "yes"]]]
    text = (
        '["\\u0633\\u0627\\u0631\\u0627",1,0.1,null,true,"2026-11-22T00:00:00.000000+00:00",'
        '[["q","yes"]]]'
    )
    assert row_sha256(columns) == hashlib.sha256(text.encode()).hexdigest()
    assert row_sha256([at]) == row_sha256([at.astimezone(UTC)])
    assert json.loads(text)[2] == 0.1


def test_what_has_no_one_way_to_be_written_is_not_hashed():
    with pytest.raises(ValueError, match="JSON"):
        row_sha256([float("nan")])
    with pytest.raises(TypeError, match="holds no bytes"):
        row_sha256([b""])


def test_the_basis_is_a_head_and_a_line_per_row_in_the_order_of_numbers():
    text = "qm report basis 1 1405-08\nevaluation 2 cc\npick 9 bb\npick 10 aa\n"
    assert basis_text("1405-08", ROWS) == text
    assert data_sha256("1405-08", ROWS) == hashlib.sha256(text.encode()).hexdigest()
    assert unpacked(packed("1405-08", ROWS)) == ROWS
    with pytest.raises(ValueError, match="incorrect header"):
        unpacked(b"damaged")


def test_bases_are_told_apart_row_by_row():
    after = {("pick", 10): "aa", ("evaluation", 2): "dd", ("evaluation", 3): "ee"}
    found = differences(ROWS, after)
    assert found == Differences(
        added=(("evaluation", 3),), removed=(("pick", 9),), altered=(("evaluation", 2),)
    )
    assert not differences(ROWS, dict(ROWS))
