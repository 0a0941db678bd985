from __future__ import annotations

import shutil
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import NotAllowed
from qm.core.transcript import Segment, Word
from qm.speech.files import sha256_of
from qm.speech.whisper import Transcriber
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Interaction, Recording, Transcript
from qm.store.transcripts import add_transcript, segments_of
from qm.workflow.transcription import (
    Abandoned,
    Claim,
    Heard,
    Outcome,
    claim_recording,
    hear,
    pending_recordings,
)
from qm.workflow.transcription_queue import list_done, list_queue, retry_failed
from qm.workflow.transcription_results import finish
from tests.speech.drawn_calls import NOW, engine_with_calls, pick
from tests.speech.sounds import DEMO_CALLS, base_transcriber, clip, hiss, transcriber, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from qm.speech.transcription import OnProgress, Transcription

LATER = NOW + timedelta(minutes=1)
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


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """A database for what does not depend on the kind of database."""
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    engine = engine_with_calls(f"sqlite:///{tmp_path / 'qm.db'}", FILES)
    yield engine
    engine.dispose()


class Remembering(Transcriber):
    """The real model, which hears the same sound only once for all of these tests."""

    def __init__(self) -> None:
        self.__dict__.update(vars(base_transcriber()))
        self._made: dict[str, Transcription] = {}

    def transcribe(
        self, path: Path, language: str | None, *, on_progress: OnProgress | None = None
    ) -> Transcription:
        sound = f"{sha256_of(path)} {language}"
        if sound not in self._made:
            self._made[sound] = super().transcribe(path, language, on_progress=on_progress)
        return self._made[sound]


@cache
def remembering() -> Remembering:
    return Remembering()


def claim_of(engine: Engine, interaction_id: str) -> Claim:
    """Claim this recording; the others are held so that it is the most urgent one."""
    with transaction(engine) as session:
        for recording in session.scalars(select(Recording)):
            recording.is_held = recording.interaction_id != interaction_id
    claim = claim_recording(engine, COMMAND_LINE, "w", now=NOW)
    assert claim is not None
    assert claim.interaction_id == interaction_id
    return claim


def transcribe(
    engine: Engine,
    folder: Path,
    interaction_id: str,
    model: Transcriber | None = None,
    tries: int = 1,
) -> Outcome:
    claim = claim_of(engine, interaction_id)
    heard = hear(
        engine,
        COMMAND_LINE,
        claim,
        transcriber=model or remembering(),
        recordings_folder=folder,
        default_language=None,
    )
    return finish(engine, COMMAND_LINE, claim, heard, tries=tries, now=LATER)


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
    (waiting,) = list_queue(engine, COMMAND_LINE, now=NOW).waiting.to_dict("records")
    assert (waiting["interaction_id"], waiting["recording_file"]) == ("call", "a.wav")
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

    queue = list_queue(engine, COMMAND_LINE, now=NOW)
    assert queue.counts["failed"] == len(FILES) - 2
    failed = queue.failed.set_index("interaction_id")
    done = list_done(engine, COMMAND_LINE).set_index("interaction_id")
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
        assert failed.loc[name, "problem"]["code"] == code
        assert str(folder.parent) not in str(failed.loc[name, "problem"])
    for name in ("whole", "copy"):
        found = done.loc[name]
        assert (found["length_s"], found["channels"], found["attempts"]) == (6.0, 2, 1)
        assert (found["model"], found["language"]) == ("package:base", "en")

    assert count(engine, Transcript) == 1  # the copy holds the same sound
    with transaction(engine) as session:
        segments = segments_of(session, "whole")
        assert segments == segments_of(session, "copy")
        assert segments_of(session, "text") == ()
        (transcript,) = session.scalars(select(Transcript))
        assert transcript.created_at == LATER
        assert (transcript.settings or {})["model"] == "package:base"
        assert session.get_one(Recording, "whole").file_sha256 == transcript.audio_sha256
        subjects = session.scalars(
            select(col(AuditEvent.subject)).where(col(AuditEvent.action) == "transcribed")
        )
        assert sorted(subjects) == sorted(FILES)
    assert segments[0].speaker == "agent"
    assert "speaking" in segments[0].text
    assert segments[0].words[0].text == "Hello,"
    assert pending_recordings(engine, COMMAND_LINE, now=NOW) == []


