from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from qm.core.access import ROLES, Actor
from qm.core.forms.answers import Answer, Evidence
from qm.core.life.deciding import Matter, refusal, steps_open
from qm.core.life.revising import corrected, differs, undue
from qm.core.life.rules import LifeRules
from qm.core.life.states import PUBLISHED, STATES, STEPS, TRANSITIONS, leads
from qm.core.life.timing import due_at, is_overdue, needs_review, window_ends
from qm.core.problems import BadInput

if TYPE_CHECKING:
    from qm.core.life.states import State, Step

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
RULES = LifeRules()
ANALYST = Actor("mina", "analyst")
LEAD = Actor("lena", "lead", team_id="orders")
OTHER_LEAD = Actor("omid", "lead", team_id="support")
QA_LEAD = Actor("qa", "qa_lead")
MANAGER = Actor("maryam", "manager")
ADMIN = Actor("ada", "admin")
AGENT = Actor("sara", "agent", agent_id="sara")
OTHER_AGENT = Actor("reza", "agent", agent_id="reza")
EVERYBODY = (ANALYST, LEAD, OTHER_LEAD, QA_LEAD, MANAGER, ADMIN, AGENT, OTHER_AGENT)


def matter(state: State = "submitted", **more: object) -> Matter:
    known = Matter(state, "sara", "orders", "mina", frozenset({"mina"}), published_at=NOW)
    return replace(known, **more)  # type: ignore[arg-type]


def who_may(step: Step, given: Matter, rules: LifeRules = RULES) -> set[str]:
    return {each.username for each in EVERYBODY if refusal(step, each, given, rules, NOW) is None}


def test_every_step_is_taken_from_a_state_and_every_state_is_reached() -> None:
    assert set(TRANSITIONS) == set(STEPS)
    reached = {state for _, targets in TRANSITIONS.values() for state in targets}
    assert reached == set(STATES)
    assert not leads("publish", "published", "published")
    assert not leads("change", "disputed", "submitted")


def test_what_is_published_never_becomes_unpublished() -> None:
    for sources, targets in TRANSITIONS.values():
        if sources & PUBLISHED:
            assert targets <= PUBLISHED


@pytest.mark.parametrize(
    ("step", "state", "people"),
    [
        ("publish", "submitted", {"lena", "qa", "maryam", "ada"}),
        ("return", "submitted", {"mina", "lena", "qa", "maryam", "ada"}),
        ("resubmit", "returned", {"mina"}),
        ("acknowledge", "published", {"sara"}),
        ("dispute", "published", {"sara"}),
        ("dispute", "acknowledged", {"sara"}),
        ("uphold", "disputed", {"lena", "ada"}),
        ("change", "disputed", {"lena", "ada"}),
        ("correct", "published", {"qa", "maryam", "ada"}),
        ("close", "published", {"lena", "qa", "maryam", "ada"}),
        ("publish", "published", set()),
        ("return", "published", set()),
        ("dispute", "closed", set()),
    ],
)
def test_who_may_take_a_step(step: Step, state: State, people: set[str]) -> None:
    assert who_may(step, matter(state)) == people


def test_nobody_publishes_corrects_or_decides_on_their_own_work() -> None:
    own = {"authors": frozenset({"mina", "lena", "qa", "ada"})}
    assert who_may("publish", matter(**own)) == {"maryam"}
    assert who_may("correct", matter("published", **own)) == {"maryam"}
    assert who_may("uphold", matter("disputed", **own)) == set()
    assert refusal("uphold", LEAD, matter("disputed", **own), RULES, NOW) == "life.own_work"


@pytest.mark.parametrize(
    ("rules", "given"),
    [(LifeRules(publication="by_qa_lead"), matter()), (RULES, matter(needs_review=True))],
)
def test_what_the_qa_lead_looks_at_no_team_lead_publishes(rules: LifeRules, given: Matter) -> None:
    assert who_may("publish", given, rules) == {"qa", "maryam", "ada"}
    assert refusal("publish", LEAD, given, rules, NOW) == "life.only_qa_lead"


def test_the_window_and_the_rounds_limit_disputes() -> None:
    late = matter("published", published_at=NOW - timedelta(days=14, seconds=1))
    assert refusal("dispute", AGENT, late, RULES, NOW) == "dispute.window_closed"
    in_time = matter("published", published_at=NOW - timedelta(days=14))
    assert refusal("dispute", AGENT, in_time, RULES, NOW) is None
    again = matter("published", disputes=1)
    assert refusal("dispute", AGENT, again, RULES, NOW) == "dispute.no_rounds_left"
    assert refusal("dispute", AGENT, again, LifeRules(dispute_rounds=2), NOW) is None


