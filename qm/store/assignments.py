"""Assignments: which picks still want one, what everybody has, and who met whom."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, insert, select, update
from sqlmodel import Session, col

from qm.store.picks import in_effect
from qm.store.tables import (
    Assignment,
    Draft,
    Draw,
    EvaluationLife,
    Interaction,
    Pick,
    Replacement,
)

_QUIET = {"synchronize_session": False}
_IS_OFFICIAL = col(Assignment.kind) == "official"


class WantingPick(NamedTuple):
    """A pick in effect that wants `wanted` more evaluators than `taken_by`, who have or had it."""

    pick_id: int
    agent_id: str
    team_id: str
    draw_id: int
    interaction_id: str
    channel: str
    language: str | None
    started_at: datetime
    wanted: int
    taken_by: frozenset[str]


def lock_draws(session: Session, period: str) -> list[Draw]:
    """Return the draws of a period, locked so that nobody else assigns its picks meanwhile."""
    mine = col(Draw.period) == period
    # A write that changes nothing: SQLite knows no other lock.
    session.execute(update(Draw).where(mine).values(by=col(Draw.by)), execution_options=_QUIET)
    return list(session.scalars(select(Draw).where(mine).order_by(col(Draw.id))))


def wanting_picks(session: Session, period: str) -> list[WantingPick]:
    """Return the picks of a period that fewer have than should: two where it is scored twice.

    A reserve that took a pick's place is scored as often as that pick would have been.
    """
    query = (
        select(
            col(Pick.id),
            col(Pick.agent_id),
            col(Pick.team_id),
            col(Pick.draw_id),
            col(Pick.interaction_id),
            col(Interaction.channel),
            col(Interaction.language),
            col(Interaction.started_at),
        )
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .join(Interaction, col(Interaction.id) == col(Pick.interaction_id))
        .where(col(Draw.period) == period, in_effect())
        .order_by(col(Pick.id))
    )
    doubles = _double_scored(session, period)
    evaluators, working = _evaluators(session, period)
    found = []
    for row in session.execute(query):
        wanted = (2 if row[0] in doubles else 1) - working[row[0]]
        if wanted > 0:
            taken_by = frozenset(evaluators.get(row[0], ()))
            found.append(WantingPick._make((*row, wanted, taken_by)))
    return found


def _double_scored(session: Session, period: str) -> set[int]:
    """Return the picks that are scored twice, and the reserves that took their places."""
    query = (
        select(col(Pick.id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(col(Draw.period) == period, col(Pick.purpose) == "double_scored")
    )
    doubles = {found for found in session.scalars(query) if found is not None}
    replaced = select(col(Replacement.pick_id), col(Replacement.reserve_id)).order_by(
        col(Replacement.id)  # a reserve is replaced after it took a place
    )
    for pick_id, reserve_id in session.execute(replaced):
        if pick_id in doubles and reserve_id is not None:
            doubles.add(reserve_id)
    return doubles


def _evaluators(session: Session, period: str) -> tuple[dict[int, set[str]], Counter[int]]:
    """Return everybody who has or had a pick, and how many have it, by pick."""
    is_working = and_(col(Assignment.state) != "withdrawn", _IS_OFFICIAL)
    query = _of_period(
        select(col(Assignment.pick_id), col(Assignment.evaluator), is_working), period
    )
    evaluators: dict[int, set[str]] = {}
    working: Counter[int] = Counter()
    for pick_id, evaluator, is_counted in session.execute(query):
        evaluators.setdefault(pick_id, set()).add(evaluator)
        working[pick_id] += bool(is_counted)
    return evaluators, working


def _of_period(query: Any, period: str) -> Any:
    return (
        query.join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(col(Draw.period) == period)
    )


def evaluators_of(session: Session, pick_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return everybody who has or had a pick, by pick."""
    query = select(col(Assignment.pick_id), col(Assignment.evaluator)).where(
        col(Assignment.pick_id).in_(list(pick_ids))
    )
    found: dict[int, frozenset[str]] = {}
    for pick_id, evaluator in session.execute(query):
        found[pick_id] = found.get(pick_id, frozenset()) | {evaluator}
    return found


def open_load(session: Session) -> dict[str, int]:
    """Return how many assignments each evaluator has open."""
    query = (
        select(col(Assignment.evaluator), func.count())
        .where(col(Assignment.state) == "open", _IS_OFFICIAL)
        .group_by(col(Assignment.evaluator))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def meetings(
    session: Session, *, period: str | None = None, since: datetime | None = None
) -> Counter[tuple[str, str]]:
    """Return how often each evaluator (first) was given an agent (second).

    In a period, or since a moment; what was withdrawn is no meeting.
    """
    query = (
        select(col(Assignment.evaluator), col(Pick.agent_id), func.count())
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .where(col(Assignment.state) != "withdrawn", _IS_OFFICIAL)
        .group_by(col(Assignment.evaluator), col(Pick.agent_id))
    )
    if period is not None:
        query = query.join(Draw, col(Draw.id) == col(Pick.draw_id)).where(
            col(Draw.period) == period
        )
    if since is not None:
        query = query.where(col(Assignment.assigned_at) >= since)
    return Counter({(row[0], row[1]): row[2] for row in session.execute(query)})


class OpenAssignment(NamedTuple):
    """An open assignment with its pick, its draw's period and whether a draft is begun."""

    assignment: Assignment
    pick: Pick
    period: str
    channel: str
    language: str | None
    is_begun: bool


def open_assignments_of(session: Session, username: str) -> list[OpenAssignment]:
    """Return what an evaluator has open, locked against its submission meanwhile.

    Without what was returned to them, which nobody else can mend, and their own evaluations.
    """
    mine = (col(Assignment.evaluator) == username, col(Assignment.state) == "open")
    session.execute(update(Assignment).where(*mine).values(state="open"), execution_options=_QUIET)
    query = (
        select(
            Assignment,
            Pick,
            col(Draw.period),
            col(Interaction.channel),
            col(Interaction.language),
            select(Draft).where(col(Draft.assignment_id) == col(Assignment.id)).exists(),
        )
        .join(Pick, col(Pick.id) == col(Assignment.pick_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .where(
            *mine,
            _IS_OFFICIAL,
            col(Assignment.id).not_in(select(col(EvaluationLife.assignment_id))),
        )
        .order_by(col(Assignment.id))
    )
    return [OpenAssignment(*row) for row in session.execute(query)]


def add_assignments(session: Session, rows: list[dict[str, Any]]) -> None:
    """Store new open assignments, given as columns and values."""
    if rows:
        session.execute(insert(Assignment), [{"state": "open", **row} for row in rows])
