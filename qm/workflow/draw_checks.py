"""Checking a draw by repeating it, and explaining to people why an interaction was drawn."""

from collections.abc import Callable
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Calendar
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sampling.policy import Policy
from qm.core.sampling.verification import (
    DrawRecord,
    SeedRecord,
    Verification,
    first_fault,
    verify,
)
from qm.exchange.draw_bundles import read_bundle
from qm.store import draws as store
from qm.store.engine import transaction
from qm.store.tables import Draw, DrawSeed
from qm.workflow.draws import draw_input

NO_SUCH_DRAW = explain(
    "draw.unknown",
    N_("There is no draw {draw}."),
    N_("See which there are: qm draw list"),
)
UNVERIFIABLE = explain(
    "draw.unverifiable",
    N_(
        "Draw {draw} cannot be verified: it was made before draws kept the bounds of their "
        "period and the imports they knew."
    ),
    N_("Its seed, policy and picks are kept as they were; later draws can be verified."),
)

POLICY_BROKEN = explain(
    "draw.policy_broken",
    N_("The stored policy of draw {draw} is none any more: {detail}."),
    N_("Restore the database from a backup; a draw never changes."),
)

Progress = Callable[[int, int], None]


def verify_draw(
    engine: Engine, actor: Actor, draw_id: int, *, on_progress: Progress | None = None
) -> Verification:
    """Repeat a stored draw from seed, policy and the interactions themselves, and compare.

    What was imported, evaluated, replaced or drawn after it is left out. Raises `BadInput` where
    there is no such draw or it is older than what verification needs.
    """
    actor.require("see_sampling")
    show = on_progress or (lambda _done, _total: None)
    show(0, 3)
    with transaction(engine) as session:
        record = draw_record(session, draw_id)
    show(1, 3)
    return verify(record, lambda done, _total: show(1 + done, 3))


def verify_bundle(path: Path, *, on_progress: Progress | None = None) -> Verification:
    """Repeat the draw of a bundle and compare; needs no database.

    Raises `BadInput` with file and place where the file is not a whole bundle.
    """
    show = on_progress or (lambda _done, _total: None)
    show(0, 3)
    record = read_bundle(path)
    show(1, 3)
    return verify(record, lambda done, _total: show(1 + done, 3))


def draw_record(session: Session, draw_id: int) -> DrawRecord:
    """Return all that a draw left behind, with its population read from the interactions.

    Raises `BadInput` as `verify_draw` does.
    """
    row = verifiable(session, draw_id)
    centre = centre_of(row)
    given = draw_input(session, row, _policy_of(row), centre=centre, from_rows=True)
    extends = store.chain(session, row.extends_id) if row.extends_id else []
    return DrawRecord(
        draw_id=draw_id,
        period=row.period,
        at=row.at,
        seed=row.seed,
        commitment=_commitment(session, row),
        policy=row.policy,
        policy_sha256=row.policy_sha256,
        frame_sha256=row.frame_sha256,
        picks_sha256=row.picks_sha256 or "",
        frame_size=row.frame_size,
        excluded=row.excluded,
        zone_name=centre.zone.key,
        months=given.months,
        new_agents=given.new_agents,
        extends=tuple(extends),
        population=given.population,
        earlier=given.earlier,
        picks=store.picks_of(session, [draw_id]),
        coverage=store.coverage_of(session, draw_id),
    )


def verifiable(session: Session, draw_id: int) -> Draw:
    """Return a draw that keeps all that repeats it; raises `BadInput` where there is none."""
    row = store.draw(session, draw_id)
    if row is None:
        raise BadInput(Problem(NO_SUCH_DRAW, f"draw {draw_id}", values={"draw": draw_id}))
    if row.last_import_run_id is None or row.seed_id is None or row.picks_sha256 is None:
        raise BadInput(Problem(UNVERIFIABLE, row.period, values={"draw": draw_id}))
    return row


def _policy_of(row: Draw) -> Policy:
    try:
        return Policy.model_validate(row.policy)
    except (ValidationError, BadInput) as error:
        detail = {"draw": row.id, "detail": first_fault(error)}
        raise BadInput(Problem(POLICY_BROKEN, row.period, values=detail)) from error


def centre_of(row: Draw) -> Centre:
    """Return the centre's conventions as they were when the draw was made."""
    calendar = cast("Calendar", row.calendar or "gregorian")
    return Centre(ZoneInfo(row.zone_name or "UTC"), calendar, "en")


def _commitment(session: Session, row: Draw) -> SeedRecord:
    seed = session.get_one(DrawSeed, row.seed_id)
    return SeedRecord(
        seed.seed_sha256,
        seed.policy_sha256,
        seed.starts_at,
        seed.committed_at,
        seed.revealed_at,
    )
