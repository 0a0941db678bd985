"""Interactions, the teams and agents they name, and the words of written ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

import pandas as pd
from sqlalchemy import func, insert, select, text
from sqlmodel import Session, col

from qm.core.transcript import Segment
from qm.store.frames import frame_of
from qm.store.privacy import rules_in_force
from qm.store.tables import Agent, ImportRun, Interaction, Team, metadata
from qm.store.teams import enter_teams
from qm.store.transcript_search import index_transcripts

# Core tables: the ORM would make the imports ten times slower.
_TEAM, _AGENT, _INTERACTION, _TRANSCRIPT, _SEGMENT, _RECORDING = (
    metadata.tables[name]
    for name in ("team", "agent", "interaction", "transcript", "segment", "recording")
)
# SQLite takes 32,766 values in one statement.
_IDS_AT_ONCE = 5_000

_Row = TypeVar("_Row", Team, Agent)


class Named(NamedTuple):
    """What an import says of a team or agent; names are None where it does not say."""

    name: str | None
    name_fa: str | None


class AgentSeen(NamedTuple):
    """What an import shows of an agent: names, the team of the newest interaction, when it was.

    `started_at` is None where others only name the agent among those who took part: then the
    team is theirs and tells nothing about a known agent. `first_at` is the earliest of all,
    `team_since` the first of those that follow each other in this team up to the newest.
    """

    named: Named
    team_id: str
    started_at: datetime | None
    first_at: datetime
    team_since: datetime


class WrittenText(NamedTuple):
    """The messages of a written interaction."""

    interaction_id: str
    language: str | None
    segments: Sequence[Segment]


def start_run(session: Session, run: ImportRun) -> int:
    """Add the run and return its id; no other import can begin until this transaction ends.

    Two imports at once would both find the same rows new.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE import_run IN EXCLUSIVE MODE"))
    session.add(run)
    session.flush()  # on SQLite the first write takes the lock
    return cast("int", run.id)


