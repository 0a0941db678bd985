"""Where the words of a query are said: the lines of transcripts in force, newest call first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.core.personal_data.rules import PrivacyRules
from qm.core.search import Query
from qm.core.transcript import SPEAKERS, Speaker
from qm.store.blind import is_told
from qm.store.full_text import fts5, in_postgres
from qm.store.life import is_published, readable_by
from qm.store.tables import Agent, Assignment, Evaluation, Interaction, Recording, metadata
from qm.store.transcript_search import POSITION_BITS, SPEAKER_BITS, TRANSCRIPT_STEP, made_with

_LINE = metadata.tables["search_line"]
_INDEX = table("search_index", column("rowid", BigInteger))
# Not a parameter: PostgreSQL shifts by an INTEGER only, and groups by what is the same text.
_TRANSCRIPT_BITS = literal_column(str(POSITION_BITS + SPEAKER_BITS), Integer)


@dataclass(frozen=True)
class Within:
    """What the search is limited to; None is no limit.

    `start` is the first moment within, `end` the first one after; `agent_id` and `team_id` are
    those the source gave the interaction to. `blind` is an evaluator who does not know whose the
    interactions are that are still to be evaluated: by agent none of those is found.
    """

    start: datetime | None = None
    end: datetime | None = None
    agent_id: str | None = None
    team_id: str | None = None
    channel: str | None = None
    speaker: Speaker | None = None
    blind: str | None = None


class FoundLine(NamedTuple):
    """A line that has what was asked for.

    `position` is its first segment's, `next_position` that of the next line, None of the last.
    """

    interaction: Interaction
    transcript_id: int
    position: int
    next_position: int | None
    key: str


class Found(NamedTuple):
    """A page of lines; how many there are, and in how many interactions."""

    lines: list[FoundLine]
    total: int
    interactions: int


def found_lines(
    session: Session,
    query: Query,
    actor: Actor,
    rules: PrivacyRules,
    within: Within,
    *,
    limit: int,
    offset: int,
) -> Found:
    """Return the lines that the actor may read, the newest interaction first.

    Lines that other rules masked are not found.
    """
    hits = _hits(session, query, within.speaker)
    calls = session.execute(_calls(hits, actor, rules, within, limit=limit, offset=offset)).all()
    if not calls:
        return Found([], 0, 0)
    by_transcript: dict[int, list[int]] = {}
    some = {row.transcript_id for row in calls}
    for id_ in session.scalars(_lines_of(hits, some)):
        by_transcript.setdefault(id_ // TRANSCRIPT_STEP, []).append(id_)
    skipped = offset - (calls[0].upto - calls[0].lines)
    places = [(row.id, id_) for row in calls for id_ in by_transcript[row.transcript_id]]
    shown = places[skipped : skipped + limit]
    interactions = _interactions(session, {name for name, _ in shown})
    keys = _keys(session, {id_ for _, id_ in shown})
    lines = [
        FoundLine(interactions[name], id_ // TRANSCRIPT_STEP, _position(id_), *keys[id_])
        for name, id_ in shown
    ]
    return Found(lines, calls[0].total, calls[0].interactions)


def evaluations_of(
    session: Session, actor: Actor, interaction_ids: Collection[str]
) -> Sequence[Evaluation]:
    """Return the latest revisions of these interactions' readable evaluations, oldest first."""
    query = (
        select(Evaluation)
        .where(
            col(Evaluation.interaction_id).in_(interaction_ids),
            col(Evaluation.is_latest),
            readable_by(actor),
        )
        .order_by(col(Evaluation.submitted_at), col(Evaluation.id))
    )
    return session.scalars(query).all()


def agents_of(session: Session, agent_ids: Collection[str]) -> dict[str, Agent]:
    """Return these agents by their ids."""
    query = select(Agent).where(col(Agent.id).in_(agent_ids))
    return {agent.id: agent for agent in session.scalars(query)}


def _position(id_: int) -> int:
    return (id_ >> SPEAKER_BITS) & ((1 << POSITION_BITS) - 1)


def _hits(session: Session, query: Query, speaker: Speaker | None) -> Select[int]:
    """Return the query for the ids of all lines that match, of whatever transcript."""
    if session.get_bind().dialect.name == "postgresql":
        id_: ColumnElement[int] = _LINE.c.id
        hits = select(id_).where(in_postgres(query))
    else:
        id_ = _INDEX.c.rowid
        matches = literal_column("search_index").op("MATCH")(fts5(query))
        hits = select(id_.label("id")).select_from(_INDEX).where(matches)
    if speaker is not None:
        code = id_.bitwise_and((1 << SPEAKER_BITS) - 1)
        hits = hits.where(code == SPEAKERS.index(speaker))
    return hits


