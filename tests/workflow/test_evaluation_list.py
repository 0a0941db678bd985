"""The list of evaluations: a part at a time, within limits."""

from pathlib import Path

from qm.core.life.rules import KIND, LifeRules
from qm.store.engine import transaction
from qm.store.evaluation_list import Wanted
from qm.store.rules import add_rules
from qm.store.tables import Assignment
from qm.workflow.evaluation_life import return_evaluation
from qm.workflow.evaluation_list import count_evaluations, evaluation_choices, list_evaluations
from qm.workflow.evaluations import save_draft, submit_evaluation
from qm.workflow.my_work import my_work
from tests.fixtures.evaluated import ANSWERS, QA_LEAD, Evaluated, evaluated, publish_all
from tests.fixtures.small_centre import KAVEH, MANAGER, MINA, NOW, REZA, SARA


def all_evaluated(database_url: str, folder: Path) -> Evaluated:
    """Return a centre where every pick is evaluated, one evaluation of Sara's published."""
    made = evaluated(database_url, folder)
    engine = made.centre.engine
    for analyst in (MINA, KAVEH):
        for assignment in my_work(engine, analyst).open["assignment_id"]:
            saved = save_draft(engine, analyst, assignment, ANSWERS, "", saved=0, now=NOW)
            submit_evaluation(engine, analyst, assignment, saved=saved, now=NOW)
    publish_all(made.centre, made.evaluation_id)
    return made


def test_parts_and_limits_are_those_of_the_whole_list(database_url: str, tmp_path: Path) -> None:
    made = all_evaluated(database_url, tmp_path)
    engine = made.centre.engine
    whole = list_evaluations(engine, MANAGER, now=NOW)
    assert len(whole) == count_evaluations(engine, MANAGER, now=NOW) > 5
    parts = [
        list_evaluations(engine, MANAGER, now=NOW, limit=2, offset=offset)["evaluation_id"]
        for offset in range(0, len(whole) + 2, 2)
    ]
    assert [each for part in parts for each in part] == list(whole["evaluation_id"])
    there = evaluation_choices(engine, MANAGER, now=NOW)
    assert [agent.id for agent in there.agents] == sorted(set(whole["agent_id"]))
    assert list(there.channels) == sorted(set(whole["channel"]))
    for limit, column, values in (
        ("agent_id", "agent_id", {agent.id for agent in there.agents}),
        ("channel", "channel", set(there.channels)),
        ("state", "state", {"submitted", "published", "closed"}),
    ):
        for value in values:
            wanted = Wanted(**{limit: value})  # type: ignore[arg-type]
            expected = list(whole[whole[column] == value]["evaluation_id"])
            found = list_evaluations(engine, MANAGER, wanted, now=NOW)
            assert list(found["evaluation_id"]) == expected
            assert count_evaluations(engine, MANAGER, wanted, now=NOW) == len(expected)
    month = str(whole["period"].iloc[0])
    assert count_evaluations(engine, MANAGER, Wanted((month,)), now=NOW) == len(whole)
    assert count_evaluations(engine, MANAGER, Wanted(("1399-01",)), now=NOW) == 0
    assert count_evaluations(engine, SARA, now=NOW) == 1
    assert [agent.id for agent in evaluation_choices(engine, SARA, now=NOW).agents] == ["sara"]
    assert evaluation_choices(engine, REZA, now=NOW).agents == ()


def test_no_limit_tells_a_blind_analyst_whose_it_is(database_url: str, tmp_path: Path) -> None:
    made = evaluated(database_url, tmp_path)
    engine, analyst = made.centre.engine, made.analyst
    sara = Wanted(agent_id="sara")
    with transaction(engine) as session:
        add_rules(session, KIND, LifeRules(hides_agent=True), at=NOW, by="admin")
    assert count_evaluations(engine, analyst, sara, now=NOW) == 1  # submitted: told
    return_evaluation(engine, QA_LEAD, made.evaluation_id, "Listen again.", now=NOW)
    with transaction(engine) as session:
        assert session.get_one(Assignment, made.assignment_id).state == "open"
    assert count_evaluations(engine, analyst, now=NOW) == 1
    assert count_evaluations(engine, analyst, sara, now=NOW) == 0
    assert list_evaluations(engine, analyst, sara, now=NOW).empty
    assert evaluation_choices(engine, analyst, now=NOW).agents == ()
    assert count_evaluations(engine, MANAGER, sara, now=NOW) == 1
