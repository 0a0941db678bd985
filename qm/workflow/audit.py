"""Reading the audit log: what was done, whether the log is whole, and its head to keep."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.audit import Event
from qm.core.audit_verifying import Verification, verify
from qm.core.problems import N_, BadInput, Problem, explain
from qm.store import audit as store
from qm.store.audit import Wanted
from qm.store.engine import transaction

HEAD_UNREADABLE = explain(
    "audit.head_unreadable",
    N_("“{head}” is no head of the audit log."),
    N_("Give the 64 letters and digits that were noted; the log's head now: qm audit head"),
)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOLD_EVERY = 1_000


@dataclass(frozen=True)
class Found:
    """Events, the newest first, and how many there are in all."""

    events: tuple[Event, ...]
    total: int


def list_events(
    engine: Engine, actor: Actor, wanted: Wanted, *, limit: int, offset: int = 0
) -> Found:
    """Return the events that are wanted, the newest first."""
    actor.require("see_audit")
    with transaction(engine) as session:
        events = store.events(session, wanted, limit=limit, offset=offset)
        return Found(tuple(events), store.count_events(session, wanted))


@dataclass(frozen=True)
class Doer:
    """Somebody of whom the log tells; the names are those of who signs in, None for others."""

    username: str
    name: str | None
    name_fa: str | None


def list_doers(engine: Engine, actor: Actor) -> list[Doer]:
    """Return everybody of whom the log tells, by username."""
    actor.require("see_audit")
    with transaction(engine) as session:
        return [Doer(*found) for found in store.actors(session)]


def log_head(engine: Engine, actor: Actor) -> tuple[int, str]:
    """Return number and hash of the newest event; 0 and `BEGINNING` for an empty log.

    Kept where nobody who can write to the database can write, the hash shows later whether
    events were cut off the log's end.
    """
    actor.require("see_audit")
    with transaction(engine) as session:
        return store.head(session)


def verify_log(
    engine: Engine,
    actor: Actor,
    known_head: str | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Read the whole log and tell whether its chain holds, and whether it has `known_head`.

    Raises `BadInput` where `known_head` is no hash. `on_progress` is told events read and in all.
    """
    actor.require("see_audit")
    head = known_head and known_head.strip().lower()
    if head is not None and not _SHA256.fullmatch(head):
        raise BadInput(Problem(HEAD_UNREADABLE, "audit log", values={"head": known_head}))
    with transaction(engine) as session:
        events = store.all_events(session)
        if on_progress is not None:
            events = _told(events, store.count_events(session), on_progress)
        return verify(events, head)


def _told(
    events: Iterator[Event], total: int, on_progress: Callable[[int, int], None]
) -> Iterator[Event]:
    for done, event in enumerate(events, 1):
        if done % _TOLD_EVERY == 0:
            on_progress(min(done, total), total)
        yield event