def known_rows(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Return the row hash of each of these interactions that is stored."""
    known: dict[str, str] = {}
    for some in _batches(list(ids)):
        query = select(_INTERACTION.c.id, _INTERACTION.c.row_sha256)
        found = session.execute(query.where(_INTERACTION.c.id.in_(some)))
        known.update(found.all())
    return known


def save_teams(session: Session, teams: Mapping[str, Named]) -> None:
    """Add teams that are new and take over the names that are given of known ones."""
    known = _by_id(session, Team, teams)
    for id_, named in teams.items():
        if id_ in known:
            _rename(known[id_], named)
    new = [
        {"id": id_, "name": named.name or id_, "name_fa": named.name_fa}
        for id_, named in teams.items()
        if id_ not in known
    ]
    if new:
        session.execute(insert(_TEAM), new)


def save_agents(session: Session, agents: Mapping[str, AgentSeen]) -> None:
    """Add agents that are new, and take over names, team and earliest start of known ones.

    Call it before the interactions themselves are stored: an agent changes team only where the
    import holds a newer interaction than the store, so that importing an old month late does
    not move anybody back.
    """
    known = _by_id(session, Agent, agents)
    moved = [
        id_
        for id_, agent in known.items()
        if agents[id_].started_at is not None and agent.team_id != agents[id_].team_id
    ]
    newest = _newest_starts(session, moved)
    entered: dict[str, tuple[str, datetime]] = {}
    for id_, agent in known.items():
        seen = agents[id_]
        _rename(agent, seen.named)
        agent.first_at = min(agent.first_at or seen.first_at, seen.first_at)
        if id_ in moved and (id_ not in newest or cast("datetime", seen.started_at) >= newest[id_]):
            agent.team_id = seen.team_id
            since = max(seen.team_since, newest.get(id_, seen.team_since))
            entered[id_] = (seen.team_id, since)
    new = [
        {
            "id": id_,
            "name": seen.named.name or id_,
            "name_fa": seen.named.name_fa,
            "team_id": seen.team_id,
            "first_at": seen.first_at,
        }
        for id_, seen in agents.items()
        if id_ not in known
    ]
    if new:
        session.execute(insert(_AGENT), new)
    entered |= {
        id_: (seen.team_id, seen.team_since) for id_, seen in agents.items() if id_ not in known
    }
    enter_teams(session, entered)


def teams_of(session: Session, agent_ids: Iterable[str]) -> dict[str, str]:
    """Return the present team of each of these agents who is known."""
    return {id_: agent.team_id for id_, agent in _by_id(session, Agent, agent_ids).items()}


def insert_interactions(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert interactions, each a mapping with every column of the table."""
    session.execute(insert(_INTERACTION), rows)


def insert_texts(session: Session, texts: Sequence[WrittenText], at: datetime) -> None:
    """Insert the messages of written interactions as transcripts that are done and can be found.

    Their recording row has no file; it says where the words are, as it does for calls.
    """
    if not texts:
        return
    made = insert(_TRANSCRIPT).returning(_TRANSCRIPT.c.id, sort_by_parameter_order=True)
    heads = [{"origin": "imported", "language": t.language, "created_at": at} for t in texts]
    ids = session.execute(made, heads).scalars().all()
    session.execute(
        insert(_SEGMENT),
        [
            {
                "transcript_id": id_,
                "position": position,
                "speaker": segment.speaker,
                "start_s": segment.start_s,
                "end_s": segment.end_s,
                "text": segment.text,
                "words": [],
            }
            for id_, written in zip(ids, texts, strict=True)
            for position, segment in enumerate(written.segments)
        ],
    )
    session.execute(
        insert(_RECORDING),
        [
            {
                "interaction_id": written.interaction_id,
                "state": "done",
                "attempts": 0,
                "transcript_id": id_,
                "updated_at": at,
            }
            for id_, written in zip(ids, texts, strict=True)
        ],
    )
    segments = {id_: written.segments for id_, written in zip(ids, texts, strict=True)}
    index_transcripts(session, segments, rules_in_force(session))


def interaction(session: Session, id_: str) -> Interaction | None:
    """Return the interaction with this id, None where there is none."""
    return session.get(Interaction, id_)


def listing(
    session: Session,
    *,
    bounds: tuple[datetime, datetime] | None = None,
    channel: str | None = None,
    limit: int,
) -> pd.DataFrame:
    """Return the newest interactions that fit, with the names of agent and team.

    `bounds` are the first moment within and the first one after. `words` is the state of its
    recording or text (waiting, running, done, failed), None where neither was looked at yet.
    """
    query = (
        select(
            *(column for column in _INTERACTION.c if column.name not in _UNLISTED),
            _AGENT.c.name.label("agent_name"),
            _AGENT.c.name_fa.label("agent_name_fa"),
            _TEAM.c.name.label("team_name"),
            _TEAM.c.name_fa.label("team_name_fa"),
            _RECORDING.c.state.label("words"),
        )
        .join(_AGENT, _AGENT.c.id == _INTERACTION.c.agent_id)
        .join(_TEAM, _TEAM.c.id == _INTERACTION.c.team_id)
        .outerjoin(_RECORDING, _RECORDING.c.interaction_id == _INTERACTION.c.id)
        .order_by(_INTERACTION.c.started_at.desc(), _INTERACTION.c.id)
        .limit(limit)
    )
    if bounds is not None:
        first, after = bounds
        query = query.where(_INTERACTION.c.started_at >= first, _INTERACTION.c.started_at < after)
    if channel is not None:
        query = query.where(_INTERACTION.c.channel == channel)
    return frame_of(session, query)


_UNLISTED = {"row_sha256", "import_run_id", "attributes", "participants"}


def _batches(ids: list[str]) -> Iterator[list[str]]:
    return (ids[i : i + _IDS_AT_ONCE] for i in range(0, len(ids), _IDS_AT_ONCE))


def _by_id(session: Session, table: type[_Row], ids: Iterable[str]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for some in _batches(list(ids)):
        query = select(table).where(col(table.id).in_(some))
        found |= {row.id: row for row in session.execute(query).scalars()}
    return found


def _rename(row: Team | Agent, named: Named) -> None:
    row.name = named.name or row.name
    row.name_fa = named.name_fa or row.name_fa


def _newest_starts(session: Session, agent_ids: list[str]) -> dict[str, datetime]:
    newest: dict[str, datetime] = {}
    for some in _batches(agent_ids):
        query = (
            select(_INTERACTION.c.agent_id, func.max(_INTERACTION.c.started_at))
            .where(_INTERACTION.c.agent_id.in_(some))
            .group_by(_INTERACTION.c.agent_id)
        )
        newest.update(session.execute(query).all())
    return newest
