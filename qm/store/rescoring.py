"""Stored evaluations and their answers as plain tables, for scoring many of them again."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, select
from sqlmodel import Session, col

from qm.store.frames import frame_of
from qm.store.life import is_official
from qm.store.tables import AnswerRow, Evaluation


def evaluations_of_form(
    session: Session, form_id: str, periods: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the latest revision of every evaluation with any version of the form, by id.

    Of these periods, or of all: evaluation_id, interaction_id, form_version, percent, no_score,
    outcome.
    """
    wanted: list[ColumnElement[bool]] = [
        col(Evaluation.form_id) == form_id,
        col(Evaluation.is_latest).is_(True),
        is_official(),
    ]
    if periods is not None:
        wanted.append(col(Evaluation.period).in_(periods))
    query: Executable = (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.interaction_id),
            col(Evaluation.form_version),
            col(Evaluation.percent),
            col(Evaluation.no_score),
            col(Evaluation.outcome),
        )
        .where(*wanted)
        .order_by(col(Evaluation.id))
    )
    return frame_of(session, query)


def answer_values(session: Session, evaluation_ids: Sequence[int]) -> pd.DataFrame:
    """Return the answers of evaluations as short texts: evaluation_id, question_id, value.

    The ids ascend. Questions without an answer have no row.
    """
    return _of(session, evaluation_ids, (AnswerRow.value,), col(AnswerRow.value).is_not(None))


def tagged_answers(session: Session, evaluation_ids: Sequence[int]) -> pd.DataFrame:
    """Return which findings were outside the agent's control: evaluation_id, question_id."""
    return _of(session, evaluation_ids, (), col(AnswerRow.outside_control).is_(True))


def facts_of(session: Session, evaluation_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the attributes of the interactions as conditions saw them, by evaluation."""
    query = select(col(Evaluation.id), col(Evaluation.facts)).where(
        col(Evaluation.id).between(evaluation_ids[0], evaluation_ids[-1])
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _of(
    session: Session, ids: Sequence[int], columns: tuple[Any, ...], wanted: ColumnElement[bool]
) -> pd.DataFrame:
    # A range, not a list: there may be more ids than a statement takes parameters.
    query: Executable = select(
        col(AnswerRow.evaluation_id), col(AnswerRow.question_id), *columns
    ).where(col(AnswerRow.evaluation_id).between(ids[0], ids[-1]), wanted)
    table = frame_of(session, query)
    return table[table["evaluation_id"].isin(set(ids))]
