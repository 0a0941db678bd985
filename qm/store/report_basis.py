"""The rows that a month's report rests on, each as its hash (see `qm.core.report_basis`)."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session, col

from qm.core.report_basis import Key, row_sha256
from qm.store.scopes import EVERYONE
from qm.store.tables import AnswerRow, Assignment, Evaluation, Pick, Replacement

_ROWS_AT_ONCE = 5_000

PICK_COLUMNS = (
    "id", "draw_id", "interaction_id", "agent_id", "team_id", "stratum", "zone", "zone_size",
    "number", "inclusion_probability", "purpose", "quota", "rank", "is_reserve",
)  # fmt: skip
REPLACEMENT_COLUMNS = ("id", "pick_id", "reserve_id", "reason", "at", "by")
EVALUATION_COLUMNS = (
    "id", "assignment_id", "revision", "interaction_id", "agent_id", "team_id", "channel",
    "purpose", "form_id", "form_version", "form_sha256", "evaluator", "percent",
    "calculated_percent", "no_score", "outcome", "active_s", "submitted_at", "results",
)  # fmt: skip
ANSWER_COLUMNS = (
    "question_id", "section_id", "state", "option_id", "value", "outside_control",
    "earned_points", "possible_points", "weight_percent", "contribution", "critical", "is_fatal",
)  # fmt: skip


def basis_rows(session: Session, period: str) -> dict[Key, str]:
    """Return the hash of every row behind a month's report."""
    return {
        **_hashed(session, "pick", _columns(Pick, PICK_COLUMNS).where(*_of_month(period))),
        **_hashed(
            session,
            "replacement",
            _columns(Replacement, REPLACEMENT_COLUMNS)
            .join(Pick, col(Pick.id) == col(Replacement.pick_id))
            .where(col(Pick.month) == period),
        ),
        **dict(_evaluations(session, period)),
    }


def basis_keys(session: Session, period: str) -> set[Key]:
    """Return which rows are behind a month's report; much quicker than their hashes."""
    replacements = (
        select(col(Replacement.id))
        .join(Pick, col(Pick.id) == col(Replacement.pick_id))
        .where(col(Pick.month) == period)
    )
    queries: dict[str, Select[Any]] = {
        "pick": select(col(Pick.id)).where(*_of_month(period)),
        "replacement": replacements,
        "evaluation": select(col(Evaluation.id)).where(
            *EVERYONE.evaluations(), col(Evaluation.period) == period
        ),
    }
    return {(kind, row[0]) for kind, query in queries.items() for row in session.execute(query)}


def _columns(table: Any, names: tuple[str, ...]) -> Select[Any]:
    return select(*[getattr(table, name) for name in names])


def _of_month(period: str) -> list[ColumnElement[bool]]:
    used = select(col(Replacement.reserve_id)).where(col(Replacement.reserve_id).is_not(None))
    is_drawn = or_(col(Pick.is_reserve).is_(False), col(Pick.id).in_(used))
    return [col(Pick.month) == period, is_drawn]


def _hashed(session: Session, kind: str, query: Select[Any]) -> dict[Key, str]:
    return {(kind, row[0]): row_sha256(list(row)) for row in session.execute(query)}


def _evaluations(session: Session, period: str) -> Iterator[tuple[Key, str]]:
    """Yield each evaluation with its answers in the order of their question ids."""
    of_month = [*EVERYONE.evaluations(), col(Evaluation.period) == period]
    query = (
        _columns(Evaluation, EVALUATION_COLUMNS)
        .add_columns(col(Assignment.pick_id))
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .where(*of_month)
    )
    unanswered = {row[0]: list(row) for row in session.execute(query)}
    answers = (
        select(col(AnswerRow.evaluation_id), *[getattr(AnswerRow, name) for name in ANSWER_COLUMNS])
        .join(Evaluation, col(Evaluation.id) == col(AnswerRow.evaluation_id))
        .where(*of_month)
        .order_by(col(AnswerRow.evaluation_id))
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for number, rows in groupby(session.execute(answers), key=itemgetter(0)):
        # Sorted here: databases differ in how they sort texts.
        answered = sorted([list(row[1:]) for row in rows], key=itemgetter(0))
        yield ("evaluation", number), row_sha256([*unanswered.pop(number), answered])
    for number, row in unanswered.items():
        yield ("evaluation", number), row_sha256([*row, []])
