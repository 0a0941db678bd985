"""Choices that stand in the page's address, so that a link leads back to what was chosen."""

from collections.abc import Mapping

import streamlit as st

from qm.ui.here import Here

_MOST_DIGITS = 18  # what a database takes as a number


def addressed_choice(
    page: Here,
    label: str,
    options: Mapping[str, str],
    *,
    name: str,
    first: str | None = None,
    width: int = 320,
) -> str:
    """Return the chosen code of `options` (code to label), kept in the address under `name`.

    `first` is chosen to begin with, or the first of them. An address that names none of them is
    taken as none.
    """
    key = f"{name}-{page.language}"  # a chosen label would stay in the other language
    arrived = st.query_params.get(name, "")
    if arrived in options:
        st.session_state[key] = arrived
    elif st.session_state.get(key) not in options:
        st.session_state[key] = first if first in options else next(iter(options))

    def remember() -> None:
        st.query_params[name] = st.session_state[key]

    chosen: str = st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        on_change=remember,
        width=width,
    )
    return chosen


def asked_number(name: str) -> int | None:
    """Return the number that the address gives under this name, None where it gives none."""
    text = st.query_params.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def forget_choice(page: Here, name: str) -> None:
    """Let the choice under `name` begin anew, in the address and on the page."""
    st.session_state.pop(f"{name}-{page.language}", None)
    st.query_params.pop(name, None)
