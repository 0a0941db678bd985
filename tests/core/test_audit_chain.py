"""The chain of the audit log: whatever is done to it is found, named and placed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from qm.core.audit import BEGINNING, Event, canonical_bytes, chained_sha256
from qm.core.audit_verifying import DAMAGES_TOLD, Damage, verify

START = datetime(2026, 11, 5, 7, 2, 3, tzinfo=UTC)


def chained(count: int) -> list[Event]:
    """Return a whole log."""
    log: list[Event] = []
    before = BEGINNING
    for number in range(1, count + 1):
        at = START + timedelta(minutes=number)
        event = Event(number, at, "mina", "evaluate", f"call-{number}", {"percent": number})
        before = chained_sha256(before, event)
        log.append(event._replace(sha256=before))
    return log


def numbered(log: list[Event]) -> list[Event]:
    """Return the log with numbers without gaps, as who tampers would give it."""
    return [event._replace(id=place) for place, event in enumerate(log, 1)]


LOG = chained(60)
STRANGER = Event(0, START, "mallory", "evaluate", "call-7", {"percent": 100})


def test_the_hash_is_of_bytes_that_anyone_can_write_down() -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    event = Event(1, START.astimezone(tehran), "سارا", "evaluate", "c-1", {"b": 1.5, "a": None})
    written = (
        rb'["2026-11-05T07:02:03.000000+00:00","\u0633\u0627\u0631\u0627","evaluate","c-1",'
        rb'{"a":null,"b":1.5}]'
    )
    assert canonical_bytes(event) == written
    expected = hashlib.sha256(b"0" * 64 + b"\n" + written).hexdigest()
    assert chained_sha256(BEGINNING, event) == expected


def test_a_whole_log_is_intact() -> None:
    found = verify(LOG, LOG[30].sha256)
    assert found.is_intact
    assert found.has_known_head
    assert (found.events, found.head_id, found.head) == (60, 60, LOG[-1].sha256)


def test_an_empty_log_has_the_beginning_as_its_head() -> None:
    found = verify([], BEGINNING)
    assert (found.is_intact, found.events, found.head) == (True, 0, BEGINNING)


def rehashed(event: Event, before: Event) -> Event:
    """Return the event with the hash that it would have after `before`."""
    return event._replace(sha256=chained_sha256(before.sha256, event))


def moved(log: list[Event], place: int, to: int) -> list[Event]:
    """Return the log with one event somewhere else."""
    rest = log[: place - 1] + log[place:]
    return numbered([*rest[: to - 1], log[place - 1], *rest[to - 1 :]])


def swapped(log: list[Event], one: int, other: int) -> list[Event]:
    """Return the log with two events in each other's place."""
    changed = list(log)
    changed[one - 1], changed[other - 1] = log[other - 1], log[one - 1]
    return numbered(changed)


def with_inserted(*events: Event) -> list[Event]:
    """Return the log with these between event 4 and event 5."""
    return numbered([*LOG[:4], *events, *LOG[4:]])


FORGED = rehashed(STRANGER, LOG[3])


@pytest.mark.parametrize(
    ("log", "damage"),
    [
        ([*LOG[:4], *LOG[5:]], ("removed", 5, 5)),
        ([*LOG[:4], *LOG[7:]], ("removed", 5, 7)),
        (LOG[2:], ("removed", 1, 2)),
        (numbered([*LOG[:4], *LOG[5:]]), ("changed", 5, 5)),  # the gap was hidden
        (with_inserted(STRANGER), ("inserted", 5, 5)),
        (with_inserted(STRANGER._replace(sha256="ab" * 32)), ("inserted", 5, 5)),
        (with_inserted(STRANGER._replace(sha256=LOG[3].sha256)), ("inserted", 5, 5)),
        (with_inserted(FORGED), ("inserted", 5, 5)),
        (with_inserted(FORGED, rehashed(STRANGER, FORGED)), ("inserted", 5, 6)),
        (numbered([STRANGER._replace(sha256="cd" * 32), *LOG]), ("inserted", 1, 1)),
        ([*LOG, STRANGER._replace(id=61)], ("inserted", 61, 61)),
        (swapped(LOG, 5, 6), ("reordered", 5, 6)),
        (swapped(LOG, 5, 50), ("reordered", 5, 50)),
        (moved(LOG, 5, 9), ("reordered", 5, 9)),
        (moved(LOG, 9, 5), ("reordered", 5, 9)),
    ],
)
def test_the_first_broken_event_and_what_was_done_are_named(
    log: list[Event], damage: tuple[str, int, int]
) -> None:
    found = verify(log)
    assert found.damages == (damage,)
    assert not found.is_intact


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event._replace(at=event.at + timedelta(microseconds=1)),
        lambda event: event._replace(actor="kaveh"),
        lambda event: event._replace(action="publish_form"),
        lambda event: event._replace(subject="call-0"),
        lambda event: event._replace(detail={}),
        lambda event: event._replace(sha256=""),
    ],
)
def test_no_field_can_be_changed(change: Callable[[Event], Event]) -> None:
    for place in range(len(LOG)):
        found = verify([*LOG[:place], change(LOG[place]), *LOG[place + 1 :]])
        assert found.damages[0].first == place + 1


def test_an_event_with_a_hash_made_anew_breaks_the_one_after_it() -> None:
    changed = rehashed(LOG[4]._replace(subject="call-0"), LOG[3])
    assert verify([*LOG[:4], changed, *LOG[5:]]).damages == (Damage("changed", 6, 6),)


def test_every_damage_is_told_in_the_order_of_the_log() -> None:
    log = [event._replace(actor="x") if event.id in {5, 31} else event for event in LOG]
    del log[40]
    assert verify(log).damages == (("changed", 5, 5), ("changed", 31, 31), ("removed", 41, 41))


def test_the_tail_and_a_chain_made_anew_are_seen_against_a_known_head_only() -> None:
    cut = LOG[:50]
    anew: list[Event] = []
    for event in LOG:
        other = event._replace(detail={})
        anew.append(
            rehashed(other, anew[-1])
            if anew
            else other._replace(sha256=chained_sha256(BEGINNING, other))
        )
    for log in (cut, anew):
        assert verify(log).is_intact
        found = verify(log, LOG[-1].sha256)
        assert (found.is_intact, found.has_known_head, found.damages) == (False, False, ())


def test_a_log_without_any_hash_is_told_in_bounds() -> None:
    found = verify(event._replace(sha256="") for event in chained(500))
    assert (len(found.damages), found.untold) == (DAMAGES_TOLD, 500 - DAMAGES_TOLD)


def test_an_infinite_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_bytes(STRANGER._replace(detail={"percent": float("inf")}))
