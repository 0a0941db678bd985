"""What a draw would be and what it would tell, and the work it takes; nothing is stored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.capacity import Capacity, solve
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.planning import ExpectedMargins, Spread, expected_margins, spread_of
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sampling.drawing import draw
from qm.core.sampling.given import DrawInput, DrawResult
from qm.core.sampling.policy import Policy
from qm.store import draws as store
from qm.store import populations
from qm.store.analysts import staff
from qm.store.engine import transaction
from qm.store.tables import Draw
from qm.workflow.draw_seeds import require_period
from qm.workflow.draws import months_of
from qm.workflow.quality_facts import quality_facts

NOTHING_TO_PLAN = explain(
    "plan.empty",
    N_("No interaction of this period can be picked ({excluded} left out), so nothing is planned."),
    N_("Import interactions of the period, or plan with the one before: they are much alike."),
)
IMPOSSIBLE = explain(
    "plan.impossible",
    N_("This number cannot be {value}."),
    N_("Give a number from 0 on; of percent at most 100."),
)

ASSUMED_SD = 10.0
"""Points: how much scores of an agent are taken to vary where none are known."""

_MONTHS_OF_SCORES = 3
_ANY_SEED = "a plan needs numbers, no matter which"


@dataclass(frozen=True)
class Workload:
    """The work of a plan against the time for it; `minutes` are those of one evaluation.

    `analysts` are active, `hours` what their profiles give them in the period less their leave:
    None where no profile says so; `without_hours` of them have none. `capacity` solves for what
    was left open.
    """

    evaluations: int
    minutes: float
    analysts: int
    hours: float | None
    without_hours: int
    capacity: Capacity


class _Work(NamedTuple):
    picks: int
    double_scored: int
    minutes: float


@dataclass(frozen=True)
class DrawPlan:
    """What drawing a period now would give.

    `agents`: agent_id, team_id, frame_size, planned, sd (points; that of ASSUMED_SD where
    `is_sd_assumed`). `drawn_already` is the id of the period's draw, if it has one.
    """

    period: str
    policy: str
    population: int
    frame_size: int
    excluded: Mapping[str, int]
    picks: int
    double_scored: int
    targeted: Mapping[str, int]
    agents: pd.DataFrame
    margins: ExpectedMargins
    is_sd_assumed: bool
    workload: Workload
    drawn_already: int | None


def plan_draw(  # noqa: PLR0913 (what may be given for a plan is no less)
    engine: Engine,
    actor: Actor,
    period: Period,
    policy: Policy,
    *,
    centre: Centre,
    now: datetime,
    hours: float | None = None,
    evaluators: float | None = None,
    double_percent: float | None = None,
) -> DrawPlan:
    """Return what drawing `period` now would give; nothing is stored, not even a seed.

    Of `hours` (of one evaluator in the period), `evaluators` and `double_percent` those that are
    given are kept, and one that is not is solved for. Raises `BadInput` where nothing can be
    picked.
    """
    actor.require("see_sampling")
    require_period(policy, period, centre, now)
    _require_possible(hours=hours, evaluators=evaluators, double_percent=double_percent)
    if double_percent is not None:
        policy = policy.model_copy(update={"double_scored_percent": Decimal(str(double_percent))})
    with transaction(engine) as session:
        population, result = _dry_run(session, period, policy, centre=centre, now=now)
        if not result.frame_size:
            values = {"excluded": sum(result.excluded.values())}
            raise BadInput(Problem(NOTHING_TO_PLAN, str(period), values=values))
        spread = _spread(session, period, centre)
        available = _hours(session, period)
        last = store.draw_of(session, str(period))
    agents = _agents(population, result, spread)
    chosen = result.picks[~result.picks["is_reserve"]]
    targeted = chosen["quota"][chosen["purpose"] == "targeted"].value_counts()
    double_scored = int((chosen["purpose"] == "double_scored").sum())
    return DrawPlan(
        period=str(period),
        policy=policy.key,
        population=len(population),
        frame_size=result.frame_size,
        excluded=result.excluded,
        picks=len(chosen) - int(targeted.sum()),
        double_scored=double_scored,
        targeted={str(quota): int(count) for quota, count in targeted.items()},
        agents=agents,
        margins=expected_margins(agents, in_zones=policy.spread.time_zones and not policy.likelier),
        is_sd_assumed=spread.pooled is None,
        workload=_workload(
            available,
            _Work(len(chosen), double_scored, float(policy.minutes_per_evaluation)),
            evaluators=evaluators,
            hours=hours,
            solves_double=double_percent is None,
        ),
        drawn_already=last.id if last else None,
    )


def _require_possible(**figures: float | None) -> None:
    for name, value in figures.items():
        most = 100 if name == "double_percent" else math.inf
        if value is not None and not (0 <= value <= most and math.isfinite(value)):
            raise BadInput(Problem(IMPOSSIBLE, "plan", field=name, values={"value": str(value)}))


def _dry_run(
    session: Session, period: Period, policy: Policy, *, centre: Centre, now: datetime
) -> tuple[pd.DataFrame, DrawResult]:
    start, end = period.bounds(centre.zone)
    last, at, first_id = store.draw_of(session, str(period)), now, None
    if last is not None:
        # As it was before the first draw, whose picks and evaluations would be left out.
        first_id = store.chain(session, last.id or 0)[0]
        at = session.get_one(Draw, first_id).at
    population = populations.population(
        session, start, end, policy=policy, at=at, before_draw_id=first_id
    )
    new_agents: frozenset[str] = frozenset()
    if policy.new_agents is not None:
        since = end - timedelta(days=policy.new_agents.days)
        new_agents = populations.new_agents(session, since)
    given = DrawInput(
        population=population,
        policy=policy,
        seed=_ANY_SEED,
        zone=centre.zone,
        months=months_of(period, centre),
        new_agents=new_agents,
    )
    return population, draw(given)


def _spread(session: Session, period: Period, centre: Centre) -> Spread:
    """Return how much scores vary within agents, by the evaluations of the months before."""
    first = period.months(centre.calendar)[0]
    months = [str(first.shift(-count)) for count in range(1, _MONTHS_OF_SCORES + 1)]
    known = quality_facts(session, months).counted.evaluations
    scores = known[known["percent"].notna()]
    return spread_of(scores[["agent_id", "percent"]])


def _agents(population: pd.DataFrame, result: DrawResult, spread: Spread) -> pd.DataFrame:
    """Return a row per agent of the frame; the team is that of the latest interaction."""
    per_agent = result.coverage.groupby("agent_id", as_index=False)[["frame_size", "picked"]].sum()
    latest = population.sort_values("started_at").drop_duplicates("agent_id", keep="last")
    team_of = dict(zip(latest["agent_id"].astype(str), latest["team_id"].astype(str), strict=True))
    found = [spread.of(agent_id) for agent_id in per_agent["agent_id"]]
    return per_agent.rename(columns={"picked": "planned"}).assign(
        team_id=per_agent["agent_id"].map(team_of),
        sd=[ASSUMED_SD if sd is None else sd for sd in found],
    )


def _hours(session: Session, period: Period) -> dict[str, float | None]:
    """Return each analyst's hours in the period, less leave; None where no profile says it."""
    first, last = period.first_day(), period.last_day()
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    hours: dict[str, float | None] = {}
    for member in staff(session):
        weekly = member.profile.hours_per_week if member.profile else None
        away = [(leave.first_day, leave.last_day) for leave in member.leave]
        present = sum(not any(start <= day <= end for start, end in away) for day in days)
        hours[member.user.username] = None if weekly is None else weekly * present / 7
    return hours


def _workload(
    available: Mapping[str, float | None],
    work: _Work,
    *,
    evaluators: float | None,
    hours: float | None,
    solves_double: bool,
) -> Workload:
    """Return the work, and what of evaluators, hours and double scoring was left open.

    Where neither evaluators nor hours are given the evaluators are the analysts there are. Where
    both are, the share that can be scored twice is solved for; where that is given, too, the
    picks.
    """
    known = [each for each in available.values() if each is not None]
    if evaluators is None and hours is None:
        evaluators = float(len(available))
    is_open = evaluators is not None and hours is not None
    share = work.double_scored / work.picks if work.picks else 0.0
    capacity = solve(
        rate=60 / work.minutes,
        evaluators=evaluators,
        hours=hours,
        picks=None if is_open and not solves_double else float(work.picks),
        double_share=None if is_open and solves_double else share,
    )
    return Workload(
        evaluations=work.picks + work.double_scored,
        minutes=work.minutes,
        analysts=len(available),
        hours=sum(known) if known else None,
        without_hours=len(available) - len(known),
        capacity=capacity,
    )
