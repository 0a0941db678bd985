"""The list of evaluations: what of them somebody may read, a part at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, func, select
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.core.life.states import State
from qm.store.blind import is_told, works_blind
from qm.store.frames import frame_of
from qm.store.life import life_state, readable_by
from qm.store.tables import Agent, Evaluation, EvaluationLife, Interaction, User


@dataclass(frozen=True)
class Wanted:
    """Which evaluations are asked for; None is no limit. `state` is that of the life.

    `ids` are as many as a statement takes parameters of, at most.
    """

    periods: tuple[str, ...] | None = None
    agent_id: str | None = None
    channel: str | None = None
    state: State | None = None
    ids: tuple[int, ...] | None = None


EVERY = Wanted()


def listed(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    now: datetime,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """Return the latest revision of every readable evaluation that is wanted, newest first.

    `state` (at `now`) and `due_at` are those of its life; `kind` is official, self or peer.
    """
    query: Executable = (
        _joined(_columns(now))
        .join(Agent, col(Agent.id) == col(Evaluation.agent_id))
        .join(User, col(User.username) == col(Evaluation.evaluator))
        .where(*_conditions(session, actor, wanted, now))
        .order_by(col(Evaluation.submitted_at).desc(), col(Evaluation.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return frame_of(session, query)


def count_listed(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> int:
    """Return how many evaluations there are of which `listed` tells."""
    query = _joined([func.count()]).where(*_conditions(session, actor, wanted, now))
    return int(session.scalars(query).one())


def agents_listed(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> Sequence[Agent]:
    """Return the agents of these evaluations, by id; of those the person may be told of."""
    conditions = _conditions(session, actor, wanted, now)
    if works_blind(session, actor):
        conditions.append(is_told(actor.username))
    ids = _joined([col(Evaluation.agent_id)]).where(*conditions)
    return session.scalars(
        select(Agent).where(col(Agent.id).in_(ids)).order_by(col(Agent.id))
    ).all()


def channels_listed(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> Sequence[str]:
    """Return the channels of these evaluations, in order."""
    query = _joined([col(Evaluation.channel)]).where(*_conditions(session, actor, wanted, now))
    return session.scalars(query.distinct().order_by(col(Evaluation.channel))).all()


def _columns(now: datetime) -> list[Any]:
    return [
        col(Evaluation.id).label("evaluation_id"),
        col(Evaluation.interaction_id),
        col(Evaluation.period),
        col(Evaluation.channel),
        col(Evaluation.agent_id),
        col(Evaluation.team_id),
        col(Agent.name).label("agent_name"),
        col(Agent.name_fa).label("agent_name_fa"),
        col(Interaction.started_at),
        col(Interaction.queue),
        col(Evaluation.percent),
        col(Evaluation.outcome),
        col(Evaluation.band),
        col(Evaluation.no_score),
        col(Evaluation.evaluator),
        col(User.name).label("evaluator_name"),
        col(User.name_fa).label("evaluator_name_fa"),
        col(Evaluation.submitted_at),
        col(Evaluation.kind),
        col(Evaluation.revision),
        life_state(now),
        col(EvaluationLife.due_at),
    ]


def _joined(columns: list[Any]) -> Any:
    return (
        select(*columns)
        .select_from(Evaluation)
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .outerjoin(
            EvaluationLife, col(EvaluationLife.assignment_id) == col(Evaluation.assignment_id)
        )
    )


def _conditions(
    session: Session, actor: Actor, wanted: Wanted, now: datetime
) -> list[ColumnElement[bool]]:
    found = [col(Evaluation.is_latest).is_(True), readable_by(actor)]
    if wanted.periods is not None:
        found.append(col(Evaluation.period).in_(wanted.periods))
    if wanted.agent_id is not None:
        found.append(col(Evaluation.agent_id) == wanted.agent_id)
        if works_blind(session, actor):  # to ask for an agent's would tell whose they are
            found.append(is_told(actor.username))
    if wanted.ids is not None:
        found.append(col(Evaluation.id).in_(wanted.ids))
    if wanted.channel is not None:
        found.append(col(Evaluation.channel) == wanted.channel)
    if wanted.state is not None:
        found.append(life_state(now) == wanted.state)
    return found
