"""The tab Transcript files as a manager uses it, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, func, select
from streamlit.testing.v1 import AppTest

from qm.core.text import LANGUAGES, Language
from qm.locale import translator
from qm.store.engine import transaction
from qm.store.tables import Recording, SegmentRow, Transcript
from qm.ui import wording
from qm.workflow.draws import draw_period
from tests.fixtures.screens import SECONDS, Screens, markup, screens, words
from tests.fixtures.small_centre import ADMIN, CENTRE, NOW, PERIOD, POLICY, build

TAB = """
from qm.ui.here import here
from qm.ui.transcripts.transcript_upload import show_transcript_upload

show_transcript_upload(here())
"""
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Hello <script>alert(1)</script>there\n"
TWO = "[00:00:01] Ann: good morning\n[00:00:04] Bob: hello\n"


@pytest.fixture
def pages(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Screens]:
    path = tmp_path / "qm.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    centre = build(f"sqlite:///{path}", tmp_path, calls_per_agent=4)
    with screens(centre) as opened:
        yield opened
    centre.engine.dispose()


def tab(pages: Screens, language: Language = "en", username: str = "manager") -> AppTest:
    pages.enter(username, language)
    return AppTest.from_string(TAB, default_timeout=SECONDS).run()


def attach(page: AppTest, **files: str) -> AppTest:
    given = [(name.replace("__", "."), text.encode(), "text/plain") for name, text in files.items()]
    page.file_uploader(key="transcript-files-upload").set_value(given).run()
    page.button(key="transcript-files-attach").click().run()
    assert not page.exception
    return page


def lines_of(pages: Screens, interaction_id: str) -> list[tuple[str, str]]:
    with transaction(pages.centre.engine) as session:
        query = (
            select(SegmentRow)
            .join(Recording, col(Recording.transcript_id) == col(SegmentRow.transcript_id))
            .where(col(Recording.interaction_id) == interaction_id)
            .order_by(col(SegmentRow.position))
        )
        return [(row.speaker, row.text) for row in session.scalars(query)]


def test_several_files_each_tell_what_became_of_them(pages: Screens) -> None:
    page = attach(tab(pages), **{"sara-0__vtt": VTT, "sara-1__txt": TWO, "sara-2__json": "{"})
    said = words(page)
    assert "attached to sara-0" in said
    assert "a WebVTT file · 1 lines · Agent: 1" in said
    assert "attached to sara-1" in said
    assert "The file does not say who is the agent; its speakers are “Ann”, “Bob”." in said
    assert "not attached" in said
    assert "This is no JSON" in said
    assert "<script>" not in "".join(markup(page))
    assert lines_of(pages, "sara-0") == [("agent", "Hello alert(1)there")]
    again = words(attach(page, **{"sara-0__vtt": VTT}))
    assert "known already, sara-0" in again


def test_naming_the_agent_and_replacing(pages: Screens) -> None:
    page = tab(pages)
    page.text_input(key="transcript-files-label").set_value("ann").run()
    attach(page, **{"sara-1__txt": TWO})
    assert lines_of(pages, "sara-1") == [("agent", "good morning"), ("customer", "hello")]
    page.text_input(key="transcript-files-label").set_value("bob").run()
    assert "replaced the transcript of sara-1" in words(attach(page, **{"sara-1__txt": TWO}))
    assert lines_of(pages, "sara-1") == [("customer", "good morning"), ("agent", "hello")]


def test_a_file_that_names_nobody_is_given_to_a_drawn_call(pages: Screens) -> None:
    draw_period(pages.centre.engine, ADMIN, PERIOD, POLICY, centre=CENTRE, seed="s", now=NOW)
    page = attach(tab(pages), export__vtt=VTT)
    assert "No interaction is called “export”" in words(page)
    offered = page.selectbox(key="transcript-files-owner-0-en")
    assert offered.options
    chosen = offered.options[0].partition(" ·")[0].replace("\\", "")
    offered.select_index(0).run()
    page.button(key="transcript-files-give-0").click().run()
    assert not page.exception
    assert f"attached to {chosen}" in words(page)
    assert lines_of(pages, chosen) == [("agent", "Hello alert(1)there")]


def test_what_was_corrected_is_replaced_only_with_the_box_ticked(pages: Screens) -> None:
    page = attach(tab(pages), **{"sara-0__vtt": VTT})
    with transaction(pages.centre.engine) as session:
        row = session.get_one(Recording, "sara-0")
        corrected = Transcript(
            origin="corrected", based_on_id=row.transcript_id, created_at=row.updated_at
        )
        session.add(corrected)
        session.flush()
        row.transcript_id = corrected.id
    assert "Somebody corrected the transcript" in words(attach(page, **{"sara-0__vtt": VTT + "!"}))
    page.checkbox(key="transcript-files-replace").check().run()
    done = attach(page, **{"sara-0__vtt": VTT + "!"})
    assert "replaced the transcript of sara-0" in words(done)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_in_both_languages(pages: Screens, language: Language) -> None:
    page = attach(tab(pages, language), **{"sara-0__vtt": VTT, "x__json": "{}"})
    assert page.file_uploader
    with transaction(pages.centre.engine) as session:
        assert session.scalar(select(func.count()).where(col(Transcript.origin) == "file")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_origin_is_told(language: Language) -> None:
    _ = translator(language)
    formats = (
        "webvtt srt whisper whisperx whisper_cpp amazon_transcribe amazon_call_analytics "
        "azure_speech azure_conversation genesys_cloud chat_json chat_text table"
    ).split()
    for code in formats:
        row = Transcript(origin="file", source_format=code)  # type: ignore[call-arg]
        assert wording.transcript_format(_, code) in wording.transcript_origin(_, row)
        assert wording.transcript_format(_, code) != code


def test_origins_in_english() -> None:
    def said(**values: str) -> str:
        return wording.transcript_origin(str, Transcript(**values))  # type: ignore[arg-type]

    assert (
        said(origin="file", source_format="amazon_call_analytics")
        == "Transcript from Amazon Transcribe Call Analytics"
    )
    cpp = said(origin="file", source_format="whisper_cpp", model="whisper.cpp base")
    assert cpp == "Transcript from whisper.cpp (whisper.cpp base)"
    assert said(origin="whisper", model="base") == "Transcript made by Whisper base"
    assert said(origin="corrected", created_by="mina") == "Transcript, corrected by mina"
    assert said(origin="imported") == "Messages of the import"
