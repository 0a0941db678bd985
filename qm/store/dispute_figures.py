"""What the figures of disputes are computed from."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlmodel import Session, col

from qm.store.columns import NAME, WHOLE, columns_of, frame_of_columns
from qm.store.frames import frame_of
from qm.store.life import is_official, is_published
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import Dispute, DisputedQuestion, Evaluation, Interaction

_GROUPS: tuple[Any, ...] = (
    col(Evaluation.period),
    col(Evaluation.agent_id),
    col(Evaluation.team_id),
    col(Evaluation.channel),
    col(Interaction.queue),
    col(Evaluation.form_id),
    col(Evaluation.form_version),
    col(Evaluation.evaluator),
)


def published(session: Session, periods: Sequence[str], scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return the official evaluations of interactions of these months that agents may see.

    A row each: assignment_id, period, agent_id, team_id (at that time), channel, queue, form_id,
    form_version and evaluator; names are categories.
    """
    query = (
        select(col(Evaluation.assignment_id), *_GROUPS)
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .where(
            col(Evaluation.is_latest).is_(True),
            is_official(),
            is_published(),
            col(Evaluation.period).in_(periods),
            *scope.rows(Evaluation),
        )
        .order_by(col(Evaluation.assignment_id))
    )
    types = {"assignment_id": WHOLE, **{column.key: NAME for column in _GROUPS}}
    return frame_of_columns(columns_of(session, query, types))


def disputes(session: Session, periods: Sequence[str], scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return the disputes about evaluations of these months, a row per round.

    dispute_id, state, raised_at, due_at, decided_at and the columns of `published`, those of the
    revision that was disputed.
    """
    columns = (
        col(Dispute.state),
        col(Dispute.raised_at),
        col(Dispute.due_at),
        col(Dispute.decided_at),
    )
    return frame_of(session, _disputes(columns, periods, scope).order_by(col(Dispute.id)))


def disputed_questions(
    session: Session, periods: Sequence[str], scope: Scope = EVERYONE
) -> pd.DataFrame:
    """Return the questions of these disputes, a row each.

    dispute_id, question_id, decision (None while it is open) and the columns of `published`.
    """
    columns = (col(DisputedQuestion.question_id), col(DisputedQuestion.decision))
    query = (
        _disputes(columns, periods, scope)
        .join(DisputedQuestion, col(DisputedQuestion.dispute_id) == col(Dispute.id))
        .order_by(col(Dispute.id), col(DisputedQuestion.question_id))
    )
    return frame_of(session, query)


def _disputes(columns: Sequence[Any], periods: Sequence[str], scope: Scope) -> Any:
    return (
        select(
            col(Dispute.id).label("dispute_id"), col(Evaluation.assignment_id), *_GROUPS, *columns
        )
        .select_from(Dispute)
        .join(Evaluation, col(Evaluation.id) == col(Dispute.evaluation_id))
        .join(Interaction, col(Interaction.id) == col(Evaluation.interaction_id))
        .where(is_official(), col(Evaluation.period).in_(periods), *scope.rows(Evaluation))
    )
