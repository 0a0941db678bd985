"""The draw once more, as one would write it down: interaction by interaction, in whole numbers.

Slow and plain; the product's draw is compared with it.
"""

import hashlib
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from qm.core.forms.conditions import Condition, holds
from qm.core.sampling.given import DrawInput
from qm.core.sampling.numbers import permanent_number
from qm.core.sampling.policy import Policy

Row = dict[str, Any]
_YES_NO = {True: "yes", False: "no"}


@dataclass
class Drawn:
    """A row per pick and reserve; the frame's lines; who was left out why."""

    picks: list[Row]
    frame_lines: list[str]
    excluded: dict[str, int]

    @property
    def frame_sha256(self) -> str:
        return hashlib.sha256("".join(self.frame_lines).encode()).hexdigest()


def is_so(row: Row, condition: Condition) -> bool:
    """Whether a condition holds for an interaction."""
    facts = {
        name: _YES_NO[fact] if isinstance(fact, bool) else fact
        for name, fact in row.items()
        if not pd.isna(fact)
    }
    facts |= {"agent": row["agent_id"], "team": row["team_id"]}
    return holds(condition, lambda leaf: leaf.matches(facts))  # type: ignore[union-attr]


def plain_draw(given: DrawInput) -> Drawn:
    policy, rows = given.policy, given.population.to_dict("records")
    excluded = {rule.reason: 0 for rule in policy.leave_out}
    frame: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        row["number"] = permanent_number(given.seed, row["interaction_id"])
        reason = next((r.reason for r in policy.leave_out if is_so(row, r.when)), None)
        if reason is None:
            frame[row["agent_id"]].append(row)
        else:
            excluded[reason] += 1
    picks: list[Row] = []
    lines: list[str] = []
    for agent in sorted(frame):
        n = policy.picks_of(len(frame[agent]), is_new=agent in given.new_agents)
        for label, members, share in strata_of(frame[agent], n, policy, given.zone):
            members.sort(key=lambda row: (row["started_at"], row["interaction_id"]))
            picks += stratum_picks(label, members, share, policy)
            lines += [frame_line(row, label) for row in members]
    double_score(picks, policy, given.seed)
    picks += targeted(picks, [row for agent in sorted(frame) for row in frame[agent]], policy)
    return Drawn(picks, lines, excluded)


def frame_line(row: Row, label: str) -> str:
    moment = row["started_at"].to_pydatetime().isoformat(timespec="microseconds")
    parts = [row["interaction_id"], row["agent_id"], label, moment.replace("+00:00", "Z")]
    return "\x1f".join(parts) + "\n"


def strata_of(
    rows: list[Row], n: int, policy: Policy, zone: ZoneInfo
) -> list[tuple[str, list[Row], int]]:
    cells: dict[tuple[tuple[int, str], ...], list[Row]] = defaultdict(list)
    for row in rows:
        cells[tuple(part(row, over, policy, zone) for over in policy.spread.over)].append(row)
    groups: list[tuple[list[str], list[Row]]] = []
    is_open = False
    for cell in sorted(cells):
        name = " · ".join(text for _order, text in cell)
        if is_open:
            groups[-1][0].append(name)
            groups[-1][1].extend(cells[cell])
        else:
            groups.append(([name], list(cells[cell])))
        is_open = Fraction(n * len(groups[-1][1]), len(rows)) < 1
    if is_open and len(groups) > 1:
        last = groups.pop()
        groups[-1][0].extend(last[0])
        groups[-1][1].extend(last[1])
    shares = [Fraction(n * len(members), len(rows)) for _names, members in groups]
    whole = [math.floor(share) for share in shares]
    for place in sorted(range(len(shares)), key=lambda p: (whole[p] - shares[p], p)):
        if sum(whole) < n:
            whole[place] += 1
    labels = [
        names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}" for names, _rows in groups
    ]
    return [
        (label, members, share)
        for label, (_names, members), share in zip(labels, groups, whole, strict=True)
    ]


