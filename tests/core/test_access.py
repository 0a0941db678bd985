from __future__ import annotations

from typing import get_args

import pytest

from qm.core.access import COMMAND_LINE, ROLES, Actor, Right, Role
from qm.core.problems import NotAllowed

ANALYST = Actor("laleh", "analyst")
LEAD = Actor("lena", "lead", team_id="orders")
MANAGER = Actor("maryam", "manager")
AGENT = Actor("sara", "agent", agent_id="sara.nouri")
ADMIN = Actor("ada", "admin")


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        ("evaluate", {"analyst", "qa_lead"}),
        ("discuss_coaching", {"lead", "qa_lead"}),
        ("manage_people", {"admin"}),
        ("see_audit", {"manager", "admin"}),
        ("import", {"qa_lead", "manager", "admin"}),
        ("export_report", {"qa_lead", "manager", "admin"}),
        ("close_report", {"qa_lead", "manager", "admin"}),
        ("review_evaluations", {"qa_lead", "manager", "admin"}),
        ("publish_evaluations", {"lead", "qa_lead", "manager", "admin"}),
        ("decide_disputes", {"lead", "qa_lead", "manager", "admin"}),
        ("set_rules", {"qa_lead", "manager", "admin"}),
        ("answer_evaluations", {"agent"}),
        ("see_quality", set(ROLES)),
        ("see_overview", {"lead", "qa_lead", "manager", "admin"}),
    ],
)
def test_a_right_belongs_to_its_roles_and_no_other(right: Right, roles: set[Role]) -> None:
    assert {role for role in ROLES if Actor("x", role).may(right)} == roles


def test_requiring_a_missing_right_names_the_person_and_the_right() -> None:
    ANALYST.require("evaluate")
    with pytest.raises(NotAllowed, match="agent “sara” has no right to evaluate"):
        AGENT.require("evaluate")


def test_the_command_line_manages_people_but_evaluates_nothing() -> None:
    rights = {right for right in get_args(Right) if COMMAND_LINE.may(right)}
    assert "manage_people" in rights
    assert "evaluate" not in rights


@pytest.mark.parametrize(
    ("actor", "sees_orders", "sees_support"),
    [(LEAD, True, False), (AGENT, True, False), (MANAGER, True, True), (ANALYST, True, True)],
)
def test_rows_are_limited_to_the_leads_team_and_the_agents_own(
    actor: Actor, sees_orders: bool, sees_support: bool
) -> None:
    assert actor.sees(team_id="orders", agent_id="sara.nouri") is sees_orders
    assert actor.sees(team_id="support", agent_id="neda.sharifi") is sees_support


@pytest.mark.parametrize("actor", [Actor("x", "lead"), Actor("x", "agent")])
def test_who_has_no_team_or_agent_sees_nothing_rather_than_everything(actor: Actor) -> None:
    assert not actor.sees(team_id=None, agent_id=None)
    assert not actor.sees(team_id="orders", agent_id="sara.nouri")


# Who may open an interaction of sara.nouri in the team orders.
STANDS = ("", "own work", "evaluated", "own work, evaluated", "evaluated, published")
OPENS = {
    ANALYST: {"own work", "own work, evaluated"},
    LEAD: {"evaluated", "own work, evaluated", "evaluated, published"},
    AGENT: {"own work", "own work, evaluated", "evaluated, published"},
    Actor("lars", "lead", team_id="support"): set(),
    Actor("neda", "agent", agent_id="neda.sharifi"): {"own work", "own work, evaluated"},
    Actor("qadir", "qa_lead"): set(STANDS),
    MANAGER: set(STANDS),
    ADMIN: set(STANDS),
}


@pytest.mark.parametrize("state", STANDS)
@pytest.mark.parametrize("actor", OPENS, ids=lambda actor: actor.username)
def test_who_may_open_an_interaction(actor: Actor, state: str) -> None:
    may_open = actor.may_open(
        team_id="orders",
        agent_id="sara.nouri",
        is_own_work="own work" in state,
        is_evaluated="evaluated" in state,
        is_published="published" in state,
    )
    assert may_open is (state in OPENS[actor])
