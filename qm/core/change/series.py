"""Facts → the series that charts are drawn of, each on one yardstick."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.change.breaks import FormKey, Versions, runs_of
from qm.core.change.failure_signals import Contacts
from qm.core.change.mean_signals import PeriodMean
from qm.core.change.signals import Subject
from qm.core.estimates.design import ZONE
from qm.core.forms.questions import LENSES
from qm.core.periods import Period
from qm.core.quality.counts import COUNTS, with_counts
from qm.core.quality.facts import Facts
from qm.core.quality.groups import Grouped, Key, grouped

_FORM = ["form_id", "form_version"]
_MEAN = [*_FORM, "evaluation_id", "percent", "stands_for", *ZONE]
_FAULTS = ["fatal", *(f"{lens}_failed" for lens in LENSES)]
_CONTACT = ["evaluation_id", "agent_id", "period", *_FORM, "started_at", "outcome", *_FAULTS]

SERIES = list(
    dict.fromkeys(["period", "agent_id", "team_id", "is_counted", *_MEAN, *_CONTACT, *COUNTS])
)
"""The columns of evaluations that series are made of."""


def last_runs(facts: Facts, period: Period, *columns: str) -> dict[Key, list[PeriodMean]]:
    """Return each group's mean scores, in order of time, on the yardstick that `period` has.

    Of the counted evaluations, weighted by the draw. A group without a score in the period is
    not there.
    """
    scored = _scored(facts, *columns, "period")
    place, keys = grouped(scored, [*columns, "period"])
    means = Grouped(scored, place, len(keys)).means("percent")
    ids = _split(scored["evaluation_id"].to_numpy(dtype=np.int64), place, len(keys))
    points: dict[Key, dict[Period, PeriodMean]] = defaultdict(dict)
    for key, mean, behind in zip(keys, means, ids, strict=True):
        at = Period.parse(str(key[-1]))
        points[key[:-1]][at] = PeriodMean(at, mean, behind)
    runs = {group: runs_of(used)[-1] for group, used in versions_by(facts, *columns).items()}
    return {
        group: [points[group][each] for each in run]
        for group, run in runs.items()
        if run[-1] == period
    }


def versions_by(facts: Facts, *columns: str) -> dict[Key, Versions]:
    """Return of each group, by period, the form versions that its counted scores were given on."""
    scored = _scored(facts, *columns, "period")
    _, keys = grouped(scored, [*columns, "period", *_FORM])
    found: dict[Key, dict[Period, set[FormKey]]] = defaultdict(lambda: defaultdict(set))
    for *group, period, form, version in keys:
        found[tuple(group)][Period.parse(str(period))].add((str(form), str(version)))
    return dict(found)


def _scored(facts: Facts, *columns: str) -> pd.DataFrame:
    rows, wanted = facts.counted.evaluations, list(dict.fromkeys([*columns, *_MEAN]))
    return rows.loc[rows["percent"].notna(), wanted].reset_index(drop=True)


def contacts_by_form(
    facts: Facts, apart: npt.NDArray[np.bool_] | bool = False
) -> list[list[Contacts]]:
    """Return the agents' counted contacts in order of time, for each form version.

    Failed is what the form's pass mark says; on a form without one, a contact with a fatal
    answer or a critical question short of full points. `apart` marks some of the counted
    evaluations: an agent's marked ones and the others are series of their own.
    """
    rows = with_counts(facts.counted)[_CONTACT].assign(apart=apart)
    rows = rows.sort_values(["started_at", "evaluation_id"], ignore_index=True)
    place, keys = grouped(rows, _FORM)
    return [_of_agents(rows[place == k], "@".join(map(str, key))) for k, key in enumerate(keys)]


def _of_agents(rows: pd.DataFrame, form: str) -> list[Contacts]:
    failed = _failed(rows)
    decided = rows[failed.notna()]
    place, keys = grouped(decided, ["agent_id", "apart"])
    at = {name: Period.parse(name) for name in decided["period"].unique()}
    columns = (
        failed[failed.notna()].to_numpy(dtype=bool),
        decided["period"].map(at).to_numpy(dtype=object),
        decided["evaluation_id"].to_numpy(dtype=np.int64),
    )
    parts = zip(*(_split(values, place, len(keys)) for values in columns), strict=True)
    return [
        Contacts(Subject("agent", str(key[0]), form), *own)
        for key, own in zip(keys, parts, strict=True)
    ]


def _failed(rows: pd.DataFrame) -> "pd.Series[Any]":
    if rows["outcome"].notna().any():
        return rows["outcome"].map({"pass": False, "fail": True})
    return (rows[_FAULTS] > 0).any(axis=1)


def _split(
    values: npt.NDArray[Any], place: npt.NDArray[np.intp], groups: int
) -> Sequence[npt.NDArray[Any]]:
    """Return the values of each group, in the order in which they come."""
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(groups + 1))
    return [values[order[start:end]] for start, end in pairwise(ends)]
