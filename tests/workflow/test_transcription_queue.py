"""The queue for those who run it: what they see, what they may change, what is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput, NotAllowed, Problem
from qm.core.queue_time import TimeLeft
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Interaction, Recording
from qm.workflow.transcription import Heard
from qm.workflow.transcription_queue import (
    hold,
    list_done,
    list_queue,
    pause,
    release,
    resume,
    retry_failed,
)
from qm.workflow.transcription_results import finish
from qm.workflow.transcription_workers import beat, end_work
from tests.fixtures.queued_calls import claimed, later, queued, row, words, worker
from tests.speech.drawn_calls import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

MANAGER = Actor("manager", "manager")
CALLS = ("c1", "c2", "c3", "c4", "c5")
NONE = dict.fromkeys(("waiting", "held", "put_off", "running", "failed", "done"), 0)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = queued(database_url, CALLS)
    yield engine
    engine.dispose()


def finished(engine: Engine, worker_id: str, heard: Heard, now_s: float = 0) -> str:
    claim = claimed(engine, worker_id, later(now_s))
    finish(engine, COMMAND_LINE, claim, heard, tries=3, now=later(now_s))
    return claim.interaction_id


def logged(engine: Engine) -> list[tuple[str, str, object]]:
    with transaction(engine) as session:
        events = session.scalars(
            select(AuditEvent)
            .where(col(AuditEvent.subject) == "recordings")
            .order_by(col(AuditEvent.id))
        )
        return [(each.action, each.actor, each.detail.get("interactions")) for each in events]


def test_the_queue_tells_what_is_where(engine: Engine) -> None:
    worker(engine, "w1")
    worker(engine, "w2")
    worker(engine, "ended")
    end_work(engine, COMMAND_LINE, "ended", now=NOW)
    finished(engine, "w1", words("a"))
    finished(engine, "w1", Heard(problem=Problem("audio.empty", "c2.wav")))
    finished(engine, "w1", Heard(problem=Problem("recording.missing", "c3.wav")))
    running = claimed(engine, "w1")
    beat(engine, COMMAND_LINE, "w1", running, 42.0, now=later(5))
    hold(engine, COMMAND_LINE, ["c5"], now=NOW)

    queue = list_queue(engine, COMMAND_LINE, now=later(6))
    assert queue.counts == {**dict.fromkeys(NONE, 1), "waiting": 0}
    assert list(queue.workers["worker_id"]) == ["w1", "w2"]
    (at_it,) = queue.running.to_dict("records")
    assert (at_it["interaction_id"], at_it["host"], at_it["pid"]) == ("c4", "here", 1)
    assert (at_it["heard_s"], at_it["length_s"], at_it["left_s"]) == (42.0, None, None)
    (failed,) = queue.failed.to_dict("records")
    assert (failed["interaction_id"], failed["problem"]["code"]) == ("c2", "audio.empty")
    waiting = queue.waiting.to_dict("records")
    assert [(each["interaction_id"], each["is_held"]) for each in waiting] == [
        ("c3", False),
        ("c5", True),
    ]
    assert waiting[0]["next_try_at"] == later(60)
    assert list(list_done(engine, COMMAND_LINE)["interaction_id"]) == ["c1"]
    assert (queue.paused_at, queue.paused_by) == (None, None)
    # When its time has come, what was put off waits like the others.
    assert list_queue(engine, COMMAND_LINE, now=later(60)).counts["waiting"] == 1
    assert list(list_queue(engine, COMMAND_LINE, now=later(65)).workers["worker_id"]) == ["w1"]


def test_the_time_left_comes_from_what_was_measured(engine: Engine) -> None:
    assert list_queue(engine, COMMAND_LINE, now=NOW).left == TimeLeft(None, "no_worker")
    worker(engine, "w1")
    worker(engine, "w2")
    assert list_queue(engine, COMMAND_LINE, now=NOW).left == TimeLeft(None, "nothing_measured")
    finished(engine, "w1", words("a", took_s=3.0))
    finished(engine, "w1", words("b", took_s=9.0))
    assert list_queue(engine, COMMAND_LINE, now=NOW).left == TimeLeft(None, "no_length")
    with transaction(engine) as session:
        session.get_one(Interaction, "c3").talk_s = 300.0
        session.get_one(Interaction, "c4").talk_s = 100.0
    running = claimed(engine, "w1")
    beat(engine, COMMAND_LINE, "w1", running, 200.0, now=NOW)
    queue = list_queue(engine, COMMAND_LINE, now=NOW)
    assert (queue.pace, queue.measured) == (12 / 120, 2)
    assert list(queue.running["left_s"]) == [pytest.approx(10.0)]
    # c4 has 100 s and c5 is taken to have as many; two workers share them and the last 100 of c3.
    assert queue.left == TimeLeft(pytest.approx(0.1 * 300 / 2))
    hold(engine, COMMAND_LINE, ["c4", "c5"], now=NOW)
    assert list_queue(engine, COMMAND_LINE, now=NOW).left == TimeLeft(pytest.approx(10.0))


def test_pausing_holding_and_retrying_are_logged_once(engine: Engine) -> None:
    assert pause(engine, MANAGER, now=NOW)
    assert not pause(engine, COMMAND_LINE, now=later(1))
    queue = list_queue(engine, MANAGER, now=NOW)
    assert (queue.paused_at, queue.paused_by) == (NOW, "manager")
    assert resume(engine, MANAGER, now=NOW)
    assert not resume(engine, MANAGER, now=NOW)
    hold(engine, MANAGER, ["c3", "c1", "c1"], now=NOW)
    release(engine, MANAGER, ["c1"], now=NOW)
    failed = finished(engine, "w1", Heard(problem=Problem("audio.empty", "c1.wav")))
    put_off = finished(engine, "w1", Heard(problem=Problem("recording.missing", "c2.wav")))
    assert retry_failed(engine, MANAGER, None, now=later(2)) == 2
    assert retry_failed(engine, MANAGER, None, now=later(2)) == 0
    assert logged(engine) == [
        ("transcription_paused", "manager", None),
        ("transcription_resumed", "manager", None),
        ("transcription_held", "manager", ["c1", "c3"]),
        ("transcription_released", "manager", ["c1"]),
        ("transcription_retried", "manager", ["c1", "c2"]),
    ]
    for name in (failed, put_off):
        again = row(engine, name)
        assert (again.state, again.attempts, again.next_try_at) == ("waiting", 0, None)
        assert again.problem is None


def test_a_running_recording_is_held_when_it_comes_back(engine: Engine) -> None:
    worker(engine, "w1")
    claimed(engine, "w1")
    hold(engine, COMMAND_LINE, ["c1"], now=NOW)
    assert row(engine, "c1").state == "running"
    end_work(engine, COMMAND_LINE, "w1", now=NOW)
    assert list_queue(engine, COMMAND_LINE, now=NOW).counts["held"] == 1


def test_who_names_a_wrong_one_changes_nothing(engine: Engine) -> None:
    done = finished(engine, "w1", words("a"))
    with pytest.raises(BadInput) as refused:
        hold(engine, COMMAND_LINE, ["c2", "nobody", done], now=NOW)
    assert [(each.code, each.place) for each in refused.value.problems] == [
        ("queue.unknown", "nobody"),
        ("queue.unknown", "c1"),
    ]
    assert not row(engine, "c2").is_held
    with pytest.raises(BadInput, match=r"queue\.not_failed"):
        retry_failed(engine, COMMAND_LINE, ["c2"], now=NOW)
    assert logged(engine) == []


@pytest.mark.parametrize("actor", [Actor("mina", "analyst"), Actor("lead", "lead", team_id="x")])
def test_only_those_who_run_the_programme_may(engine: Engine, actor: Actor) -> None:
    for act in (
        lambda: list_queue(engine, actor, now=NOW),
        lambda: list_done(engine, actor),
        lambda: pause(engine, actor, now=NOW),
        lambda: resume(engine, actor, now=NOW),
        lambda: hold(engine, actor, ["c1"], now=NOW),
        lambda: release(engine, actor, ["c1"], now=NOW),
        lambda: retry_failed(engine, actor, None, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    with transaction(engine) as session:
        assert {each.is_held for each in session.scalars(select(Recording))} == {False}
