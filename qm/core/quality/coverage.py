"""What was planned to be evaluated, what came of it, and what was left out for which reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from qm.core.estimates import NOTHING, Estimate
from qm.core.estimates.ratios import counted_share
from qm.core.planning import ExpectedMargin
from qm.core.quality.groups import Key, in_order

_COUNTS = ["picked", "evaluated", "scored", "open", "unassigned", "lost"]


@dataclass(frozen=True)
class Drawn:
    """What coverage is counted from, a row per group of interactions each.

    `picks` as `Facts` has them. `frames`: agent_id, frame_size, the interactions that draws could
    pick from. `replaced`: agent_id, team_id, reason, picks (how many were replaced for it).
    `excluded`: reason, interactions that no draw could pick from.
    """

    picks: pd.DataFrame
    frames: pd.DataFrame
    replaced: pd.DataFrame
    excluded: pd.DataFrame


@dataclass(frozen=True)
class Coverage:
    """How a plan was fulfilled; everything was counted, so the shares have no error.

    `planned` picks: `evaluated` (of these `scored`), `open` at an analyst, `unassigned`, or `lost`
    because no reserve was left; `replaced` by a reserve or lost, by reason. `achieved` is the
    share of the planned ones that is evaluated, `of_interactions` the evaluated ones' share of
    the `frame`, `of_everything` their share of that and of what was `excluded`, by reason.
    None, or undefined, is what is not known of such groups: draws exclude before anybody looks
    whose interaction it is.
    """

    planned: int
    evaluated: int
    scored: int
    open: int
    unassigned: int
    lost: int
    replaced: Mapping[str, int] | None
    excluded: Mapping[str, int] | None
    frame: int | None
    achieved: Estimate
    of_interactions: Estimate
    of_everything: Estimate


@dataclass(frozen=True)
class MarginKept:
    """The margin that the plan promised of a score, and the one that came out, in points.

    Each is None where there is none: the reasons are those of `expected` and `score`. `excess` is
    by how much the score is less sure than was promised, negative where it is surer.
    """

    expected: ExpectedMargin
    score: Estimate

    @property
    def excess(self) -> float | None:
        """The margin that came out less the promised one; None without one of them."""
        if self.expected.value is None or self.score.margin is None:
            return None
        return self.score.margin - self.expected.value


def coverage_by(drawn: Drawn, *columns: str) -> dict[Key, Coverage]:
    """Return the coverage of each group of picks, by its values of these columns of the picks.

    Without columns there is one group, `()`. Agents in whose frame nothing was picked form
    groups, too.
    """
    picked = _summed(drawn.picks, columns, _COUNTS)
    frames = _summed(drawn.frames, columns, ["frame_size"])
    replaced = _by_reason(drawn.replaced, columns, "picks")
    excluded = _by_reason(drawn.excluded, columns, "interactions")
    nothing = dict.fromkeys(_COUNTS, 0)
    return {
        key: _coverage(
            (picked or {}).get(key, nothing),
            None if frames is None else frames.get(key, {"frame_size": 0})["frame_size"],
            None if replaced is None else replaced.get(key, {}),
            None if excluded is None else excluded.get(key, {}),
        )
        for key in sorted({**(picked or {}), **(frames or {})}, key=in_order)
    }


def _coverage(
    picks: Mapping[str, int],
    frame: int | None,
    replaced: Mapping[str, int] | None,
    excluded: Mapping[str, int] | None,
) -> Coverage:
    done, everything = picks["evaluated"], None
    if frame is not None and excluded is not None:
        everything = frame + sum(excluded.values())
    return Coverage(
        planned=picks["picked"],
        **{name: picks[name] for name in _COUNTS[1:]},
        replaced=replaced,
        excluded=excluded,
        frame=frame,
        achieved=counted_share(done, picks["picked"]),
        of_interactions=NOTHING if frame is None else counted_share(done, frame),
        of_everything=NOTHING if everything is None else counted_share(done, everything),
    )


def _summed(
    table: pd.DataFrame, columns: Sequence[str], counts: list[str]
) -> dict[Key, dict[str, int]] | None:
    """Return the sums of each group; None where the table does not know these columns."""
    if not set(columns) <= set(table.columns):
        return None
    if not columns:
        return {(): {name: int(table[name].sum()) for name in counts}}
    sums = table.groupby(list(columns))[counts].sum()
    return {
        key if isinstance(key, tuple) else (key,): {name: int(row[name]) for name in counts}
        for key, row in sums.iterrows()
    }


def _by_reason(
    table: pd.DataFrame, columns: Sequence[str], count: str
) -> dict[Key, dict[str, int]] | None:
    """Return how many each group has by reason, the most frequent first, equal ones by name."""
    sums = _summed(table, (*columns, "reason"), [count])
    if sums is None:
        return None
    found: dict[Key, dict[str, int]] = {}
    for key, row in sorted(sums.items(), key=lambda each: (-each[1][count], str(each[0][-1]))):
        found.setdefault(key[:-1], {})[str(key[-1])] = row[count]
    return found
