"""Figures of many months at once: what is kept of past ones is read, what is not is computed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import Engine

from qm.core.quality.facts import Facts
from qm.core.quality.figures import Figures, figures_by
from qm.store import month_figures as store
from qm.store.engine import transaction, transaction_if_free
from qm.workflow.quality_facts import quality_facts

Level = Literal["centre", "team", "channel", "queue", "form", "evaluator"]

_COLUMNS: Mapping[Level, str] = {
    "team": "team_id",
    "channel": "channel",
    "queue": "queue",
    "form": "form_id",
    "evaluator": "evaluator",
}
CENTRE = "centre"

_METHODS = 1
"""To be raised where figures of the same evaluations come out otherwise than before."""


@dataclass(frozen=True)
class FiguresOfMonth:
    """Somebody's figures in a month; `forms` are the form versions behind them."""

    figures: Figures
    forms: tuple[str, ...]


_KEPT: TypeAdapter[FiguresOfMonth] = TypeAdapter(FiguresOfMonth)


def figures_of_months(
    engine: Engine,
    periods: Sequence[str],
    level: Level,
    names: Collection[str] | None = None,
) -> dict[str, dict[str, FiguresOfMonth]]:
    """Return the figures of everyone's evaluations: by month, then by name (`CENTRE` of it all).

    Of these `names` (ids), None: of all that have any; who has nothing in a month is not in it.
    Evaluations without a value (of no queue) are left out. They are the very figures that the
    evaluations give now: kept ones are taken only while nothing was added that could change
    them. All of what is not kept yet is kept, except of the newest month, which still changes
    all the time, and where the database is busy. It is for whoever may see unpublished
    evaluations: rights and limits are the caller's.
    """
    return figures_of_levels(engine, periods, {level: names})[level]


def figures_of_levels(
    engine: Engine, periods: Sequence[str], wanted: Mapping[Level, Collection[str] | None]
) -> dict[Level, dict[str, dict[str, FiguresOfMonth]]]:
    """Return as `figures_of_months` does the figures of several levels, with their names."""
    found: dict[Level, dict[str, dict[str, FiguresOfMonth]]] = {}
    computed: dict[Level, dict[str, dict[str, FiguresOfMonth]]] = {}
    with transaction(engine) as session:
        # Before the evaluations: what is added in between makes the mark old, not the figures.
        marks = store.marks(session, periods, _version())
        for level, names in wanted.items():
            known = store.kept(session, marks, level, names)
            found[level] = {period: _read(own) for period, own in known.items()}
            computed[level] = {
                period: _figures(quality_facts(session, [period]), level)
                for period in periods
                if period not in known
            }
        newest = store.newest_month(session)
    for level, names in wanted.items():
        months = computed[level]
        _keep(engine, {p: own for p, own in months.items() if p != newest}, marks, level)
        for period, own in months.items():
            found[level][period] = {n: own[n] for n in own if names is None or n in names}
    return {level: {period: of[period] for period in periods} for level, of in found.items()}


def _read(kept: Mapping[str, store.Kept]) -> dict[str, FiguresOfMonth]:
    return {name: _KEPT.validate_python(own) for name, own in kept.items()}


def _keep(
    engine: Engine,
    computed: Mapping[str, Mapping[str, FiguresOfMonth]],
    marks: Mapping[str, store.Mark],
    level: Level,
) -> None:
    if not computed:
        return
    with transaction_if_free(engine) as session:
        for period, own in computed.items():
            rows = {name: _KEPT.dump_python(figures, mode="json") for name, figures in own.items()}
            store.keep(session, period, marks[period], level, rows)


def _figures(facts: Facts, level: Level) -> dict[str, FiguresOfMonth]:
    columns = [_COLUMNS[level]] if level in _COLUMNS else []
    counted = facts.counted.evaluations[[*columns, "form_id", "form_version"]].drop_duplicates()
    forms = defaultdict(set)
    for *values, form_id, version in counted.itertuples(index=False, name=None):
        forms[tuple(values)].add(f"{form_id}@{version}")
    return {
        str(key[0]) if key else CENTRE: FiguresOfMonth(figures, tuple(sorted(forms[key])))
        for key, figures in figures_by(facts, *columns).items()
        if not key or key[0] is not None
    }


@cache
def _version() -> str:
    return sha256(f"{_METHODS} {_KEPT.json_schema()}".encode()).hexdigest()
