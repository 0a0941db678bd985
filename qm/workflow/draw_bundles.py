"""Handing a draw to whoever wants to check it elsewhere."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.exchange.draw_bundles import write_bundle
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import DrawSeed
from qm.workflow.draw_checks import draw_record, verifiable

NOT_REVEALED = explain(
    "bundle.not_revealed",
    N_("The bundle holds the seed, and that of {period} has not been revealed."),
    N_("Reveal it first: qm draw reveal --period {period}"),
)


def export_bundle(
    engine: Engine, actor: Actor, draw_id: int, folder: Path, *, now: datetime
) -> Path:
    """Write the draw to a ZIP file in `folder` and return its path.

    It holds seed, policy, population and picks: everything that repeats the draw without the
    database. Raises `BadInput` where the seed is still secret, where there is no such draw or it
    is older than what verification needs.
    """
    actor.require("draw")
    with transaction(engine) as session:
        row = verifiable(session, draw_id)
        seed = session.get(DrawSeed, row.seed_id)
        if seed is None or seed.revealed_at is None:
            raise BadInput(Problem(NOT_REVEALED, row.period, values={"period": row.period}))
        whole = draw_record(session, draw_id)
        record(session, actor=actor.username, action="export_draw", subject=row.period, at=now)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"draw-{draw_id}-{row.period}.zip"
    unfinished = path.with_name(f"{path.name}.part")
    write_bundle(whole, unfinished)
    unfinished.replace(path)
    return path
