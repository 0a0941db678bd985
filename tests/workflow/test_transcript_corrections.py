from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from qm.core.access import Actor
from qm.core.corrections import LineCorrection
from qm.core.problems import BadInput, NotAllowed
from qm.core.transcript import Segment, Word
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Recording, Transcript
from qm.store.transcripts import add_transcript, segments_of
from qm.workflow.transcript_corrections import (
    correct_transcript,
    corrected_lines,
    take_back_corrections,
    transcript_history,
)
from qm.workflow.transcripts import read_words
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.small_centre import KAVEH, LEAD, MANAGER, MINA, NOW, REZA, SARA, SmallCentre

CARD = "6037 9911 1111 1112"
LINES = [
    Segment(
        *("agent", 0.0, 2.0, "good mourning"),
        words=(Word(0.0, 1.0, "good", 0.9), Word(1.0, 2.0, " mourning", 0.5)),
        confidence=0.7,
    ),
    Segment("customer", 2.0, 6.0, f"my cart is {CARD}"),
    Segment("agent", 6.0, 8.0, "so so so"),
]


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    centre = build_recorded(database_url, tmp_path)
    yield centre
    centre.engine.dispose()


@pytest.fixture
def machine(centre: SmallCentre) -> int:
    """The machine's transcript; sara-1 (mina's) and sara-0 (nobody's) share its audio."""
    with transaction(centre.engine) as session:
        made = Transcript(
            origin="whisper", audio_sha256="a" * 64, settings_sha256="s", model="m", created_at=NOW
        )
        id_ = add_transcript(session, made, LINES)
        for name in ("sara-0", "sara-1"):
            session.add(
                Recording(interaction_id=name, state="done", transcript_id=id_, updated_at=NOW)
            )
    return id_


def _correct(engine: Engine, actor: Actor, version: int, line: int, text: str, at: int = 1) -> int:
    return correct_transcript(
        engine,
        actor,
        "sara-1",
        [LineCorrection(line, text, LINES[line].speaker)],
        transcript_id=version,
        now=NOW + timedelta(minutes=at),
    )


def _stored(engine: Engine, interaction_id: str = "sara-1") -> list[str]:
    with transaction(engine) as session:
        return [segment.text for segment in segments_of(session, interaction_id)]


def test_a_correction_is_a_version_of_this_interaction_alone(
    centre: SmallCentre, machine: int
) -> None:
    second = _correct(centre.engine, MINA, machine, 1, "my card is [card]")
    assert _stored(centre.engine) == ["good mourning", f"my card is {CARD}", "so so so"]
    assert _stored(centre.engine, "sara-0") == [line.text for line in LINES]
    words = read_words(centre.engine, MINA, "sara-1")
    assert words.segments[0].words == LINES[0].words  # an unchanged line keeps its word times
    assert [line.start_s for line in words.segments] == [0.0, 2.0, 6.0]
    assert words.transcript is not None
    made = words.transcript
    assert (made.id, made.origin, made.based_on_id) == (second, "corrected", machine)
    assert (made.created_by, made.model, made.audio_sha256) == ("mina", "m", None)
    assert corrected_lines(centre.engine, MINA, "sara-1") == (1,)
    with transaction(centre.engine) as session:
        query = select(AuditEvent).where(col(AuditEvent.action) == "transcript_corrected")
        (event,) = session.exec(query).all()
    assert (event.actor, event.subject) == ("mina", "sara-1")
    assert event.detail == {"transcript": second, "instead_of": machine, "lines": [1]}
    assert CARD not in str(event.detail)


def test_history_tells_who_changed_what_and_the_machines_version_comes_back(
    centre: SmallCentre, machine: int
) -> None:
    second = _correct(centre.engine, MINA, machine, 1, "my card is [card]")
    third = _correct(centre.engine, MANAGER, second, 2, "", at=2)
    fourth = take_back_corrections(
        centre.engine, MINA, "sara-1", transcript_id=third, now=NOW + timedelta(minutes=3)
    )
    assert read_words(centre.engine, MINA, "sara-1").segments[0].words == LINES[0].words
    assert _stored(centre.engine) == [line.text for line in LINES]
    assert corrected_lines(centre.engine, MINA, "sara-1") == ()
    told = transcript_history(centre.engine, MINA, "sara-1")
    assert [(r.transcript_id, r.by, r.is_back) for r in told] == [
        (fourth, "mina", True),
        (third, "manager", False),
        (second, "mina", False),
    ]
    assert told[0].at == NOW + timedelta(minutes=3)
    (first,) = told[2].changes
    assert (first.before.text, first.after.text) == ("my cart is [card]", "my card is [card]")
    with pytest.raises(BadInput, match=r"correction\.not_corrected"):
        take_back_corrections(centre.engine, MINA, "sara-1", transcript_id=fourth, now=NOW)


