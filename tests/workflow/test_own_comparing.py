"""An agent's own evaluation beside the official one, and where agents find what they are asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.problems import NotAllowed
from qm.workflow.evaluations import save_draft, submit_evaluation
from qm.workflow.own_comparing import Beside, beside, list_own_assignments
from qm.workflow.own_evaluations import begin_own_evaluation
from qm.workflow.waiting import waiting_for
from tests.fixtures.evaluated import ANSWERS, PERCENT, Evaluated, copied, evaluated, publish_all
from tests.fixtures.small_centre import CENTRE, LEAD, NOW, OTHER_LEAD, REZA, SARA

KIND = {"greeting": Answer(option="yes"), "polite": Answer(option="yes", comment="Always.")}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    folder = tmp_path_factory.mktemp("evaluated")
    made = evaluated(f"sqlite:///{folder / 'qm.db'}", folder)
    publish_all(made.centre, made.evaluation_id)
    return made


@pytest.fixture
def made(template: Evaluated, tmp_path: Path) -> Evaluated:
    return copied(template, tmp_path)


def evaluate(made: Evaluated, actor: Actor, assignment: int) -> int:
    answers = {**ANSWERS, **KIND}
    saved = save_draft(made.centre.engine, actor, assignment, answers, "", saved=0, now=NOW)
    done = submit_evaluation(made.centre.engine, actor, assignment, saved=saved, now=NOW)
    return done.id or 0


def pair(made: Evaluated, actor: Actor, evaluation_id: int) -> list[Beside]:
    return list(beside(made.centre.engine, actor, evaluation_id))


def waits(made: Evaluated, actor: Actor) -> set[str]:
    found = waiting_for(made.centre.engine, actor, centre=CENTRE, now=NOW)
    return {each.kind for each in found}


def test_the_own_evaluation_stands_beside_the_official_one_from_both_sides(
    made: Evaluated,
) -> None:
    engine = made.centre.engine
    assert pair(made, SARA, made.evaluation_id) == []
    own = evaluate(
        made, SARA, begin_own_evaluation(engine, SARA, made.evaluation_id, "self", now=NOW)
    )
    for actor in (SARA, LEAD):
        for asked in (made.evaluation_id, own):
            (found,) = pair(made, actor, asked)
            assert found.official.evaluation.id == made.evaluation_id
            assert found.own.evaluation.id == own
            assert found.asked == ("greeting", "solved", "polite")
            # Another comment is no other answer.
            assert found.different == {"greeting"}
            assert found.delta == pytest.approx(40.0)
            assert found.official.evaluation.percent == PERCENT
    assert pair(made, made.analyst, made.evaluation_id) == []  # theirs is the official one alone
    with pytest.raises(NotAllowed):
        beside(engine, OTHER_LEAD, own)
    with pytest.raises(NotAllowed):
        beside(engine, REZA, made.evaluation_id)


def test_a_colleague_finds_what_the_lead_asked_for_and_sees_no_official_one(
    made: Evaluated,
) -> None:
    engine = made.centre.engine
    assert list_own_assignments(engine, REZA).empty
    assert "own_evaluations" not in waits(made, REZA)
    given = begin_own_evaluation(
        engine, LEAD, made.evaluation_id, "peer", now=NOW, colleague="reza"
    )
    row = list_own_assignments(engine, REZA).iloc[0]
    assert (row["assignment_id"], row["kind"], row["state"]) == (given, "peer", "open")
    assert row["evaluation_id"] is None
    assert "own_evaluations" in waits(made, REZA)
    done = evaluate(made, replace(REZA), given)
    assert "own_evaluations" not in waits(made, REZA)
    assert list(list_own_assignments(engine, REZA)["evaluation_id"]) == [done]
    assert pair(made, REZA, done) == []
    (found,) = pair(made, LEAD, made.evaluation_id)
    assert (found.own.evaluation.kind, found.own.name.en) == ("peer", "Reza")
