"""The life of an evaluation after it is submitted: returned, published, acknowledged, corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.answers import ANSWERS_JSON, Answer
from qm.core.life.deciding import may_dispute_again
from qm.core.life.states import State
from qm.core.life.timing import window_ends
from qm.core.problems import BadInput, Problem
from qm.store import evaluations as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import Assignment, Draft, Evaluation
from qm.workflow.coaching_proposals import propose_for
from qm.workflow.coaching_rows import draft_notes, start_reading
from qm.workflow.evaluation_rows import answers_of
from qm.workflow.life_matters import Case, case_for, not_too_long, written
from qm.workflow.life_steps import Deed, publish, take_step
from qm.workflow.published_forms import load_form
from qm.workflow.revisions import revise

BY_RULE = "qm"
"""Who takes the steps that the centre's rules take."""


@dataclass(frozen=True)
class Published:
    """Which evaluations their agents see from now on, and why the others were left as they are."""

    evaluation_ids: tuple[int, ...]
    problems: tuple[Problem, ...]


def publish_evaluations(
    engine: Engine, actor: Actor, evaluation_ids: Sequence[int], *, now: datetime
) -> Published:
    """Let the agents see these evaluations; those that may not be published are told and left.

    Raises `NotAllowed` for people who publish nothing, and for evaluations that are not theirs.
    """
    actor.require("publish_evaluations")
    published: list[int] = []
    agents: set[str] = set()
    problems: list[Problem] = []
    for evaluation_id in evaluation_ids:
        with transaction(engine) as session:
            try:
                case = case_for(session, actor, evaluation_id, "publish", now=now)
            except BadInput as refused:
                problems += refused.problems
                continue
            _publish(session, actor, case, now)
            published.append(evaluation_id)
            agents.add(case.evaluation.agent_id)
    with transaction(engine) as session:
        propose_for(session, agents, by=BY_RULE, now=now)
    return Published(tuple(published), tuple(problems))


def _publish(session: Session, actor: Actor, case: Case, now: datetime) -> None:
    if case.life.state == "returned":
        _take_back(session, case.evaluation.assignment_id)
    publish(session, case.life, case.evaluation, case.rules, Deed(actor.username, now))
    start_reading(session, case.evaluation.assignment_id, now=now)
    log_step(session, actor, "evaluation_published", case.evaluation, now)


def _take_back(session: Session, assignment_id: int) -> None:
    """Close the assignment of what was returned; what was entered since is not used."""
    store.set_done(session, assignment_id)
    draft = session.get(Draft, assignment_id)
    if draft is not None:
        session.delete(draft)


def return_evaluation(
    engine: Engine, actor: Actor, evaluation_id: int, comment: str, *, now: datetime
) -> None:
    """Give an evaluation that nobody published back to its evaluator, with a comment.

    The assignment is open again, with the answers as they were submitted.
    """
    with transaction(engine) as session:
        case = case_for(session, actor, evaluation_id, "return", now=now)
        evaluation = case.evaluation
        reason = written(comment, evaluation.interaction_id)
        deed = Deed(actor.username, now, reason)
        take_step(session, case.life, evaluation, "return", "returned", case.rules, deed)
        assignment = session.get_one(Assignment, evaluation.assignment_id)
        assignment.state = "open"
        assignment.due_at = case.life.due_at or assignment.due_at
        session.add(assignment)
        session.add(_draft_of(session, evaluation, now))
        log_step(session, actor, "evaluation_returned", evaluation, now)


def _draft_of(session: Session, evaluation: Evaluation, now: datetime) -> Draft:
    form = load_form(session, evaluation.form_id, evaluation.form_version)
    answers = answers_of(form, store.answers_of(session, evaluation.id or 0))
    notes = draft_notes(session, evaluation)
    return Draft(
        assignment_id=evaluation.assignment_id,
        answers=ANSWERS_JSON.dump_python(answers, mode="json"),
        coaching=evaluation.coaching,
        notes=[note.model_dump(mode="json") for note in notes],
        active_s=evaluation.active_s or 0.0,
        saved=1,
        updated_at=now,
    )


def acknowledge(
    engine: Engine, actor: Actor, evaluation_id: int, comment: str = "", *, now: datetime
) -> None:
    """Note that the agent has read the evaluation, with what they say to it.

    Where nothing is left to dispute, that closes it.
    """
    with transaction(engine) as session:
        case = case_for(session, actor, evaluation_id, "acknowledge", now=now)
        life, evaluation = case.life, case.evaluation
        reason = not_too_long(comment, evaluation.interaction_id)
        life.acknowledged_at = now
        deed = Deed(actor.username, now, reason)
        to_state: State = "acknowledged" if _is_disputable(case, now) else "closed"
        take_step(session, life, evaluation, "acknowledge", to_state, case.rules, deed)
        log_step(session, actor, "evaluation_acknowledged", evaluation, now)


def _is_disputable(case: Case, now: datetime) -> bool:
    published_at = case.life.published_at
    return (
        may_dispute_again(case.rules, case.life.disputes)
        and published_at is not None
        and now <= window_ends(case.rules, published_at)
    )


def correct_evaluation(
    engine: Engine,
    actor: Actor,
    evaluation_id: int,
    answers: Mapping[str, Answer],
    reason: str,
    *,
    now: datetime,
) -> Evaluation:
    """Store a new revision of a published evaluation with these answers in place of its own.

    The agent sees it with what was before, and may acknowledge or dispute it like any other.
    Raises `BadInput` without a reason, where nothing changes, and for answers that the form does
    not have; `NotAllowed` for those who may not correct, and `BadInput` for the evaluator.
    """
    with transaction(engine) as session:
        case = case_for(session, actor, evaluation_id, "correct", now=now)
        why = written(reason, case.evaluation.interaction_id)
        after = revise(session, case.evaluation, answers, by=actor.username, reason=why, now=now)
        case.life.published_at = now
        deed = Deed(actor.username, now, why)
        take_step(session, case.life, after, "correct", "published", case.rules, deed)
        propose_for(session, [after.agent_id], by=BY_RULE, now=now)
        log_step(
            session,
            actor,
            "evaluation_corrected",
            after,
            now,
            before=case.evaluation.percent,
            after=after.percent,
        )
        return after


def close_evaluation(
    engine: Engine, actor: Actor, evaluation_id: int, reason: str, *, now: datetime
) -> None:
    """Close a published evaluation by hand, such as that of an agent who has left."""
    with transaction(engine) as session:
        case = case_for(session, actor, evaluation_id, "close", now=now)
        deed = Deed(actor.username, now, written(reason, case.evaluation.interaction_id))
        take_step(session, case.life, case.evaluation, "close", "closed", case.rules, deed)
        log_step(session, actor, "evaluation_closed", case.evaluation, now)


def log_step(
    session: Session,
    actor: Actor,
    action: str,
    evaluation: Evaluation,
    now: datetime,
    **detail: object,
) -> None:
    """Record a step of an evaluation's life in the audit log."""
    record(
        session,
        actor=actor.username,
        action=action,
        subject=evaluation.interaction_id,
        at=now,
        detail={"evaluation": evaluation.id, **detail},
    )
