"""The stretches of interactions that answers short of full points rest on."""

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Executable, select
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.store.frames import frame_of
from qm.store.life import readable_by
from qm.store.tables import AnswerRow, Evaluation


def evidence_of_short_answers(
    session: Session,
    actor: Actor,
    evaluation_ids: Collection[int],
    question_ids: Collection[str],
) -> pd.DataFrame:
    """Return these evaluations' answers to these questions that lost points and have evidence.

    Of what the person may read, the newest contacts first. A row each: evaluation_id,
    interaction_id, channel, started_at, form_id, question_id, comment and evidence (a list, as
    it is stored).
    """
    query: Executable = (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.interaction_id),
            col(Evaluation.channel),
            col(Evaluation.started_at),
            col(Evaluation.form_id),
            col(AnswerRow.question_id),
            col(AnswerRow.comment),
            col(AnswerRow.evidence),
        )
        .join(AnswerRow, col(AnswerRow.evaluation_id) == col(Evaluation.id))
        .where(
            col(Evaluation.id).in_(evaluation_ids),
            col(AnswerRow.question_id).in_(question_ids),
            col(AnswerRow.earned_points) < col(AnswerRow.possible_points),
            col(AnswerRow.outside_control).is_(False),
            readable_by(actor),
        )
        .order_by(col(Evaluation.started_at).desc(), col(Evaluation.id).desc())
    )
    found = frame_of(session, query)
    is_cited = found["evidence"].map(bool).astype(bool)
    return found[is_cited].reset_index(drop=True)