@pytest.mark.speech
def test_failed_recordings_are_tried_again_when_told(on_sqlite: Engine, folder: Path) -> None:
    pending_recordings(on_sqlite, COMMAND_LINE, now=NOW)
    assert transcribe(on_sqlite, folder, "text").result == "failed"
    assert "text" not in pending_recordings(on_sqlite, COMMAND_LINE, now=NOW)
    shutil.copyfile(folder / "whole.wav", folder / "text.wav")
    assert retry_failed(on_sqlite, COMMAND_LINE, ["text"], now=NOW) == 1
    assert transcribe(on_sqlite, folder, "text").result == "done"


@pytest.mark.speech
def test_a_missing_file_is_waited_for_and_another_one_is_heard_in_its_place(
    on_sqlite: Engine, folder: Path
) -> None:
    pending_recordings(on_sqlite, COMMAND_LINE, now=NOW)
    assert transcribe(on_sqlite, folder, "missing", tries=3).result == "put_off"
    assert retry_failed(on_sqlite, COMMAND_LINE, None, now=NOW) == 1
    with transaction(on_sqlite) as session:
        session.get_one(Recording, "missing").file_name = "whole.wav"
    assert transcribe(on_sqlite, folder, "missing").result == "done"


@pytest.mark.speech
def test_progress_is_told_and_a_worker_may_stop_in_the_middle(
    on_sqlite: Engine, folder: Path
) -> None:
    pending_recordings(on_sqlite, COMMAND_LINE, now=NOW)
    heard_s: list[float] = []

    def stop(seconds: float) -> None:
        heard_s.append(seconds)
        if seconds:
            raise Abandoned

    with pytest.raises(Abandoned):
        hear(
            on_sqlite,
            COMMAND_LINE,
            claim_of(on_sqlite, "whole"),
            transcriber=base_transcriber(),
            recordings_folder=folder,
            default_language=None,
            on_heard=stop,
        )
    assert 0 < heard_s[-1] <= 6
    assert count(on_sqlite, Transcript) == 0


@pytest.mark.speech
def test_other_settings_make_another_transcript(on_sqlite: Engine, folder: Path) -> None:
    pending_recordings(on_sqlite, COMMAND_LINE, now=NOW)
    assert transcribe(on_sqlite, folder, "whole").result == "done"
    other = transcriber(agent_channel="right")
    assert transcribe(on_sqlite, folder, "copy", other).result == "done"
    assert count(on_sqlite, Transcript) == 2
    with transaction(on_sqlite) as session:
        assert segments_of(session, "copy")[0].speaker == "customer"


class Unforeseen(Transcriber):
    """The real model behind a fault of the kind nobody foresees."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(
            "nowhere", label="m", compute_type="int8", beam_size=1, agent_channel="left"
        )
        self.fault = fault

    def transcribe(self, *_arguments: object, **_more: object) -> object:  # type: ignore[override]
        raise self.fault


@pytest.mark.parametrize(
    ("fault", "code", "result"),
    [
        (MemoryError("no room"), "transcription.out_of_memory", "put_off"),
        (
            RuntimeError("CUDA failed with error out of memory"),
            "transcription.out_of_memory",
            "put_off",
        ),
        (OSError(5, "Input/output error"), "transcription.io_trouble", "put_off"),
        (KeyError("odd"), "transcription.unexpected", "failed"),
    ],
)
def test_an_unforeseen_fault_is_told_and_tried_again_if_it_may_pass(
    engine: Engine, folder: Path, fault: Exception, code: str, result: str
) -> None:
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    outcome = transcribe(engine, folder, "whole", Unforeseen(fault), tries=2)
    assert outcome.result == result
    assert outcome.problem is not None
    assert outcome.problem.code == code
    assert str(fault) in str(outcome.problem)


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
    pending_recordings(engine, COMMAND_LINE, now=NOW)
    claim = claim_of(engine, "whole")
    with pytest.raises(NotAllowed):
        pending_recordings(engine, analyst, now=NOW)
    with pytest.raises(NotAllowed):
        claim_recording(engine, analyst, "w", now=NOW)
    with pytest.raises(NotAllowed):
        hear(
            engine,
            analyst,
            claim,
            transcriber=base_transcriber(),
            recordings_folder=folder,
            default_language=None,
        )
    with pytest.raises(NotAllowed):
        finish(engine, analyst, claim, Heard(), tries=1, now=NOW)
