from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.forms.answers import Answer, Evidence
from qm.core.periods import Period
from qm.core.problems import BadInput, NotAllowed
from qm.core.transcript import Segment, Word
from qm.store.engine import transaction
from qm.store.tables import (
    AnswerRow,
    Assignment,
    AuditEvent,
    PrivacyVersion,
    Recording,
    SearchLine,
    Transcript,
)
from qm.store.transcripts import add_transcript, segments_of
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_steps import approve_note
from qm.workflow.evaluation_life import publish_evaluations
from qm.workflow.evaluations import (
    open_assignment,
    read_evaluation,
    save_draft,
    submit_evaluation,
)
from qm.workflow.privacy import (
    add_names,
    count_personal_data,
    privacy_rules,
    remove_name,
    set_privacy,
)
from qm.workflow.reporting import monthly_report
from qm.workflow.transcripts import read_unmasked, read_words, words_of
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.small_centre import (
    CENTRE,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    SARA,
    SmallCentre,
    built_once,
)

CARD = "4111 1111 1111 1111"
PHONE = "0912 345 6789"
SAID = (
    Segment("agent", 0.0, 1.0, "how may I help", (), 0.9),
    Segment(
        "customer",
        1.0,
        3.0,
        f"I am Peter Lane, {CARD}",
        tuple(
            Word(1 + place / 4, 1.25 + place / 4, word, 0.9)
            for place, word in enumerate(f"I am Peter Lane, {CARD}".split())
        ),
        0.9,
    ),
)


