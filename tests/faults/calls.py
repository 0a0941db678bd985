"""Drawn calls with real sound, and the one question after every fault: how did each end?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from qm.config import Settings
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Draw, Interaction, Recording, SegmentRow, Transcript
from tests.faults.processes import wait_until
from tests.speech.drawn_calls import pick
from tests.speech.sounds import DEMO_CALLS, base_model, clip

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.faults.workers import Supervisor

SAID = DEMO_CALLS / "emma.clark.mp3"


class Ended(NamedTuple):
    """How a recording ended: its state, why, and the tries it took."""

    state: str
    problem: str | None = None
    tries: int = 1


DONE = Ended("done")


def settings_for(database_url: str, folder: Path, **more: object) -> Settings:
    """Settings of a centre in a folder, with the real base model."""
    (folder / "recordings").mkdir()
    given = {
        "database_url": database_url,
        "data_folder": folder / "var",
        "recordings_folder": folder / "recordings",
        "speech_model": str(base_model()),
        "speech_threads": 1,
        "speech_processes": 1,
        **more,
    }
    return Settings(**given)  # type: ignore[arg-type]


def speak(settings: Settings, name: str, start_s: float, seconds: float) -> str:
    """Put a stretch of a real call into the recordings folder; return the file's name."""
    clip(SAID, settings.recordings_folder / name, start_s, seconds, sides=1)
    return name


def add_call(engine: Engine, interaction_id: str, file: str) -> None:
    """Draw another call; whoever works on the queue finds it there."""
    with transaction(engine) as session:
        like = session.scalars(select(Interaction).limit(1)).one().model_dump()
        session.add(Interaction(**{**like, "id": interaction_id, "recording_file": file}))
        session.flush()
        draw_id = session.scalars(select(col(Draw.id))).one()
        session.add(pick(interaction_id, 99, draw_id or 0))


def ends(engine: Engine) -> dict[str, Ended]:
    """How each recording stands."""
    with transaction(engine) as session:
        rows = session.scalars(select(Recording).order_by(col(Recording.interaction_id)))
        return {
            row.interaction_id: Ended(row.state, (row.problem or {}).get("code"), row.attempts)
            for row in rows
        }


def wait_until_running(
    engine: Engine, interaction_id: str, worker: Supervisor, *, tries: int = 1
) -> None:
    """Return as soon as a worker has begun with a recording, for that many times."""

    def is_running() -> bool:
        assert worker.process.poll() is None, worker.told()
        found = ends(engine).get(interaction_id)
        assert found is None or found.state not in {"done", "failed"}, f"too late: {found}"
        return found == Ended("running", None, tries)

    wait_until(is_running, f"{interaction_id} is running", told=worker.told)


def check_once(engine: Engine, *, sounds: int) -> None:
    """Each recording has ended, once: one audit event each, one transcript per sound, no leases."""
    with transaction(engine) as session:
        recordings = session.scalars(select(Recording)).all()
        assert {row.state for row in recordings} <= {"done", "failed"}
        for row in recordings:
            assert (row.worker_id, row.began_at) == (None, None)
            assert (row.transcript_id is None) == (row.state == "failed")
            assert (row.problem is None) == (row.state == "done")
        about = session.scalars(
            select(col(AuditEvent.subject)).where(col(AuditEvent.action) == "transcribed")
        )
        assert Counter(about) == {row.interaction_id: 1 for row in recordings}
        made = session.scalars(select(col(Transcript.id)).order_by(col(Transcript.id))).all()
        used = {row.transcript_id for row in recordings} - {None}
        assert set(made) == used
        assert len(made) == sounds
        lines = session.execute(
            select(func.count(), func.max(col(SegmentRow.position))).group_by(
                col(SegmentRow.transcript_id)
            )
        ).all()
        assert len(lines) == sounds  # words were said in every one
        assert all(count == last + 1 for count, last in lines)
