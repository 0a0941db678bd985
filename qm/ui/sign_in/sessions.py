"""Whose session a token is, by the rules of this installation."""

from collections.abc import Mapping
from datetime import UTC, datetime

from qm.core.access import Actor
from qm.core.sign_in import Ended
from qm.core.text import Language
from qm.store.tables import User
from qm.ui import process
from qm.ui.sign_in.cookies import language_in, token_in
from qm.workflow.sign_in import language_of_session, user_of, why_out


def person_of(token: str, *, is_doing_something: bool = True) -> tuple[User, Actor] | None:
    """Return whose session this is now; None where it is over or never was."""
    return user_of(
        process.engine(),
        token,
        now=datetime.now(UTC),
        idle=process.settings().idle,
        is_doing_something=is_doing_something,
    )


def reason_out(token: str) -> Ended | None:
    """Return why the session of this token is over, None where it runs or never was."""
    return why_out(process.engine(), token, now=datetime.now(UTC), idle=process.settings().idle)


def language_of_person(cookies: Mapping[str, str]) -> Language:
    """Return the language of whose session the browser holds, over or not; else its last one."""
    token = token_in(cookies)
    found = language_of_session(process.engine(), token) if token else None
    return found or language_in(cookies)
