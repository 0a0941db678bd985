"""Why an interaction was picked or not: where it stood in a draw, in numbers."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np

from qm.core.sampling import pareto
from qm.core.sampling.drawing import draw
from qm.core.sampling.given import DrawInput
from qm.core.sampling.numbers import permanent_number
from qm.core.sampling.ordering import by_key
from qm.core.sampling.population import started_us
from qm.core.sampling.random_picks import Sample, sample

Status = Literal["not_in_population", "left_out", "picked", "reserve", "not_picked"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where an interaction stood in the random part of a draw.

    The agent had `agent_size` interactions in the frame and `agent_picks` random picks of them;
    likewise its stratum (without a name where the agent's interactions are one). The stratum was
    cut into `zones`, of which this is number `zone`, with `zone_size` interactions that began
    from `zone_starts_at` to `zone_ends_at`. `rank` is the interaction's place in its zone, from 1:
    by number, and by key where some are likelier; the first `zone_picks` are picked. `cut` is the
    largest number with which it is picked: that of the zone's last pick, or what corresponds to it
    where the two are not equally likely; None where nothing is picked.
    """

    agent_size: int
    agent_picks: int
    stratum: str
    stratum_size: int
    stratum_picks: int
    zone: int
    zones: int
    zone_size: int
    zone_picks: int
    zone_starts_at: datetime
    zone_ends_at: datetime
    rank: int
    cut: float | None
    inclusion_probability: float


@dataclass(frozen=True)
class Standing:
    """What became of an interaction in a draw, and why.

    `reason` is that of the rule that left it out. `place` is None outside the frame: left out,
    not in the population, or (in a top-up) a reserve of an earlier draw. `purpose` and `quota`
    are those of the pick or reserve.
    """

    interaction_id: str
    status: Status
    agent_id: str | None = None
    number: float | None = None
    reason: str | None = None
    purpose: str | None = None
    quota: str | None = None
    place: Place | None = None

    @property
    def is_double_scored(self) -> bool:
        """Whether two analysts score it."""
        return self.purpose == "double_scored"


def explain(given: DrawInput, interaction_id: str) -> Standing:
    """Return what became of an interaction in the draw of `given`, and where it stood."""
    ids = given.population["interaction_id"]
    found = given.population[(ids == interaction_id).to_numpy(dtype=bool)]
    if found.empty:
        return Standing(interaction_id, "not_in_population")
    agent = str(found["agent_id"].iloc[0])
    standing = Standing(
        interaction_id,
        "not_picked",
        agent,
        permanent_number(given.seed, interaction_id),
    )
    of_agent = _of_agent(given, agent)
    drawn = sample(of_agent)
    row = drawn.ids.index(interaction_id).as_py()
    pick = _pick(given, interaction_id)
    if pick is not None:
        standing = replace(
            standing,
            status="reserve" if pick["is_reserve"] else "picked",
            purpose=pick["purpose"],
            quota=pick["quota"],
        )
    elif not drawn.is_new[row]:
        return replace(standing, status="not_in_population")
    elif drawn.reason[row]:
        rule = given.policy.leave_out[drawn.reason[row] - 1]
        return replace(standing, status="left_out", reason=rule.reason)
    places = np.flatnonzero(drawn.strata.rows == row)
    if len(places):
        place, number = int(places[0]), float(drawn.numbers[places[0]])
        return replace(standing, number=number, place=_place(of_agent, drawn, place))
    return standing


def _of_agent(given: DrawInput, agent: str) -> DrawInput:
    """Return what the random part of an agent depends on."""
    population = given.population
    population = population[(population["agent_id"] == agent).to_numpy(dtype=bool)]
    earlier = given.earlier
    if earlier is not None:
        earlier = earlier[(earlier["agent_id"] == agent).to_numpy(dtype=bool)]
    return replace(given, population=population, earlier=earlier)


def _pick(given: DrawInput, interaction_id: str) -> Mapping[Hashable, Any] | None:
    """Return the pick or reserve that the whole draw makes of the interaction."""
    picks = draw(given).picks
    found = picks[(picks["interaction_id"] == interaction_id).to_numpy(dtype=bool)]
    return None if found.empty else found.to_dict("records")[0]


def _place(given: DrawInput, drawn: Sample, place: int) -> Place:
    strata, zones = drawn.strata, drawn.zones
    zone = int(drawn.zone_of(np.array([place]))[0])
    stratum = int(zones.strata[zone])
    is_of_agent = strata.agents == strata.agents[stratum]
    members = np.arange(zones.starts[zone], zones.starts[zone] + zones.sizes[zone])
    started = started_us(given.population)[strata.rows[members[[0, -1]]]]
    picked = int(zones.wanted[zone])
    in_order = by_key(drawn.keys[members], members, drawn.ids, strata.rows[members])
    return Place(
        agent_size=int(strata.sizes[is_of_agent].sum()),
        agent_picks=int(strata.picks[is_of_agent].sum()),
        stratum=strata.labels[stratum],
        stratum_size=int(strata.sizes[stratum]),
        stratum_picks=int(strata.picks[stratum]),
        zone=int(zones.numbers[zone]),
        zones=int((zones.strata == stratum).sum()),
        zone_size=int(zones.sizes[zone]),
        zone_picks=picked,
        zone_starts_at=_EPOCH + timedelta(microseconds=int(started[0])),
        zone_ends_at=_EPOCH + timedelta(microseconds=int(started[1])),
        rank=int(np.flatnonzero(in_order == place)[0]) + 1,
        cut=_cut(drawn, place, int(in_order[picked - 1])) if picked else None,
        inclusion_probability=float(drawn.probability_of(np.array([place]))[0]),
    )


def _cut(drawn: Sample, place: int, last_pick: int) -> float:
    """Return the largest number with which the interaction at `place` is picked."""
    if drawn.probabilities is None or drawn.is_last is None:
        return float(drawn.numbers[last_pick])
    probability, is_last = float(drawn.probabilities[place]), bool(drawn.is_last[place])
    return pareto.number_at(float(drawn.keys[last_pick]), probability, is_last)
