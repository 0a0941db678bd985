"""The coaching page as lead, agent, analyst and manager use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qm.core.coaching.notes import Note
from qm.store.engine import transaction
from qm.store.tables import User
from qm.workflow.coaching import list_notes, read_note
from qm.workflow.coaching_settings import read_coaching_rules
from qm.workflow.coaching_steps import add_note
from qm.workflow.coaching_talk_reading import list_talks, read_talk
from qm.workflow.evaluation_life import publish_evaluations
from qm.workflow.evaluations import read_evaluation
from tests.fixtures.evaluated import Evaluated, copied, evaluated
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import LEAD, MANAGER, NOW, SARA

HOSTILE = "<script>document.title=1</script> **bold** =1+1 \u202etxt"


@pytest.fixture(scope="module")
def template(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("coaching-page")
    (folder / "qm.db").write_bytes(migrated_sqlite.read_bytes())
    made = evaluated(f"sqlite:///{folder / 'qm.db'}", folder)
    with transaction(made.centre.engine) as session:
        session.add(
            User(username="qadir", name="Qadir", role="qa_lead", password_hash="-", created_at=NOW)
        )
    publish_evaluations(made.centre.engine, LEAD, [made.evaluation_id], now=NOW)
    moment = Note(
        kind="opportunity", question_id="greeting", start_s=75, quote=HOSTILE, text=HOSTILE
    )
    add_note(made.centre.engine, LEAD, made.evaluation_id, moment, now=NOW)
    return made


@pytest.fixture
def made(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


@pytest.fixture
def pages(made: Evaluated) -> Iterator[Screens]:
    with screens(made.centre) as opened:
        yield opened
    made.centre.engine.dispose()


def note_in(made: Evaluated, state: str) -> int:
    notes = list_notes(made.centre.engine, MANAGER)
    return int(notes[notes["state"] == state]["note_id"].iloc[0])


def test_a_lead_returns_a_note_its_author_writes_it_anew_and_the_agent_answers(
    made: Evaluated, pages: Screens
) -> None:
    engine, note = made.centre.engine, note_in(made, "review")
    page = pages.open("lead", "coaching_notes", show="review")
    assert "Greet." in words(page)
    page.text_area[0].set_value("Say what was good.")
    button(page, "Return to the author").click().run()
    assert not page.exception
    assert read_note(engine, LEAD, note)["state"] == "returned"
    page = pages.open(made.analyst.username, "coaching_notes", show="returned")
    assert "Say what was good." in words(page)
    page.text_area(key=f"rewrite-text-{note}-en").set_value("Well solved. Greet first.").run()
    page.button(key=f"rewrite-{note}-en").click().run()
    new = note_in(made, "review")
    assert read_note(engine, LEAD, new)["text"] == "Well solved. Greet first."
    page = pages.open("lead", "coaching_notes", note=str(new))
    page.button(key=f"approve-{new}").click().run()
    page = pages.open("sara", "coaching_notes", note=str(new))
    assert "Well solved. Greet first." in words(page)
    page.text_area[0].set_value("I was in a hurry.")
    button(page, "I have read it").click().run()
    assert read_note(engine, SARA, new)["answer"] == "I was in a hurry."


def test_a_proposal_becomes_a_talk_that_is_held_and_answered(
    made: Evaluated, pages: Screens
) -> None:
    engine = made.centre.engine
    form_id = read_evaluation(engine, LEAD, made.evaluation_id).form.form
    page = pages.open("lead", "coaching_notes", show="talks")
    page.selectbox(key="plan-agent-en").set_value("sara").run()
    page.multiselect(key="plan-evaluations-sara-en").set_value([made.evaluation_id])
    page.multiselect(key="plan-questions-sara-en").set_value([(form_id, "solved")])
    page.multiselect(key="plan-notes-sara-en").set_value([note_in(made, "shared")]).run()
    page.button(key="plan-talk").click().run()
    assert not page.exception
    (talk,) = list_talks(engine, LEAD)["session_id"]
    assert page.query_params["session"] == str(talk)
    said = words(page)
    assert "With Lead, Sara" in said
    assert "Greets?" in said  # the note's question is among the coached ones
    assert "Solved?" in said  # and the one that was chosen
    page.text_area(key=f"summary-{talk}-en").set_value("We listened to it.")
    page.text_input(key=f"promise-0-{talk}-en").set_value("Greet by name.").run()
    page.button(key=f"held-{talk}-en").click().run()
    # it was planned for tomorrow, so it cannot have been held yet: the day is today's
    assert not page.exception
    read = read_talk(engine, LEAD, int(talk))
    assert (read.rows.talk.state, read.rows.talk.summary) == ("held", "We listened to it.")
    assert [each.text for each in read.rows.commitments] == ["Greet by name."]
    assert "too early to tell" in words(page)
    assert "not because of it" in words(page)
    page = pages.open("sara", "coaching_notes", session=str(talk))
    page.text_area[0].set_value("I will.")
    button(page, "Send the answer").click().run()
    assert read_talk(engine, SARA, int(talk)).rows.talk.answer == "I will."
    page = pages.open("manager", "coaching_notes", show="commitments")
    assert "Greet by name." in words(page)


def test_the_inbox_leads_to_what_waits_and_others_see_nothing(
    made: Evaluated, pages: Screens
) -> None:
    page = pages.open("lead", "coaching_notes")
    said = words(page)
    assert "review a note" in said
    assert "Notes to review" in "".join(markup(page))
    note = note_in(made, "review")
    (opened,) = [each for each in page.button if str(each.key).startswith(f"inbox-review-{note}-")]
    opened.click().run()
    assert "Greet." in words(page)
    for somebody, address in (
        ("lead2", {"note": str(note)}),
        ("sara", {"note": str(note)}),
        ("reza", {"session": "1"}),
        ("lead2", {"note": "x"}),
        ("lead2", {"note": "9" * 30}),
    ):
        page = pages.open(somebody, "coaching_notes", "en", **address)
        assert not page.exception
        assert "Greet." not in words(page)
    assert "Nothing waits." in words(pages.open("lead2", "coaching_notes"))


def test_what_people_wrote_is_never_markup(made: Evaluated, pages: Screens) -> None:
    note = note_in(made, "shared")
    for somebody in ("sara", "lead", "manager"):
        page = pages.open(somebody, "coaching_notes", note=str(note))
        assert not page.exception
        assert "<script>" not in "".join(markup(page))
        assert "Hear it at 01:15" in words(page)


def test_triggers_are_added_changed_removed_and_refused(made: Evaluated, pages: Screens) -> None:
    engine = made.centre.engine
    page = pages.open("manager", "centre_rules")
    page.session_state["rules-tab-en"] = "Coaching"
    page.run()
    page.number_input(key="coaching-acknowledge_within_days").set_value(4)
    page.text_input(key="trigger-repeated-miss-questions").set_value("greeting, so(lved").run()
    page.button(key="coaching-rules-save").click().run()
    assert "Nothing was saved." in words(page)
    assert read_coaching_rules(engine, LEAD).acknowledge_within_days == 7
    page.text_input(key="trigger-repeated-miss-questions").set_value("greeting، solved").run()
    page.button(key="trigger-drop-drop").click().run()
    page.button(key="trigger-add-Fatal answer").click().run()
    page.button(key="coaching-rules-save").click().run()
    assert not page.exception
    rules = read_coaching_rules(engine, LEAD)
    assert rules.acknowledge_within_days == 4
    assert rules.triggers[1].questions == ("greeting", "solved")  # type: ignore[union-attr]
    assert [trigger.id for trigger in rules.triggers] == ["fatal", "repeated-miss", "trigger-1"]


def button(page, label: str):  # type: ignore[no-untyped-def]
    """Return the only button with this label."""
    (found,) = [each for each in page.button if each.label == label]
    return found
