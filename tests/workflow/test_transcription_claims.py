"""Who gets which recording: claims, leases, the dead, and results that come too late."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from qm.core.access import COMMAND_LINE
from qm.core.problems import Problem
from qm.store.engine import open_engine, transaction
from qm.store.tables import (
    Assignment,
    AuditEvent,
    Draw,
    Interaction,
    Pick,
    Recording,
    Replacement,
    Transcript,
    User,
    Worker,
)
from qm.store.transcription_queue import is_heard_elsewhere, set_audio
from qm.workflow.transcription import IO_TROUBLE, Heard, Outcome
from qm.workflow.transcription_queue import hold, pause, release, resume
from qm.workflow.transcription_results import finish
from qm.workflow.transcription_workers import (
    beat,
    bury,
    bury_dead,
    database_time,
    end_work,
    open_work,
)
from tests.fixtures.queued_calls import (
    claim,
    claimed,
    later,
    queued,
    row,
    states,
    words,
    worker,
)
from tests.speech.drawn_calls import NOW, pick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlmodel import Session

    from qm.workflow.transcription import Claim

CALLS = ("c1", "c2", "c3")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = queued(database_url, CALLS)
    yield engine
    engine.dispose()


def finished(engine: Engine, found: Claim, heard: Heard, tries: int = 3) -> Outcome:
    return finish(engine, COMMAND_LINE, found, heard, tries=tries, now=later(9))


def test_many_workers_get_each_recording_once(database_url: str) -> None:
    names = [f"call-{number:03}" for number in range(200)]
    queued(database_url, names).dispose()

    def work(number: int) -> list[str]:
        engine = open_engine(database_url)  # as another process would
        got = []
        while found := claim(engine, f"worker {number} {len(got)}"):
            got.append(found.interaction_id)
        engine.dispose()
        return got

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(work, range(8)))
    assert Counter(name for each in got for name in each) == dict.fromkeys(names, 1)
    assert sum(map(bool, got)) > 1  # else nobody competed


def test_what_is_due_first_is_begun_first(engine: Engine) -> None:
    with transaction(engine) as session:
        for name in ("undrawn", "early", "late", "due", "due-later", "submitted"):
            copied = session.get_one(Recording, "c1").model_dump() | {"interaction_id": name}
            call = session.get_one(Interaction, "c1").model_dump() | {"id": name}
            session.add(Interaction.model_validate(call))
            session.flush()
            session.add(Recording.model_validate(copied))
        early = session.scalars(select(Draw)).one().model_dump() | {"id": None, "at": later(-99)}
        draw = Draw.model_validate(early)
        session.add_all(
            [
                draw,
                User(username="mina", name="M", role="analyst", created_at=NOW, password_hash="-"),
            ]
        )
        session.flush()
        session.add_all([pick("early", 7, draw.id or 0), pick("late", 8, 1)])
        for number, (name, due, state) in enumerate(
            [("due", 10, "open"), ("due-later", 20, "open"), ("submitted", 1, "done")]
        ):
            session.add(_assigned(session, pick(name, 20 + number, 1), due, state))
    order = [claimed(engine, f"w{number}").interaction_id for number in range(8)]
    # The early draw, then the others of the later one by id; what nobody drew is left alone.
    assert order == ["due", "due-later", "early", "c1", "c2", "c3", "late", "submitted"]
    assert claim(engine, "one more") is None


def _assigned(session: Session, picked: Pick, due_s: int, state: str) -> Assignment:
    session.add(picked)
    session.flush()
    return Assignment(
        pick_id=picked.id or 0,
        interaction_id=picked.interaction_id,
        evaluator="mina",
        form_id="call",
        form_version="1",
        state=state,
        assigned_at=NOW,
        due_at=later(due_s),
    )


def test_a_replaced_pick_is_transcribed_no_more(engine: Engine) -> None:
    with transaction(engine) as session:
        replaced = session.scalars(select(Pick).where(col(Pick.interaction_id) == "c1")).one()
        session.add(Replacement(pick_id=replaced.id or 0, reason="cut_off", at=NOW, by="mina"))
    assert [claimed(engine, f"w{n}").interaction_id for n in range(2)] == ["c2", "c3"]
    assert claim(engine, "one more") is None


def test_a_claim_says_who_is_at_it_and_whose_answer_was_lost_gets_it_again(engine: Engine) -> None:
    found = claimed(engine, "w1")
    assert (found.interaction_id, found.file_name, found.language) == ("c1", "c1.wav", "en")
    recording = row(engine, "c1")
    assert (recording.state, recording.worker_id, recording.attempts) == ("running", "w1", 1)
    assert (recording.began_at, recording.heard_s) == (NOW, 0.0)
    assert claimed(engine, "w1", later(1)) == found
    assert row(engine, "c1").attempts == 1


def test_a_pause_and_a_hold_keep_workers_off(engine: Engine) -> None:
    assert pause(engine, COMMAND_LINE, now=NOW)
    assert claim(engine, "w1") is None
    assert open_work(engine, COMMAND_LINE, now=NOW).due == 0
    assert resume(engine, COMMAND_LINE, now=NOW)
    hold(engine, COMMAND_LINE, ["c1", "c3"], now=NOW)
    assert claimed(engine, "w1").interaction_id == "c2"
    assert claim(engine, "w2") is None
    release(engine, COMMAND_LINE, ["c3"], now=NOW)
    assert claimed(engine, "w2").interaction_id == "c3"
    assert claim(engine, "w3") is None


def test_what_ends_in_order_is_given_back_as_untried(engine: Engine) -> None:
    worker(engine, "w1")
    claimed(engine, "w1")
    end_work(engine, COMMAND_LINE, "w1", now=later(5))
    recording = row(engine, "c1")
    assert (recording.state, recording.attempts, recording.worker_id) == ("waiting", 0, None)
    with transaction(engine) as session:
        assert session.get_one(Worker, "w1").ended_at == later(5)


def test_who_was_not_seen_has_died_and_its_recording_goes_on(engine: Engine) -> None:
    worker(engine, "dead")
    worker(engine, "alive")
    lost, kept = claimed(engine, "dead"), claimed(engine, "alive")
    assert beat(engine, COMMAND_LINE, "alive", kept, 12.5, now=later(50))
    dead = {"patience_s": 60.0, "tries": 3}
    assert bury_dead(engine, COMMAND_LINE, now=later(59), **dead) == []
    assert bury_dead(engine, COMMAND_LINE, now=later(61), **dead) == [Outcome("c1", "given_back")]
    assert bury_dead(engine, COMMAND_LINE, now=later(61), **dead) == []
    assert states(engine) == {"c1": "waiting", "c2": "running", "c3": "waiting"}
    assert row(engine, "c2").heard_s == 12.5

    again = claimed(engine, "other", later(62))
    assert (again.interaction_id, again.lease.attempt) == ("c1", 2)
    # The dead one was only stopped: it wakes up, and nothing of it counts.
    assert not beat(engine, COMMAND_LINE, "dead", lost, 30.0, now=later(63))
    assert finished(engine, lost, words("a", "of the dead")) == Outcome("c1", "lost")
    assert finished(engine, lost, Heard(problem=Problem(IO_TROUBLE, "c1.wav"))).result == "lost"
    assert finished(engine, again, words("a", "of the living")).result == "done"
    assert finished(engine, lost, words("b", "of the dead")) == Outcome("c1", "lost")
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Transcript)) == 1


@pytest.mark.parametrize("how", ["missed", "known"])
def test_a_recording_that_kills_every_worker_fails(engine: Engine, how: str) -> None:
    with transaction(engine) as session:
        for name in ("c2", "c3"):
            session.get_one(Recording, name).is_held = True
    for number in (1, 2, 3):
        name = worker(engine, f"w{number}")
        assert claimed(engine, name).lease.attempt == number
        if how == "known":
            left = bury(engine, COMMAND_LINE, name, now=later(1), tries=3)
        else:
            left = bury_dead(engine, COMMAND_LINE, now=later(61), patience_s=60, tries=3)
        assert [outcome.result for outcome in left] == ["failed" if number == 3 else "given_back"]
    assert "ended 3 times" in str(left[0].problem)
    recording = row(engine, "c1")
    assert (recording.state, recording.worker_id) == ("failed", None)
    assert (recording.problem or {})["code"] == "transcription.killed"
    with transaction(engine) as session:
        (event,) = session.scalars(select(AuditEvent).where(col(AuditEvent.subject) == "c1"))
    assert (event.action, event.detail["result"]) == ("transcribed", "failed")


def test_a_passing_trouble_puts_off_longer_each_time_and_fails_at_last(engine: Engine) -> None:
    trouble = Heard(problem=Problem("recording.missing", "c1.wav"))
    waits, now = [], 0.0
    hold(engine, COMMAND_LINE, ["c2", "c3"], now=NOW)
    for _ in range(4):
        found = claimed(engine, "w1", later(now))
        outcome = finish(engine, COMMAND_LINE, found, trouble, tries=5, now=later(now))
        assert outcome.result == "put_off"
        waits.append((row(engine, "c1").next_try_at or NOW) - later(now))
        now += waits[-1].total_seconds()
        assert claim(engine, "w1", later(now - 0.001)) is None
    assert [wait.total_seconds() for wait in waits] == [60, 300, 1800, 1800]
    assert (row(engine, "c1").problem or {})["code"] == "recording.missing"
    last = finish(
        engine, COMMAND_LINE, claimed(engine, "w1", later(now)), trouble, tries=5, now=later(now)
    )
    assert (last.result, row(engine, "c1").state) == ("failed", "failed")


def test_what_is_no_sound_fails_at_once(engine: Engine) -> None:
    outcome = finished(engine, claimed(engine, "w1"), Heard(problem=Problem("audio.empty", "c1")))
    assert (outcome.result, row(engine, "c1").state) == ("failed", "failed")


def test_of_two_with_the_same_sound_one_waits_for_the_other(engine: Engine) -> None:
    first, second = claimed(engine, "w1"), claimed(engine, "w2")
    sound = "a" * 64
    with transaction(engine) as session:
        assert set_audio(session, first.lease, sound)
        assert not is_heard_elsewhere(session, first.lease, sound)
    with transaction(engine) as session:
        assert set_audio(session, second.lease, sound)
        assert is_heard_elsewhere(session, second.lease, sound)
    end_work(engine, COMMAND_LINE, "w2", now=NOW)
    assert claimed(engine, "w2").interaction_id == "c3"  # c2 is not begun while c1 is heard
    assert claim(engine, "w3") is None
    assert finished(engine, first, words("a")).result == "done"
    copy = claimed(engine, "w3")
    assert copy.interaction_id == "c2"
    assert finished(engine, copy, Heard(words("a").key)) == Outcome("c2", "reused")
    assert row(engine, "c2").transcript_id == row(engine, "c1").transcript_id


def test_two_that_begin_with_the_same_sound_at_once_see_each_other(database_url: str) -> None:
    names = [f"{number:02}" for number in range(16)]
    engine = queued(database_url, names)
    leases = [claimed(engine, name).lease for name in names]

    def begin(number: int) -> bool:
        with transaction(engine) as session:
            sound = f"{number // 2:064}"  # two of each
            assert set_audio(session, leases[number], sound)
            return is_heard_elsewhere(session, leases[number], sound)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(begin, range(16)))
    assert [waits[n] + waits[n + 1] for n in range(0, 16, 2)] == [1] * 8
    engine.dispose()


def test_the_same_words_from_two_workers_are_stored_once(engine: Engine) -> None:
    first, second = claimed(engine, "w1"), claimed(engine, "w2")
    assert finished(engine, first, words("a")) == Outcome("c1", "done")
    assert finished(engine, second, words("a")) == Outcome("c2", "reused")
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Transcript)) == 1


def test_words_that_people_brought_or_corrected_stay_in_force(engine: Engine) -> None:
    with transaction(engine) as session:
        corrected = Transcript(origin="corrected", created_at=NOW, created_by="mina")
        session.add(corrected)
        session.flush()
        session.get_one(Recording, "c1").transcript_id = corrected.id
    found = claimed(engine, "w")
    assert finished(engine, found, words("a")).result == "done"
    assert row(engine, "c1").transcript_id == corrected.id
    assert row(engine, "c1").state == "done"
    with transaction(engine) as session:
        kept = session.scalars(select(col(Transcript.origin)).order_by(col(Transcript.id)))
        assert list(kept) == ["corrected", "whisper"]


def test_the_clock_is_the_databases(engine: Engine) -> None:
    first, second = database_time(engine), database_time(engine)
    assert first.tzinfo is not None
    assert first <= second
