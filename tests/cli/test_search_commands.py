"""`qm search` and `qm reindex` as their user meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.small_centre import build
from tests.fixtures.spoken import said, speak

if TYPE_CHECKING:
    from tests.fixtures.command import Command


@pytest.fixture
def centre(qm: Command) -> Command:
    """A small centre in which two calls are about a refund."""
    folder = qm.folder / "var"
    engine = build(f"sqlite:///{folder / 'qm.sqlite'}", folder).engine
    for call in ("sara-0", "reza-9"):
        told = [said("agent", 0, "good morning"), said("customer", 61, "my refund")]
        speak(engine, call, told)
    return qm


def test_search_says_where(centre: Command) -> None:
    ended = centre("search", "refund")
    assert ended.code == 0
    assert [line.partition("  ")[2] for line in ended.out.splitlines()] == [
        "reza-9 01:02 customer  my refund",
        "sara-0 01:02 customer  my refund",
    ]
    assert "2 places in 2 interactions" in ended.err


def test_search_as_json_within_limits(centre: Command) -> None:
    ended = centre("search", "ref*", "--agent", "sara", "--from", "1405-08", "--json")
    (line,) = ended.out.splitlines()
    found = json.loads(line)
    assert (found["interaction"], found["start_s"], found["speaker"]) == (
        "sara-0",
        62.0,
        "customer",
    )
    assert [found["text"][start:end] for start, end in found["found"]] == ["refund"]
    assert centre("search", "refund", "--speaker", "agent").out == ""
    assert centre("search", "refund", "--to", "1405-07").out == ""
    assert centre("search", "refund", "--from", "1405-07", "--to", "1405-08").out != ""


def test_search_refuses_what_makes_no_sense(centre: Command) -> None:
    for words, code in (
        (["--", "-refund"], "search.nothing"),
        (["refund", "--from", "1405-08", "--to", "1405-07"], "search.periods_reversed"),
    ):
        ended = centre("search", *words)
        assert ended.code == 1
        assert code in ended.err


def test_reindex_makes_searchable_what_is_not(centre: Command) -> None:
    assert centre("search", "order").out == ""  # the chats of the fixture have no lines yet
    assert centre("reindex").out.strip() == "6 transcripts made searchable"
    assert "order?" in centre("search", "order").out
    assert centre("reindex").out.strip() == "0 transcripts made searchable"