def test_approvers_decide_one_after_the_other() -> None:
    rules = LifeRules(approvers=("lead", "qa_lead"))
    first, second = matter("disputed"), matter("disputed", stage=1)
    assert who_may("pass_on", first, rules) == {"lena", "ada"}
    assert who_may("uphold", first, rules) == {"lena", "ada"}
    assert refusal("change", LEAD, first, rules, NOW) == "dispute.not_last_stage"
    assert refusal("uphold", QA_LEAD, first, rules, NOW) == "dispute.other_approver"
    assert who_may("change", second, rules) == {"qa", "ada"}
    assert refusal("pass_on", QA_LEAD, second, rules, NOW) == "dispute.last_stage"
    # Fewer approvers were set while a dispute waited at the second stage.
    assert who_may("change", second, RULES) == {"lena", "ada"}


def test_steps_open_are_exactly_those_that_are_not_refused() -> None:
    assert steps_open(AGENT, matter("published"), RULES, NOW) == {"acknowledge", "dispute"}
    assert steps_open(OTHER_LEAD, matter("submitted"), RULES, NOW) == frozenset()
    assert steps_open(ANALYST, matter("returned"), RULES, NOW) == {"resubmit"}


def test_due_dates_follow_the_rules() -> None:
    assert due_at("submitted", RULES, NOW) == NOW + timedelta(days=3)
    assert due_at("published", RULES, NOW) == NOW + timedelta(days=7)
    assert due_at("disputed", RULES, NOW) == NOW + timedelta(days=5)
    assert due_at("closed", RULES, NOW) is None
    assert window_ends(RULES, NOW) == NOW + timedelta(days=14)
    past = NOW - timedelta(seconds=1)
    assert is_overdue("submitted", past, NOW)
    assert not is_overdue("submitted", NOW, NOW)
    assert not is_overdue("acknowledged", past, NOW)


def test_the_reviewed_share_is_a_hash_and_grows_with_the_percentage() -> None:
    def chosen(percent: float) -> set[int]:
        rules = LifeRules(review_share_percent=percent)
        return {each for each in range(2000) if needs_review(rules, each, "pass")}

    assert chosen(0) == set()
    assert len(chosen(100)) == 2000
    assert abs(len(chosen(25)) - 500) < 4 * (2000 * 0.25 * 0.75) ** 0.5
    assert chosen(10) < chosen(25)
    failed = LifeRules(review_fatal=True)
    assert needs_review(failed, 1, "fail")
    assert not needs_review(failed, 1, "pass")


@pytest.mark.parametrize(
    "wrong",
    [
        {"approvers": []},
        {"approvers": ["agent"]},
        {"dispute_within_days": 0},
        {"review_share_percent": 101},
        {"publication": "never"},
        {"unknown": 1},
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LifeRules.model_validate(wrong)


def test_a_role_approves_once() -> None:
    with pytest.raises(BadInput) as refused:
        LifeRules(approvers=("lead", "qa_lead", "lead"))
    assert (refused.value.problems[0].code, refused.value.problems[0].field) == (
        "life.approver_twice",
        "approvers[2]",
    )


def test_a_correction_keeps_the_evidence_and_says_why() -> None:
    seen = (Evidence(segment=1, quote="hello"),)
    before = {
        "greeting": Answer(option="no", comment="Not greeted.", evidence=seen, reasons=("haste",)),
        "polite": Answer(option="yes"),
    }
    after = corrected(before, {"greeting": Answer(option="yes")}, "They greeted at 0:02.")
    assert after["greeting"] == Answer(option="yes", comment="They greeted at 0:02.", evidence=seen)
    assert after["polite"] == before["polite"]
    assert differs(before["greeting"], after["greeting"])
    assert not differs(Answer(option="yes"), Answer(option="yes", comment="other words"))
    assert differs(Answer(option="yes"), Answer(option="yes", outside_control=True))


def test_a_decision_touches_what_is_disputed_and_what_was_not_answered() -> None:
    before = {"a": Answer(option="no"), "b": Answer(option="no"), "c": Answer(comment="hm")}
    changes = {name: Answer(option="yes") for name in ("a", "b", "c", "d")}
    assert undue(changes, ["a"], before) == ("b",)
    assert undue({"b": Answer(option="no")}, ["a"], before) == ()


def test_every_role_of_the_rules_is_a_role() -> None:
    assert {"lead", "qa_lead", "manager"} <= set(ROLES)
