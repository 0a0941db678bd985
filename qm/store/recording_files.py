"""Which file an interaction's recording is, and files that were found or uploaded later."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, case, func, null, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from qm.store.audit import record
from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.tables import Agent, ImportRun, Interaction, Pick, Recording

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 5_000


class Call(NamedTuple):
    """What matters of a stored interaction when a file turns up for it."""

    channel: str
    file: str | None


def file_of(interaction: Interaction, recording: Recording | None) -> str | None:
    """Return the file of an interaction's recording, relative to the recordings folder.

    One that was found or uploaded after the import counts more than the one that was imported:
    imported interactions never change.
    """
    found = recording.file_name if recording is not None else None
    return found or interaction.recording_file or None


def file_column() -> ColumnElement[str | None]:
    """Return what `file_of` returns as a column of a query that joins both tables."""
    found = func.nullif(col(Recording.file_name), "")
    return func.coalesce(found, func.nullif(col(Interaction.recording_file), ""))


def calls(session: Session, ids: Iterable[str]) -> dict[str, Call]:
    """Return each of these interactions that is stored."""
    found: dict[str, Call] = {}
    for some in _batches(ids):
        query = (
            select(col(Interaction.id), col(Interaction.channel), file_column())
            .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
            .where(col(Interaction.id).in_(some))
        )
        found |= {id_: Call(channel, file) for id_, channel, file in session.execute(query)}
    return found


def names_in_use(session: Session, names: Iterable[str]) -> set[str]:
    """Return those names that are the file of some interaction."""
    used: set[str] = set()
    for some in _batches(names):
        for column in (col(Interaction.recording_file), col(Recording.file_name)):
            used |= set(session.scalars(select(column).where(column.in_(some)).distinct()))
    return used


def hold_imports(session: Session) -> None:
    """Wait for imports that run, and keep others waiting until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE import_run IN EXCLUSIVE MODE"))
    else:
        # On SQLite a write is the lock, even one that finds nothing.
        session.execute(update(ImportRun).where(col(ImportRun.id).is_(None)).values(rows_new=0))


def give_files(session: Session, files: Mapping[str, str], *, actor: str, at: datetime) -> None:
    """Note the file of each interaction; those that wait for one, or failed, wait afresh.

    One that is being transcribed or has its words keeps its state.
    """
    if not files:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    given = dialect.insert(Recording)
    is_new = or_(col(Recording.state) == "waiting", col(Recording.state) == "failed")
    fresh: dict[str, Any] = {
        "state": "waiting",
        "attempts": 0,
        **dict.fromkeys(("problem", "next_try_at", "file_sha256", "duration_s"), null()),
    }
    changed = {
        name: case((is_new, value), else_=getattr(Recording, name)) for name, value in fresh.items()
    }
    changed |= {name: given.excluded[name] for name in ("file_name", "updated_at")}
    put = given.on_conflict_do_update(index_elements=["interaction_id"], set_=changed)
    values = {"state": "waiting", "attempts": 0, "is_held": False, "updated_at": at}
    rows = [{"interaction_id": id_, "file_name": file, **values} for id_, file in files.items()]
    session.execute(put, rows)
    subject = next(iter(files)) if len(files) == 1 else "recordings"
    detail = {"count": len(files)}
    record(session, actor=actor, action="recordings_found", subject=subject, at=at, detail=detail)


def drawn_calls(session: Session, *, limit: int) -> "pd.DataFrame":
    """Return the newest drawn calls without words: id, agent name (fa), started_at, file."""
    picked = select(col(Pick.interaction_id)).where(in_effect())
    query: Executable = (
        select(
            col(Interaction.id),
            col(Agent.name).label("agent_name"),
            col(Agent.name_fa).label("agent_name_fa"),
            col(Interaction.started_at),
            file_column().label("file"),
        )
        .join(Agent, col(Agent.id) == col(Interaction.agent_id))
        .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
        .where(
            col(Interaction.channel) == "call",
            col(Interaction.id).in_(picked),
            func.coalesce(col(Recording.state), "") != "done",
        )
        .order_by(col(Interaction.started_at).desc(), col(Interaction.id))
        .limit(limit)
    )
    return frame_of(session, query)


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    everything = list(values)
    return (everything[i : i + _AT_ONCE] for i in range(0, len(everything), _AT_ONCE))
