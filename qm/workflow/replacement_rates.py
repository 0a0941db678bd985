"""Who replaced how many picks, and why."""

from collections import Counter
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.estimates import Estimate, proportion
from qm.core.personal_data.masking import masked
from qm.store import replacements as store
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force


@dataclass(frozen=True)
class ReplacementRate:
    """How many of an analyst's picks of a period were replaced by them, as a share with margin.

    `exhausted` of the `replaced` found no reserve. Who only replaced picks of others, with the
    right to draw, has no share.
    """

    evaluator: str
    name: str
    name_fa: str | None
    assigned: int
    replaced: int
    exhausted: int
    share: Estimate
    by_reason: dict[str, int]


def replacement_rates(engine: Engine, actor: Actor, period: str) -> list[ReplacementRate]:
    """Return per analyst the picks of the period they replaced: n, share, and why."""
    actor.require("see_sampling")
    with transaction(engine) as session:
        people = store.rates(session, period)
        reasons = store.replacements(session, period)
    counts = Counter(zip(reasons["by"], reasons["reason"], strict=True))
    return [
        ReplacementRate(
            evaluator=row["evaluator"],
            name=row["evaluator_name"],
            name_fa=row["evaluator_name_fa"],
            assigned=row["assigned"],
            replaced=row["replaced"],
            exhausted=row["exhausted"],
            share=_share(row["replaced"], row["assigned"]),
            by_reason={code: n for (by, code), n in counts.items() if by == row["evaluator"]},
        )
        for row in people.to_dict("records")
    ]


def _share(replaced: int, assigned: int) -> Estimate:
    replaced = min(replaced, assigned)  # a substitute may be replaced, too
    return proportion([True] * replaced + [False] * (assigned - replaced))


def list_replacements(engine: Engine, actor: Actor, period: str) -> pd.DataFrame:
    """Return the period's replacements, the newest first, with what took the place.

    Personal data in the comments is masked.
    """
    actor.require("see_sampling")
    with transaction(engine) as session:
        table, rules = store.replacements(session, period), rules_in_force(session)
    return table.assign(comment=[masked(text, rules) for text in table["comment"]])
