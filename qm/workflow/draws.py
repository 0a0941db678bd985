"""Drawing the interactions of a period: once, and later what was imported since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sampling.drawing import draw
from qm.core.sampling.given import DrawInput, DrawResult
from qm.core.sampling.policy import Policy
from qm.store import draws as store
from qm.store import populations
from qm.store.audit import record
from qm.store.draw_seeds import hold_imports
from qm.store.engine import transaction
from qm.store.tables import Draw, DrawSeed
from qm.workflow.draw_seeds import (
    Commitment,
    commit_following,
    keep_policy,
    require_period,
    seed_for_draw,
)

ALREADY_DRAWN = explain(
    "draw.exists",
    N_("The period was drawn already (draw {draw})."),
    N_(
        "A draw is never repeated or changed. To draw from what was imported since: "
        "qm draw run --period {period} --extend"
    ),
)
NOTHING_TO_EXTEND = explain(
    "draw.nothing_to_extend",
    N_("The period has no draw that could be extended."),
    N_("Draw it first: qm draw run --period {period}"),
)
TOO_OLD = explain(
    "draw.too_old",
    N_("Draw {draw} was made before draws could be extended."),
    N_("Evaluate its picks; draw the next period."),
)
EMPTY_FRAME = explain(
    "draw.empty",
    N_("No interaction of this period can be picked ({excluded} left out)."),
    N_("Import the interactions of the period, calls with their recording, and draw again."),
)
NOTHING_TO_ADD = explain(
    "draw.nothing_to_add",
    N_("Nothing is to be added to the draws of this period."),
    N_("Import what is missing; until then the picks are as many as the policy wants."),
)


@dataclass(frozen=True)
class DrawSummary:
    """A stored draw with the coverage per agent and month.

    `is_running` tells that the period had not ended when it was drawn: interactions that start
    later are outside the frame. `is_seed_new`: no seed had been committed to. `is_other_policy`:
    with the seed another policy was committed to. `next_seeds` were committed to with this draw.
    """

    draw: Draw
    coverage: pd.DataFrame
    picks: pd.DataFrame
    is_running: bool
    commitment: Commitment
    is_seed_new: bool
    is_other_policy: bool
    next_seeds: tuple[Commitment, ...]


def draw_period(
    engine: Engine,
    actor: Actor,
    period: Period,
    policy: Policy,
    *,
    centre: Centre,
    now: datetime,
    seed: str | None = None,
    extend: bool = False,
) -> DrawSummary:
    """Draw the interactions of `period` and store all that is needed to repeat it.

    A period is drawn once; with `extend`, what was imported since the last draw is drawn in
    addition. The seed is the one that was committed to; where there is none, `seed` or a random
    one. Commits to the seed of the next period. Raises `BadInput` where the period is drawn
    already (with `extend`: not yet), where nothing can be picked, where `policy` is for other
    periods or its version was used with another content.
    """
    actor.require("draw")
    require_period(policy, period, centre, now)
    with transaction(engine) as session:
        chosen, is_seed_new = seed_for_draw(
            session, period, policy, centre=centre, by=actor.username, now=now, seed=seed
        )
        last = store.draw_of(session, str(period))
        _require_turn(last, period, extend=extend)
        keep_policy(session, policy, by=actor.username, now=now)
        hold_imports(session)
        made = _new_draw(session, period, policy, chosen, last, centre=centre, now=now)
        made.by = actor.username
        result = draw(draw_input(session, made, policy, centre=centre))
        _require_picks(result, period, extend=extend)
        _complete(made, result)
        store.add_draw(session, made, result.picks, result.coverage)
        following = commit_following(
            session, period, policy, centre=centre, by=actor.username, now=now
        )
        record(
            session,
            actor=actor.username,
            action="draw",
            subject=str(period),
            at=now,
            detail=_detail(made, chosen, policy),
        )
    return DrawSummary(
        draw=made,
        coverage=result.coverage,
        picks=result.picks,
        is_running=now < period.bounds(centre.zone)[1],
        commitment=Commitment.of(chosen),
        is_seed_new=is_seed_new,
        is_other_policy=chosen.policy_sha256 not in {None, policy.sha256()},
        next_seeds=tuple(map(Commitment.of, following)),
    )


def _require_turn(last: Draw | None, period: Period, *, extend: bool) -> None:
    """Raise `BadInput` where it is not this kind of draw that the period waits for."""
    if last is None and extend:
        raise BadInput(Problem(NOTHING_TO_EXTEND, str(period), values={"period": period}))
    if last is not None and not extend:
        values = {"draw": last.id, "period": period}
        raise BadInput(Problem(ALREADY_DRAWN, str(period), values=values))
    if last is not None and last.last_import_run_id is None:
        raise BadInput(Problem(TOO_OLD, str(period), values={"draw": last.id}))


def _require_picks(result: DrawResult, period: Period, *, extend: bool) -> None:
    if extend and result.picks.empty:
        raise BadInput(Problem(NOTHING_TO_ADD, str(period)))
    if not extend and not result.frame_size:
        values = {"excluded": sum(result.excluded.values())}
        raise BadInput(Problem(EMPTY_FRAME, str(period), values=values))


def _new_draw(
    session: Session,
    period: Period,
    policy: Policy,
    seed: DrawSeed,
    last: Draw | None,
    *,
    centre: Centre,
    now: datetime,
) -> Draw:
    """Return a draw with all that its picks depend on; they themselves come later."""
    start, end = period.bounds(centre.zone)
    new_agents: Iterable[str] = ()
    if policy.new_agents is not None:
        since = end - timedelta(days=policy.new_agents.days)
        new_agents = populations.new_agents(session, since)
    return Draw(
        period=str(period),
        seed=seed.seed,
        seed_id=seed.id,
        policy=policy.model_dump(mode="json", by_alias=True),
        policy_sha256=policy.sha256(),
        frame_sha256="",
        frame_size=0,
        starts_at=start,
        ends_at=end,
        zone_name=centre.zone.key,
        calendar=centre.calendar,
        last_import_run_id=populations.last_import_run(session),
        extends_id=last.id if last else None,
        new_agents=sorted(new_agents),
        at=now,
        by="",
    )


def draw_input(
    session: Session,
    row: Draw,
    policy: Policy,
    *,
    centre: Centre,
    from_rows: bool = False,
) -> DrawInput:
    """Return what the picks of a draw depend on, as it stood when the draw was made.

    `row` is stored already (then later draws are left out) or about to be. With `from_rows`
    nothing is read but the interactions themselves: neither packed copies nor stored numbers.
    """
    population = populations.population(
        session,
        cast("datetime", row.starts_at),
        cast("datetime", row.ends_at),
        policy=policy,
        at=row.at,
        seed_id=row.seed_id,
        last_import_run_id=row.last_import_run_id,
        extends_id=row.extends_id,
        before_draw_id=row.id,
        from_rows=from_rows,
    )
    earlier = None
    if row.extends_id is not None:
        earlier = store.picks_of(session, store.chain(session, row.extends_id), at=row.at)
    return DrawInput(
        population=population,
        policy=policy,
        seed=row.seed,
        zone=centre.zone,
        months=months_of(Period.parse(row.period), centre),
        new_agents=frozenset(row.new_agents),
        earlier=earlier,
    )


def months_of(period: Period, centre: Centre) -> tuple[tuple[str, datetime], ...]:
    """Return the months of the centre's calendar that the period touches, with their starts."""
    months = period.months(centre.calendar)
    return tuple((str(month), month.bounds(centre.zone)[0]) for month in months)


def _complete(row: Draw, result: DrawResult) -> None:
    row.frame_sha256, row.picks_sha256 = result.frame_sha256, result.picks_sha256
    row.frame_size, row.excluded = result.frame_size, result.excluded


def _detail(row: Draw, seed: DrawSeed, policy: Policy) -> dict[str, object]:
    return {
        "draw": row.id,
        "extends": row.extends_id,
        "policy": policy.key,
        "policy_sha256": row.policy_sha256,
        "seed_sha256": seed.seed_sha256,
        "frame_sha256": row.frame_sha256,
        "picks_sha256": row.picks_sha256,
    }


def list_draws(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return a row per draw, newest first, with its numbers of picks and assignments."""
    actor.require("see_sampling")
    with transaction(engine) as session:
        return store.draws(session)
