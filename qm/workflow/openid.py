"""Signing in somebody whom the company's identity provider vouches for."""

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.openid import (
    ANOTHERS_ACCOUNT,
    EMAIL_NOT_VERIFIED,
    NO_ROLE,
    ROLE_LACKS,
    SWITCHED_OFF,
    UNKNOWN_PERSON,
    Identity,
    OpenIdRules,
    claimed_role,
)
from qm.core.problems import BadInput
from qm.core.sign_in import SignInRefused
from qm.core.text import Language
from qm.store import people
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import User
from qm.workflow.people import LAST_ADMIN, Account, an_admin_stays, new_user
from qm.workflow.sign_in import start_session


def sign_in_by_openid(
    engine: Engine,
    who: Identity,
    rules: OpenIdRules,
    *,
    provider: str,
    language: Language,
    address: str,
    now: datetime,
    hours: int,
) -> str:
    """Start a session of the account that is `who`'s, and return its token.

    The account is the one that this identity used before, else the one with the e-mail address
    that the provider verified: from then on it is bound to the identity. Where the rules have a
    claim for the role, it decides the role at every sign-in. Raises `SignInRefused` with the
    reason; refusals are logged.
    """
    try:
        with transaction(engine) as session:
            user = _account(session, who, rules, provider, language, now)
            _give_role(session, user, who, rules, provider, now)
            detail = {"address": address[:100], "by": "openid"}
            _log(session, user.username, "signed_in", user.username, now, detail)
            return start_session(session, user.username, now, hours)
    except SignInRefused as refusal:
        with transaction(engine) as session:
            detail = {"address": address[:100], "reason": refusal.problems[0].code}
            _log(session, "anonymous", "openid_refused", who.key[:200], now, detail)
        raise


def _account(
    session: Session,
    who: Identity,
    rules: OpenIdRules,
    provider: str,
    language: Language,
    now: datetime,
) -> User:
    user = people.find_by_openid(session, who.key)
    if user is None:
        user = _bound(session, who, provider, now)
    if user is None:
        user = _created(session, who, rules, provider, language, now)
    if not user.is_active:
        _refuse(SWITCHED_OFF)
    return user


def _bound(session: Session, who: Identity, provider: str, now: datetime) -> User | None:
    """Return the account with the verified address, now bound to the identity."""
    if who.has_unverified_email:
        _refuse(EMAIL_NOT_VERIFIED, provider=provider)
    found = people.find_by_email(session, who.email) if who.email else []
    if not found:
        return None
    if len(found) > 1 or found[0].openid is not None:
        _refuse(ANOTHERS_ACCOUNT, provider=provider)
    user = found[0]
    if user.is_active:
        user.openid = who.key
        _log(session, user.username, "openid_bound", user.username, now, {"openid": who.key})
    return user


def _created(
    session: Session,
    who: Identity,
    rules: OpenIdRules,
    provider: str,
    language: Language,
    now: datetime,
) -> User:
    if rules.creates is None:
        _refuse(UNKNOWN_PERSON, provider=provider)
    role = claimed_role(rules, who.claims) if rules.role_claim else rules.creates
    if role is None:
        _refuse(NO_ROLE, provider=provider)
    try:
        account = Account(who.name, role, email=who.email)
        user = new_user(session, _free_username(session, who.username), account, language, now)
    except BadInput:
        _refuse(ROLE_LACKS, role=role)
    user.openid = who.key
    detail = {"role": role, "openid": who.key}
    _log(session, "openid", "user_added", user.username, now, detail)
    return user


def _free_username(session: Session, wanted: str) -> str:
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, 1000))
    return next(name for name in names if people.find_user(session, name) is None)


def _give_role(
    session: Session,
    user: User,
    who: Identity,
    rules: OpenIdRules,
    provider: str,
    now: datetime,
) -> None:
    if not rules.role_claim:
        return
    role = claimed_role(rules, who.claims)
    if role is None:
        _refuse(NO_ROLE, provider=provider)
    lacks = {"lead": user.team_id is None, "agent": user.agent_id is None}
    if lacks.get(role, False):
        _refuse(ROLE_LACKS, role=role)
    if role != user.role:
        before = user.role
        try:
            with an_admin_stays(session, user):
                user.role = role
        except BadInput:  # the provider took the last administrator's role away
            _refuse(LAST_ADMIN, username=user.username)
        _log(session, "openid", "user_changed", user.username, now, {"role": [before, role]})


def _refuse(code: str, **values: str) -> NoReturn:
    raise SignInRefused(code, values=values)


def _log(
    session: Session,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, object],
) -> None:
    record(session, actor=actor, action=action, subject=subject, at=now, detail=detail)
