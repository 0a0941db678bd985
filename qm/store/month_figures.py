"""Figures kept of past months, each with a mark of what the month was like then."""

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, Pool, func, literal, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from qm.store.engine import writes_nothing
from qm.store.sampled_picks import families
from qm.store.tables import Draw, Evaluation, MonthFigures, Pick, Replacement

Kept = Mapping[str, Any]

_DIGITS = 20
_WHOLE = ""
"""The name of the row that is there for every month that was computed, even of nobody."""


class Mark(NamedTuple):
    """What a month was like, apart from who has its picks.

    `draws` tells its draws and what was replaced in them, `elsewhere` how many evaluations the
    other months of these draws have. Of its own ones, in all revisions, `evaluated` is the number
    and `newest_id` the highest id.
    """

    draws: str
    elsewhere: str
    evaluated: int
    newest_id: int

    def __str__(self) -> str:
        return ":".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """Return the mark that was written so, None where something else was."""
        if text.count(":") != len(cls._fields) - 1:
            return None
        draws, elsewhere, evaluated, newest_id = text.split(":")
        return cls(draws, elsewhere, int(evaluated), int(newest_id))


def marks(session: Session, periods: Collection[str], version: str) -> dict[str, Mark]:
    """Return a mark of each month that is another one after any change of its figures.

    Evaluations, replacements, picks and draws are only ever added, so their numbers tell every
    change: of a month, and of the other months of its draws, whose picks share zones with it.
    A highest id alone would not: on PostgreSQL a lower one may be seen after it. `version` is that
    of the figures.
    """
    if not periods:
        return {}
    family_of = families(session, periods)
    drawn = {draw_id for family in family_of.values() for draw_id in family}
    months_of = _months_of(session, drawn)
    replaced = _replaced(session)
    reached = {*periods, *(month for draw_id in drawn for month in months_of[draw_id])}
    evaluated = {row[0]: tuple(row[1:]) for row in session.execute(_evaluations(reached))}
    found = {}
    for period in periods:
        family = family_of[period]
        months = {month for draw_id in family for month in months_of[draw_id]} - {period}
        draws = [[draw_id, family[draw_id], replaced.get(draw_id, 0)] for draw_id in sorted(family)]
        others = [[month, evaluated.get(month, (0, 0))[0]] for month in sorted(months)]
        own = evaluated.get(period, (0, 0))
        found[period] = Mark(_hash([version, draws]), _hash(others), *own)
    return found


def _hash(content: Any) -> str:
    return sha256(json.dumps(content).encode()).hexdigest()[:_DIGITS]


def _replaced(session: Session) -> Mapping[int, int]:
    """Return how many picks of each draw were replaced.

    Two years of a large centre take a third of a second, so the process remembers them: none is
    ever taken back, so as long as there are as many they are the same.
    """
    if not writes_nothing(session):  # what is given up later would be remembered
        return _numbers(session, _REPLACEMENTS)
    pool = session.connection().engine.pool
    known = _remembered.get(pool, {})
    if session.scalar(select(func.count()).select_from(Replacement)) != sum(known.values()):
        known = _remembered[pool] = _numbers(session, _REPLACEMENTS)
    return known


_remembered: WeakKeyDictionary[Pool, Mapping[int, int]] = WeakKeyDictionary()
_REPLACEMENTS = (
    select(col(Pick.draw_id), func.count())
    .join(Replacement, col(Replacement.pick_id) == col(Pick.id))
    .group_by(col(Pick.draw_id))
)


def _evaluations(months: Collection[str]) -> Executable:
    return (
        select(col(Evaluation.period), func.count(), func.max(col(Evaluation.id)))
        .where(col(Evaluation.period).in_(months))
        .group_by(col(Evaluation.period))
    )


def _numbers(session: Session, query: Executable) -> dict[Any, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def _months_of(session: Session, draws: Collection[int]) -> Mapping[int, list[str]]:
    """Return the months of which each draw picked something.

    Picks are stored with their draw and stay, so the process remembers the months of a draw.
    """
    if not writes_nothing(session):  # a draw that is given up later would be remembered
        return _picked_months(session, draws)
    known = _picked.setdefault(session.connection().engine.pool, {})
    unknown = set(draws) - known.keys()
    if unknown:
        known.update(_picked_months(session, unknown))
    return known


_picked: WeakKeyDictionary[Pool, dict[int, list[str]]] = WeakKeyDictionary()


def _picked_months(session: Session, draws: Collection[int]) -> dict[int, list[str]]:
    """Read them from one month of the index to the next: every pick would take seconds."""
    first = select(func.min(Pick.month).label("month")).cte("months", recursive=True)
    later = aliased(Pick)
    after = select(func.min(later.month)).where(later.month > first.c.month).scalar_subquery()
    months = first.union_all(select(after).where(first.c.month.is_not(None)))
    picked = select(literal(1)).where(
        col(Pick.draw_id) == col(Draw.id), col(Pick.month) == months.c.month
    )
    query = (
        select(col(Draw.id), months.c.month)
        .join(months, true())
        .where(col(Draw.id).in_(draws), picked.exists())
    )
    found: dict[int, list[str]] = {draw_id: [] for draw_id in draws}
    for draw_id, month in session.execute(query):
        found[draw_id].append(month)
    return found


def kept(
    session: Session, marks: Mapping[str, Mark], level: str, names: Collection[str] | None = None
) -> dict[str, dict[str, Kept]]:
    """Return the figures kept of a level with these marks: by month, then by name.

    A month without any is not there: its figures are to be computed. `names` are those wanted,
    None: all.
    """
    query = select(
        col(MonthFigures.period),
        col(MonthFigures.name),
        col(MonthFigures.mark),
        col(MonthFigures.figures),
    ).where(col(MonthFigures.period).in_(marks), col(MonthFigures.level) == level)
    if names is not None:
        query = query.where(col(MonthFigures.name).in_([*names, _WHOLE]))
    found: dict[str, dict[str, Kept]] = {}
    for period, name, mark, figures in session.execute(query):
        if mark == str(marks[period]):
            found.setdefault(period, {})[name] = figures
    return {
        period: {name: own for name, own in by_name.items() if name != _WHOLE}
        for period, by_name in found.items()
        if _WHOLE in by_name
    }


def keep(
    session: Session, period: str, mark: Mark, level: str, figures: Mapping[str, Kept]
) -> None:
    """Keep the figures of a level in a month, by name, in place of what was kept of it."""
    rows = [
        {"period": period, "level": level, "name": name, "mark": str(mark), "figures": own}
        for name, own in {_WHOLE: {}, **figures}.items()
    ]
    is_sqlite = session.connection().dialect.name == "sqlite"
    add: Any = (sqlite.insert if is_sqlite else postgresql.insert)(MonthFigures)
    values = {name: add.excluded[name] for name in ("mark", "figures")}
    session.execute(
        add.on_conflict_do_update(index_elements=["period", "level", "name"], set_=values), rows
    )


def newest_month(session: Session) -> str | None:
    """Return the newest month of which something was picked, None where nothing was."""
    return session.scalar(select(func.max(Pick.month)))
