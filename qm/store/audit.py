"""The log of what was done; rows are only ever added."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from qm.store.tables import AuditEvent


def record(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an event to the log, in the transaction of what it tells of."""
    session.add(
        AuditEvent(actor=actor, action=action, subject=subject, at=at, detail=dict(detail or {}))
    )
