from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import NotAllowed
from qm.core.transcript import Segment, Word
from qm.speech.whisper import Transcriber
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Interaction, Recording, Transcript
from qm.store.transcripts import add_transcript, segments_of
from qm.workflow.transcription import (
    Outcome,
    list_recordings,
    pending_recordings,
    retry_failed,
    transcribe_interaction,
)
from tests.speech.drawn_calls import NOW, engine_with_calls, pick
from tests.speech.sounds import DEMO_CALLS, base_transcriber, clip, hiss, transcriber, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

FILES = {
    "whole": "whole.wav",
    "copy": "sub/copy of it.wav",
    "text": "text.wav",
    "empty": "empty.wav",
    "hours": "hours.wav",
    "missing": "missing.wav",
    "outside": "../outside.wav",
    "link": "link.wav",
    "odd": "odd\0name.wav",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / "sub").mkdir(parents=True)
    clip(DEMO_CALLS / "adam.blake.mp3", folder / "whole.wav", 0, 6)
    shutil.copyfile(folder / "whole.wav", folder / "sub" / "copy of it.wav")
    shutil.copyfile(folder / "whole.wav", tmp_path / "outside.wav")
    (folder / "link.wav").symlink_to(tmp_path / "outside.wav")
    (folder / "text.wav").write_text("no sound\n" * 100)
    (folder / "empty.wav").touch()
    write_wav(folder / "hours.wav", hiss(2), claimed_s=3 * 3600)
    return folder


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    names = FILES if database_url.startswith("sqlite") else {**FILES, "odd": "a" * 300 + ".wav"}
    engine = engine_with_calls(database_url, names)  # PostgreSQL takes no null byte
    yield engine
    engine.dispose()


def transcribe(
    engine: Engine, folder: Path, interaction_id: str, model: Transcriber | None = None
) -> Outcome:
    return transcribe_interaction(
        engine,
        COMMAND_LINE,
        interaction_id,
        transcriber=model or base_transcriber(),
        recordings_folder=folder,
        now=NOW,
        default_language=None,
    )


