"""How a month stands: open or closed, what waits, and whether its closed report still holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core import report_basis
from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.store import reports as store
from qm.store.engine import snapshot
from qm.store.report_basis import basis_keys


@dataclass(frozen=True)
class Standing:
    """A month between its draw and its last revision.

    `versions` are its frozen reports, the newest first; `open_picks` and `open_disputes` what is
    not decided yet. `has_changed`: rows were added, corrected or dropped since the newest version.
    Rows that were altered in place only `verify_report` finds: it reads every answer.
    """

    is_over: bool
    versions: tuple[store.ClosedReport, ...]
    open_picks: tuple[store.OpenPick, ...]
    open_disputes: int
    has_changed: bool


def read_standing(
    engine: Engine, actor: Actor, period: Period, *, centre: Centre, now: datetime
) -> Standing:
    """Return how a month stands."""
    actor.require("export_report")
    month = str(period)
    with snapshot(engine) as session:
        return Standing(
            is_over=now >= period.bounds(centre.zone)[1],
            versions=tuple(store.closed_reports(session, month)),
            open_picks=tuple(store.open_picks(session, month)),
            open_disputes=store.open_disputes(session, month),
            has_changed=_has_changed(session, month),
        )


def _has_changed(session: Session, month: str) -> bool:
    newest = store.version_of(session, month)
    if newest is None:
        return False
    try:
        return report_basis.unpacked(newest.basis).keys() != basis_keys(session, month)
    except ValueError:  # a damaged one holds nothing any more; verifying says what it is
        return True
