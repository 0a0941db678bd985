"""What trends and the monthly report are computed from, as tables."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Executable, and_, case, func, select
from sqlmodel import Session, col

from qm.core.estimates import stands_for
from qm.core.forms.questions import LENSES
from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.sampled_picks import SAMPLED, sampled_picks
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import (
    AnswerRow,
    Assignment,
    CoachingNote,
    Evaluation,
    Pick,
    User,
)

# Findings outside the agent's control have another state: they are none of the agent's.
_IS_ANSWERED = col(AnswerRow.state) == "answered"
_IS_FATAL = and_(_IS_ANSWERED, col(AnswerRow.is_fatal))
# Neither for what earns no points: a comparison with nothing is not true.
_IS_SHORT = and_(_IS_ANSWERED, col(AnswerRow.earned_points) < col(AnswerRow.possible_points))
_IS_FULL = and_(_IS_ANSWERED, col(AnswerRow.earned_points) >= col(AnswerRow.possible_points))


def evaluations(session: Session, periods: Sequence[str], scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return the latest revision of every official evaluation of the periods, one row each.

    `is_counted` tells what averages rest on: evaluations of picks in effect with a known
    inclusion probability, of a double-scored pick the first one. Of a counted one, `stands_for`
    says for how many interactions it stands (see `qm.core.estimates.stands_for`: picks not
    evaluated yet are taken to be like the evaluated ones of their zone and stratum), and
    draw_id, stratum, zone and zone_size where it was drawn. `fatal` and, per lens,
    `<lens>_applicable` and `<lens>_failed` count questions.
    """
    marks = _marks(periods, scope)
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
            case((_is_counted(periods, scope), 1), else_=0).label("is_counted"),
            col(Assignment.pick_id),
            *[marks.c[name] for name in _mark_columns()],
        )
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .outerjoin(marks, marks.c.evaluation_id == col(Evaluation.id))
        .where(*_latest(periods, scope), *scope.rows(Evaluation))
        .order_by(col(Evaluation.period), col(Evaluation.agent_id), col(Evaluation.id))
    )
    table = frame_of(session, query)
    table["is_counted"] = table["is_counted"].astype(bool)
    table[_mark_columns()] = table[_mark_columns()].fillna(0).astype(int)
    return _with_zones(table, _weighted_picks(session, periods, scope))


_ZONE_COLUMNS = ["draw_id", "stratum", "zone", "zone_size", "stands_for"]


def _weighted_picks(session: Session, periods: Sequence[str], scope: Scope) -> pd.DataFrame:
    """Return the picks that have an evaluation, by pick_id, with their zones and weights."""
    picks = sampled_picks(session, periods, scope)
    picks = picks[picks["inclusion_probability"] > 0].set_index("pick_id")
    picks["is_evaluated"] = (picks["evaluations"] > 0) & ~picks["is_lost"]
    evaluated = picks[picks["is_evaluated"]]
    return evaluated.assign(stands_for=stands_for(picks))[_ZONE_COLUMNS]


def _with_zones(table: pd.DataFrame, picks: pd.DataFrame) -> pd.DataFrame:
    """Return the evaluations with the zones of the counted ones; None for the others."""
    joined = table.join(picks.astype(object), on="pick_id")
    joined[_ZONE_COLUMNS] = joined[_ZONE_COLUMNS].where(joined["is_counted"], None)
    return joined


def _latest(periods: Sequence[str], scope: Scope) -> list[ColumnElement[bool]]:
    return [*scope.evaluations(), col(Evaluation.period).in_(periods)]


def _is_counted(periods: Sequence[str], scope: Scope) -> ColumnElement[bool]:
    first_of_pick = (
        select(func.min(Evaluation.assignment_id))
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .where(*_latest(periods, scope))
        .group_by(col(Assignment.pick_id))
    )
    return and_(
        col(Pick.purpose).in_(SAMPLED),
        col(Pick.inclusion_probability) > 0,
        in_effect(),
        col(Evaluation.assignment_id).in_(first_of_pick),
    )


def _mark_columns() -> list[str]:
    return ["fatal", *[f"{lens}_{what}" for lens in LENSES for what in ("applicable", "failed")]]


def _marks(periods: Sequence[str], scope: Scope) -> Any:
    columns: list[Any] = [_count_where(_IS_FATAL).label("fatal")]
    for lens in LENSES:
        of_lens = col(AnswerRow.critical) == lens
        columns.append(_count_where(and_(of_lens, _IS_ANSWERED)).label(f"{lens}_applicable"))
        columns.append(_count_where(and_(of_lens, _IS_SHORT)).label(f"{lens}_failed"))
    return (
        select(col(AnswerRow.evaluation_id), *columns)
        .join(Evaluation, col(Evaluation.id) == col(AnswerRow.evaluation_id))
        .where(*_latest(periods, scope))
        .group_by(col(AnswerRow.evaluation_id))
        .subquery()
    )


def _count_where(condition: Any) -> Any:
    return func.sum(_flag(condition))


def counted_answers(session: Session, period: str, scope: Scope = EVERYONE) -> pd.DataFrame:
    """Return the answers of the counted evaluations of a period, one row each.

    form_id, form_version, question_id; is_answered with a value and in the agent's hands, of
    these is_short of full points and is_full (neither for what earns no points);
    is_not_applicable; is_fatal; stands_for, how many interactions its evaluation stands for.
    Fields of the header are no questions.
    """
    counted = evaluations(session, [period], scope)
    weights = counted[counted["is_counted"]].set_index("evaluation_id")["stands_for"]
    query = (
        select(
            col(AnswerRow.evaluation_id),
            col(Evaluation.form_id),
            col(Evaluation.form_version),
            col(AnswerRow.question_id),
            _flag(_IS_ANSWERED).label("is_answered"),
            _flag(_IS_SHORT).label("is_short"),
            _flag(_IS_FULL).label("is_full"),
            _flag(col(AnswerRow.state) == "not_applicable").label("is_not_applicable"),
            _flag(_IS_FATAL).label("is_fatal"),
        )
        .join(Evaluation, col(Evaluation.id) == col(AnswerRow.evaluation_id))
        .where(*_latest([period], scope), *scope.rows(Evaluation), col(AnswerRow.section_id) != "")
    )
    answers = frame_of(session, query)
    answers = answers[answers["evaluation_id"].isin(weights.index)]
    return answers.assign(stands_for=answers["evaluation_id"].map(weights))


def _flag(condition: Any) -> Any:
    return case((condition, 1), else_=0)


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
        .where(col(CoachingNote.period) == period, col(CoachingNote.state) != "replaced")
        .order_by(col(CoachingNote.created_at), col(CoachingNote.id))
    )
    return frame_of(session, query)
