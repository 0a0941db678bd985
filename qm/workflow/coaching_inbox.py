"""What waits in coaching: for whom, for how long, and what is overdue."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.coaching.note_life import NoteState
from qm.core.personal_data.masking import masked
from qm.store import coaching_inbox as store
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_proposals import list_proposals
from qm.workflow.coaching_talk_reading import list_talks

WaitsFor = Literal["lead", "agent", "analyst"]

AGES = (2, 7, 14)
"""The last day of each age group; what is older is in the one after them."""

_COLUMNS = [
    "kind",
    "id",
    "waits_for",
    "agent_id",
    "agent_name",
    "agent_name_fa",
    "since",
    "due_at",
    "age_days",
    "is_overdue",
    "is_mine",
]
_WAITING_NOTES: tuple[NoteState, ...] = ("review", "returned", "shared", "acknowledged")
_WAITS_FOR: dict[str, WaitsFor] = {
    "review": "lead",
    "returned": "analyst",
    "shared": "agent",
    "acknowledged": "lead",
    "talk": "lead",
    "follow_up": "lead",
    "commitment": "lead",
    "proposal": "lead",
}
_ROLES: dict[str, WaitsFor] = {"agent": "agent", "analyst": "analyst", "lead": "lead"}


def coaching_inbox(engine: Engine, actor: Actor, *, zone: tzinfo, now: datetime) -> pd.DataFrame:
    """Return what waits, the most urgent first, within what the person may read.

    A row per note, talk, follow-up, commitment and proposal that is not done. `kind` is the
    note's state (review, returned, shared, acknowledged), talk, follow_up, commitment or
    proposal; `id` the note's, talk's or proposal's (a commitment's: its talk). `is_mine`: the
    next step is this person's. A day is due until its end in the centre's `zone`.
    """
    actor.require("see_coaching")
    items = [*_notes(engine, actor), *_talks(engine, actor, zone)]
    if actor.may("discuss_coaching"):
        items += _proposals(engine, actor)
    mine = _ROLES.get(actor.role)
    for item in items:
        item["waits_for"] = _WAITS_FOR[item["kind"]]
        item["is_mine"] = item["waits_for"] == mine
        item["age_days"] = max((now - item["since"]).days, 0)
        item["is_overdue"] = item["due_at"] is not None and item["due_at"] < now
    items.sort(key=lambda item: (not item["is_overdue"], item["due_at"] or item["since"]))
    return pd.DataFrame(items, columns=_COLUMNS, dtype=object)


def list_commitments(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return the open commitments of the talks that the person may read, the first due first.

    Personal data in them is masked.
    """
    return _open_commitments(engine, list_talks(engine, actor))


def _open_commitments(engine: Engine, talks: pd.DataFrame) -> pd.DataFrame:
    promising = talks.loc[talks["open_commitments"] > 0, "session_id"].tolist()
    with transaction(engine) as session:
        found = store.open_commitments(session, promising)
        privacy = rules_in_force(session)
    found["text"] = [masked(text, privacy) for text in found["text"]]
    return found


def ageing(inbox: pd.DataFrame) -> pd.DataFrame:
    """Return how many items of each kind there are by age, and how many are overdue.

    A row per kind with kind, total, a column per age group (`0` to `3`, see `AGES`), overdue and
    oldest_days.
    """
    rows = []
    for kind in _WAITS_FOR:
        ages = inbox.loc[inbox["kind"] == kind, "age_days"]
        if ages.empty:
            continue
        groups = [sum(age > last for last in AGES) for age in ages]
        rows.append(
            {
                "kind": kind,
                "total": len(ages),
                **{str(group): groups.count(group) for group in range(len(AGES) + 1)},
                "overdue": int(inbox.loc[inbox["kind"] == kind, "is_overdue"].sum()),
                "oldest_days": int(max(ages)),
            }
        )
    columns = ["kind", "total", *map(str, range(len(AGES) + 1)), "overdue", "oldest_days"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _notes(engine: Engine, actor: Actor) -> Iterator[dict[str, Any]]:
    for note in _records(list_notes(engine, actor, states=_WAITING_NOTES)):
        moments = [note["created_at"], note["reviewed_at"], note["acknowledged_at"]]
        if note["state"] == "shared":
            if not note["is_published"]:
                continue
            moments.append(note["published_at"])
        since = max(moment for moment in moments if moment is not None)
        yield _item(note["state"], note["note_id"], note, since, note["due_at"])


def _talks(engine: Engine, actor: Actor, zone: tzinfo) -> Iterator[dict[str, Any]]:
    listed = list_talks(engine, actor)
    talks = _records(listed)
    newest: dict[str, datetime] = {}
    for talk in talks:
        if talk["state"] != "cancelled":
            known = newest.get(talk["agent_id"], talk["created_at"])
            newest[talk["agent_id"]] = max(known, talk["created_at"])
    for talk in talks:
        if talk["state"] == "planned":
            yield _item("talk", talk["session_id"], talk, talk["created_at"], talk["planned_at"])
        # A talk that was planned since is the follow-up.
        is_last = talk["state"] == "held" and newest[talk["agent_id"]] <= talk["held_at"]
        if is_last and talk["follow_up_on"] is not None:
            due = end_of(talk["follow_up_on"], zone)
            yield _item("follow_up", talk["session_id"], talk, talk["held_at"], due)
    for commitment in _records(_open_commitments(engine, listed)):
        due_on, since = commitment["due_on"], commitment["held_at"]
        due_at = None if due_on is None else end_of(due_on, zone)
        yield _item("commitment", commitment["session_id"], commitment, since, due_at)


def _proposals(engine: Engine, actor: Actor) -> Iterator[dict[str, Any]]:
    for proposal in _records(list_proposals(engine, actor)):
        yield _item("proposal", proposal["proposal_id"], proposal, proposal["created_at"], None)


def end_of(day: date, zone: tzinfo) -> datetime:
    """Return the midnight with which a day ends."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _item(
    kind: str, item_id: int, row: dict[str, Any], since: datetime, due_at: datetime | None
) -> dict[str, Any]:
    names = {name: row[name] for name in ("agent_id", "agent_name", "agent_name_fa")}
    return {"kind": kind, "id": item_id, "since": since, "due_at": due_at, **names}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[Any] = table.to_dict("records")
    return records
