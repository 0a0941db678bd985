"""What the page tells beside a transcript: facts, remarks and where the words come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from qm.config import Settings
from qm.core.personal_data.rules import PrivacyRules
from qm.core.text import Language
from qm.core.transcript import Segment
from qm.store.engine import open_engine
from qm.store.tables import Interaction, Transcript
from qm.ui import wording
from qm.ui.evaluation.call_facts import call_facts
from qm.ui.evaluation.transcript_note import transcript_note
from qm.ui.evaluation.transcript_remarks import transcript_remarks
from qm.ui.here import Here
from qm.workflow.transcripts import Words
from tests.fixtures.small_centre import MINA, NOW

FORMS = Path(__file__).parents[2] / "forms"
CALL = (
    Segment("agent", 0.0, 6.0, "Good morning, this is Sara."),
    Segment("customer", 5.0, 8.0, "Where is my order?"),
    Segment("agent", 20.0, 24.0, "I guarantee it comes today."),
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    engine = open_engine("sqlite://")
    yield _here(tmp_path, "en")
    engine.dispose()


def _here(folder: Path, language: Language) -> Here:
    settings = Settings(forms_folder=folder)
    return Here(open_engine("sqlite://"), settings, MINA, "Mina", language)


def _words(segments: tuple[Segment, ...], left_out: list[dict[str, object]] | None = None) -> Words:
    transcript = Transcript(origin="whisper", created_at=NOW, left_out=left_out or [])
    return Words(transcript, segments, {}, PrivacyRules())


def _interaction(channel: str = "call") -> Interaction:
    return Interaction(id="c1", channel=channel, language="en", started_at=NOW)


def test_each_fact_is_short_and_explained(here: Here) -> None:
    told = call_facts(here, CALL, 75.0)
    assert [fact.text for fact in told] == [
        "agent talks 77 %",
        "1 interruptions",
        "silence 50 %",
        "longest silence 00:12",
        "on hold 01:15",
        "60 words/min",
        "answers after 12.0 s",
    ]
    assert all(fact.explanation.endswith(".") for fact in told)
    assert "0 by the agent, 1 by the customer, at 00:05." in told[1].explanation
    assert "It begins at 00:08. 1 silences of 10 seconds or more" in told[3].explanation


def test_what_cannot_be_counted_is_told_and_not_guessed(here: Here) -> None:
    mono = tuple(Segment("unknown", line.start_s, line.end_s, line.text) for line in CALL)
    told = [fact.text for fact in call_facts(here, mono, None)]
    assert told == ["silence 50 %", "longest silence 00:12", "speakers unknown"]
    alone = call_facts(here, CALL[:1], None)
    assert alone[-1].text == "only one party is heard"
    mail = (Segment("customer", None, None, "Where is it?"), Segment("agent", None, None, "Here."))
    assert [fact.text for fact in call_facts(here, mail, None)] == ["4 words"]
    assert call_facts(here, (), 10.0) == []


def test_phrases_are_told_with_their_line_and_second(tmp_path: Path) -> None:
    here = _here(FORMS, "en")
    phrases, left_out = transcript_remarks(
        here,
        _interaction(),
        _words(CALL, [{"start_s": 9.0, "end_s": 10.0, "text": "so", "reason": "over_silence"}]),
    )
    told = {remark.text: remark for remark in phrases.remarks}
    promise = told["Promises nothing that nobody can keep: said"]
    assert (promise.sign, promise.tone, promise.line, promise.start_s) == ("✕", "bad", 2, 20.0)
    assert told["Greets: said"].sign == "✓"
    assert told["Says that the call is recorded: not found"].start_s is None
    assert phrases.title == "Phrases: 2 as they should be, 6 not"
    assert [(remark.text, remark.start_s) for remark in left_out.remarks] == [
        ("nobody speaks there", 9.0)
    ]
    mono = tuple(Segment("unknown", line.start_s, line.end_s, line.text) for line in CALL)
    (unknown,) = transcript_remarks(here, _interaction(), _words(mono))
    assert "Greets: said, but nobody knows by whom" in [r.text for r in unknown.remarks]
    (written,) = transcript_remarks(here, _interaction("chat"), _words(CALL))
    assert not any("recorded" in remark.text for remark in written.remarks)


def test_without_rules_or_words_nothing_is_told(here: Here, tmp_path: Path) -> None:
    assert transcript_remarks(here, _interaction(), _words(CALL)) == []
    assert transcript_remarks(_here(FORMS, "en"), _interaction(), _words(())) == []
    nothing = Words(None, (), {}, PrivacyRules())
    assert transcript_remarks(_here(FORMS, "en"), _interaction(), nothing) == []


def test_rules_that_cannot_be_read_are_told_and_read_again_once_they_are_corrected(
    here: Here, tmp_path: Path
) -> None:
    file = tmp_path / "phrases.yaml"
    file.write_text("phrases: p\nversion: 1\nrulez: []\n", "utf-8")
    (broken,) = transcript_remarks(here, _interaction(), _words(CALL))
    assert broken.title == "The phrase rules cannot be read"
    assert "phrases.yaml, row 3" in broken.remarks[0].text
    file.write_text((FORMS / "phrases.yaml").read_text("utf-8"), "utf-8")
    (again,) = transcript_remarks(here, _interaction(), _words(CALL))
    assert again.title.startswith("Phrases: ")


def test_digits_are_those_of_the_reader(tmp_path: Path) -> None:
    told = call_facts(_here(tmp_path, "fa"), CALL, 75.0)
    assert not any(c in "0123456789%" for fact in told for c in fact.text + fact.explanation)


@pytest.mark.parametrize(
    ("model", "language", "told"),
    [
        ("package:base", "fa", "about 9 of 10 words are wrong: listen along"),
        ("large-v3", "fa", "about 4 of 10 words are wrong: listen along"),
        ("package:base", "en", None),
        (None, "fa", None),
    ],
)
def test_the_note_says_how_far_the_words_can_be_trusted(
    here: Here, model: str | None, language: str, told: str | None
) -> None:
    call = SimpleNamespace(interaction=_interaction(), recording=None)
    made = Transcript(origin="whisper", model=model, language=language, created_at=NOW)
    note = transcript_note(here, call, made, 0)  # type: ignore[arg-type]
    assert ("wrong" in note) is (told is not None)
    assert told is None or note.endswith(told)


def test_the_note_counts_corrections_and_says_when_they_were_taken_back(here: Here) -> None:
    call = SimpleNamespace(interaction=_interaction(), recording=None)
    made = Transcript(origin="corrected", created_by="mina", created_at=NOW)
    assert transcript_note(here, call, made, 2).endswith("corrected lines: 2")  # type: ignore[arg-type]
    back = transcript_note(here, call, made, 0)  # type: ignore[arg-type]
    assert back.startswith("Back to the machine's version")
    assert transcript_note(here, call, None, 0) == "not transcribed"  # type: ignore[arg-type]


def test_masks_come_back_from_the_readers_language_as_they_were() -> None:
    persian = {"[card]": "[کارت]", "[name]": "[نام]"}
    text = "من [name] هستم، [card] دارم"
    shown = wording.masked(lambda msgid: persian.get(msgid, msgid), text)
    assert shown == "من [نام] هستم، [کارت] دارم"
    assert wording.with_plain_masks(lambda msgid: persian.get(msgid, msgid), shown) == text
