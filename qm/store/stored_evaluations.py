"""Evaluations as they are stored, and those that were added since they were read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from qm.core.quality.counts import COUNTS, with_counts
from qm.core.quality.facts import AskedQuestion, Facts
from qm.store.columns import (
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    at_once,
    columns_of,
    frame_of_columns,
)
from qm.store.life import is_official
from qm.store.month_figures import Mark
from qm.store.scopes import Scope
from qm.store.tables import Assignment, Evaluation

QuestionsOf = Callable[[str, str], tuple[AskedQuestion, ...]]

_COLUMNS: dict[str, tuple[Any, pa.DataType]] = {
    "evaluation_id": (col(Evaluation.id), WHOLE),
    "assignment_id": (col(Evaluation.assignment_id), WHOLE),
    "pick_id": (col(Assignment.pick_id), WHOLE),
    **{
        name: (col(getattr(Evaluation, name)), kind)
        for kind, names in {
            TEXT: "interaction_id period agent_id team_id channel queue form_id form_version "
            "evaluator outcome no_score results",
            MOMENT: "started_at submitted_at",
            NUMBER: "active_s percent calculated_percent",
        }.items()
        for name in names.split()
    },
}
STORED = [*_COLUMNS, *COUNTS]
"""The columns that `read_evaluations` reads."""

_STATES: dict[str, tuple[Any, pa.DataType]] = {
    "is_latest": (col(Evaluation.is_latest), FLAG),
    "is_official": (is_official(), FLAG),
}


def questions_in(
    rows: pd.DataFrame, questions_of: QuestionsOf
) -> dict[tuple[str, str], tuple[AskedQuestion, ...]]:
    """Return the questions of the form versions of these evaluations."""
    forms = rows[["form_id", "form_version"]].drop_duplicates()
    return {form: questions_of(*form) for form in forms.itertuples(index=False, name=None)}


def read_evaluations(
    session: Session, periods: Sequence[str], scope: Scope, questions_of: QuestionsOf
) -> pd.DataFrame:
    """Return the official evaluations in their latest revision, as stored, with their counts."""
    wanted = [*scope.evaluations(), *scope.rows(Evaluation), col(Evaluation.period).in_(periods)]
    return _with_counts(_evaluations(session, _COLUMNS, wanted), questions_of)


def with_newer(
    session: Session,
    known: pd.DataFrame,
    period: str,
    mark: Mark,
    now: Mark,
    questions_of: QuestionsOf,
) -> pd.DataFrame | None:
    """Return everyone's evaluations of a month `now`, with those known as of a `mark`.

    None where not all that was added since has a higher id: then they have to be read anew.
    """
    if (mark.evaluated, mark.newest_id) == (now.evaluated, now.newest_id):
        return known
    # First their ids: PostgreSQL takes them for as many as the month has, and would read the
    # assignments of all years to join them.
    later = [col(Evaluation.period) == period, col(Evaluation.id) > mark.newest_id]
    ids = columns_of(session, select(col(Evaluation.id)).where(*later), {"id": WHOLE})["id"]
    if not len(ids) or mark.evaluated + len(ids) != now.evaluated:
        return None
    newer = pd.concat(
        [
            _evaluations(session, _COLUMNS | _STATES, [col(Evaluation.id).in_(some)])
            for some in at_once(sorted(ids.to_pylist()))
        ],
        ignore_index=True,
    )
    newer = newer[newer.pop("is_official")]
    is_revised = known["assignment_id"].isin(newer["assignment_id"])
    latest = newer[newer.pop("is_latest")].reset_index(drop=True)
    return pd.concat([known[~is_revised], _with_counts(latest, questions_of)], ignore_index=True)


def _with_counts(rows: pd.DataFrame, questions_of: QuestionsOf) -> pd.DataFrame:
    return with_counts(Facts(rows, pd.DataFrame(), questions_in(rows, questions_of)))


def _evaluations(
    session: Session,
    columns: Mapping[str, tuple[Any, pa.DataType]],
    wanted: Sequence[ColumnElement[bool]],
) -> pd.DataFrame:
    query = (
        select(*(source for source, _ in columns.values()))
        .join(Assignment, col(Assignment.id) == col(Evaluation.assignment_id))
        .where(*wanted)
    )
    types = {name: kind for name, (_, kind) in columns.items()}
    table = frame_of_columns(columns_of(session, query, types))
    return table.sort_values("evaluation_id", ignore_index=True)
