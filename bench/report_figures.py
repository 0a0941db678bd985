"""What `make bench-report` measured beside its goals, and whether the numbers are the same."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bench.figures import Figure
from bench.report_pandas import Numbers

OVERVIEW_S, REPORT_S, MIB_MOST, TIMES_PANDAS, EQUAL = 1, 60, 1000**3 / 1024**2, 5, 1e-9
_TOLD = ("trend_of_centre", "trend_of_agent", "overview_of_past", "signals")


class Measured(NamedTuple):
    """A step: seconds of its first and its fastest round, the most memory, and what it found.

    `cpu` are the seconds that the processors worked for it, without the database's server: what
    tells more on a machine that does other things, too. In the first round nothing of the month is
    in the memory of the process yet.
    """

    first_s: float
    took_s: float
    first_cpu_s: float
    cpu_s: float
    peak_mib: float
    found: dict[str, Any]


Steps = Mapping[str, Measured | None]
"""The steps by name; None for a peer that is not installed."""


def differing(ours: Numbers, theirs: Numbers) -> list[str]:
    """Return the names of numbers that are not the same, or that only one of both has."""

    def is_same(name: str) -> bool:
        if name not in ours or name not in theirs:
            return False
        one, other = ours[name], theirs[name]
        if one is None or other is None:
            return one is other
        return abs(one - other) <= EQUAL

    return [name for name in sorted({*ours, *theirs}) if not is_same(name)]


def figures_of(kind: str, steps: Steps) -> list[Figure]:
    """Return the figures of one kind of database."""
    overview, report = _done(steps, "overview"), _done(steps, "report")
    changed, nothing_kept = (
        _done(steps, "overview_changed"),
        _done(steps, "overview_of_nothing_kept"),
    )
    told = {name: _done(steps, name) for name in _TOLD}
    return [
        _at_most(f"{kind}_overview_again", overview.took_s, OVERVIEW_S, "s"),
        _at_most(f"{kind}_overview_first", overview.first_s, OVERVIEW_S, "s"),
        _at_most(f"{kind}_overview_changed", changed.took_s, OVERVIEW_S, "s"),
        _told(f"{kind}_overview_of_nothing_kept", nothing_kept.first_s, "s"),
        _told(f"{kind}_overview_memory", overview.peak_mib, "MiB"),
        *(_told(f"{kind}_{name}_first", step.first_s, "s") for name, step in told.items()),
        *(_told(f"{kind}_{name}_again", step.took_s, "s") for name, step in told.items()),
        _at_most(f"{kind}_report", report.took_s, REPORT_S, "s"),
        _at_most(f"{kind}_report_memory", report.peak_mib, MIB_MOST, "MiB"),
        _told(f"{kind}_signals_memory", told["signals"].peak_mib, "MiB"),
        *_beside_pandas(kind, steps),
        *_beside_duckdb(kind, _done(steps, "numbers"), steps["duckdb"]),
    ]


def _beside_pandas(kind: str, steps: Steps) -> list[Figure]:
    ours, pandas = _done(steps, "numbers"), _done(steps, "pandas")
    times, name = pandas.took_s / ours.first_s, f"{kind}_faster_than_pandas"
    of_nothing = pandas.took_s / _done(steps, "numbers_of_nothing_kept").first_s
    return [
        _same(f"{kind}_unlike_pandas", ours, pandas),
        Figure(name, times, "x", f">={TIMES_PANDAS}", times >= TIMES_PANDAS),
        _told(f"{name}_of_nothing_kept", of_nothing, "x"),
    ]


def _beside_duckdb(kind: str, ours: Measured, duckdb: Measured | None) -> list[Figure]:
    name = f"{kind}_slower_than_duckdb"
    if duckdb is None:
        return [Figure(name, None, "x", "measured", is_reached=False)]
    bound = _told(name, ours.first_s / duckdb.took_s, "x")
    return [_same(f"{kind}_unlike_duckdb", ours, duckdb), bound]


def _same(name: str, ours: Measured, theirs: Measured) -> Figure:
    different = differing(ours.found, theirs.found)
    if different:
        print(f"  {name}: {', '.join(different[:10])}")
    return Figure(name, len(different), "numbers", "0", bool(ours.found) and not different)


def _done(steps: Steps, name: str) -> Measured:
    step = steps[name]
    if step is None:
        raise ValueError(f"{name} was not measured")
    return step


def _at_most(name: str, value: float, most: float, unit: str) -> Figure:
    return Figure(name, value, unit, f"<={most:.4g}", value <= most)


def _told(name: str, value: float, unit: str) -> Figure:
    return Figure(name, value, unit, "measured", is_reached=True)
