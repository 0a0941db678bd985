"""What stands where there is nothing to show: empty, not found, still at work."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from qm.ui import theme
from qm.ui.here import Here


def empty(what: str, to_do: str = "") -> None:
    """Say what is missing, and what to do so that something stands here."""
    theme.state(theme.said(what, to_do))


def not_found(page: Here, what: str) -> None:
    """Say that what the address names does not exist, or is not the person's to see."""
    hint = page._("Perhaps the address was cut off, or what it names belongs to others.")
    theme.state(theme.said(what, hint))


@contextmanager
def loading(page: Here) -> Iterator[None]:
    """Show that something is being worked out; for what may take more than 300 ms."""
    with st.spinner(page._("One moment…")):
        yield
