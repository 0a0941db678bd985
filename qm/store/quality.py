"""What trends and the monthly report are computed from, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, and_, case, func, select
from sqlmodel import Session, col

from qm.core.forms.questions import LENSES
from qm.store.frames import frame_of
from qm.store.tables import (
    Agent,
    AnswerRow,
    Assignment,
    CoachingNote,
    DrawCoverage,
    Evaluation,
    Pick,
    Team,
    User,
)

SAMPLED = ("random", "double_scored")
# Findings outside the agent's control have another state: they are none of the agent's.
_IS_ANSWERED = col(AnswerRow.state) == "answered"
_IS_FATAL = and_(_IS_ANSWERED, col(AnswerRow.is_fatal))
# Neither for what earns no points: a comparison with nothing is not true.
_IS_SHORT = and_(_IS_ANSWERED, col(AnswerRow.earned_points) < col(AnswerRow.possible_points))
_IS_FULL = and_(_IS_ANSWERED, col(AnswerRow.earned_points) >= col(AnswerRow.possible_points))


@dataclass(frozen=True)
class Scope:
    """Whose rows: everyone's, a team's, an agent's, or an agent's while in a team."""

    team_id: str | None = None
    agent_id: str | None = None


EVERYONE = Scope()


def evaluations(session: Session, periods: Sequence[str], scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return the latest revision of every evaluation of the periods, one row each.

    `is_counted` tells what averages rest on: evaluations of picks with a known inclusion
    probability, of a double-scored pick the first one. `stands_for` says for how many
    interactions a counted one stands: its agent's part of the frame over the agent's counted
    ones, so that picks not evaluated yet are taken to be like the evaluated ones. `fatal` and,
    per lens, `<lens>_applicable` and `<lens>_failed` count questions.
    """
    marks = _marks(periods)
    query: Executable = (
        select(
            col(Evaluation.id).label("evaluation_id"),
            col(Evaluation.period),
            col(Evaluation.agent_id),
            col(Evaluation.team_id),
            col(Evaluation.channel),
            col(Evaluation.purpose),
            col(Evaluation.form_id),
            col(Evaluation.form_version),
            col(Evaluation.form_sha256),
            col(Evaluation.percent),
            col(Evaluation.no_score),
            col(Evaluation.outcome),
            _is_counted(periods).label("is_counted"),
            col(Pick.draw_id),
            col(DrawCoverage.frame_size),
            *[marks.c[name] for name in _mark_columns()],
        )
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .outerjoin(
            DrawCoverage,
            and_(
                col(DrawCoverage.draw_id) == col(Pick.draw_id),
                col(DrawCoverage.agent_id) == col(Evaluation.agent_id),
            ),
        )
        .outerjoin(marks, marks.c.evaluation_id == col(Evaluation.id))
        # All of an agent's evaluations: what a scored one stands for depends on the others.
        .where(*_latest(periods), *_of_agents(periods, scope))
        .order_by(col(Evaluation.period), col(Evaluation.agent_id), col(Evaluation.id))
    )
    table = frame_of(session, query)
    table["is_counted"] = table["is_counted"].astype(bool)
    table[_mark_columns()] = table[_mark_columns()].fillna(0).astype(int)
    table["stands_for"] = _stands_for(table)
    return table if scope.team_id is None else table[table["team_id"] == scope.team_id]


def _stands_for(table: pd.DataFrame) -> Any:
    counted = table[table["is_counted"]]
    of_stratum = counted.groupby(["draw_id", "agent_id"])["evaluation_id"].transform("size")
    return (counted["frame_size"] / of_stratum).reindex(table.index).astype(object)


def _latest(periods: Sequence[str]) -> list[ColumnElement[bool]]:
    return [col(Evaluation.is_latest).is_(True), col(Evaluation.period).in_(periods)]


def _of_agents(periods: Sequence[str], scope: Scope) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if scope.agent_id is not None:
        wanted.append(col(Evaluation.agent_id) == scope.agent_id)
    if scope.team_id is not None:
        members = select(col(Evaluation.agent_id)).where(
            *_latest(periods), col(Evaluation.team_id) == scope.team_id
        )
        wanted.append(col(Evaluation.agent_id).in_(members))
    return wanted