def part(row: Row, over: str, policy: Policy, zone: ZoneInfo) -> tuple[int, str]:
    if over in ("channel", "queue"):
        value = row[over]
        return (1, "—") if pd.isna(value) else (0, value)
    if over == "duration":
        talk_s, edges = row["talk_s"], policy.spread.duration_s
        if math.isnan(talk_s):
            return (99, "—")
        band = sum(talk_s >= edge for edge in edges)
        bounds = [0, *edges]
        return (
            band,
            f"{bounds[band]}+ s" if band == len(edges) else f"{bounds[band]}-{bounds[band + 1]} s",
        )
    local = row["started_at"].to_pydatetime().astimezone(zone)
    starts = policy.spread.day_starts
    names = [f"{one}-{other}" for one, other in pairwise([*starts, starts[0]])]
    begun = sum(f"{local:%H:%M}" >= start for start in starts)
    return ((begun or len(starts)), names[begun - 1])


def stratum_picks(label: str, members: list[Row], n: int, policy: Policy) -> list[Row]:
    size, reserves = len(members), policy.replacements.reserves_per_pick
    zones = [members]
    if policy.spread.time_zones and not policy.likelier:
        zones = [members[k * size // n : (k + 1) * size // n] for k in range(n)]
    chance = probabilities(members, n, policy)
    found = []
    for number, zone in enumerate(zones, start=1):
        per_zone = 1 if len(zones) == n and not policy.likelier else n
        order = sorted(zone, key=lambda row: pareto_key(row, chance, n))
        for rank, row in enumerate(order[: per_zone * (1 + reserves)], start=1):
            pi = chance[row["interaction_id"]] if policy.likelier else per_zone / len(zone)
            found.append(
                row
                | {
                    "stratum": label,
                    "zone": number,
                    "zone_size": len(zone),
                    "rank": rank,
                    "inclusion_probability": float(pi),
                    "is_reserve": rank > per_zone,
                    "purpose": "random",
                    "quota": None,
                }
            )
    return found


def probabilities(members: list[Row], n: int, policy: Policy) -> dict[str, Fraction]:
    sizes = {
        row["interaction_id"]: max(
            [Fraction(1), *(Fraction(r.times) for r in policy.likelier if is_so(row, r.when))]
        )
        for row in members
    }
    chance: dict[str, Fraction] = {}
    while True:
        left = n - len(chance)
        free = {name: size for name, size in sizes.items() if name not in chance}
        total = sum(free.values())
        certain = [name for name, size in free.items() if left * size >= total]
        if not certain:
            return chance | {name: left * size / total for name, size in free.items()}
        chance |= dict.fromkeys(certain, Fraction(1))


def pareto_key(row: Row, chance: dict[str, Fraction], n: int) -> tuple[int, float, str]:
    u, pi, name = row["number"], chance[row["interaction_id"]], row["interaction_id"]
    certain = sum(p == 1 for p in chance.values())
    if pi == 1:
        return (0, u, name)
    if len(set(chance.values())) == 1:
        return (1, u, name)  # equally likely: the number alone decides
    if n - certain == 1:
        return (1, -math.log1p(-u) / float(pi), name)
    return (1, u * (1 - float(pi)) / (float(pi) * (1 - u)), name)


def double_score(picks: list[Row], policy: Policy, seed: str) -> None:
    random = [pick for pick in picks if not pick["is_reserve"]]
    count = math.ceil(Fraction(policy.double_scored_percent) * len(random) / 100)
    second = f"{seed}\x1fdouble"
    random.sort(key=lambda pick: permanent_number(second, pick["interaction_id"]))
    for pick in random[:count]:
        pick["purpose"] = "double_scored"


def targeted(picks: list[Row], frame: list[Row], policy: Policy) -> list[Row]:
    taken = {pick["interaction_id"] for pick in picks}
    found: list[Row] = []
    for quota in policy.targeted:
        per_agent: dict[str, int] = defaultdict(int)
        rank = 0
        for row in sorted(frame, key=lambda row: row["number"]):
            is_wanted = quota.when is None or is_so(row, quota.when)
            most = quota.max_per_agent or len(frame)
            if not is_wanted or row["interaction_id"] in taken:
                continue
            if per_agent[row["agent_id"]] == most or rank == quota.max_per_period:
                continue
            rank += 1
            per_agent[row["agent_id"]] += 1
            taken.add(row["interaction_id"])
            found.append(
                row
                | {
                    "stratum": "",
                    "zone": 0,
                    "zone_size": 0,
                    "rank": rank,
                    "inclusion_probability": 0.0,
                    "is_reserve": False,
                    "purpose": "targeted",
                    "quota": quota.quota,
                }
            )
    return found


def month_of(moment: datetime, months: tuple[tuple[str, datetime], ...]) -> str:
    return next(text for text, start in reversed(months) if start <= moment)
