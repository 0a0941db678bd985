"""The ways of scoring a form may state, as settings of one algebra.

Every method is the same sum. An answer that earned `e` points gives `rate · (e - zero)` percent
to the score, where the rate follows from the question's weight and its best and worst answer:

- *points*: Σ w·e / Σ w·possible (Genesys Cloud, "Evaluation form weights": groups of weight 40
  and 20 with 1 of 2 and 1 of 1 points give 60 %).
- *points-with-bonus*: the same; bonus points add to what was earned and not to the possible
  (Amazon Connect, points-based scoring).
- *weighted-questions* and *weighted-sections*: Σ w·p / Σ w with p = e / possible (Amazon Connect,
  "Scoring and weights": 40/20/20/20 with 10, 5, 5, 0 of 10 give 60 %); in the second, w is the
  question's share of its section times the section's weight.
- *scale-position*: the same with p = (e - worst) / (best - worst); a critical question below 50 %
  makes the score zero (Zendesk QA, "Calculating scores").
- *lowest-grade*: not the sum but the least p decides (VTM, call-centre standard of 2024).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Scoring = Literal[
    "points",
    "points-with-bonus",
    "weighted-questions",
    "weighted-sections",
    "scale-position",
    "lowest-grade",
    "unscored",
]


@dataclass(frozen=True)
class Method:
    """One way of scoring.

    `measure`: what an answer counts as: its `points`, its `share` of the possible points, or its
    `position` between the worst and the best answer. `by_section`: weights are shares within
    the section; otherwise a question's weight is multiplied by those of its sections.
    `combine`: the weighted `sum`, or the `lowest` measure. `gate_percent`: a critical question
    below it makes the score zero.
    """

    measure: Literal["points", "share", "position"]
    by_section: bool = False
    combine: Literal["sum", "lowest"] = "sum"
    bonus: bool = False
    gate_percent: Decimal | None = None


METHODS: dict[Scoring, Method] = {
    "points": Method("points"),
    "points-with-bonus": Method("points", bonus=True),
    "weighted-questions": Method("share"),
    "weighted-sections": Method("share", by_section=True),
    "scale-position": Method("position", gate_percent=Decimal(50)),
    "lowest-grade": Method("share", combine="lowest"),
    "unscored": Method("points"),
}
