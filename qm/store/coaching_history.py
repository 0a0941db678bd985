"""Agents' published evaluations and earlier proposals, as the triggers look at them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import Session, col

from qm.core.coaching.history import Evaluated
from qm.store.life import is_official, is_published
from qm.store.picks import in_effect
from qm.store.sampled_picks import SAMPLED
from qm.store.tables import (
    AnswerRow,
    Assignment,
    CoachingProposal,
    Evaluation,
    EvaluationLife,
    Interaction,
    LifeStep,
    Pick,
)


def history(
    session: Session, agent_ids: Collection[str], *, since: datetime
) -> dict[str, list[Evaluated]]:
    """Return, by agent, the newest revision of their published official evaluations.

    Of contacts that began at `since` or later, oldest first.
    """
    rows = session.execute(_evaluations(agent_ids, since)).all()
    answers = _answers(session, agent_ids, since)
    counted: set[int] = set()
    found: dict[str, list[Evaluated]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: int(row.assignment_id)):
        # Of a pick that was scored twice the first evaluation counts.
        is_counted = bool(row.is_sampled) and row.pick_id not in counted
        counted |= {row.pick_id} if is_counted else set()
        answered, missed, fatal = answers.get(row.evaluation_id, ((), (), ()))
        found[row.agent_id].append(
            Evaluated(
                assignment_id=row.assignment_id,
                evaluation_id=row.evaluation_id,
                form=row.form_id,
                version=row.form_version,
                started_at=row.started_at,
                published_at=row.published_at,
                percent=row.percent,
                weight=1 / row.inclusion_probability if is_counted else None,
                answered=frozenset(answered),
                missed=frozenset(missed),
                fatal=frozenset(fatal),
            )
        )
    return {
        agent: sorted(evaluated, key=lambda each: (each.started_at, each.assignment_id))
        for agent, evaluated in found.items()
    }


def _evaluations(agent_ids: Collection[str], since: datetime) -> Any:
    is_sampled = and_(
        col(Pick.purpose).in_(SAMPLED), col(Pick.inclusion_probability) > 0, in_effect()
    )
    return (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.assignment_id),
            col(Evaluation.agent_id),
            col(Evaluation.form_id),
            col(Evaluation.form_version),
            col(Evaluation.percent),
            col(Evaluation.inclusion_probability),
            col(Assignment.pick_id),
            col(Interaction.started_at),
            func.coalesce(_first_published(), col(EvaluationLife.published_at)).label(
                "published_at"
            ),
            case((is_sampled, 1), else_=0).label("is_sampled"),
        )
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .join(EvaluationLife, col(EvaluationLife.assignment_id) == col(Evaluation.assignment_id))
        .where(*_looked_at(agent_ids, since))
    )


def _first_published() -> Any:
    """When it was published first: a correction is published anew and keeps its place."""
    return (
        select(func.min(col(LifeStep.at)))
        .where(
            col(LifeStep.assignment_id) == col(Evaluation.assignment_id),
            col(LifeStep.step) == "publish",
        )
        .correlate(Evaluation)
        .scalar_subquery()
    )


def _looked_at(agent_ids: Collection[str], since: datetime) -> list[Any]:
    return [
        col(Evaluation.agent_id).in_(list(agent_ids)),
        col(Evaluation.is_latest).is_(True),
        is_official(),
        is_published(),
        col(Interaction.started_at) >= since,
    ]


def _answers(
    session: Session, agent_ids: Collection[str], since: datetime
) -> dict[int, tuple[list[str], list[str], list[str]]]:
    """Return, by evaluation, the questions that were answered, fell short and were fatal."""
    query = (
        select(
            col(AnswerRow.evaluation_id),
            col(AnswerRow.question_id),
            case((col(AnswerRow.earned_points) < col(AnswerRow.possible_points), 1), else_=0).label(
                "is_missed"
            ),
            col(AnswerRow.is_fatal),
        )
        .join(Evaluation, col(Evaluation.id) == col(AnswerRow.evaluation_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .where(
            *_looked_at(agent_ids, since),
            col(AnswerRow.state) == "answered",
            or_(col(AnswerRow.possible_points).is_not(None), col(AnswerRow.is_fatal).is_(True)),
        )
    )
    found: dict[int, tuple[list[str], list[str], list[str]]] = {}
    for evaluation_id, question_id, is_missed, is_fatal in session.execute(query):
        answered, missed, fatal = found.setdefault(evaluation_id, ([], [], []))
        answered.append(question_id)
        if is_missed:
            missed.append(question_id)
        if is_fatal:
            fatal.append(question_id)
    return found


def earlier_proposals(session: Session, agent_ids: Collection[str]) -> list[CoachingProposal]:
    """Return every proposal that was made for these agents, decided or not."""
    query = select(CoachingProposal).where(col(CoachingProposal.agent_id).in_(list(agent_ids)))
    return list(session.scalars(query))