def test_what_is_cited_stays_where_it_is(centre: SmallCentre, machine: int) -> None:
    second = _correct(centre.engine, MINA, machine, 0, "")
    _correct(centre.engine, MINA, second, 1, "my card is [card]")
    line = read_words(centre.engine, MINA, "sara-1").segments[2]
    assert (line.text, line.start_s) == ("so so so", 6.0)


def test_an_outdated_version_is_refused_and_nothing_is_lost(
    centre: SmallCentre, machine: int
) -> None:
    _correct(centre.engine, MANAGER, machine, 0, "good morning")
    with pytest.raises(BadInput, match=r"correction\.moved_on"):
        _correct(centre.engine, MINA, machine, 2, "so")
    assert _stored(centre.engine) == ["good morning", LINES[1].text, "so so so"]


def test_of_two_at_the_same_moment_one_is_refused(centre: SmallCentre, machine: int) -> None:
    ready, results = threading.Barrier(2), []

    def save(actor: Actor, line: int) -> None:
        ready.wait()
        try:
            results.append(_correct(centre.engine, actor, machine, line, "x" * (line + 1)))
        except BadInput as refusal:
            results.append(refusal.problems[0].code)

    threads = [threading.Thread(target=save, args=each) for each in ((MINA, 0), (MANAGER, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(type, results), key=str) == [int, str]
    assert "correction.moved_on" in results
    with transaction(centre.engine) as session:
        found = session.exec(select(Transcript).where(Transcript.origin == "corrected")).all()
    assert len(found) == 1


@pytest.mark.parametrize("actor", [KAVEH, LEAD, SARA, REZA])
def test_others_may_not_correct_nor_see_the_history(
    centre: SmallCentre, machine: int, actor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        _correct(centre.engine, actor, machine, 0, "good morning")
    with pytest.raises(NotAllowed):
        transcript_history(centre.engine, actor, "sara-1")
    with pytest.raises(NotAllowed):
        take_back_corrections(centre.engine, actor, "sara-1", transcript_id=machine, now=NOW)
    assert _stored(centre.engine) == [line.text for line in LINES]


def test_an_analyst_corrects_only_what_is_theirs(centre: SmallCentre, machine: int) -> None:
    correction = LineCorrection(0, "good morning", "agent")
    with pytest.raises(NotAllowed):
        correct_transcript(
            centre.engine, MINA, "sara-0", [correction], transcript_id=machine, now=NOW
        )
    made = correct_transcript(
        centre.engine, MANAGER, "sara-0", [correction], transcript_id=machine, now=NOW
    )
    assert made != machine


def test_messages_and_missing_transcripts_cannot_be_corrected(centre: SmallCentre) -> None:
    with pytest.raises(BadInput, match=r"correction\.no_transcript"):
        _correct(centre.engine, MINA, 1, 0, "x")
    with transaction(centre.engine) as session:
        id_ = add_transcript(session, Transcript(origin="imported", created_at=NOW), LINES)
        session.add(
            Recording(interaction_id="sara-1", state="done", transcript_id=id_, updated_at=NOW)
        )
    with pytest.raises(BadInput, match=r"correction\.written"):
        _correct(centre.engine, MINA, id_, 0, "x")
    assert corrected_lines(centre.engine, MINA, "sara-1") == ()


def test_a_refused_correction_leaves_nothing_behind(centre: SmallCentre, machine: int) -> None:
    with pytest.raises(BadInput, match=r"correction\.masks"):
        _correct(centre.engine, MINA, machine, 1, "my card is")
    with transaction(centre.engine) as session:
        assert len(session.exec(select(Transcript).where(Transcript.id >= machine)).all()) == 1
