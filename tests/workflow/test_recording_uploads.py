"""Uploaded recordings: given to a call, or refused with nothing kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from qm.core.access import Actor
from qm.core.known_recording_names import name_patterns
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import Interaction, Recording
from qm.workflow.recording_matching import RecordingSource
from qm.workflow.recording_scans import scan_recordings
from qm.workflow.recording_uploads import Uploaded, calls_without_file, upload_recording
from qm.workflow.recordings import recording_path
from tests.fixtures.drawn_rows import draw_row, pick_row
from tests.fixtures.recorded_centre import recordings_folder
from tests.fixtures.recording_files import put, wav_bytes
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    SARA,
    SmallCentre,
    build,
)

SOUND = wav_bytes("uploaded")


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    yield from built(database_url, tmp_path)


@pytest.fixture
def sqlite_centre(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SmallCentre]:
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    yield from built(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)


def built(database_url: str, folder: Path) -> Iterator[SmallCentre]:
    """The small centre, where sara-1 and neda-2 are drawn and sara-1 lacks its recording."""
    centre = build(database_url, folder, calls_per_agent=3)
    for name in ("sara-0", "sara-2", "neda-2"):
        put(recordings_folder(centre), f"{name}.mp3")
    with transaction(centre.engine) as session:
        draw = draw_row("1405-08")
        session.add(draw)
        session.flush()
        for rank, id_ in enumerate(("sara-1", "neda-2"), 1):
            session.add(pick_row(draw, session.get_one(Interaction, id_), rank=rank))
    yield centre
    centre.engine.dispose()


def source_of(centre: SmallCentre) -> RecordingSource:
    return RecordingSource(recordings_folder(centre), name_patterns((), "qm.toml"), CENTRE)


def upload(
    centre: SmallCentre,
    name: str,
    content: bytes = SOUND,
    *,
    actor: Actor = MANAGER,
    to: str | None = None,
) -> Uploaded:
    return upload_recording(
        centre.engine,
        actor,
        source_of(centre),
        BytesIO(content),
        file_name=name,
        interaction_id=to,
        max_bytes=100_000,
        now=NOW,
    )


def uploads(centre: SmallCentre) -> list[Path]:
    folder = recordings_folder(centre) / "uploads"
    return [path for path in folder.rglob("*") if path.is_file()]


def row(centre: SmallCentre, table: Any, id_: str) -> Any:
    with transaction(centre.engine) as session:
        return session.get(table, id_)


@pytest.mark.parametrize(
    ("name", "to"), [("sara-1.wav", None), ("C:\\temp\\sara-1.ogg", None), ("whatever", "sara-1")]
)
def test_an_upload_is_given_to_its_call_and_waits(
    sqlite_centre: SmallCentre, name: str, to: str | None
) -> None:
    centre = sqlite_centre
    before = row(centre, Interaction, "sara-1")
    assert upload(centre, name, to=to) == Uploaded("sara-1", is_new=False, was_there=False)
    (kept,) = uploads(centre)
    assert kept.read_bytes() == SOUND
    recording = row(centre, Recording, "sara-1")
    assert recording.state == "waiting"
    assert recordings_folder(centre) / recording.file_name == kept
    assert row(centre, Interaction, "sara-1") == before
    heard = recording_path(centre.engine, ADMIN, "sara-1", recordings_folder(centre), now=NOW)
    assert heard == kept.resolve()


def test_the_same_upload_again_changes_nothing(centre: SmallCentre) -> None:
    upload(centre, "sara-1.wav")
    before = row(centre, Recording, "sara-1")
    assert upload(centre, "sara-1.wav").was_there
    assert row(centre, Recording, "sara-1") == before
    report = scan_recordings(centre.engine, ADMIN, source_of(centre), now=NOW, settle_s=0.0)
    assert (report.given, report.new, report.left_out) == ((), (), 0)


def test_a_name_that_tells_enough_makes_a_call_for_those_who_import(centre: SmallCentre) -> None:
    name = "out-0912-sara-20261110-092517-1762759517.7.wav"
    assert upload(centre, name) == Uploaded("1762759517.7", is_new=True, was_there=False)
    call = row(centre, Interaction, "1762759517.7")
    assert (call.agent_id, call.team_id, call.talk_s) == ("sara", "orders", None)
    assert [recordings_folder(centre) / call.recording_file] == uploads(centre)
    assert upload(centre, name).was_there


@pytest.mark.parametrize(
    ("name", "to", "content", "code"),
    [
        ("nobody-1.wav", None, SOUND, "recording_files.call_unknown"),
        ("x.wav", "nobody-1", SOUND, "recording_files.call_unknown"),
        ("x.wav", "sara-0", SOUND, "recording_files.has_other"),
        ("out-1-nobody-20261110-092517-5.5.wav", None, SOUND, "recording_files.no_team"),
        ("sara-1.wav", None, b"MZ\x90\0" * 50, "recording_files.no_sound"),
        ("sara-1.wav", None, b"", "recording_files.empty"),
        ("sara-1.wav", None, wav_bytes("x", 20.0), "recording_upload.too_large"),
    ],
)
def test_what_is_refused_leaves_no_file(
    sqlite_centre: SmallCentre, name: str, to: str | None, content: bytes, code: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        upload(sqlite_centre, name, content, to=to)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.place) == (code, name)
    assert uploads(sqlite_centre) == []
    assert row(sqlite_centre, Recording, "sara-1") is None


def test_one_sound_belongs_to_one_call(sqlite_centre: SmallCentre) -> None:
    upload(sqlite_centre, "sara-1.wav")
    (recordings_folder(sqlite_centre) / "sara-2.mp3").unlink()
    with pytest.raises(BadInput, match="same_sound"):
        upload(sqlite_centre, "sara-2.wav")


@pytest.mark.parametrize("actor", [MINA, LEAD, SARA], ids=lambda actor: actor.role)
def test_only_those_who_run_the_programme_upload(sqlite_centre: SmallCentre, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        upload(sqlite_centre, "sara-1.wav", actor=actor)
    with pytest.raises(NotAllowed):
        calls_without_file(sqlite_centre.engine, actor, Path(), most=1)
    assert uploads(sqlite_centre) == []


def test_drawn_calls_that_lack_their_file_are_listed(centre: SmallCentre) -> None:
    folder = recordings_folder(centre)

    def lacking() -> list[str]:
        found = calls_without_file(centre.engine, MANAGER, folder, most=10)
        return list(found["id"])

    assert lacking() == ["sara-1"]
    (folder / "neda-2.mp3").unlink()
    (folder / "sara-0.mp3").unlink()  # never drawn
    assert lacking() == ["neda-2", "sara-1"]
    upload(centre, "sara-1.wav")
    put(folder, "neda-2.mp3")
    assert lacking() == []
