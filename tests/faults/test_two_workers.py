"""Two supervisors, on one queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.store.engine import transaction
from qm.store.tables import Recording
from tests.faults.calls import DONE, Ended, check_once, ends, settings_for, speak
from tests.speech.drawn_calls import engine_with_calls

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.workers import Workers


@pytest.mark.speech
def test_every_call_once_however_many_workers(
    database_url: str, tmp_path: Path, workers: Workers
) -> None:
    settings = settings_for(database_url, tmp_path)
    broken = {f"b{n}": "broken.wav" for n in range(12)}  # they end at once: more to contend for
    files = broken | {f"c{n}": speak(settings, f"c{n}.wav", 5 * n, 4) for n in range(3)}
    files |= {"c8": files["c0"], "c9": "copy.wav"}
    (settings.recordings_folder / "copy.wav").write_bytes(
        (settings.recordings_folder / files["c0"]).read_bytes()
    )
    (settings.recordings_folder / "broken.wav").write_text("no sound\n" * 100)
    engine = engine_with_calls(settings.database, files)
    both = [workers.supervisor(settings) for _ in range(2)]
    for worker in both:
        assert worker.wait() == 0, worker.told()
    found = ends(engine)
    failed = Ended("failed", "audio.not_audio")
    assert found == dict.fromkeys(files, DONE) | dict.fromkeys(broken, failed)
    check_once(engine, sounds=3)
    with transaction(engine) as session:
        of_one_sound = select(col(Recording.transcript_id)).where(
            col(Recording.interaction_id).in_(("c0", "c8", "c9"))
        )
        assert len(set(session.scalars(of_one_sound))) == 1
    engine.dispose()
