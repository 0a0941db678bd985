"""Evaluations of a group → its quality in figures, each with its n and interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from qm.core.estimates import NOTHING, Estimate
from qm.core.forms.questions import LENSES, Lens
from qm.core.quality.counts import COUNTS, with_counts
from qm.core.quality.facts import Facts, once
from qm.core.quality.groups import Flags, Grouped, Key, Places, counts, grouped, in_order


@dataclass(frozen=True)
class Figures:
    """The quality of a group of interactions (an agent's, a team's …) in one period, in percent.

    Everything is weighted by the draw. `score` obeys the forms' rules for fatal answers,
    `calculated` is what the answers add up to without them. `critical` has, per lens, the share
    of evaluations in which every critical question that applied got full points; `lens_defects`
    the share of its critical questions that fell short, `defects` that of all that earn points:
    defects per opportunity, with an interval that knows that the questions of an evaluation go
    together. `fatal_rate` is the share of evaluations with a fatal answer, `not_applicable` that
    of the questions that were said not to apply.
    `evaluated` counts what the averages may rest on, `without_score` those of them where nothing
    applied; `beside` are evaluations that enter no average (targeted ones, second ones of a
    double-scored pick, those of a pick that was replaced). `missing` picks are drawn and not
    evaluated; both are None for groups that are no groups of picks, as those of an evaluator.
    """

    score: Estimate
    calculated: Estimate
    passed: Estimate
    fatal_rate: Estimate
    critical: Mapping[Lens, Estimate]
    defects: Estimate
    lens_defects: Mapping[Lens, Estimate]
    not_applicable: Estimate
    evaluated: int
    without_score: int
    beside: int
    picked: int | None
    missing: int | None

    @property
    def fatal(self) -> int | None:
        """How many evaluations have a fatal answer; None where that is not to be shown."""
        return None if self.fatal_rate.note == "too_few_to_show" else self.fatal_rate.count or 0

    @property
    def estimates(self) -> dict[str, Estimate]:
        """Every estimate by its name; those of a lens as `customer` and `customer_defects`."""
        return {
            "score": self.score,
            "calculated": self.calculated,
            "passed": self.passed,
            "fatal_rate": self.fatal_rate,
            "defects": self.defects,
            "not_applicable": self.not_applicable,
            **{str(lens): each for lens, each in self.critical.items()},
            **{f"{lens}_defects": each for lens, each in self.lens_defects.items()},
        }

    def row(self) -> dict[str, object]:
        """Return the figures as one flat row; intervals are cut to 0–100, the margin is not."""
        row: dict[str, object] = {
            "margin": self.score.margin,
            "design_effect": self.score.design_effect,
            "effective_n": self.score.effective_n,
            "note": self.score.note or None,
            "evaluated": self.evaluated,
            "without_score": self.without_score,
            "fatal": self.fatal,
            "beside": self.beside,
            "picked": self.picked,
            "missing": self.missing,
        }
        for name, estimate in self.estimates.items():
            row |= _columns(name, estimate)
        return row


@once
def figures_by(facts: Facts, *columns: str) -> dict[Key, Figures]:
    """Return the figures of each group, by its values of these columns of the evaluations.

    agent_id, team_id, queue, channel, form_id, form_version, evaluator, period, or several of
    them. A group is also what has picks and no evaluation. None stands for evaluations without a
    value (of no queue). Without columns there is one group, `()`.
    """
    found = _figures_by(with_counts(facts), columns)
    known_of_picks = set(columns) <= set(facts.picks.columns)
    return _with_picks(found, facts.picks, columns) if known_of_picks else found


def scores_by(facts: Facts, *columns: str) -> dict[Key, Estimate]:
    """Return the mean score of each group that has evaluations: that of `figures_by`, quicker."""
    table = facts.counted.evaluations
    place, keys = grouped(table, columns)
    return dict(zip(keys, Grouped(table, place, len(keys)).means("percent"), strict=True))


def _with_picks(
    found: Mapping[Key, Figures], picks: pd.DataFrame, columns: Sequence[str]
) -> dict[Key, Figures]:
    drawn = dict.fromkeys(found, (0, 0)) | _drawn(picks, columns)
    return {
        key: replace(found.get(key, NO_FIGURES), picked=picked, missing=missing)
        for key, (picked, missing) in sorted(drawn.items(), key=lambda each: in_order(each[0]))
    }


def _figures_by(table: pd.DataFrame, columns: Sequence[str]) -> dict[Key, Figures]:
    place, keys = grouped(table, columns)
    is_counted = table["is_counted"].to_numpy(dtype=bool)
    counted = Grouped(table[is_counted], place[is_counted], len(keys))
    number = {name: counted.table[name].to_numpy(dtype=np.intp) for name in COUNTS}
    outcome, everything = counted.table["outcome"], np.ones(len(counted.table), dtype=bool)
    parts: dict[str, Sequence[Any]] = {
        "score": counted.means("percent"),
        "calculated": counted.means("calculated_percent"),
        "passed": counted.shares((outcome == "pass").to_numpy(), outcome.notna().to_numpy()),
        "fatal_rate": counted.shares(number["fatal"] > 0, everything),
        "critical": _of_lenses(lambda lens: counted.shares(*_error_free(number, lens))),
        "defects": counted.ratios(number["failed"], number["applicable"]),
        "lens_defects": _of_lenses(
            lambda lens: counted.ratios(number[f"{lens}_failed"], number[f"{lens}_applicable"])
        ),
        "not_applicable": counted.ratios(number["not_applicable"], number["decided"]),
        "evaluated": counts(everything, counted.place, counted.count),
        "without_score": counts(counted.table["percent"].isna(), counted.place, counted.count),
        "beside": counts(~is_counted, place, counted.count),
    }
    rows = zip(*parts.values(), strict=True)
    made = [
        Figures(**dict(zip(parts, row, strict=True)), picked=None, missing=None) for row in rows
    ]
    return dict(zip(keys, made, strict=True))


def _error_free(number: Mapping[str, Places], lens: Lens) -> tuple[Flags, Flags]:
    """Return in which evaluations nothing of a lens fell short, and where it applied at all."""
    return number[f"{lens}_failed"] == 0, number[f"{lens}_applicable"] > 0


def _of_lenses(estimates: Callable[[Lens], Sequence[Estimate]]) -> list[dict[Lens, Estimate]]:
    rows = zip(*map(estimates, LENSES), strict=True)
    return [dict(zip(LENSES, row, strict=True)) for row in rows]


def _drawn(picks: pd.DataFrame, columns: Sequence[str]) -> dict[Key, tuple[int, int]]:
    """Return how many picks each group has, and how many of them are not evaluated."""
    place, keys = grouped(picks, columns)
    missing = (picks["picked"] - picks["evaluated"]).clip(lower=0)
    numbers = (counts(column, place, len(keys)) for column in (picks["picked"], missing))
    return dict(zip(keys, zip(*numbers, strict=True), strict=True))


def _columns(name: str, estimate: Estimate) -> dict[str, object]:
    low = None if estimate.low is None else max(0.0, estimate.low)
    high = None if estimate.high is None else min(100.0, estimate.high)
    return {
        name: estimate.value,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_n": estimate.n,
        f"{name}_count": estimate.count,
    }


NO_FIGURES = Figures(
    *(NOTHING,) * 4,
    critical=dict.fromkeys(LENSES, NOTHING),
    defects=NOTHING,
    lens_defects=dict.fromkeys(LENSES, NOTHING),
    not_applicable=NOTHING,
    evaluated=0,
    without_score=0,
    beside=0,
    picked=None,
    missing=None,
)
"""Those of a group without any evaluation."""
