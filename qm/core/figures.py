"""Evaluations of a group → its quality in figures, each with its n and interval."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qm.core.estimates import Estimate, proportion, weighted_mean
from qm.core.forms.questions import LENSES, Lens

_ZONE = ["draw_id", "agent_id", "stratum", "zone"]


@dataclass(frozen=True)
class Figures:
    """The quality of a group of interactions (an agent's, a team's …) in one period.

    `critical` has, per lens, the share of evaluations in which every critical question that
    applied got full points. `evaluated` counts what the averages may rest on, `without_score`
    those of them where nothing applied, `fatal` those with a fatal answer; `beside` are
    evaluations that enter no average (targeted ones, second ones of a double-scored pick, those
    of a pick that was replaced). `missing` picks are drawn and not evaluated.
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
        for name, share in [("passed", self.passed), *self.critical.items()]:
            row |= {**_columns(name, share), f"{name}_count": share.count or 0}
        return row


def figures_of(evaluations: pd.DataFrame, picks: pd.DataFrame) -> Figures:
    """Return the figures of these evaluations and picks.

    `evaluations`: is_counted, percent, outcome, fatal, stands_for (for how many interactions a
    counted one stands), where it was drawn (draw_id, agent_id, stratum, zone), and per lens
    `<lens>_applicable` and `<lens>_failed`. `picks`: the numbers picked and evaluated.
    """
    counted = evaluations[evaluations["is_counted"]]
    scored = counted[counted["percent"].notna()]
    decided = counted[counted["outcome"].notna()]
    zones = list(zip(*(scored[name] for name in _ZONE), strict=True))
    return Figures(
        score=weighted_mean(list(scored["percent"]), list(scored["stands_for"]), zones),
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


@dataclass(frozen=True)
class QuestionFigures:
    """How the counted evaluations answered a question.

    `answered` with a value and in the agent's hands, of these `short` of full points and `full`
    (neither for what earns no points); `not_applicable`; `fatal` answers. `short_share` is the
    share short of full points among the interactions where the question earns points.
    """

    form_id: str
    form_version: str
    question_id: str
    answered: int
    full: int
    short: int
    not_applicable: int
    fatal: int
    short_share: Estimate


def questions_of(answers: pd.DataFrame) -> list[QuestionFigures]:
    """Return the figures of each question, by form, version and question id.

    `answers` has a row per answer of a counted evaluation: form_id, form_version, question_id,
    is_answered, is_full, is_short, is_not_applicable, is_fatal and stands_for.
    """
    names = ["form_id", "form_version", "question_id"]
    return [_question(rows) for _, rows in answers.groupby(names)]


def _question(rows: pd.DataFrame) -> QuestionFigures:
    asked = rows.iloc[0]
    graded = rows[rows["is_full"].astype(bool) | rows["is_short"].astype(bool)]
    return QuestionFigures(
        form_id=asked["form_id"],
        form_version=asked["form_version"],
        question_id=asked["question_id"],
        answered=int(rows["is_answered"].sum()),
        full=int(rows["is_full"].sum()),
        short=int(rows["is_short"].sum()),
        not_applicable=int(rows["is_not_applicable"].sum()),
        fatal=int(rows["is_fatal"].sum()),
        short_share=proportion(list(graded["is_short"]), list(graded["stands_for"])),
    )


def _columns(name: str, estimate: Estimate) -> dict[str, object]:
    low = None if estimate.low is None else max(0.0, estimate.low)
    high = None if estimate.high is None else min(100.0, estimate.high)
    return {
        name: estimate.value,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_n": estimate.n,
    }