def _calls(
    hits: Select[int],
    actor: Actor,
    rules: PrivacyRules,
    within: Within,
    *,
    limit: int,
    offset: int,
) -> Select[Any]:
    """Return the query for the interactions on a page, with the counts of their lines."""
    hit = hits.cte("hit")
    transcript_id = hit.c.id.op(">>")(_TRANSCRIPT_BITS)
    heard = (
        select(
            transcript_id.label("transcript_id"),
            func.count().label("lines"),
            func.min(hit.c.id).label("first_id"),
        )
        .group_by(transcript_id)
        .cte("heard")
    )
    newest_first = (col(Interaction.started_at).desc(), col(Interaction.id))
    call = (
        select(
            col(Interaction.id),
            heard.c.transcript_id,
            heard.c.lines,
            cast(func.sum(heard.c.lines).over(order_by=newest_first), BigInteger).label("upto"),
            cast(func.sum(heard.c.lines).over(), BigInteger).label("total"),
            func.count().over().label("interactions"),
        )
        .select_from(heard)
        # All lines of a transcript are made at once: the first tells the rules of all.
        .join(_LINE, and_(_LINE.c.id == heard.c.first_id, _LINE.c.rules_sha256 == made_with(rules)))
        .join(Recording, col(Recording.transcript_id) == heard.c.transcript_id)
        .join(Interaction, col(Interaction.id) == col(Recording.interaction_id))
        .where(_may_open(actor), *_limits(within))
        .cte("call")
    )
    return (
        select(call)
        .where(call.c.upto > offset, call.c.upto - call.c.lines < offset + limit)
        .order_by(call.c.upto)
    )


def _lines_of(hits: Select[int], transcript_ids: set[int]) -> Select[int]:
    hit = hits.subquery("hit")
    return (
        select(hit.c.id)
        .where(
            hit.c.id >= min(transcript_ids) * TRANSCRIPT_STEP,
            hit.c.id < (max(transcript_ids) + 1) * TRANSCRIPT_STEP,
            hit.c.id.op(">>")(_TRANSCRIPT_BITS).in_(transcript_ids),
        )
        .order_by(hit.c.id)
    )


def _interactions(session: Session, ids: Collection[str]) -> dict[str, Interaction]:
    query = select(Interaction).where(col(Interaction.id).in_(ids))
    return {interaction.id: interaction for interaction in session.scalars(query)}


def _keys(session: Session, ids: Collection[int]) -> dict[int, tuple[int | None, str]]:
    """Return for each line where the next one begins, and its key."""
    following = _LINE.alias()
    next_id = (
        select(func.min(following.c.id))
        .where(
            following.c.id > _LINE.c.id,
            following.c.id < (_LINE.c.id // TRANSCRIPT_STEP + 1) * TRANSCRIPT_STEP,
        )
        .scalar_subquery()
    )
    query = select(_LINE.c.id, _LINE.c.key, next_id.label("next_id")).where(_LINE.c.id.in_(ids))
    return {
        row.id: (None if row.next_id is None else _position(row.next_id), row.key)
        for row in session.execute(query)
    }


def _limits(within: Within) -> list[ColumnElement[bool]]:
    limits = []
    if within.start is not None:
        limits.append(col(Interaction.started_at) >= within.start)
    if within.end is not None:
        limits.append(col(Interaction.started_at) < within.end)
    if within.agent_id is not None:
        limits.append(col(Interaction.agent_id) == within.agent_id)
        if within.blind is not None:
            limits.append(is_told(within.blind))
    if within.team_id is not None:
        limits.append(col(Interaction.team_id) == within.team_id)
    if within.channel is not None:
        limits.append(col(Interaction.channel) == within.channel)
    return limits


def _may_open(actor: Actor) -> ColumnElement[bool]:
    """Return `Actor.may_open` of the interactions, as the database decides it."""
    id_ = col(Interaction.id)
    evaluated = select(col(Evaluation.interaction_id))
    if actor.role in {"qa_lead", "manager", "admin"}:
        return true()
    assigned = select(col(Assignment.interaction_id))
    own_work = or_(
        id_.in_(assigned.where(col(Assignment.evaluator) == actor.username)),
        id_.in_(evaluated.where(col(Evaluation.evaluator) == actor.username)),
    )
    if actor.role == "analyst":
        return own_work
    if actor.role == "lead":
        whose = actor.team_id or ""
        own, evaluated_own = col(Interaction.team_id), col(Evaluation.team_id)
        return and_(
            id_.in_(evaluated), or_(own == whose, id_.in_(evaluated.where(evaluated_own == whose)))
        )
    whose = actor.agent_id or ""
    own, evaluated_own = col(Interaction.agent_id), col(Evaluation.agent_id)
    shown = evaluated.where(is_published())
    mine = and_(id_.in_(shown), or_(own == whose, id_.in_(shown.where(evaluated_own == whose))))
    return or_(own_work, mine)
