"""What an action says after the page was drawn anew, and links that are shown this once."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from qm.core.problems import BadInput
from qm.ui import theme
from qm.ui.here import Here, show_problems

_SAID, _SECRET = "accounts-said", "accounts-secret"


@dataclass(frozen=True)
class Secret:
    """Something to be handed on now: it is stored nowhere."""

    title: str
    text: str
    note: str


def act(page: Here, action: Callable[[], object], said: str) -> None:
    """Do something, say so on the new page, or show why it could not be done."""
    try:
        action()
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.session_state[_SAID] = said
    st.rerun()


def hand_over(page: Here, make: Callable[[], Secret]) -> None:
    """Make a secret and show it on the new page, or show why it could not be made."""
    try:
        st.session_state[_SECRET] = make()
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.rerun()


def show_notices() -> None:
    """Say what was done, and show the secret until anything else is done on the page."""
    if said := st.session_state.pop(_SAID, None):
        st.toast(said)
    secret: Secret | None = st.session_state.pop(_SECRET, None)
    if secret is not None:
        with theme.card("handed-over"):
            theme.row(theme.words(secret.title, "strong"))
            st.code(secret.text, language=None, wrap_lines=True)
            st.caption(secret.note)


def address_of(page: Here, path: str) -> str:
    """Return the whole address of a path, as people reach this site."""
    if page.settings.public_url:
        return page.settings.public_url + path
    here = urlsplit(st.context.url or "http://localhost:8501")
    return f"{here.scheme}://{here.netloc}{path}"
