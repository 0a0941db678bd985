"""The life of coaching notes, from the draft to the talk."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.coaching.notes import Note
from qm.core.life.rules import LifeRules
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import AuditEvent, CoachingNote
from qm.workflow.coaching import list_notes, notes_of_evaluation, read_note
from qm.workflow.coaching_inbox import ageing, coaching_inbox
from qm.workflow.coaching_steps import (
    Rewriting,
    acknowledge_note,
    add_note,
    approve_note,
    mark_discussed,
    return_note,
    rewrite_note,
)
from qm.workflow.evaluation_life import publish_evaluations, return_evaluation
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from tests.fixtures.evaluated import ANSWERS, QA_LEAD, Evaluated, copied, evaluated
from tests.fixtures.small_centre import (
    LEAD,
    MANAGER,
    NOW,
    OTHER_LEAD,
    REZA,
    SARA,
    ZONE,
)

LATER = NOW + timedelta(hours=2)
FOLLOW_UP = date(2026, 12, 7)
NOTES = (
    Note(number=1, kind="strength", section_id="resolution", text="Calm to the end."),
    Note(
        number=2,
        kind="opportunity",
        question_id="greeting",
        start_s=3.5,
        end_s=6.0,
        quote="call me on 0912 345 6789",
        text="Greet first.",
        follow_up_on=FOLLOW_UP,
    ),
    Note(number=3, text="   "),
)


@pytest.fixture
def made(database_url: str, tmp_path: Path) -> Evaluated:
    return evaluated(database_url, tmp_path)


@pytest.fixture(scope="module")
def template(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("coaching")
    (folder / "qm.db").write_bytes(migrated_sqlite.read_bytes())
    return evaluated(f"sqlite:///{folder / 'qm.db'}", folder)


@pytest.fixture
def on_sqlite(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


def texts(made: Evaluated, actor: Actor) -> list[str]:
    return sorted(list_notes(made.centre.engine, actor)["text"])


def only_note(made: Evaluated) -> int:
    return int(list_notes(made.centre.engine, MANAGER)["note_id"].iloc[0])


def publish(made: Evaluated) -> None:
    publish_evaluations(made.centre.engine, LEAD, [made.evaluation_id], now=LATER)


def resubmit(made: Evaluated, notes: tuple[Note, ...]) -> None:
    engine, assignment = made.centre.engine, made.assignment_id
    return_evaluation(engine, LEAD, made.evaluation_id, "Look again.", now=NOW)
    saved = open_assignment(engine, made.analyst, assignment).saved
    saved = save_draft(
        engine, made.analyst, assignment, ANSWERS, "Greet.", saved=saved, now=NOW, notes=notes
    )
    submit_evaluation(engine, made.analyst, assignment, saved=saved, now=NOW)


def test_an_agent_reads_a_note_only_when_it_is_approved_and_published(made: Evaluated) -> None:
    engine, note = made.centre.engine, only_note(made)
    for actor in (made.analyst, LEAD, MANAGER, QA_LEAD):
        assert texts(made, actor) == ["Greet."]
    for actor in (OTHER_LEAD, REZA):
        assert texts(made, actor) == []
        with pytest.raises(NotAllowed):
            read_note(engine, actor, note)
    publish(made)
    assert texts(made, SARA) == []  # published, but not approved
    with pytest.raises(NotAllowed):
        acknowledge_note(engine, SARA, note, "Yes.", now=LATER)
    with pytest.raises(NotAllowed):
        approve_note(engine, OTHER_LEAD, note, now=LATER)
    with pytest.raises(NotAllowed):
        approve_note(engine, made.analyst, note, now=LATER)
    approve_note(engine, LEAD, note, now=LATER)
    assert texts(made, SARA) == ["Greet."]
    with pytest.raises(NotAllowed):
        acknowledge_note(engine, REZA, note, "Yes.", now=LATER)
    acknowledge_note(engine, SARA, note, " I was in a hurry. ", now=LATER)
    with pytest.raises(NotAllowed):
        mark_discussed(engine, OTHER_LEAD, note, "", now=LATER)
    mark_discussed(engine, LEAD, note, "Agreed.", now=LATER)
    again = mark_discussed(engine, LEAD, note, "Something else", now=LATER)
    assert (again.state, again.answer, again.lead_comment) == (
        "discussed",
        "I was in a hurry.",
        "Agreed.",
    )
    with transaction(engine) as session:
        actions = list(session.scalars(select(col(AuditEvent.action)).order_by(AuditEvent.id)))
    steps = [action for action in actions if action.endswith("_coaching")]
    assert steps == ["approve_coaching", "acknowledge_coaching", "discuss_coaching"]


def test_approved_before_publication_a_note_waits_for_it(on_sqlite: Evaluated) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    note = only_note(made)
    approve_note(engine, LEAD, note, now=NOW)
    assert texts(made, SARA) == []
    with pytest.raises(BadInput):
        mark_discussed(engine, LEAD, note, "", now=NOW)
    assert read_note(engine, LEAD, note)["due_at"] is None
    publish(made)
    assert texts(made, SARA) == ["Greet."]
    # the agent has a week from when they could see it
    assert read_note(engine, LEAD, note)["due_at"] == LATER + timedelta(days=7)


def test_a_returned_note_is_written_anew_and_the_old_one_stays_as_it_was(
    on_sqlite: Evaluated,
) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    note = only_note(made)
    with pytest.raises(BadInput) as refused:
        return_note(engine, LEAD, note, "  ", now=LATER)
    assert refused.value.problems[0].code == "coaching.no_comment"
    return_note(engine, LEAD, note, "Say what she did well, too.", now=LATER)
    publish(made)
    assert texts(made, SARA) == []
    with pytest.raises(NotAllowed):
        rewrite_note(engine, LEAD, note, Rewriting("Mine."), now=LATER)
    new = rewrite_note(engine, made.analyst, note, Rewriting("Well solved; greet."), now=LATER)
    assert (new.state, new.replaces_id) == ("review", note)
    assert texts(made, LEAD) == ["Well solved; greet."]
    old = read_note(engine, made.analyst, note)
    assert (old["text"], old["state"], old["review_comment"]) == (
        "Greet.",
        "replaced",
        "Say what she did well, too.",
    )
    with pytest.raises(BadInput) as refused:
        rewrite_note(engine, made.analyst, note, Rewriting("Again."), now=LATER)
    assert refused.value.problems[0].code == "coaching.note_state"
    approve_note(engine, LEAD, new.id or 0, now=LATER)
    assert texts(made, SARA) == ["Well solved; greet."]
    with pytest.raises(BadInput):
        return_note(engine, LEAD, new.id or 0, "Too late.", now=LATER)


def test_notes_of_a_draft_become_rows_with_their_places_and_masked_quotes(
    on_sqlite: Evaluated,
) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    before = only_note(made)
    resubmit(made, NOTES)
    notes = list_notes(engine, made.analyst).set_index("text")
    assert sorted(notes.index) == ["Calm to the end.", "Greet first.", "Greet."]
    assert before not in set(notes["note_id"])
    moment = notes.loc["Greet first."]
    assert (moment["kind"], moment["start_s"], moment["end_s"]) == ("opportunity", 3.5, 6.0)
    assert moment["follow_up_on"] == FOLLOW_UP
    assert moment["about"].en == "Greets?"
    assert notes.loc["Calm to the end.", "about"].en == "Resolution"
    with transaction(engine) as session:
        quotes = set(session.scalars(select(col(CoachingNote.quote))))
    assert quotes == {"", "call me on [phone]"}
    # returned once more, the draft has them as they were
    newest = int(notes["evaluation_id"].iloc[0])
    assert len(notes_of_evaluation(engine, LEAD, newest)) == 3
    return_evaluation(engine, LEAD, newest, "Once more.", now=NOW)
    workspace = open_assignment(engine, made.analyst, made.assignment_id)
    assert workspace.coaching == "Greet."
    assert [note.text for note in workspace.notes] == ["Calm to the end.", "Greet first."]
    assert workspace.notes[1].quote == "call me on [phone]"


def test_a_note_cannot_be_about_a_question_that_the_form_does_not_have(
    on_sqlite: Evaluated,
) -> None:
    with pytest.raises(ValueError, match="no question “magic”"):
        resubmit(on_sqlite, (Note(question_id="magic", text="x"),))
    note = Note(section_id="magic", text="x")
    with pytest.raises(ValueError, match="no section “magic”"):
        add_note(on_sqlite.centre.engine, LEAD, on_sqlite.evaluation_id, note, now=NOW)


def test_a_lead_adds_a_note_that_needs_no_review(on_sqlite: Evaluated) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    note = Note(kind="strength", question_id="polite", text="Kind words.")
    with pytest.raises(NotAllowed):
        add_note(engine, OTHER_LEAD, made.evaluation_id, note, now=NOW)
    with pytest.raises(NotAllowed):
        add_note(engine, made.analyst, made.evaluation_id, note, now=NOW)
    with pytest.raises(BadInput):
        add_note(engine, LEAD, made.evaluation_id, Note(text=" "), now=NOW)
    added = add_note(engine, LEAD, made.evaluation_id, note, now=NOW)
    assert (added.state, added.author) == ("shared", "lead")
    publish(made)
    assert texts(made, SARA) == ["Kind words."]


def test_without_review_an_analysts_notes_are_shared_at_once(on_sqlite: Evaluated) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    with transaction(engine) as session:
        add_rules(session, "life", LifeRules(coaching_review=False), at=NOW, by="test")
    resubmit(made, ())
    assert set(list_notes(engine, LEAD)["state"]) == {"shared"}
    assert texts(made, SARA) == []


def test_nobody_reviews_their_own_note(on_sqlite: Evaluated) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine
    with transaction(engine) as session:
        note = session.get_one(CoachingNote, only_note(made))
        note.author = QA_LEAD.username
        session.add(note)
    with pytest.raises(BadInput) as refused:
        approve_note(engine, QA_LEAD, only_note(made), now=LATER)
    assert refused.value.problems[0].code == "coaching.own_note"


def test_the_inbox_tells_whom_a_note_waits_for_how_long_and_what_is_overdue(
    on_sqlite: Evaluated,
) -> None:
    made, engine = on_sqlite, on_sqlite.centre.engine

    def inbox(actor: Actor, days: float = 0) -> list[tuple[object, ...]]:
        table = coaching_inbox(engine, actor, zone=ZONE, now=LATER + timedelta(days=days))
        columns = ["kind", "waits_for", "age_days", "is_overdue", "is_mine"]
        return [tuple(row) for row in table[columns].itertuples(index=False)]

    note = only_note(made)
    assert inbox(LEAD) == [("review", "lead", 0, False, True)]
    assert inbox(LEAD, 3) == [("review", "lead", 3, True, True)]
    assert inbox(OTHER_LEAD, 3) == []
    assert inbox(SARA, 3) == []
    return_note(engine, LEAD, note, "Say more.", now=LATER)
    assert inbox(made.analyst, 1) == [("returned", "analyst", 1, False, True)]
    new = rewrite_note(engine, made.analyst, note, Rewriting("More."), now=LATER)
    approve_note(engine, LEAD, new.id or 0, now=LATER)
    assert inbox(LEAD) == []  # waits for publication: nobody is late with the note
    publish(made)
    assert inbox(SARA, 8) == [("shared", "agent", 8, True, True)]
    assert inbox(LEAD, 8) == [("shared", "agent", 8, True, False)]
    acknowledge_note(engine, SARA, new.id or 0, now=LATER)
    assert inbox(LEAD, 13) == [("acknowledged", "lead", 13, False, True)]
    table = coaching_inbox(engine, LEAD, zone=ZONE, now=LATER + timedelta(days=15))
    (row,) = ageing(table).to_dict("records")
    assert (row["kind"], row["total"], row["3"], row["overdue"]) == ("acknowledged", 1, 1, 1)
    mark_discussed(engine, LEAD, new.id or 0, "", now=LATER)
    assert inbox(LEAD) == []
