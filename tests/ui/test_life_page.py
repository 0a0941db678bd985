"""The life of an evaluation on the pages: published, disputed, decided; and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qm.store.engine import transaction
from qm.store.rules import life_rules
from qm.store.tables import User
from qm.workflow.disputes import raise_dispute
from qm.workflow.evaluation_life import correct_evaluation
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.life_reading import Life, read_life
from qm.workflow.own_evaluations import begin_own_evaluation
from tests.fixtures.evaluated import ANSWERS, QA_LEAD, Evaluated, copied, evaluated, publish_all
from tests.fixtures.screens import Screens, screens, words
from tests.fixtures.small_centre import LEAD, NOW, SARA


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("evaluated")
    made = evaluated(f"sqlite:///{folder / 'qm.db'}", folder)
    with transaction(made.centre.engine) as session:
        session.add(
            User(
                username="qadir",
                name="Qadir",
                name_fa="قدیر",
                role="qa_lead",
                password_hash="-",
                created_at=NOW,
            )
        )
    return made


@pytest.fixture
def made(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


@pytest.fixture
def pages(made: Evaluated) -> Iterator[Screens]:
    with screens(made.centre) as opened:
        yield opened


def button(page: AppTest, label: str) -> None:
    next(each for each in page.button if each.label == label).click().run()


def life(made: Evaluated, evaluation_id: int) -> Life:
    return read_life(made.centre.engine, LEAD, evaluation_id, now=NOW)


def test_a_lead_publishes_what_is_marked_and_the_agent_reads_it(
    made: Evaluated, pages: Screens
) -> None:
    assert "does not exist" in words(
        pages.open("sara", "evaluation_list", evaluation=made.evaluation_id)
    )
    inbox = pages.open("lead", "disputes", show="publish")
    assert not inbox.exception
    assert "Sara" in words(inbox)
    button(inbox, "Mark all")
    button(inbox, "Publish 1")
    assert "Published: 1" in words(inbox)
    assert life(made, made.evaluation_id).state == "published"
    page = pages.open("sara", "evaluation_list", evaluation=made.evaluation_id)
    assert "to be acknowledged by" in words(page)
    assert "submitted it" not in words(page)
    button(page, "I have read it")
    assert life(made, made.evaluation_id).state == "acknowledged"


def test_a_dispute_goes_from_the_agents_form_to_the_leads_decision(
    made: Evaluated, pages: Screens
) -> None:
    publish_all(made.centre, made.evaluation_id)
    page = pages.open("sara", "evaluation_list", evaluation=made.evaluation_id)
    next(box for box in page.checkbox if "Greets?" in box.label).check().run()
    assert "Begins without a greeting." in words(page)
    why = next(area for area in page.text_area if area.label == "Why is this answer wrong?")
    why.input("I <b>greet</b> at 0:02.").run()
    button(page, "Dispute · 1")
    assert life(made, made.evaluation_id).state == "disputed"
    assert "Waits for: Team lead" in words(page)
    page = pages.open("lead", "evaluation_list", evaluation=made.evaluation_id)
    assert "I <b>greet</b> at 0:02." in words(page)
    group = next(each for each in page.button_group if each.label.endswith("Greets?"))
    group.set_value("yes").run()
    assert "45.0 → 85.0" in words(page)
    next(area for area in page.text_area if area.label == "Why").input("Heard it.").run()
    button(page, "Decide")
    assert not page.exception
    now = life(made, made.evaluation_id)
    assert (now.state, now.evaluation.percent) == ("closed", 85.0)
    seen = words(pages.open("sara", "evaluation_list", evaluation=now.evaluation.id))
    assert "+40.0 points" in seen
    assert "Heard it." in seen


def test_an_earlier_revision_leads_to_the_one_in_force_in_persian_too(
    made: Evaluated, pages: Screens
) -> None:
    publish_all(made.centre, made.evaluation_id)
    change = {"greeting": ANSWERS["polite"]}
    correct_evaluation(
        made.centre.engine, QA_LEAD, made.evaluation_id, change, "It is said.", now=NOW
    )
    old = pages.open("lead", "evaluation_list", language="fa", evaluation=made.evaluation_id)
    assert "۴۵٫۰ ← ۸۵٫۰" in words(old)
    old.button(key="life-newest").click().run()
    assert old.query_params["evaluation"] != [str(made.evaluation_id)]
    assert not [each for each in old.button if each.key == "life-newest"]


def test_disputes_are_listed_for_those_concerned(made: Evaluated, pages: Screens) -> None:
    publish_all(made.centre, made.evaluation_id)
    raise_dispute(made.centre.engine, SARA, made.evaluation_id, {"greeting": "No."}, now=NOW)
    assert "It waits for you" in words(pages.open("lead", "disputes", show="decide"))
    assert "Waits for: Team lead" in words(pages.open("qadir", "disputes", show="decide"))
    assert "No dispute is open." in words(pages.open("lead2", "disputes", show="decide"))


def test_the_rules_are_a_form(made: Evaluated, pages: Screens) -> None:
    page = pages.open("qadir", "centre_rules")
    assert "Nobody has changed the rules yet" in words(page)
    box = next(each for each in page.number_input if each.label.startswith("Dispute within"))
    box.set_value(10)
    page.multiselect[0].set_value(["lead", "qa_lead"])
    button(page, "Save")
    assert "The rules are in force from now on." in words(page)
    with transaction(made.centre.engine) as session:
        rules = life_rules(session)
    assert (rules.dispute_within_days, rules.approvers) == (10, ("lead", "qa_lead"))
    page.multiselect[0].set_value([])
    button(page, "Save")
    assert "Choose at least one role" in words(page)


def test_an_agent_evaluates_the_own_interaction(made: Evaluated, pages: Screens) -> None:
    publish_all(made.centre, made.evaluation_id)
    page = pages.open("sara", "evaluation_list", evaluation=made.evaluation_id)
    assert "Evaluate it yourself" in words(page)
    assignment = begin_own_evaluation(made.centre.engine, SARA, made.evaluation_id, "self", now=NOW)
    page = pages.open("sara", "evaluate", assignment=assignment)
    assert not page.exception
    for group, answer in zip(
        [each for each in page.button_group if "?" in each.label],
        ("yes", "fully", "yes"),
        strict=True,
    ):
        group.set_value(answer)
    page.run()
    button(page, "Submit")
    assert not page.exception
    listed = list_evaluations(made.centre.engine, SARA, now=NOW)
    assert sorted(listed["kind"]) == ["official", "self"]
