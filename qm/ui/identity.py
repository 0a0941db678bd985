"""Who looks at the page: read from the cookie, checked in the database on every rerun."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from qm.core.access import Actor
from qm.core.text import Language
from qm.ui.sign_in import cookies
from qm.ui.sign_in.sessions import person_of

_OWNER = "signed_in_username"


@dataclass(frozen=True)
class SignedIn:
    """The person at this browser; `actor` is what workflow functions take."""

    actor: Actor
    name: str
    name_fa: str | None
    language: Language


def current_user(*, by_itself: bool = False) -> SignedIn | None:
    """Return who is signed in now; None after signing out, expiry or being switched off.

    A page stays connected for hours with the cookie it was opened with, so role, team and
    validity are read from the database at every call: call it at the top of the main script and
    of every fragment that reruns by itself (which says so), and stop the script on None.
    """
    token = session_token()
    found = person_of(token, is_doing_something=not by_itself) if token else None
    _forget_others(found[0].username if found else None)
    if found is None:
        return None
    user, actor = found
    return SignedIn(actor, user.name, user.name_fa, cast("Language", user.language))


def is_signed_in(actor: Actor) -> bool:
    """Whether this is still who is signed in here; asks in a callback without an interruption."""
    token = session_token()
    found = person_of(token) if token else None
    return found is not None and found[1].username == actor.username


def session_token() -> str | None:
    """Return the token of the cookie with which the page connected."""
    return cookies.token_in(st.context.cookies.to_dict())


def _forget_others(username: str | None) -> None:
    # A page that reconnects after somebody else signed in keeps the state of the first one.
    if st.session_state.get(_OWNER, username) != username:
        st.session_state.clear()
    if username is not None:
        st.session_state[_OWNER] = username
