"""The tab Recordings: what lacks its recording, uploads, and what refuses them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qm.core.text import Language
from qm.store.engine import transaction
from qm.store.tables import Interaction, Recording
from tests.fixtures.drawn_rows import draw_row, pick_row
from tests.fixtures.recording_files import wav_bytes
from tests.fixtures.screens import SECONDS, Screens, screens, words
from tests.fixtures.small_centre import build

TAB = """
from qm.ui.here import here
from qm.ui.transcripts.recording_upload import show_recording_upload
show_recording_upload(here())
"""


@pytest.fixture
def pages(
    migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Screens]:
    """The small centre's pages; sara-1 and sara-2 are drawn and nobody's recording is there."""
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path, calls_per_agent=3)
    (tmp_path / "recordings").mkdir()
    monkeypatch.setenv("QM_RECORDINGS_FOLDER", str(tmp_path / "recordings"))
    with transaction(centre.engine) as session:
        draw = draw_row("1405-08")
        session.add(draw)
        session.flush()
        for rank in (1, 2):
            session.add(pick_row(draw, session.get_one(Interaction, f"sara-{rank}"), rank=rank))
    with screens(centre) as opened:
        yield opened
    centre.engine.dispose()


def tab(pages: Screens, who: str = "manager", language: Language = "en") -> AppTest:
    pages.enter(who, language)
    page = AppTest.from_string(TAB, default_timeout=SECONDS).run()
    assert not page.exception
    return page


def upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        page.file_uploader(key="recording-upload").upload(name, content, "audio/wav")
    page.run()
    (button,) = [each for each in page.button if each.label == "Keep and queue"]
    button.click().run()
    assert not page.exception
    return page


def recordings(pages: Screens) -> dict[str, str]:
    with transaction(pages.centre.engine) as session:
        found = [session.get(Recording, f"sara-{number}") for number in range(3)]
        return {row.interaction_id: row.state for row in found if row and row.file_name}


def test_drawn_calls_without_their_recording_are_listed(pages: Screens) -> None:
    page = tab(pages)
    assert "sara-1.mp3" in words(page)
    assert [option.split(" · ")[0] for option in page.selectbox[0].options] == ["sara-2", "sara-1"]
    assert "sara-0" not in words(page)


def test_several_files_are_taken_by_their_names_and_one_that_is_refused_stops_none(
    pages: Screens,
) -> None:
    page = upload(
        tab(pages),
        ("sara-1.wav", wav_bytes("1")),
        ("<b>x.wav", wav_bytes("x")),
        ("sara-2.wav", wav_bytes("2")),
    )
    assert recordings(pages) == {"sara-1": "waiting", "sara-2": "waiting"}
    said = words(page)
    assert said.count("kept, waits to be transcribed") == 2
    assert "No interaction has the id “<b>x”" in said
    assert "Every drawn call has its recording" in said
    assert "<b>x" not in "".join(e.proto.body for e in page.get("html"))


def test_a_file_is_given_to_the_chosen_call(pages: Screens) -> None:
    page = tab(pages)
    page.selectbox[0].select_index(1).run()
    upload(page, ("whatever.wav", wav_bytes("1")))
    assert recordings(pages) == {"sara-1": "waiting"}


def test_two_files_for_one_call_are_refused(pages: Screens) -> None:
    page = tab(pages)
    page.selectbox[0].select_index(1).run()
    for name in ("a.wav", "b.wav"):
        page.file_uploader(key="recording-upload").upload(name, wav_bytes(name), "audio/wav")
    page.run()
    assert "one recording" in words(page)
    assert not page.button


def test_patterns_that_are_wrong_are_told(pages: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QM_RECORDING_NAMES", '["{agent}"]')
    said = words(tab(pages))
    assert r"recording\_names" in said
    assert "tells no interaction's id" in said


def test_the_tab_is_there_in_persian(pages: Screens) -> None:
    page = tab(pages, language="fa")
    assert [option.split(" · ")[0] for option in page.selectbox[0].options] == ["sara-2", "sara-1"]


def test_those_who_only_evaluate_are_refused(pages: Screens) -> None:
    pages.enter("mina")
    page = AppTest.from_string(TAB, default_timeout=SECONDS).run()
    assert page.exception
    assert not page.file_uploader
