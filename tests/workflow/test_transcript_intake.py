"""Transcripts made elsewhere: whose they are, what they replace, and what they never replace."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import col, select, update

from qm.core.access import ROLES, Actor
from qm.core.known_recording_names import name_patterns
from qm.core.problems import BadInput, NotAllowed, Problem
from qm.intake.transcripts.speakers import AgentIs
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import (
    AuditEvent,
    Interaction,
    Recording,
    SearchLine,
    SegmentRow,
    Transcript,
    Worker,
)
from qm.store.transcription_queue import Lease, is_still_leased
from qm.store.transcripts import add_transcript
from qm.workflow.transcript_intake import (
    Attached,
    AttachOptions,
    GivenFile,
    attach_transcript,
    attach_transcripts,
)
from qm.workflow.transcripts import words_of
from tests.fixtures.small_centre import MANAGER, NOW, SmallCentre, build

HELLO = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Hello there\n"
OTHER = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Good morning\n"


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    centre = build(database_url, tmp_path, calls_per_agent=4)
    yield centre
    centre.engine.dispose()


@pytest.fixture
def sqlite_centre(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SmallCentre]:
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path, calls_per_agent=4)
    yield centre
    centre.engine.dispose()


def attach(
    centre: SmallCentre,
    name: str,
    content: str | bytes = HELLO,
    *,
    to: str | None = None,
    actor: Actor = MANAGER,
    minutes: int = 0,
    agent: AgentIs | None = None,
    replace_corrected: bool = False,
) -> Attached:
    source = content.encode() if isinstance(content, str) else content
    options = AttachOptions(
        agent or AgentIs(), name_patterns((), "qm.toml"), replace_corrected=replace_corrected
    )
    file = GivenFile(name, source, to)
    now = NOW + timedelta(minutes=minutes)
    return attach_transcript(centre.engine, actor, file, options, now=now)


def refused(centre: SmallCentre, name: str, content: str = HELLO, **more: object) -> Problem:
    before = everything(centre)
    with pytest.raises(BadInput) as refusal:
        attach(centre, name, content, **more)  # type: ignore[arg-type]
    assert everything(centre) == before
    (problem,) = refusal.value.problems
    assert problem.remedy
    return problem


def everything(centre: SmallCentre) -> list[object]:
    """The rows that attaching could touch, counted, and the recordings as they are."""
    tables = (Transcript, SegmentRow, SearchLine, AuditEvent)
    with transaction(centre.engine) as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        recordings = session.scalars(select(Recording).order_by(col(Recording.interaction_id)))
        return [*counts, *(row.model_dump() for row in recordings)]


def recording(centre: SmallCentre, interaction_id: str) -> Recording:
    with transaction(centre.engine) as session:
        return session.get_one(Recording, interaction_id)


def in_force(centre: SmallCentre, interaction_id: str) -> Transcript:
    with transaction(centre.engine) as session:
        row = session.get_one(Recording, interaction_id)
        assert row.transcript_id is not None
        return session.get_one(Transcript, row.transcript_id)


def texts(centre: SmallCentre, interaction_id: str) -> list[tuple[str, str]]:
    with transaction(centre.engine) as session:
        segments = words_of(session, interaction_id, unmasked=True).segments
    return [(segment.speaker, segment.text) for segment in segments]


def searchable(centre: SmallCentre, transcript_id: int | None) -> int:
    with transaction(centre.engine) as session:
        query = select(func.count()).where(col(SearchLine.transcript_id) == transcript_id)
        return session.scalar(query) or 0


def events(centre: SmallCentre, interaction_id: str) -> Sequence[AuditEvent]:
    with transaction(centre.engine) as session:
        query = select(AuditEvent).where(
            col(AuditEvent.action) == "transcript_attached",
            col(AuditEvent.subject) == interaction_id,
        )
        return session.scalars(query.order_by(col(AuditEvent.id))).all()


def test_a_file_named_after_its_interaction_becomes_its_words(centre: SmallCentre) -> None:
    outcome = attach(centre, "sara-0.vtt")
    assert (outcome.result, outcome.interaction_id, outcome.format) == (
        "attached",
        "sara-0",
        "webvtt",
    )
    assert (outcome.lines, dict(outcome.speakers)) == (1, {"agent": 1})
    assert texts(centre, "sara-0") == [("agent", "Hello there")]
    row = recording(centre, "sara-0")
    assert (row.state, row.problem, row.updated_at) == ("done", None, NOW)
    made = in_force(centre, "sara-0")
    assert (made.origin, made.source_format, made.source_file) == ("file", "webvtt", "sara-0.vtt")
    assert (made.created_by, made.language, made.audio_sha256) == ("manager", "en", None)
    assert searchable(centre, made.id) == 1
    (event,) = events(centre, "sara-0")
    assert event.detail == {
        "file": "sara-0.vtt",
        "format": "webvtt",
        "lines": 1,
        "transcript": made.id,
        "instead_of": None,
    }


def test_the_same_file_again_changes_nothing(centre: SmallCentre) -> None:
    attach(centre, "sara-0.vtt")
    before = everything(centre)
    again = attach(centre, "renamed.vtt", to="sara-0", minutes=9)
    assert (again.result, again.lines) == ("known", 1)
    assert everything(centre) == before


def test_another_file_takes_its_place_and_the_first_stays(centre: SmallCentre) -> None:
    attach(centre, "sara-0.vtt")
    first = in_force(centre, "sara-0")
    assert attach(centre, "sara-0.vtt", OTHER, minutes=5).result == "replaced"
    second = in_force(centre, "sara-0")
    assert texts(centre, "sara-0") == [("agent", "Good morning")]
    with transaction(centre.engine) as session:
        assert session.get_one(Transcript, first.id).source_file == "sara-0.vtt"
    assert [event.detail["instead_of"] for event in events(centre, "sara-0")] == [None, first.id]
    assert recording(centre, "sara-0").transcript_id == second.id


def test_saying_later_who_the_agent_is_takes_effect(centre: SmallCentre) -> None:
    content = json.dumps(
        {"segments": [{"start": i, "end": i + 1, "text": "x", "speaker": f"S{i}"} for i in (0, 1)]}
    )
    assert attach(centre, "sara-0.json", content).speakers == {"unknown": 2}
    said = attach(centre, "sara-0.json", content, agent=AgentIs(label="S1"))
    assert (said.result, said.speakers) == ("replaced", {"customer": 1, "agent": 1})


def test_a_failed_recording_is_done_and_a_worker_that_has_it_loses_it(
    centre: SmallCentre,
) -> None:
    problem = Problem("transcription.killed", "x", values={"times": 3})
    with transaction(centre.engine) as session:
        session.add(Worker(id="w1", host="h", pid=1, model="m", started_at=NOW, seen_at=NOW))
        lease = Lease("sara-0", "w1", 1)
        session.add(
            Recording(
                interaction_id=lease.interaction_id,
                state="running",
                worker_id=lease.worker_id,
                attempts=lease.attempt,
                updated_at=NOW,
            )
        )
        session.add(
            Recording(
                interaction_id="sara-1",
                state="failed",
                problem=problem.as_data(),
                updated_at=NOW,
                next_try_at=NOW,
            )
        )
        session.flush()
        assert is_still_leased(session, lease, NOW)
    attach(centre, "sara-0.vtt")
    attach(centre, "sara-1.vtt")
    for name in ("sara-0", "sara-1"):
        row = recording(centre, name)
        assert (row.state, row.worker_id, row.problem, row.next_try_at) == (
            "done",
            None,
            None,
            None,
        )
    with transaction(centre.engine) as session:
        assert not is_still_leased(session, lease, NOW)


def test_a_machine_transcript_is_replaced_and_stays(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        made = Transcript(origin="whisper", audio_sha256="a", settings_sha256="b", created_at=NOW)
        machine = add_transcript(session, made, ())
        session.add(
            Recording(
                interaction_id="sara-0",
                state="done",
                transcript_id=machine,
                duration_s=90.0,
                updated_at=NOW,
            )
        )
    assert attach(centre, "sara-0.vtt").result == "replaced"
    assert recording(centre, "sara-0").duration_s == 90.0
    with transaction(centre.engine) as session:
        assert session.get_one(Transcript, machine).origin == "whisper"


def correct(centre: SmallCentre, interaction_id: str) -> None:
    """Put a corrected version in force, as a correction leaves it."""
    with transaction(centre.engine) as session:
        row = session.get_one(Recording, interaction_id)
        corrected = Transcript(origin="corrected", based_on_id=row.transcript_id, created_at=NOW)
        row.transcript_id = add_transcript(session, corrected, ())


def test_a_corrected_transcript_is_replaced_only_on_purpose(centre: SmallCentre) -> None:
    attach(centre, "sara-0.vtt")
    correct(centre, "sara-0")
    correct(centre, "sara-0")
    assert attach(centre, "sara-0.vtt").result == "known"  # it is what was corrected
    problem = refused(centre, "sara-0.vtt", OTHER)
    assert problem.code == "transcript.was_corrected"
    assert "--replace-corrected" in problem.remedy
    done = attach(centre, "sara-0.vtt", OTHER, replace_corrected=True)
    assert (done.result, texts(centre, "sara-0")) == ("replaced", [("agent", "Good morning")])


def test_written_interactions_keep_their_imported_messages_and_get_missing_ones(
    centre: SmallCentre,
) -> None:
    problem = refused(centre, "sara-3.vtt", replace_corrected=True)
    assert (problem.code, problem.values) == ("transcript.has_messages", {"id": "sara-3"})
    with transaction(centre.engine) as session:
        session.delete(session.get_one(Recording, "reza-3"))
    chat = "10:32 Agent: hi\n10:33 Customer: hello\n"
    assert attach(centre, "reza-3.txt", chat).result == "attached"
    assert texts(centre, "reza-3") == [("agent", "hi"), ("customer", "hello")]


OWNERS = {
    "sara-1.vtt": "sara-1",
    "sara-1": "sara-1",
    "C:\\exports\\sara-1.mp3.vtt": "sara-1",
    "../../sara-1.en.srt.json": "sara-1",
    "Auto0_GUID_sara-1_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.wav.json": "sara-1",
    "late 7.json": "sara-2",  # its recording was found as calls/late 7.wav
    "a_b.vtt": "neda-1",  # a name with a sign that databases read as any letter
}


def test_names_lead_to_the_interaction(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        session.add(
            Recording(interaction_id="sara-2", file_name="calls/late 7.wav", updated_at=NOW)
        )
        renamed = update(Interaction).where(col(Interaction.id) == "neda-1")
        session.execute(renamed.values(recording_file="x/a_b.mp3"))
        other = update(Interaction).where(col(Interaction.id) == "neda-2")
        session.execute(other.values(recording_file="x/aXb.mp3"))
    assert {name: attach(centre, name).interaction_id for name in OWNERS} == OWNERS


def test_an_id_inside_the_file_leads_to_the_interaction(centre: SmallCentre) -> None:
    lines = [{"from": "agent", "text": "hi"}]
    inside = json.dumps({"conversation_id": "sara-2", "messages": lines})
    assert attach(centre, "export-17.json", inside).interaction_id == "sara-2"
    problem = refused(centre, "sara-1.json", inside)
    assert (problem.code, problem.values) == ("transcript.severals", {"ids": "sara-1, sara-2"})
    assert attach(centre, "sara-1.json", inside, to="sara-1").interaction_id == "sara-1"


def test_nobodys_files_and_unknown_interactions_are_reported(centre: SmallCentre) -> None:
    problem = refused(centre, "nobody%.vtt")
    assert problem.code == "transcript.nobodys"
    assert problem.values == {"names": "“nobody%”"}
    assert refused(centre, "sara-1.vtt", to="nobody").code == "transcript.unknown_interaction"
    assert refused(centre, "sara-1.vtt", "no transcript").code == "transcript.unknown_format"


def test_one_refused_file_does_not_keep_the_others(centre: SmallCentre) -> None:
    contents = {"sara-0.vtt": HELLO, "nobody.vtt": HELLO, "sara-1.vtt": "", "sara-2.vtt": OTHER}
    files = [GivenFile(name, content.encode()) for name, content in contents.items()]
    seen: list[tuple[int, int]] = []
    outcomes = attach_transcripts(
        centre.engine,
        MANAGER,
        files,
        AttachOptions(),
        now=NOW,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert [each.result for each in outcomes] == ["attached", "refused", "refused", "attached"]
    assert [each.file_name for each in outcomes] == list(contents)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_personal_data_is_stored_as_it_was_said_and_searched_masked(centre: SmallCentre) -> None:
    content = HELLO.replace("Hello there", "my card is 4111 1111 1111 1111")
    attach(centre, "sara-0.vtt", content)
    assert texts(centre, "sara-0") == [("agent", "my card is 4111 1111 1111 1111")]
    with transaction(centre.engine) as session:
        assert rules_in_force(session).kinds
        masked = words_of(session, "sara-0").segments[0].text
        keys = session.scalars(select(SearchLine.key)).all()
    assert masked == "my card is [card]"
    assert not [key for key in keys if "4111" in key]


def test_only_who_imports_or_transcribes_may_attach(sqlite_centre: SmallCentre) -> None:
    for role in ROLES:
        actor = Actor("x", role, team_id="orders", agent_id="sara")
        if role in {"qa_lead", "manager", "admin"}:
            assert attach(sqlite_centre, f"{role}.vtt", to="sara-0", actor=actor).lines == 1
            continue
        with pytest.raises(NotAllowed):
            attach(sqlite_centre, "sara-0.vtt", actor=actor)
        file = GivenFile("none.vtt", Path("none.vtt"))
        with pytest.raises(NotAllowed):  # before anything is read
            attach_transcripts(sqlite_centre.engine, actor, [file], AttachOptions(), now=NOW)


def test_nothing_stays_of_a_file_whose_index_fails(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    before = everything(centre)
    monkeypatch.setattr("qm.workflow.transcript_intake.index_transcript", fail)
    with pytest.raises(OSError, match="disk full"):
        attach(centre, "sara-0.vtt")
    assert everything(centre) == before