@built_once
def with_words(database_url: str, folder: Path) -> SmallCentre:
    centre = build_recorded(database_url, folder)
    with transaction(centre.engine) as session:
        transcript = Transcript(origin="file", created_at=NOW)
        transcript_id = add_transcript(session, transcript, SAID)
        session.add(
            Recording(
                interaction_id="sara-2", state="done", transcript_id=transcript_id, updated_at=NOW
            )
        )
    return centre


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    centre = with_words(database_url, tmp_path)
    yield centre
    centre.engine.dispose()


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[SmallCentre]:
    """A centre for what does not depend on the kind of database."""
    centre = with_words(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    yield centre
    centre.engine.dispose()


def logged(centre: SmallCentre, action: str) -> list[AuditEvent]:
    with transaction(centre.engine) as session:
        query = select(AuditEvent).where(col(AuditEvent.action) == action)
        return list(session.scalars(query.order_by(col(AuditEvent.id))))


def test_words_are_masked_and_the_store_keeps_what_was_said(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        words = words_of(session, "sara-2")
        assert segments_of(session, "sara-2") == SAID
        nothing = words_of(session, "sara-1")
    assert [segment.text for segment in words.segments] == [
        "how may I help",
        "I am Peter Lane, [card]",
    ]
    assert [word.text for word in words.segments[1].words][-1] == "[card]"
    assert (words.masked, words.is_unmasked) == ({"card": 1}, False)
    assert words.transcript is not None
    assert words.transcript.origin == "file"
    assert (nothing.transcript, nothing.segments, nothing.masked) == (None, (), {})


@pytest.mark.parametrize("actor", [MINA, LEAD, SARA])
def test_the_words_as_said_need_the_right(on_sqlite: SmallCentre, actor: Actor) -> None:
    assert "[card]" in read_words(on_sqlite.engine, actor, "sara-2").segments[1].text
    with pytest.raises(NotAllowed):
        read_unmasked(on_sqlite.engine, actor, "sara-2", now=NOW)
    assert logged(on_sqlite, "transcript_unmasked") == []


def test_reading_what_was_said_is_logged_once_an_hour(centre: SmallCentre) -> None:
    for minutes in (0, 20, 59, 70):
        now = NOW + timedelta(minutes=minutes)
        words = read_unmasked(centre.engine, MANAGER, "sara-2", now=now)
        assert (words.segments, words.is_unmasked) == (SAID, True)
    events = logged(centre, "transcript_unmasked")
    assert [(event.actor, event.subject) for event in events] == [
        (MANAGER.username, "sara-2"),
        (MANAGER.username, "sara-2"),
    ]
    assert "4111" not in str([event.detail for event in events])


def test_others_words_are_not_to_be_read(on_sqlite: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        read_words(on_sqlite.engine, MINA, "sara-0")


def test_new_rules_mask_old_words_and_are_logged_without_the_names(centre: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        set_privacy(centre.engine, MINA, {"names": ("Peter Lane",)}, now=NOW)
    steps: list[tuple[int, int]] = []
    changes = {"names": ("Peter  Lane", "", "# a note", "PETER LANE"), "phone_region": "ir"}
    rules = set_privacy(
        centre.engine, MANAGER, changes, now=NOW, on_progress=lambda *at: steps.append(at)
    )
    assert (rules.names, rules.phone_region) == (("Peter Lane",), "IR")
    assert steps[-1] == (1, 1)
    with transaction(centre.engine) as session:
        assert words_of(session, "sara-2").segments[1].text == "I am [name], [card]"
        keys = session.scalars(select(col(SearchLine.key))).all()
    assert not any("4111" in key or "peter" in key for key in keys)
    assert any("help" in key for key in keys)
    (event,) = logged(centre, "privacy_set")
    assert event.detail["names_added"] == 1
    assert "peter" not in str(event.detail).lower()


def test_rules_that_change_nothing_write_nothing(on_sqlite: SmallCentre) -> None:
    before = privacy_rules(on_sqlite.engine, MANAGER)
    assert set_privacy(on_sqlite.engine, MANAGER, {}, now=NOW) == before
    with transaction(on_sqlite.engine) as session:
        assert session.scalar(select(func.count()).select_from(PrivacyVersion)) == 0
    assert logged(on_sqlite, "privacy_set") == []


def test_kinds_that_are_off_are_shown(on_sqlite: SmallCentre) -> None:
    set_privacy(on_sqlite.engine, MANAGER, {"kinds": ("phone",)}, now=NOW)
    with transaction(on_sqlite.engine) as session:
        words = words_of(session, "sara-2")
    assert words.segments == SAID
    assert words.masked == {}


def test_names_are_added_and_removed_in_any_form(on_sqlite: SmallCentre) -> None:
    add_names(on_sqlite.engine, MANAGER, ("مریم احمدی", "Jo Stone"), now=NOW)
    rules = add_names(on_sqlite.engine, MANAGER, ("مريم‌احمدي", "مريم احمدي"), now=NOW)
    assert rules.names[:2] == ("مریم احمدی", "Jo Stone")
    rules = remove_name(on_sqlite.engine, MANAGER, "مريم  احمدي", now=NOW)
    assert "مریم احمدی" not in rules.names
    with pytest.raises(BadInput) as refusal:
        remove_name(on_sqlite.engine, MANAGER, "nobody", now=NOW)
    assert refusal.value.problems[0].code == "privacy.name_not_listed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"names": ("x",)}, "privacy.name_too_short"),
        ({"names": ("ab" * 60,)}, "privacy.name_too_long"),
        ({"phone_region": "XX"}, "privacy.region_unknown"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    on_sqlite: SmallCentre, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        set_privacy(on_sqlite.engine, MANAGER, changes, now=NOW)
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert "abab" not in str(refusal.value.problems)


def test_how_many_transcripts_hold_what(centre: SmallCentre) -> None:
    set_privacy(centre.engine, MANAGER, {"kinds": (), "names": ("Peter Lane",)}, now=NOW)
    found = count_personal_data(centre.engine, MANAGER)
    with transaction(centre.engine) as session:
        count = session.scalar(
            select(func.count(col(Recording.transcript_id).distinct())).where(
                col(Recording.transcript_id).is_not(None)
            )
        )
    assert found.transcripts == count
    assert found.holding["card"] == found.holding["name"] == 1
    assert found.holding["iban"] == 0
    with pytest.raises(NotAllowed):
        count_personal_data(centre.engine, LEAD)


def test_quotes_are_stored_masked_and_what_people_write_is_masked_on_reading(
    on_sqlite: SmallCentre,
) -> None:
    engine = on_sqlite.engine
    with transaction(engine) as session:
        query = select(col(Assignment.id)).where(col(Assignment.interaction_id) == "sara-1")
        assignment = int(session.scalars(query).one() or 0)
    cited = Evidence(segment=0, start_s=0.0, end_s=2.0, quote=f"my card {CARD}")
    answers = {
        "greeting": Answer(option="yes", evidence=(cited,), comment=f"wrote {CARD}"),
        "solved": Answer(option="fully"),
        "polite": Answer(option="yes"),
    }
    saved = save_draft(engine, MINA, assignment, answers, f"call {PHONE}", saved=0, now=NOW)
    assert open_assignment(engine, MINA, assignment).answers["greeting"].comment == f"wrote {CARD}"
    evaluation = submit_evaluation(engine, MINA, assignment, saved=saved, now=NOW)
    with transaction(engine) as session:
        query = select(AnswerRow).where(
            col(AnswerRow.evaluation_id) == evaluation.id, col(AnswerRow.question_id) == "greeting"
        )
        row = session.scalars(query).one()
        assert [item["quote"] for item in row.evidence] == ["my card [card]"]
        assert row.comment == f"wrote {CARD}"
    reading = read_evaluation(engine, MINA, evaluation.id or 0)
    assert reading.answers["greeting"].comment == "wrote [card]"
    assert reading.coaching == "call [phone]"
    notes = list_notes(engine, MANAGER)
    assert list(notes["text"]) == ["call [phone]"]
    approve_note(engine, LEAD, int(notes["note_id"].iloc[0]), now=NOW)
    publish_evaluations(engine, LEAD, [evaluation.id or 0], now=NOW)
    assert list_notes(engine, SARA)["text"].tolist() == ["call [phone]"]
    report = monthly_report(engine, MANAGER, Period.parse("1405-08"), centre=CENTRE, now=NOW)
    assert report.tables["coaching"]["text"].tolist() == ["call [phone]"]


# Modules that may take the words as they were said: readers for people go through them.
MAY_READ_SEGMENTS = {"qm/workflow/transcripts.py"}
MAY_READ_MANY = {
    "qm/workflow/privacy.py",
    "qm/workflow/transcript_search.py",
    "qm/workflow/transcript_corrections.py",
}


def test_nothing_else_takes_words_from_the_store() -> None:
    callers: dict[str, set[str]] = {"segments_of": set(), "segments_of_transcripts": set()}
    root = Path(__file__).parents[2]
    for path in sorted((root / "qm").rglob("*.py")):
        if path.is_relative_to(root / "qm" / "store"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "id", None) or getattr(node, "attr", None)
            if name in callers:
                callers[name].add(path.relative_to(root).as_posix())
    assert callers["segments_of"] <= MAY_READ_SEGMENTS
    assert callers["segments_of_transcripts"] <= MAY_READ_MANY
    assert callers["segments_of"]
