"""Evaluators, hours, picks and double-scored share: given three, the fourth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Unknown = Literal["evaluators", "hours", "picks", "double_share"]
Reason = Literal["", "no_picks", "no_time", "too_little_time", "time_left_over"]


@dataclass(frozen=True)
class Capacity:
    """Evaluators, their time and the picks they can evaluate in it.

    `rate` are evaluations per hour, `hours` those of one evaluator, `double_share` is the part
    of the picks (0 to 1) that two evaluators score. `unknown` names what was solved for. It is
    None where there is no solution, and `reason` says why: nothing to evaluate, no time to do it
    in, too little time even with no pick scored twice, or time left over even with all of them.
    """

    rate: float
    evaluators: float | None
    hours: float | None
    picks: float | None
    double_share: float | None
    unknown: Unknown
    reason: Reason = ""


def solve(
    *,
    rate: float,
    evaluators: float | None = None,
    hours: float | None = None,
    picks: float | None = None,
    double_share: float | None = None,
) -> Capacity:
    """Return the capacity with the one figure that is None solved from the others.

    k = ρ·t·n/(2d + (1 + r)(1 − d)) with r = 0, as nobody scores a pick again alone: n evaluators
    with t hours and ρ evaluations an hour score k picks, of which the share d twice (EffiARA,
    arXiv:2504.00589). Figures are exact, not rounded to whole people or picks. Raises
    `ValueError` unless exactly one figure is None and the others are possible.
    """
    given = {"evaluators": evaluators, "hours": hours, "picks": picks, "double_share": double_share}
    missing = [name for name in get_args(Unknown) if given[name] is None]
    if len(missing) != 1:
        raise ValueError(f"one figure is to be solved for, not {len(missing)}")
    known = {name: value for name, value in given.items() if value is not None}
    if min(rate, *known.values()) < 0 or known.get("double_share", 0.0) > 1:
        raise ValueError("no figure is negative, and no more than all picks are scored twice")
    unknown: Unknown = missing[0]
    value, reason = _solution(unknown, rate, known)
    solved: dict[str, float | None] = {**known, unknown: value}
    return Capacity(rate, **solved, unknown=unknown, reason=reason)


def _solution(
    unknown: Unknown, rate: float, known: Mapping[str, float]
) -> tuple[float | None, Reason]:
    if unknown == "double_share":
        return _double_share(rate * known["evaluators"] * known["hours"], known["picks"])
    times = 1 + known["double_share"]  # evaluations per pick: 2d + (1 − d)
    if unknown == "picks":
        return rate * known["evaluators"] * known["hours"] / times, ""
    by_one = rate * known["hours" if unknown == "evaluators" else "evaluators"]
    needed = known["picks"] * times
    if needed and not by_one:
        return None, "no_time"
    return (needed / by_one if needed else 0.0), ""


def _double_share(evaluations: float, picks: float) -> tuple[float | None, Reason]:
    if not picks:
        return None, "no_picks"
    share = round(evaluations / picks - 1, 12)  # exactly enough time is enough, whatever floats say
    if share < 0:
        return None, "no_time" if not evaluations else "too_little_time"
    return (share, "") if share <= 1 else (None, "time_left_over")
