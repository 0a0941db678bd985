"""Agents' own evaluations of what was evaluated: their own work, or a colleague's."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.life.states import PUBLISHED
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.store import evaluations as store
from qm.store.engine import transaction
from qm.store.people import find_user
from qm.store.tables import Agent, Assignment, Evaluation, User
from qm.workflow.evaluation_life import log_step
from qm.workflow.life_matters import Case, load_case
from qm.workflow.life_reading import may_evaluate_too

Kind = Literal["self", "peer"]

HAS_IT = explain(
    "own_evaluation.has_it",
    N_("“{username}” has evaluated this interaction, or was asked to."),
    N_("Open that evaluation, or ask somebody else."),
)
NO_COLLEAGUE = explain(
    "own_evaluation.no_colleague",
    N_("“{username}” is no other agent of the same team."),
    N_("Choose a colleague of the agent."),
)


def begin_own_evaluation(
    engine: Engine,
    actor: Actor,
    evaluation_id: int,
    kind: Kind,
    *,
    now: datetime,
    colleague: str | None = None,
) -> int:
    """Open an assignment for evaluating a published evaluation's interaction; return its id.

    "self": the agent evaluates the own interaction; where that is begun already, its id. "peer":
    the lead asks a `colleague` (username) of the agent. Both use the same form version and count
    in no figure. Raises `NotAllowed` for others and where the rules have it off, `BadInput` for a
    colleague who is none and for somebody who had this interaction already.
    """
    with transaction(engine) as session:
        evaluation = store.find_readable(session, actor, evaluation_id)
        if evaluation is None:
            raise NotAllowed(f"evaluation {evaluation_id} is not yours to read")
        case = load_case(session, evaluation, now=now)
        if not _may_begin(actor, case, kind):
            raise NotAllowed(f"{actor.role} “{actor.username}” may not begin a {kind} evaluation")
        evaluator = actor.username
        if kind == "self" and (begun := store.open_own(session, evaluation, evaluator)):
            return begun
        if kind == "peer":
            evaluator = _colleague(session, evaluation, colleague or "").username
        assignment = _assignment(session, case, evaluator, kind, now)
        log_step(session, actor, "own_evaluation_begun", evaluation, now, kind=kind, by=evaluator)
        return assignment.id or 0


def colleagues(engine: Engine, actor: Actor, evaluation_id: int, *, now: datetime) -> list[User]:
    """Return the agents whom a lead may ask to evaluate a colleague's interaction, by username.

    Nobody for those who may not ask.
    """
    with transaction(engine) as session:
        evaluation = store.find_readable(session, actor, evaluation_id)
        if evaluation is None:
            return []
        if not _may_begin(actor, load_case(session, evaluation, now=now), "peer"):
            return []
        had = store.evaluators_of_interaction(session, evaluation.interaction_id)
        users = store.agents_in_team(session, evaluation.team_id)
        return [
            user
            for user in users
            if user.agent_id != evaluation.agent_id and user.username not in had
        ]


def _may_begin(actor: Actor, case: Case, kind: Kind) -> bool:
    if kind == "self":
        return may_evaluate_too(actor, case)
    is_open = case.matter.state in PUBLISHED and case.evaluation.kind == "official"
    return is_open and case.rules.self_evaluation and actor.may("publish_evaluations")


def _colleague(session: Session, evaluation: Evaluation, username: str) -> User:
    user = find_user(session, username)
    agent = session.get(Agent, user.agent_id) if user and user.agent_id else None
    is_colleague = (
        user is not None
        and user.is_active
        and agent is not None
        and agent.team_id == evaluation.team_id
        and agent.id != evaluation.agent_id
    )
    if user is None or not is_colleague:
        values = {"username": username}
        raise BadInput(Problem(NO_COLLEAGUE, evaluation.interaction_id, values=values))
    return user


def _assignment(
    session: Session, case: Case, evaluator: str, kind: Kind, now: datetime
) -> Assignment:
    evaluation = case.evaluation
    has_it = Problem(HAS_IT, evaluation.interaction_id, values={"username": evaluator})
    if evaluator in store.evaluators_of_interaction(session, evaluation.interaction_id):
        raise BadInput(has_it)
    official = session.get_one(Assignment, evaluation.assignment_id)
    assignment = Assignment(
        pick_id=official.pick_id,
        interaction_id=official.interaction_id,
        evaluator=evaluator,
        form_id=official.form_id,
        form_version=official.form_version,
        kind=kind,
        assigned_at=now,
        due_at=now + timedelta(days=case.rules.acknowledge_within_days),
    )
    session.add(assignment)
    try:
        session.flush()
    except IntegrityError as clash:  # somebody else was faster by a moment
        raise BadInput(has_it) from clash
    return assignment
