"""Reading the audit log: what was done, whether the log is whole, and its head to keep."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.audit import Event
from qm.core.audit_verifying import Verification, verify
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.store import audit as store
from qm.store import audit_names
from qm.store.audit import Wanted
from qm.store.audit_names import Names
from qm.store.engine import transaction
from qm.workflow.published_forms import load_form

HEAD_UNREADABLE = explain(
    "audit.head_unreadable",
    N_("“{head}” is no head of the audit log."),
    N_("Give the 64 letters and digits that were noted; the log's head now: qm audit head"),
)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TOLD_EVERY = 1_000
_LISTED_MOST = 100


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


@dataclass(frozen=True)
class Told:
    """What the ids in events stand for: names by id, forms by evaluation, policies by draw."""

    people: Names
    agents: Names
    teams: Names
    forms: Mapping[int, Form]
    policies: Mapping[int, Mapping[str, Any]]


def names_told(engine: Engine, actor: Actor, events: Sequence[Event]) -> Told:
    """Return the names of whom and what these events tell; ids without a name are not in it."""
    actor.require("see_audit")
    texts = {text for event in events for text in _texts((event.subject, event.detail))}
    evaluations, draws = (
        {number for event in events if isinstance(number := event.detail.get(name), int)}
        for name in ("evaluation", "draw")
    )
    with transaction(engine) as session:
        found = audit_names.known(session, texts, evaluations, draws)
        forms = {number: load_form(session, *key) for number, key in found.forms.items()}
    return Told(found.people, found.agents, found.teams, forms, found.policies)


def _texts(value: object) -> Iterator[str]:
    """Yield the texts that may be ids of people and teams; long lists are of other things."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts((*value.keys(), *value.values()))
    elif isinstance(value, list | tuple) and len(value) <= _LISTED_MOST:
        for each in value:
            yield from _texts(each)


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
