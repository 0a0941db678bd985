"""An agent's interactions divided: by what the policy spreads over, each part in order of time."""

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from qm.core.sampling.allocation import proportional
from qm.core.sampling.ordering import time_order
from qm.core.sampling.policy import Policy, SpreadOver
from qm.core.sampling.population import Floats, Ints, coded, started_us

UNKNOWN = "—"
_QUARTER_HOUR_US = 900 * 10**6
_LONGEST_LABEL = 98  # two of them and what joins them fit the column of the picks
_TABLE_SIZE = 2**22


@dataclass(frozen=True)
class Strata:
    """The frame in order of agent, stratum, start and id; the strata lie one after another.

    `rows` are places in the population; `starts` and `sizes` say which of them make a stratum,
    `picks` how many of them are picked, `agents` whose they are (places among the agents).
    """

    rows: Ints
    starts: Ints
    sizes: Ints
    picks: Ints
    agents: Ints
    labels: list[str]


def divide(
    population: pd.DataFrame,
    rows: Ints,
    agent_of: Ints,
    picks_of: Ints,
    *,
    policy: Policy,
    zone: ZoneInfo,
    ids: pa.LargeStringArray,
) -> Strata:
    """Return the strata of the frame, which are the `rows` of the population.

    `agent_of` are the agents of the rows, `picks_of` the picks of every agent. Cells of
    `policy.spread.over` in which fewer than one pick is expected are joined with the next of the
    agent (the last ones with those before), so that every interaction can be picked.
    """
    cells, values = _cells(population, rows, policy, zone)
    count = math.prod(map(len, values))
    codes, used = _dense(agent_of.astype(np.int64) * count + cells, len(picks_of) * count)
    del cells
    sizes = np.bincount(codes, minlength=len(used))
    agents, cell_of = np.divmod(used, count)
    is_first = _first_of_each(sizes, agents, picks_of)
    stratum_of_cell = np.cumsum(is_first, dtype=np.int32) - 1
    ordered = time_order(stratum_of_cell[codes], started_us(population)[rows], rows, ids)
    begin = np.flatnonzero(is_first)
    sizes = np.add.reduceat(sizes, begin) if len(begin) else sizes
    end = np.append(begin[1:], len(used)) - 1
    return Strata(
        rows=ordered,
        starts=np.cumsum(sizes) - sizes,
        sizes=sizes,
        picks=proportional(sizes, picks_of, agents[begin]),
        agents=agents[begin],
        labels=_labels(values, cell_of[begin], cell_of[end[: len(begin)]]),
    )


def _dense(codes: Ints, count: int) -> tuple[Ints, Ints]:
    """Return `codes` (below `count`) numbered without gaps in order, and those that there are."""
    if count > _TABLE_SIZE:
        return pd.factorize(codes, sort=True)
    is_used = np.bincount(codes, minlength=count) > 0
    return (np.cumsum(is_used, dtype=np.int32) - 1)[codes], np.flatnonzero(is_used)


def _first_of_each(sizes: Ints, agents: Ints, picks_of: Ints) -> NDArray[np.bool_]:
    """Return which cells begin a stratum; the others are joined with the one before."""
    is_first = np.zeros(len(sizes), dtype=bool)
    bounds = [0, *(np.flatnonzero(np.diff(agents)) + 1).tolist(), len(sizes)]
    for first, end in pairwise(bounds):
        if first == end:
            continue
        members = sizes[first:end].tolist()
        total, picks = sum(members), int(picks_of[agents[first]])
        begins, open_size = [], 0
        for place, size in enumerate(members, start=first):
            if not open_size:
                begins.append(place)
            open_size += size
            if open_size * picks >= total:
                open_size = 0
        if open_size and len(begins) > 1:
            begins.pop()
        is_first[begins] = True
    return is_first


def _labels(values: list[list[str]], first: Ints, last: Ints) -> list[str]:
    """Return the names of strata that reach from one cell to another."""
    pairs = list(zip(first.tolist(), last.tolist(), strict=True))
    known: dict[tuple[int, int], str] = {}
    for pair in set(pairs):
        one, other = (_short(_label(values, cell)) for cell in pair)
        known[pair] = one if pair[0] == pair[1] else f"{one} … {other}"
    return [known[pair] for pair in pairs]


def _label(values: list[list[str]], cell: int) -> str:
    """Return the values that a cell is made of, such as “chat · 120-600 s”."""
    texts: list[str] = []
    for each in reversed(values):
        cell, place = divmod(cell, len(each))
        texts.append(each[place])
    return " · ".join(reversed(texts))


def _short(label: str) -> str:
    """Return `label`, or its beginning with a hash by which it differs from others like it."""
    if len(label) <= _LONGEST_LABEL:
        return label
    return f"{label[: _LONGEST_LABEL - 9]}~{hashlib.sha256(label.encode()).hexdigest()[:8]}"


def _cells(
    population: pd.DataFrame, rows: Ints, policy: Policy, zone: ZoneInfo
) -> tuple[Ints, list[list[str]]]:
    """Return the cell of each interaction, and the values that the cells are made of."""
    codes: Ints = np.zeros(len(rows), dtype=np.int64)
    values: list[list[str]] = []
    for over in policy.spread.over:
        parts, texts = _parts(population, rows, over, policy, zone)
        codes *= len(texts)
        codes += parts
        values.append(texts)
    return codes, values


def _parts(
    population: pd.DataFrame, rows: Ints, over: SpreadOver, policy: Policy, zone: ZoneInfo
) -> tuple[Ints, list[str]]:
    """Return the part that each interaction lies in, and what the parts are called."""
    if over == "duration":
        return _duration_bands(population["talk_s"].to_numpy()[rows], policy.spread.duration_s)
    if over == "part_of_day":
        return _parts_of_day(started_us(population)[rows], policy.day_times(), zone)
    codes, texts = coded(population[over])
    codes = codes[rows]
    # As wide as it takes: all values may be in use, and the unknown comes after them.
    return np.where(codes < 0, np.int32(len(texts)), codes), [*texts, UNKNOWN]


def _duration_bands(talk_s: Floats, bounds_s: tuple[int, ...]) -> tuple[Ints, list[str]]:
    edges = sorted(bounds_s)
    bands = np.searchsorted(edges, talk_s, side="right")
    bands[np.isnan(talk_s)] = len(edges) + 1
    texts = [f"{low}-{high} s" for low, high in pairwise([0, *edges])]
    return bands, [*texts, f"{edges[-1] if edges else 0}+ s", UNKNOWN]


def _parts_of_day(started: Ints, starts: list[time], zone: ZoneInfo) -> tuple[Ints, list[str]]:
    if not starts:
        return np.zeros(len(started), dtype=np.int64), [""]
    # A clock changes at whole quarters of an hour only, so one look at it tells for all within.
    quarters, uniques = pd.factorize(started // _QUARTER_HOUR_US)
    clock_s = np.array([_clock_s(int(quarter), zone) for quarter in uniques], dtype=np.int64)
    since_quarter_s = started % _QUARTER_HOUR_US // 10**6
    edges = sorted(start.hour * 3600 + start.minute * 60 for start in starts)
    parts = np.searchsorted(edges, clock_s[quarters] + since_quarter_s, side="right") - 1
    clocks = [f"{edge // 3600:02d}:{edge // 60 % 60:02d}" for edge in edges]
    texts = [f"{one}-{other}" for one, other in pairwise([*clocks, clocks[0]])]
    return parts % len(edges), texts  # before the first start it is still the last part


def _clock_s(quarter: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(quarter * 900, UTC).astimezone(zone)
    return local.hour * 3600 + local.minute * 60 + local.second
