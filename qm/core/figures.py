"""Evaluations of a group → its quality in figures, each with its n and interval."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qm.core.estimates import Estimate, proportion, weighted_mean
from qm.core.forms.questions import LENSES, Lens


@dataclass(frozen=True)
class Figures:
    """The quality of a group of interactions (an agent's, a team's …) in one period.

    `critical` has, per lens, the share of evaluations in which every critical question that
    applied got full points. `evaluated` counts what the averages may rest on, `without_score`
    those of them where nothing applied, `fatal` those with a fatal answer; `beside` are
    evaluations that enter no average (targeted ones, second ones of a double-scored pick).
    `missing` picks are drawn and not evaluated.
    """

    score: Estimate
    passed: Estimate
    critical: Mapping[Lens, Estimate]
    evaluated: int
    without_score: int
    fatal: int
    beside: int
    picked: int
    missing: int

    def row(self) -> dict[str, object]:
        """Return the figures as one flat row; intervals are cut to 0–100, the margin is not."""
        row: dict[str, object] = {
            **_columns("score", self.score),
            "margin": self.score.margin,
            "note": self.score.note or None,
            "evaluated": self.evaluated,
            "without_score": self.without_score,
            "fatal": self.fatal,
            "beside": self.beside,
            "picked": self.picked,
            "missing": self.missing,
        }
        for name, share in [("passed", self.passed), *self.critical.items()]:
            row |= {**_columns(name, share), f"{name}_count": share.count or 0}
        return row


def figures_of(evaluations: pd.DataFrame, picks: pd.DataFrame) -> Figures:
    """Return the figures of these evaluations and picks.

    `evaluations`: is_counted, percent, outcome, fatal, stands_for (for how many interactions it
    stands), agent_id and draw_id (its stratum), and per lens `<lens>_applicable` and
    `<lens>_failed`. `picks`: the numbers picked and evaluated.
    """
    counted = evaluations[evaluations["is_counted"]]
    scored = counted[counted["percent"].notna()]
    decided = counted[counted["outcome"].notna()]
    strata = scored["draw_id"].astype(str) + "\x1f" + scored["agent_id"]
    return Figures(
        score=weighted_mean(list(scored["percent"]), list(scored["stands_for"]), list(strata)),
        passed=proportion(list(decided["outcome"] == "pass"), list(decided["stands_for"])),
        critical={lens: _accuracy(counted, lens) for lens in LENSES},
        evaluated=len(counted),
        without_score=len(counted) - len(scored),
        fatal=int((counted["fatal"] > 0).sum()),
        beside=len(evaluations) - len(counted),
        picked=int(picks["picked"].sum()),
        missing=int((picks["picked"] - picks["evaluated"]).clip(lower=0).sum()),
    )


def _accuracy(counted: pd.DataFrame, lens: Lens) -> Estimate:
    applicable = counted[counted[f"{lens}_applicable"] > 0]
    return proportion(list(applicable[f"{lens}_failed"] == 0), list(applicable["stands_for"]))


def _columns(name: str, estimate: Estimate) -> dict[str, object]:
    low = None if estimate.low is None else max(0.0, estimate.low)
    high = None if estimate.high is None else min(100.0, estimate.high)
    return {
        name: estimate.value,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_n": estimate.n,
    }
