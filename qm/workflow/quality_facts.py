"""The facts that figures rest on, with the questions of the published forms."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cache, partial
from hashlib import sha256
from threading import Lock
from weakref import WeakKeyDictionary

import pandas as pd
from sqlalchemy import Pool
from sqlmodel import Session

from qm.core.quality.asked import questions_of_form
from qm.core.quality.facts import AskedQuestion, Facts
from qm.store.engine import transaction_if_free, writes_nothing
from qm.store.month_figures import Mark, marks
from qm.store.month_rows import (
    MonthRows,
    brought_up,
    is_worth_keeping,
    keep_month,
    kept_month,
    load_month,
    published_rows,
)
from qm.store.quality_facts import Rows, facts_of, load_rows
from qm.store.scopes import EVERYONE, EVERYONE_PUBLISHED, Scope
from qm.workflow.published_forms import load_form

_METHODS = 2
"""To be raised where the same evaluations give other rows than before."""

_MOST_EVALUATIONS = 200_000
"""So many stay in the memory of a process, a few hundred MiB: of a large centre two months."""


class _Remembered:
    """The rows of the months of a database that were used last, each with its mark."""

    def __init__(self) -> None:
        self.months: OrderedDict[str, MonthRows] = OrderedDict()
        self.lock = Lock()
        self.loading = Lock()
        """Who waits for it finds what the one before loaded."""

    def find(self, period: str) -> MonthRows | None:
        with self.lock:
            if period in self.months:
                self.months.move_to_end(period)
            return self.months.get(period)

    def add(self, period: str, month: MonthRows) -> None:
        with self.lock:
            self.months[period] = month
            self.months.move_to_end(period)
            while len(self.months) > 1 and self._evaluations() > _MOST_EVALUATIONS:
                self.months.popitem(last=False)

    def _evaluations(self) -> int:
        return sum(len(month.rows.evaluations) for month in self.months.values())


_remembered: WeakKeyDictionary[Pool, _Remembered] = WeakKeyDictionary()


def quality_facts(session: Session, periods: Sequence[str], scope: Scope = EVERYONE) -> Facts:
    """Return the evaluations and picks of these periods within the scope.

    Whole months are taken from the memory of the process, else from what the database
    keeps of them, and what was added since is read. Within a transaction that has written
    something everything is read anew.
    """
    rows = Rows.together(list(_by_month(session, periods, scope)))
    return facts_of(session, rows, partial(_questions_of, session))


def counted_evaluations(
    session: Session, periods: Sequence[str], columns: Sequence[str], scope: Scope = EVERYONE
) -> Facts:
    """Return the evaluations that averages rest on, with some of their columns and no picks.

    For many months at once, which would take GiB with all columns. Those of a large month are
    in the order of their ids, the months one after the other.
    """
    parts = []
    for rows in _by_month(session, periods, scope):
        is_counted = rows.evaluations["is_counted"]
        parts.append(rows.evaluations.loc[is_counted, list(columns)])
    return Facts(pd.concat(parts, ignore_index=True), pd.DataFrame(), {})


def _by_month(session: Session, periods: Sequence[str], scope: Scope) -> Iterator[Rows]:
    """Yield the rows of each month, or those of all at once where nothing of them is known."""
    of_whole_months = scope in (EVERYONE, EVERYONE_PUBLISHED)
    if not of_whole_months or not periods or not writes_nothing(session):
        yield load_rows(session, periods, scope, questions_of=partial(_questions_of, session))
        return
    for period, mark in sorted(marks(session, set(periods), _version()).items()):
        month = _month(session, period, mark)
        yield month.rows if scope == EVERYONE else published_rows(session, period, month)


def _month(session: Session, period: str, mark: Mark) -> MonthRows:
    remembered = _remembered.setdefault(session.connection().engine.pool, _Remembered())
    known = remembered.find(period)
    if known is not None and known.mark == mark:
        return known
    with remembered.loading:
        known = remembered.find(period)
        if known is None or known.mark.draws != mark.draws:
            known = kept_month(session, period, mark)
        if known is None or known.mark != mark:
            known = _as_of(session, known, period, mark)
            # What was added while it was read is in it or not: then nobody knows of when it is.
            if marks(session, [period], _version())[period] != mark:
                return known
        remembered.add(period, known)
    if is_worth_keeping(session, period, mark):
        with transaction_if_free(session.connection().engine) as own:
            keep_month(own, period, known)
    return known


def _as_of(session: Session, known: MonthRows | None, period: str, mark: Mark) -> MonthRows:
    questions_of = partial(_questions_of, session)
    later = known and brought_up(session, known, period, mark, questions_of)
    return later or load_month(session, period, mark, questions_of)


def _questions_of(session: Session, form_id: str, version: str) -> tuple[AskedQuestion, ...]:
    return questions_of_form(load_form(session, form_id, version))


@cache
def _version() -> str:
    return sha256(f"rows {_METHODS}".encode()).hexdigest()
