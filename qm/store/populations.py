"""The interactions of a period as draws see them: a row each, with the facts that policies name.

What a draw saw can be seen again at any later time: imports, draws, evaluations, replacements and
transcripts that came after it are left out.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from qm.core.sampling.policy import Policy
from qm.core.sampling.population import attributes
from qm.store import interaction_blocks, interaction_columns
from qm.store.arrow_columns import (
    attribute_column,
    category_column,
    earlier_contacts,
    flag_column,
    moment_column,
    number_column,
    text_column,
)
from qm.store.draws import chain
from qm.store.interaction_columns import OWNED, REPEATING, SECONDS
from qm.store.life import is_official
from qm.store.phrases import spoken
from qm.store.picks import in_effect
from qm.store.tables import Agent, Draw, Evaluation, ImportRun, Interaction, Pick

CONTACTS_WITHIN = timedelta(days=7)
_ROWS_AT_ONCE = 50_000
_SPREAD_OVER = {"channel": "channel", "queue": "queue", "duration": "talk_s"}
_KNOWN = {"agent", "team", *REPEATING, *SECONDS, "recorded", "evaluated", "drawn", "contacts_7d"}


def population(  # noqa: PLR0913 (what a draw saw depends on no less)
    session: Session,
    start: datetime,
    end: datetime,
    *,
    policy: Policy,
    at: datetime,
    seed_id: int | None = None,
    last_import_run_id: int | None = None,
    extends_id: int | None = None,
    before_draw_id: int | None = None,
    from_rows: bool = False,
) -> pd.DataFrame:
    """Return the interactions that started in [start, end), as `DrawInput` describes them.

    Of the centre's and the import's attributes (talk_s, channel …) there are those that the
    policy names. `at` is when the draw is or was made, `last_import_run_id` the last import that
    it may know (None: all), `before_draw_id` its own id where it is stored, `extends_id` that of
    the draw it goes on from: only then there is a column `is_new`. `number` is missing where that
    of the seed `seed_id` is not stored. `from_rows` reads the interactions themselves instead of
    the packed ones, and no stored number; all else is the same, up to the order of rows.
    """
    named = attributes(policy)
    since = start - CONTACTS_WITHIN if "contacts_7d" in named else start
    columns = _columns(policy, named, is_top_up=extends_id is not None)
    if from_rows:
        tables = _rows(session, since, end, columns, last_import_run_id)
    else:
        interaction_blocks.pack_missing(session)
        tables = interaction_blocks.read(
            session, since, end, columns, seed_id=seed_id, last_import_run_id=last_import_run_id
        )
    frame = _frame(tables or [interaction_columns.without_rows(columns)], policy)
    if since != start:
        frame = frame[frame["started_at"] >= start].reset_index(drop=True)
    if extends_id is not None:
        frame["is_new"] = frame.pop("import_run_id") > _last_run_of(session, extends_id)
    ids = pa.array(frame["interaction_id"])
    drawn = _drawn(session, start, end, at=at, extends_id=extends_id, before_draw_id=before_draw_id)
    frame["drawn"] = _is_in(ids, drawn)
    frame["evaluated"] = _is_in(ids, _evaluated(session, start, at))
    phrases = {f"says:{quota.quota}": quota.phrases for quota in policy.targeted if quota.phrases}
    if phrases:
        for name, found in spoken(session, start, end, phrases, before=at).items():
            frame[name] = _is_in(ids, found)
    return frame


def new_agents(session: Session, since: datetime) -> frozenset[str]:
    """Return the agents whose earliest interaction, of all imports, began at `since` or later."""
    return frozenset(session.scalars(select(col(Agent.id)).where(col(Agent.first_at) >= since)))


def last_import_run(session: Session) -> int:
    """Return the id of the latest import, 0 where there was none."""
    return session.scalar(select(func.max(ImportRun.id))) or 0


def _columns(policy: Policy, named: Collection[str], *, is_top_up: bool) -> list[str]:
    """Return the columns that this policy looks at: a draw of millions reads no others."""
    used = {*named, *(_SPREAD_OVER.get(over) for over in policy.spread.over)}
    columns = ["id", *OWNED, "started_at", "recorded"]
    columns += [name for name in (*REPEATING, *SECONDS) if name in used and name not in OWNED]
    if policy.owner != "imported":
        columns += [f"{policy.owner}_{key}" for key in OWNED]
    if not _KNOWN.issuperset(named):
        columns.append("attributes")
    if "contacts_7d" in named:
        columns.append("customer_ref")
    return [*columns, "import_run_id"] if is_top_up else columns


def _rows(
    session: Session,
    start: datetime,
    end: datetime,
    columns: Sequence[str],
    last_import_run_id: int | None,
) -> list[pa.Table]:
    condition = (col(Interaction.started_at) >= start) & (col(Interaction.started_at) < end)
    if last_import_run_id is not None:
        condition &= col(Interaction.import_run_id) <= last_import_run_id
    stream = interaction_columns.stream
    return list(stream(session, condition, columns, rows_at_once=_ROWS_AT_ONCE))


def _frame(tables: list[pa.Table], policy: Policy) -> pd.DataFrame:
    """Return what the interactions say of themselves, a row each; empties `tables`."""
    named = attributes(policy)
    pieces = {
        name: [_piece(table.column(name)) for table in tables] for name in tables[0].column_names
    }
    # Column by column the pieces go as the frame grows: all of it is never there twice.
    tables.clear()
    for key in OWNED:
        owners = pieces.pop(f"{policy.owner}_{key}", None)
        if owners is not None:
            pieces[key] = [_owned(*both) for both in zip(owners, pieces[key], strict=True)]
    frame: dict[str, Any] = {"interaction_id": text_column(pieces.pop("id"))}
    frame["started_at"] = moment_column(pieces.pop("started_at"))
    frame["recorded"] = flag_column(pieces.pop("recorded"))
    frame |= {name: category_column(pieces.pop(name)) for name in REPEATING if name in pieces}
    for name in (*SECONDS, "number", "import_run_id"):
        if name in pieces:
            frame[name] = number_column(pieces.pop(name))
    if "number" not in frame:
        frame["number"] = np.full(len(frame["recorded"]), np.nan)
    if "customer_ref" in pieces:
        moments = frame["started_at"].astype("int64").to_numpy()
        within = CONTACTS_WITHIN // timedelta(microseconds=1)
        frame["contacts_7d"] = earlier_contacts(pieces.pop("customer_ref"), moments, within)
    for name in sorted(named - _KNOWN):
        frame[name] = attribute_column(pieces["attributes"], name)
    pieces.clear()
    pa.default_memory_pool().release_unused()  # more than the frame itself
    return pd.DataFrame(frame, copy=False)


def _piece(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _owned(owner: pa.DictionaryArray, imported: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return the owner where the source named several agents, else whom it gave it to."""
    if owner.null_count == len(owner):
        return imported
    return pc.coalesce(owner.cast(pa.string()), imported.cast(pa.string())).dictionary_encode()


