"""The chain of the audit log: what of an event is hashed, and with what.

Every event's hash covers the event and the hash of the one before it: nothing can be changed,
taken out, put in between or moved without the chain breaking there (`qm.core.audit_verifying`).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

BEGINNING = "0" * 64
"""What stands for the hash before the first event; the head of an empty log."""


class Event(NamedTuple):
    """An event of the log; `sha256` is empty until it is chained."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    sha256: str = ""


def canonical_bytes(event: Event) -> bytes:
    """Return the bytes that are hashed: a JSON array of moment, actor, action, subject, detail.

    The moment is UTC with microseconds, keys are sorted, everything is ASCII. The number is left
    out: the chain itself is the order. Raises `ValueError` where `detail` holds a number that
    JSON does not know (infinite, not a number).
    """
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (at, event.actor, event.action, event.subject, event.detail)
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def chained_sha256(before: str, event: Event) -> str:
    """Return the SHA-256 of the hash before and the event, as 64 hexadecimal digits."""
    return hashlib.sha256(before.encode() + b"\n" + canonical_bytes(event)).hexdigest()


def follows(before: str, event: Event) -> bool:
    """Whether the event's own hash is the one that it has after `before`."""
    return event.sha256 == chained_sha256(before, event)
