"""An evaluator's work: by state, blind, once per interaction and form, and what was suggested."""

from pathlib import Path

import pytest
from sqlmodel import col, select, update

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.life.rules import KIND, LifeRules
from qm.core.phrases.rules import PhraseRules
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import AnswerRow, Assignment, Draft, Pick
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from qm.workflow.my_work import (
    Progress,
    my_progress,
    my_submitted,
    my_work,
    next_assignment,
    note_active_s,
    place_in_queue,
    standing,
)
from qm.workflow.suggestions import acceptance
from tests.fixtures.small_centre import (
    CENTRE,
    KAVEH,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SARA,
    SmallCentre,
    build,
    built_once,
)

FULL = {
    "greeting": Answer(option="yes"),
    "solved": Answer(option="partly"),
    "polite": Answer(option="yes"),
}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return assigned(database_url, tmp_path)


@built_once
def assigned(database_url: str, folder: Path) -> SmallCentre:
    centre = build(database_url, folder)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    with transaction(centre.engine) as session:
        session.execute(update(Assignment).values(evaluator="mina"))
    return centre


def submitted(centre: SmallCentre, assignment: int, suggested: dict[str, str]) -> int:
    saved = save_draft(centre.engine, MINA, assignment, FULL, "", saved=0, now=NOW, active_s=61.5)
    evaluation = submit_evaluation(
        centre.engine, MINA, assignment, saved=saved, now=NOW, suggested=suggested
    )
    assert evaluation.active_s == 61.5
    return evaluation.id or 0


def test_work_by_state_with_what_is_done_of_what_was_given(centre: SmallCentre) -> None:
    before = my_work(centre.engine, MINA)
    ids = [int(each) for each in before.open["assignment_id"]]
    assert before.count("pending") == len(ids)
    assert before.progress == Progress("1405-08", 0, len(ids))
    assert next_assignment(centre.engine, MINA) == ids[0]
    assert place_in_queue(centre.engine, MINA, ids[1]) == (2, len(ids))
    submitted(centre, ids[0], {})
    save_draft(centre.engine, MINA, ids[1], FULL, "", saved=0, now=NOW)
    after = my_work(centre.engine, MINA)
    assert (after.count("draft"), after.count("pending")) == (1, len(ids) - 2)
    assert after.progress == my_progress(centre.engine, MINA) == Progress("1405-08", 1, len(ids))
    assert after.submitted == 1
    assert my_submitted(centre.engine, MINA)["percent"].tolist() == [85.0]
    assert after.overdue(NOW) == 0
    assert after.overdue(after.open["due_at"].max()) < len(ids) - 1
    assert next_assignment(centre.engine, MINA, after=ids[-1]) is None


def test_seconds_of_work_only_grow_and_are_the_evaluators_own(centre: SmallCentre) -> None:
    assignment = next_assignment(centre.engine, MINA) or 0
    note_active_s(centre.engine, MINA, assignment, 5)  # no draft yet: nothing to note it in
    save_draft(centre.engine, MINA, assignment, {}, "", saved=0, now=NOW, active_s=20)
    note_active_s(centre.engine, MINA, assignment, 30)
    note_active_s(centre.engine, MINA, assignment, 10)
    assert open_assignment(centre.engine, MINA, assignment).active_s == 30
    assert standing(centre.engine, MINA, assignment).saved == 1
    with pytest.raises(NotAllowed):
        standing(centre.engine, KAVEH, assignment)
    with pytest.raises(NotAllowed):
        note_active_s(centre.engine, KAVEH, assignment, 99)


def test_nobody_evaluates_an_interaction_twice_with_one_form(centre: SmallCentre) -> None:
    work = my_work(centre.engine, MINA).open
    first, second = (int(each) for each in work["assignment_id"][:2])
    with transaction(centre.engine) as session:
        mine = session.get_one(Assignment, first)
        other = session.get_one(Assignment, second)
        other.interaction_id, other.form_id = mine.interaction_id, mine.form_id
    save_draft(centre.engine, MINA, second, FULL, "", saved=0, now=NOW)
    submitted(centre, first, {})
    for refused in (
        lambda: open_assignment(centre.engine, MINA, second),
        lambda: submit_evaluation(centre.engine, MINA, second, saved=1, now=NOW),
    ):
        with pytest.raises(BadInput) as refusal:
            refused()
        assert refusal.value.problems[0].code == "evaluation.twice"
    with transaction(centre.engine) as session:
        assert session.get(Draft, second) is not None  # nothing entered is lost


def test_the_agents_name_is_left_out_for_who_asks_and_by_rule(centre: SmallCentre) -> None:
    assignment = next_assignment(centre.engine, MINA) or 0
    named = open_assignment(centre.engine, MINA, assignment)
    assert (named.hides_agent, named.context.agent.name) == (
        False,
        str(named.facts["agent"]).title(),
    )
    own = open_assignment(centre.engine, MINA, assignment, hides_agent=True)
    assert (own.context.agent.id, own.context.agent.name) == ("", "–")
    assert own.facts == named.facts  # conditions go on asking for it
    with transaction(centre.engine) as session:
        add_rules(session, KIND, LifeRules(hides_agent=True), at=NOW, by="admin")
    by_rule = open_assignment(centre.engine, MINA, assignment)
    assert (by_rule.hides_agent, by_rule.context.agent.name) == (True, "–")
    assert set(my_work(centre.engine, MINA).open["agent_name"]) == {"–"}


def test_progress_is_that_of_the_newest_month_with_official_work(centre: SmallCentre) -> None:
    newest = len(my_work(centre.engine, MINA).open) - 3
    with transaction(centre.engine) as session:
        given = session.exec(select(Assignment).order_by(col(Assignment.id))).all()
        session.get_one(Pick, given[0].pick_id).month = "1405-07"  # older
        given[1].state = "withdrawn"
        given[2].kind = "self"
    assert my_progress(centre.engine, MINA) == Progress("1405-08", 0, newest)
    assert my_progress(centre.engine, KAVEH) is None


def test_suggestions_are_stored_and_their_acceptance_counted(centre: SmallCentre) -> None:
    form = open_assignment(centre.engine, MINA, next_assignment(centre.engine, MINA) or 0).form
    wishes = [{"form": form.form, "question": name, "found": "yes"} for name in ("greeting",)]
    wishes += [{"form": form.form, "question": "solved", "found": "fully"}]
    rule = {"rule": "r", "name": {"en": "R"}, "speaker": "agent", "phrases": {"en": ["hello"]}}
    silent = {**rule, "rule": "s"}
    given = {"phrases": "p", "version": "1", "rules": [{**rule, "suggests": wishes}, silent]}
    rules = PhraseRules.model_validate(given)
    (before,) = acceptance(centre.engine, MANAGER, rules)
    assert (before.shown, before.percent) == (0, None)
    evaluation = submitted(
        centre,
        next_assignment(centre.engine, MINA) or 0,
        {"greeting": "yes", "solved": "fully", "unknown": "yes"},
    )
    with transaction(centre.engine) as session:
        query = select(AnswerRow).where(AnswerRow.evaluation_id == evaluation)
        stored = {row.question_id: (row.value, row.suggested) for row in session.exec(query)}
    assert stored == {
        "greeting": ("yes", "yes"),
        "solved": ("partly", "fully"),
        "polite": ("yes", None),
    }
    (after,) = acceptance(centre.engine, MANAGER, rules)
    assert (after.accepted, after.shown, after.percent) == (1, 2, 50.0)
    with pytest.raises(NotAllowed):
        acceptance(centre.engine, Actor(SARA.username, "agent", agent_id="sara"), rules)