def _is_in(ids: pa.ChunkedArray, some: Collection[str]) -> NDArray[np.bool_]:
    if not some:
        return np.zeros(len(ids), bool)
    found = pc.is_in(ids, value_set=pa.array(sorted(some), pa.large_string()))
    is_in: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return is_in


def _drawn(
    session: Session,
    start: datetime,
    end: datetime,
    *,
    at: datetime,
    extends_id: int | None,
    before_draw_id: int | None,
) -> set[str]:
    """Return what draws that this one does not extend had picked by then."""
    # Draws from before they could be verified have no bounds.
    overlaps = or_(
        col(Draw.starts_at).is_(None), (col(Draw.starts_at) < end) & (col(Draw.ends_at) > start)
    )
    query = (
        select(col(Pick.interaction_id))
        .join(Draw, col(Draw.id) == col(Pick.draw_id))
        .where(overlaps, in_effect(at))
    )
    if before_draw_id is not None:
        query = query.where(col(Draw.id) < before_draw_id)
    if extends_id is not None:
        query = query.where(col(Draw.id).not_in(chain(session, extends_id)))
    return set(session.scalars(query))


def _evaluated(session: Session, start: datetime, at: datetime) -> set[str]:
    # Nothing is evaluated before it began.
    query = select(col(Evaluation.interaction_id)).where(
        col(Evaluation.submitted_at) >= start,
        col(Evaluation.submitted_at) < at,
        is_official(),
    )
    return set(session.scalars(query))


def _last_run_of(session: Session, draw_id: int) -> int:
    """Return the last import that a draw knew of; one from before draws noted it, by its date."""
    draw = session.get_one(Draw, draw_id)
    if draw.last_import_run_id is not None:
        return draw.last_import_run_id
    query = select(func.max(ImportRun.id)).where(col(ImportRun.at) <= draw.at)
    return session.scalar(query) or 0
