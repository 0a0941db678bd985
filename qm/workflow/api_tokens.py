"""Keys with which other systems import: made, shown once, used, revoked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.api_tokens import (
    NAME_TAKEN,
    UNKNOWN_TOKEN,
    Scope,
    key_sha256,
    new_key,
    token_problems,
)
from qm.core.problems import BadInput, Problem
from qm.core.sign_in import SEEN_EVERY
from qm.store import api_tokens as store
from qm.store.audit import record
from qm.store.engine import transaction, transaction_if_free
from qm.store.tables import ApiToken


@dataclass(frozen=True)
class NewToken:
    """A token that was made; `key` is shown this once and stored nowhere."""

    token: ApiToken
    key: str


@dataclass(frozen=True)
class Caller:
    """The system that holds a key: `actor` acts for it, within `scopes`."""

    actor: Actor
    token_id: int
    scopes: frozenset[Scope]


def create_token(
    engine: Engine,
    actor: Actor,
    *,
    name: str,
    scopes: Collection[str],
    days: int | None,
    now: datetime,
) -> NewToken:
    """Make a key that imports what `scopes` say, for `days` or (None) until it is revoked.

    Raises `BadInput` with everything that is wrong.
    """
    actor.require("manage_people")
    name = " ".join(name.split())
    key = new_key()
    token = ApiToken(
        name=name,
        token_sha256=key_sha256(key) or "",
        scopes=sorted(scopes),
        created_by=actor.username,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=min(days, 100_000)),
    )
    with transaction(engine) as session:
        problems = token_problems(name, scopes, days)
        if any(
            each.name == name and store.is_valid(each, now) for each in store.all_tokens(session)
        ):
            values = {"name": name}
            problems.append(Problem(NAME_TAKEN, "token", field="name", values=values))
        if problems:
            raise BadInput(problems)
        session.add(token)
        session.flush()
        _log(session, actor, "token_created", token, now)
    return NewToken(token, key)


def revoke_token(engine: Engine, actor: Actor, token_id: int, *, now: datetime) -> ApiToken:
    """Let a key open nothing from now on; raises `BadInput` where it is none or over already."""
    actor.require("manage_people")
    with transaction(engine) as session:
        token = session.get(ApiToken, token_id)
        if token is None or not store.is_valid(token, now):
            raise BadInput(Problem(UNKNOWN_TOKEN, "token", values={"id": str(token_id)}))
        token.revoked_at, token.revoked_by = now, actor.username
        _log(session, actor, "token_revoked", token, now)
    return token


def list_tokens(engine: Engine, actor: Actor) -> Sequence[ApiToken]:
    """Return every token, the newest first, also those that open nothing any more."""
    actor.require("manage_people")
    with transaction(engine) as session:
        return store.all_tokens(session)


def caller_of(engine: Engine, key: str, *, now: datetime) -> Caller | None:
    """Return whose key this is; None where it is unknown, revoked or expired."""
    sha256 = key_sha256(key)
    if sha256 is None:
        return None
    with transaction(engine) as session:
        token = store.token_of_key(session, sha256, now)
    if token is None:
        return None
    token_id = cast("int", token.id)
    if token.used_at is None or token.used_at + SEEN_EVERY <= now:
        with transaction_if_free(engine) as session:
            store.note_used(session, token_id, now)
    # A role that may import; the routes ask the scopes, and nothing else takes this actor.
    actor = Actor(f"token {token_id} ({token.name})", "qa_lead")
    return Caller(actor, token_id, frozenset(cast("list[Scope]", token.scopes)))


def _log(session: Session, actor: Actor, action: str, token: ApiToken, now: datetime) -> None:
    record(
        session,
        actor=actor.username,
        action=action,
        subject=f"token {token.id}",
        at=now,
        detail={"name": token.name, "scopes": token.scopes},
    )