def count(engine: Engine, table: type) -> int:
    with transaction(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_drawn_calls_with_a_file_are_pending(database_url: str) -> None:
    engine = engine_with_calls(database_url, {"call": "a.wav", "no file": None, "chat": "c.wav"})
    with transaction(engine) as session:
        chat = session.get_one(Interaction, "chat")
        chat.channel = "chat"
        for name in ("undrawn", "reserve"):
            copied = chat.model_dump() | {"id": name, "channel": "call"}
            session.add(Interaction.model_validate(copied))
        session.flush()
        session.add(pick("reserve", 9, 1, is_reserve=True))
    assert pending_recordings(engine, COMMAND_LINE, now=NOW) == ["call"]
    assert pending_recordings(engine, COMMAND_LINE, now=NOW) == ["call"]
    (state,) = list_recordings(engine, COMMAND_LINE).to_dict("records")
    assert (state["interaction_id"], state["state"], state["agent_id"]) == (
        "call",
        "waiting",
        "emma.clark",
    )
    assert state["updated_at"] == NOW
    engine.dispose()


@pytest.mark.speech
def test_each_recording_is_done_or_says_why_not(engine: Engine, folder: Path) -> None:
    pending = pending_recordings(engine, COMMAND_LINE, now=NOW)
    assert sorted(pending) == sorted(FILES)
    order = sorted(pending, key="whole".__eq__, reverse=True)
    outcomes = {name: transcribe(engine, folder, name) for name in order}
    assert {name: outcome.result for name, outcome in outcomes.items()} == {
        "whole": "done",
        "copy": "reused",
    } | dict.fromkeys(list(FILES)[2:], "failed")

    states = list_recordings(engine, COMMAND_LINE).set_index("interaction_id")
    reasons = {
        "text": "audio.not_audio",
        "empty": "audio.empty",
        "hours": "audio.cut_short",
        "missing": "recording.missing",
        "outside": "recording.outside",
        "link": "recording.outside",
        "odd": "recording.missing",
    }
    for name, code in reasons.items():
        assert states.loc[name, "state"] == "failed"
        assert states.loc[name, "problem"]["code"] == code
        assert str(folder.parent) not in str(states.loc[name, "problem"])
    for name in ("whole", "copy"):
        found = states.loc[name]
        assert (found["state"], found["problem"], found["attempts"]) == ("done", None, 1)
        assert (found["duration_s"], found["channels"]) == (6.0, 2)
        assert (found["model"], found["language"]) == ("package:base", "en")

    assert count(engine, Transcript) == 1  # the copy holds the same sound
    with transaction(engine) as session:
        segments = segments_of(session, "whole")
        assert segments == segments_of(session, "copy")
        assert segments_of(session, "text") == ()
        (transcript,) = session.scalars(select(Transcript))
        assert transcript.created_at > NOW  # when it was finished, not when it was begun
        subjects = session.scalars(
            select(col(AuditEvent.subject)).where(col(AuditEvent.action) == "transcribed")
        )
        assert sorted(subjects) == sorted(FILES)
    assert segments[0].speaker == "agent"
    assert "speaking" in segments[0].text
    assert segments[0].words[0].text == "Hello,"

    again = {name: transcribe(engine, folder, name).result for name in FILES}
    assert again == dict.fromkeys(FILES, "skipped")
    assert pending_recordings(engine, COMMAND_LINE, now=NOW) == []


@pytest.mark.speech
def test_failed_recordings_are_tried_again_when_told(engine: Engine, folder: Path) -> None:
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    assert transcribe(engine, folder, "text").result == "failed"
    assert transcribe(engine, folder, "missing").result == "failed"
    shutil.copyfile(folder / "whole.wav", folder / "text.wav")
    assert retry_failed(engine, COMMAND_LINE, ["text", "whole"], now=NOW) == 1
    assert transcribe(engine, folder, "text").result == "done"
    assert transcribe(engine, folder, "missing").result == "skipped"
    assert retry_failed(engine, COMMAND_LINE, None, now=NOW) == 1
    assert "missing" in pending_recordings(engine, COMMAND_LINE, now=NOW)


@pytest.mark.speech
def test_other_settings_make_another_transcript(engine: Engine, folder: Path) -> None:
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    assert transcribe(engine, folder, "whole").result == "done"
    other = transcriber(agent_channel="right")
    assert transcribe(engine, folder, "copy", other).result == "done"
    assert count(engine, Transcript) == 2
    with transaction(engine) as session:
        assert segments_of(session, "copy")[0].speaker == "customer"


class Unforeseen(Transcriber):
    """The real model behind a fault of the kind nobody foresees."""

    def transcribe(self, path: Path, language: str | None) -> object:  # type: ignore[override]
        raise MemoryError(f"no room for {language}")


def test_an_unforeseen_fault_is_a_visible_failure(engine: Engine, folder: Path) -> None:
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    model = Unforeseen(folder, label="m", compute_type="int8", beam_size=1, agent_channel="left")
    outcome = transcribe(engine, folder, "whole", model)
    assert outcome.result == "failed"
    assert "MemoryError: no room for en" in str(outcome.problem)
    assert "transcription.unexpected" in str(outcome.problem)


def test_a_recording_that_kills_the_process_is_given_up(engine: Engine, folder: Path) -> None:
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    with transaction(engine) as session:  # what three killed processes leave behind
        recording = session.get_one(Recording, "whole")
        recording.state, recording.attempts = "running", 3
    assert "whole" in pending_recordings(engine, COMMAND_LINE, now=NOW)
    outcome = transcribe(engine, folder, "whole")
    assert outcome.result == "failed"
    assert "ended 3 times" in str(outcome.problem)
    assert "whole" not in pending_recordings(engine, COMMAND_LINE, now=NOW)


def test_segments_come_back_as_they_were_stored(engine: Engine) -> None:
    segments = (
        Segment("agent", 0.1, 1.25, "سلام، بفرمایید", (Word(0.1, 0.5, "سلام،", 0.91),)),
        Segment("customer", None, None, "<b>=1+1</b>"),
        Segment("system", 3.0, 4.0, ""),
    )
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    with transaction(engine) as session:
        transcript = Transcript(origin="imported", language="fa", created_at=NOW)
        transcript_id = add_transcript(session, transcript, segments)
        session.get_one(Recording, "whole").transcript_id = transcript_id
    with transaction(engine) as session:
        assert segments_of(session, "whole") == segments
        assert add_transcript(session, transcript, ()) > transcript_id


def test_analysts_and_agents_may_not(engine: Engine, folder: Path) -> None:
    analyst = Actor("mina", "analyst")
    with pytest.raises(NotAllowed):
        pending_recordings(engine, analyst, now=NOW)
    with pytest.raises(NotAllowed):
        retry_failed(engine, analyst, None, now=NOW)
    with pytest.raises(NotAllowed):
        list_recordings(engine, Actor("emma", "agent", agent_id="emma.clark"))
    with pytest.raises(NotAllowed):
        transcribe_interaction(
            engine,
            analyst,
            "whole",
            transcriber=base_transcriber(),
            recordings_folder=folder,
            now=NOW,
            default_language=None,
        )
