"""An evaluator takes back what was sent off too soon, and works blind until it is sent again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from qm.core.life.rules import KIND, LifeRules
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.workflow.evaluation_life import publish_evaluations, return_evaluation
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import (
    open_assignment,
    read_evaluation,
    submit_evaluation,
)
from qm.workflow.life_reading import read_life
from tests.fixtures.evaluated import ANSWERS, Evaluated, copied, evaluated
from tests.fixtures.small_centre import KAVEH, LEAD, MINA, NOW, SARA

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("evaluated")
    return evaluated(f"sqlite:///{folder / 'qm.db'}", folder)


@pytest.fixture
def made(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


def test_until_it_is_published_its_evaluator_takes_it_back_with_a_reason(made: Evaluated) -> None:
    engine, own = made.centre.engine, made.evaluation_id
    assert "return" in read_life(engine, made.analyst, own, now=LATER).may
    with pytest.raises(BadInput) as silent:
        return_evaluation(engine, made.analyst, own, " ", now=LATER)
    assert silent.value.problems[0].code == "life.reason_missing"
    return_evaluation(engine, made.analyst, own, "Enter slipped.", now=LATER)
    workspace = open_assignment(engine, made.analyst, made.assignment_id)
    assert workspace.answers == ANSWERS
    again = submit_evaluation(
        engine, made.analyst, made.assignment_id, saved=workspace.saved, now=LATER
    )
    assert (again.revision, again.revision_reason) == (2, "Enter slipped.")
    shown = read_life(engine, LEAD, again.id or 0, now=LATER)
    assert shown.given is not None
    assert (shown.given.evaluator, shown.given.by) == (made.analyst.username, "manager")
    steps = shown.steps
    assert [(step.step, step.actor) for step in steps] == [
        ("submit", made.analyst.username),
        ("return", made.analyst.username),
        ("resubmit", made.analyst.username),
    ]


def test_nobody_takes_back_what_is_published_or_somebody_elses(made: Evaluated) -> None:
    engine, own = made.centre.engine, made.evaluation_id
    other = KAVEH if made.analyst == MINA else MINA
    for actor in (other, SARA):
        with pytest.raises(NotAllowed):
            return_evaluation(engine, actor, own, "Mine?", now=LATER)
    publish_evaluations(engine, LEAD, [own], now=LATER)
    with pytest.raises(BadInput) as late:
        return_evaluation(engine, made.analyst, own, "Too late.", now=LATER)
    assert late.value.problems[0].code == "life.wrong_state"
    assert read_life(engine, SARA, own, now=LATER).given is None


def test_who_works_blind_is_told_no_agent_of_what_came_back(made: Evaluated) -> None:
    engine, own, analyst = made.centre.engine, made.evaluation_id, made.analyst
    with transaction(engine) as session:
        add_rules(session, KIND, LifeRules(hides_agent=True), at=NOW, by="admin")

    def told() -> tuple[str, str]:
        listed = list_evaluations(engine, analyst, now=LATER)
        return listed["agent_name"].iloc[0], read_evaluation(
            engine, analyst, own
        ).context.agent.name

    assert told() == ("Sara", "Sara")
    return_evaluation(engine, LEAD, own, "Listen again.", now=LATER)
    assert told() == ("–", "–")
    assert read_evaluation(engine, LEAD, own).context.agent.name == "Sara"
