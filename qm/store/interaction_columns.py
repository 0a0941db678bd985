"""Rows of the interaction table → Arrow tables, column by column."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Text, and_, cast, select
from sqlmodel import Session, col

from qm.store.tables import Interaction

REPEATING = ("agent_id", "team_id", "channel", "queue", "direction", "language", "outcome")
SECONDS = ("talk_s", "hold_s", "wrap_s")
OWNED = ("agent_id", "team_id")
OWNER_COLUMNS = tuple(f"{owner}_{key}" for owner in ("first", "last", "longest") for key in OWNED)

_PARTICIPANTS = cast(col(Interaction.participants), Text)
_SOURCES: dict[str, Any] = {
    **{
        name: col(getattr(Interaction, name))
        for name in ("id", *REPEATING, "started_at", *SECONDS, "customer_ref", "import_run_id")
    },
    "recorded": and_(
        col(Interaction.recording_file).is_not(None), col(Interaction.recording_file) != ""
    ),
    # As text: most are never looked into.
    "attributes": cast(col(Interaction.attributes), Text),
    **dict.fromkeys(OWNER_COLUMNS, _PARTICIPANTS),
}
_TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("id", "customer_ref", "attributes", *REPEATING, *OWNER_COLUMNS), pa.string()),
    **dict.fromkeys(SECONDS, pa.float64()),
    "started_at": pa.timestamp("us", "UTC"),
    "recorded": pa.bool_(),
    "import_run_id": pa.int32(),
}
COLUMNS = tuple(_SOURCES)
"""Columns of interactions; `attributes` is JSON.

What repeats is dictionary-encoded, and so are the owners: agent and team of who came first, came
last or stayed longest, null where the source named no more than one agent.
"""


def stream(
    session: Session, condition: ColumnElement[bool], columns: Sequence[str], *, rows_at_once: int
) -> Iterator[pa.Table]:
    """Yield these columns of the interactions that fit, oldest first, some rows at a time."""
    query = (
        select(*(_SOURCES[name].label(name) for name in columns))
        .where(condition)
        .order_by(col(Interaction.started_at), col(Interaction.id))
    )
    result = session.execute(query, execution_options={"yield_per": rows_at_once})
    for rows in result.partitions():
        values = zip(columns, zip(*rows, strict=True), strict=True)
        yield pa.table({name: _array(name, column) for name, column in values})


def without_rows(columns: Sequence[str]) -> pa.Table:
    """Return the table of these columns that `stream` would yield for no interaction."""
    return pa.table({name: _array(name, ()) for name in columns})


def _array(name: str, values: Sequence[Any]) -> pa.Array:
    if name in OWNER_COLUMNS:
        values = [_owner(name, participants) for participants in values]
    array = pa.array(values, _TYPES[name])
    return array.dictionary_encode() if name in (*REPEATING, *OWNER_COLUMNS) else array


def _owner(name: str, participants: str | None) -> str | None:
    """Return agent or team of one owner; of equally long ones whoever came first."""
    named = json.loads(participants) if participants else None
    if not named:
        return None
    owner, _, key = name.partition("_")
    places = {"first": 0, "last": -1, "longest": named.index(max(named, key=lambda each: each[1]))}
    agent_id, _seconds, team_id = named[places[owner]]
    return str(agent_id if key == "agent_id" else team_id)
