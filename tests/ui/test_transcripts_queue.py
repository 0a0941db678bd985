"""The tab Queue of the page Transcripts, on a centre whose calls wait, run and fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from streamlit.testing.v1 import AppTest

from qm.core.access import COMMAND_LINE
from qm.core.problems import Problem
from qm.store.engine import transaction
from qm.store.tables import Interaction, Recording
from qm.workflow.draws import draw_period
from qm.workflow.transcription import Heard, pending_recordings
from qm.workflow.transcription_queue import list_queue
from qm.workflow.transcription_results import finish
from qm.workflow.transcription_workers import beat
from tests.fixtures.queued_calls import claimed, row, words, worker
from tests.fixtures.screens import Screens, screens
from tests.fixtures.screens import words as read
from tests.fixtures.small_centre import CENTRE, MANAGER, NOW, PERIOD, POLICY, SmallCentre, build

SCREEN = "transcript_states"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Screens]:
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    with screens(centre) as found:
        yield found
    centre.engine.dispose()


def busy(centre: SmallCentre) -> dict[str, str]:
    """Let one recording be done, one fail, one run and one wait; return which is which."""
    engine = centre.engine
    pending_recordings(engine, MANAGER, now=NOW)
    worker(engine, "w1", NOW)
    done = claimed(engine, "w1", NOW)
    finish(engine, COMMAND_LINE, done, words("a", took_s=6.0), tries=3, now=NOW)
    failed = claimed(engine, "w1", NOW)
    no_sound = Heard(problem=Problem("audio.not_audio", failed.file_name, values={"detail": "odd"}))
    finish(engine, COMMAND_LINE, failed, no_sound, tries=3, now=NOW)
    running = claimed(engine, "w1", NOW)
    beat(engine, COMMAND_LINE, "w1", running, 30.0, now=NOW)
    (waiting, *_more) = list_queue(engine, MANAGER, now=NOW).waiting["interaction_id"]
    return {
        "done": done.interaction_id,
        "failed": failed.interaction_id,
        "running": running.interaction_id,
        "waiting": waiting,
    }


def button(page: AppTest, label: str) -> AppTest:
    return next(each for each in page.button if each.label == label).click().run()


def test_an_undrawn_centre_says_what_to_do(tmp_path: Path) -> None:
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    with transaction(centre.engine) as session:
        session.execute(delete(Recording))
    with screens(centre) as found:
        page = found.open("manager", SCREEN)
        assert not page.exception
        assert "draw a period first" in read(page.main)
    centre.engine.dispose()


def test_the_queue_shows_what_is_where(pages: Screens) -> None:
    names = busy(pages.centre)
    page = pages.open("manager", SCREEN)
    assert not page.exception
    said = read(page.main)
    left = len(list_queue(pages.centre.engine, MANAGER, now=NOW).waiting)
    assert f"waiting: {left}" in said
    for count in ("failed: 1", "being transcribed: 1", "transcribed: 1", "Workers alive: 1."):
        assert count in said
    assert "here 1" in said
    assert "25%" in said.replace(" %", "%")  # 30 of 120 seconds
    # 0.1 s of work per second: 120 s each wait, 90 s of the running one are left.
    seconds = int((120 * left + 90) * 0.1)
    assert f"{seconds // 60:02}:{seconds % 60:02}" in said
    assert "The file is no sound file that can be read (odd)." in said
    for name in names.values():
        assert name in said
    persian = pages.open("manager", SCREEN, "fa")
    assert not persian.exception
    assert "۰۰:" in read(persian.main)


def test_pausing_and_going_on(pages: Screens) -> None:
    busy(pages.centre)
    page = button(pages.open("manager", SCREEN), "Pause transcribing")
    assert list_queue(pages.centre.engine, MANAGER, now=NOW).paused_by == "manager"
    assert "Paused by Manager" in read(page.main)
    page = button(page, "Go on transcribing")
    assert list_queue(pages.centre.engine, MANAGER, now=NOW).paused_at is None


def test_retrying_some_and_holding_some(pages: Screens) -> None:
    names = busy(pages.centre)
    engine = pages.centre.engine
    page = pages.open("manager", SCREEN)
    retried, held = page.multiselect
    retried.set_value([names["failed"]]).run()
    page = button(page, "Try these again")
    assert row(engine, names["failed"]).state == "waiting"
    assert "Nothing failed." in read(page.main)
    (held,) = page.multiselect
    held.set_value([names["waiting"]]).run()
    page = button(page, "Hold these")
    assert row(engine, names["waiting"]).is_held
    assert "held: 1" in read(page.main)
    (held,) = page.multiselect
    held.set_value([names["waiting"]]).run()
    button(page, "Release these")
    assert not row(engine, names["waiting"]).is_held


def test_a_put_off_recording_says_until_when_and_why(pages: Screens) -> None:
    engine = pages.centre.engine
    pending_recordings(engine, MANAGER, now=NOW)
    claim = claimed(engine, "w1", NOW)
    gone = Heard(problem=Problem("recording.missing", claim.file_name))
    finish(engine, COMMAND_LINE, claim, gone, tries=3, now=NOW + timedelta(hours=1))
    said = read(pages.open("manager", SCREEN).main)
    assert "put off: 1" in said
    assert "put off until" in said
    assert "The recording's file was not found." in said
    with transaction(engine) as session:
        assert session.get_one(Interaction, claim.interaction_id).recording_file in said