def _is_counted(periods: Sequence[str]) -> ColumnElement[bool]:
    first_of_pick = (
        select(func.min(Evaluation.assignment_id))
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .where(*_latest(periods))
        .group_by(col(Assignment.pick_id))
    )
    return and_(
        col(Evaluation.purpose).in_(SAMPLED),
        col(Evaluation.inclusion_probability) > 0,
        col(Evaluation.assignment_id).in_(first_of_pick),
    )


def _mark_columns() -> list[str]:
    return ["fatal", *[f"{lens}_{what}" for lens in LENSES for what in ("applicable", "failed")]]


def _marks(periods: Sequence[str]) -> Any:
    columns: list[Any] = [_count_where(_IS_FATAL).label("fatal")]
    for lens in LENSES:
        of_lens = col(AnswerRow.critical) == lens
        columns.append(_count_where(and_(of_lens, _IS_ANSWERED)).label(f"{lens}_applicable"))
        columns.append(_count_where(and_(of_lens, _IS_SHORT)).label(f"{lens}_failed"))
    return (
        select(col(AnswerRow.evaluation_id), *columns)
        .join(Evaluation, col(Evaluation.id) == col(AnswerRow.evaluation_id))
        .where(*_latest(periods))
        .group_by(col(AnswerRow.evaluation_id))
        .subquery()
    )


def _count_where(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def question_outcomes(session: Session, period: str, scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return how the counted evaluations of a period answered each question.

    form_id, form_version, question_id; `answered` with a value and in the agent's hands, of these
    `short` of full points and `full` (neither for what earns no points); `not_applicable`;
    `fatal` answers. Fields of the header are no questions.
    """
    asked = (col(AnswerRow.evaluation_id), col(Evaluation.form_id), col(Evaluation.form_version))
    wanted: list[ColumnElement[bool]] = []
    if scope.agent_id is not None:
        wanted.append(col(Evaluation.agent_id) == scope.agent_id)
    if scope.team_id is not None:
        wanted.append(col(Evaluation.team_id) == scope.team_id)
    query = (
        select(
            *asked[1:],
            col(AnswerRow.question_id),
            _count_where(_IS_ANSWERED).label("answered"),
            _count_where(_IS_SHORT).label("short"),
            _count_where(_IS_FULL).label("full"),
            _count_where(col(AnswerRow.state) == "not_applicable").label("not_applicable"),
            _count_where(_IS_FATAL).label("fatal"),
        )
        .join(Evaluation, col(Evaluation.id) == asked[0])
        .where(*_latest([period]), _is_counted([period]), *wanted)
        .where(col(AnswerRow.section_id) != "")
        .group_by(*asked[1:], col(AnswerRow.question_id))
        .order_by(*asked[1:], col(AnswerRow.question_id))
    )
    return frame_of(session, query)


def coaching_notes(session: Session, period: str) -> pd.DataFrame:
    """Return the coaching notes of a period, oldest first, with the author's names."""
    query: Executable = (
        select(
            col(CoachingNote.agent_id),
            col(CoachingNote.team_id),
            col(Evaluation.interaction_id),
            col(Evaluation.percent),
            col(CoachingNote.text),
            col(User.name).label("author_name"),
            col(User.name_fa).label("author_name_fa"),
            col(CoachingNote.author),
            col(CoachingNote.created_at),
            col(CoachingNote.state),
            col(CoachingNote.discussed_at),
            col(CoachingNote.lead_comment),
        )
        .join(Evaluation, col(Evaluation.id) == col(CoachingNote.evaluation_id))
        .outerjoin(User, col(User.username) == col(CoachingNote.author))
        .where(col(CoachingNote.period) == period)
        .order_by(col(CoachingNote.created_at), col(CoachingNote.id))
    )
    return frame_of(session, query)


def agents(session: Session) -> list[Agent]:
    """Return every agent."""
    return list(session.scalars(select(Agent).order_by(col(Agent.id))))


def teams(session: Session) -> list[Team]:
    """Return every team."""
    return list(session.scalars(select(Team).order_by(col(Team.id))))
