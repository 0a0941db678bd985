"""The keys of other systems."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from qm.store.tables import ApiToken


def token_of_key(session: Session, token_sha256: str, now: datetime) -> ApiToken | None:
    """Return the token of this key; None where it is unknown, revoked or expired."""
    found = session.exec(
        select(ApiToken).where(ApiToken.token_sha256 == token_sha256)
    ).one_or_none()
    return found if found is not None and is_valid(found, now) else None


def is_valid(token: ApiToken, now: datetime) -> bool:
    """Whether the token opens anything now."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)


def all_tokens(session: Session) -> Sequence[ApiToken]:
    """Return every token, the newest first."""
    return session.exec(select(ApiToken).order_by(col(ApiToken.id).desc())).all()


def note_used(session: Session, token_id: int, now: datetime) -> None:
    """Note when the token was used last."""
    session.exec(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=now))
