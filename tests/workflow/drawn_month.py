"""Steps of drawing a month, as several tests need them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from qm.core.periods import Period
from qm.core.sampling.policy import Policy
from qm.store.engine import transaction
from qm.store.tables import ImportRun, Interaction, Pick
from qm.workflow.draw_seeds import commit_seed
from qm.workflow.draws import DrawSummary, draw_period
from tests.fixtures.small_centre import CENTRE, MANAGER, NOW, PERIOD, POLICY, SmallCentre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qm.workflow.draw_seeds import Commitment

START, END = PERIOD.bounds(CENTRE.zone)
BEFORE = START - timedelta(days=2)
SEED = "the seed of Aban, told to nobody"


def policy_of(**changes: object) -> Policy:
    """The small centre's policy with some of it changed."""
    return Policy.model_validate(POLICY.model_dump(by_alias=True) | changes)


def commit(
    centre: SmallCentre, policy: Policy = POLICY, *, seed: str | None = SEED, **more: object
) -> Commitment:
    given: dict[str, object] = {"now": BEFORE, "centre": CENTRE} | more
    return commit_seed(centre.engine, MANAGER, PERIOD, policy, seed=seed, **given)  # type: ignore[arg-type]


def draw(
    centre: SmallCentre, policy: Policy = POLICY, *, period: Period = PERIOD, **more: object
) -> DrawSummary:
    given: dict[str, object] = {"now": NOW, "centre": CENTRE} | more
    return draw_period(centre.engine, MANAGER, period, policy, **given)  # type: ignore[arg-type]


def stored_picks(centre: SmallCentre) -> list[Pick]:
    """All stored picks and reserves by agent, zone and rank."""
    with transaction(centre.engine) as session:
        order = (col(Pick.agent_id), col(Pick.zone), col(Pick.rank))
        return list(session.scalars(select(Pick).order_by(*order)))


def import_more(
    centre: SmallCentre, ids: Sequence[str], *, agent: str = "sara", team: str = "orders"
) -> None:
    """Bring in further interactions, some hours apart, with an import of their own."""
    with transaction(centre.engine) as session:
        run = ImportRun(
            file_name="more.csv",
            file_sha256="1" * 64,
            at=NOW,
            by="test",
            rows_new=len(ids),
            rows_known=0,
            rows_rejected=0,
        )
        session.add(run)
        session.flush()
        for number, name in enumerate(ids):
            session.add(_call(name, agent, team, START + timedelta(days=9, hours=number), run))


def _call(name: str, agent: str, team: str, at: datetime, run: ImportRun) -> Interaction:
    return Interaction(
        id=name,
        channel="call",
        agent_id=agent,
        team_id=team,
        started_at=at,
        talk_s=90.0,
        recording_file=f"{name}.wav",
        row_sha256="2" * 64,
        import_run_id=run.id or 0,
    )
