"""Scripts that were cut off: what their page lost must be given to it again.

A script that ends early (an error, `st.stop`) leaves the page without the fields that it did not
reach. The browser forgets what they held, Streamlit's session does not: drawn again, they would be
empty, and the browser would send that back as what somebody entered. `show_in` gives every field
its value again after that; without it a draft was emptied by one failed run.

A script that is interrupted because something new came from the browser is another matter: there
the fields stay, with answers that are still on their way, and none may be written over.

Streamlit interrupts wherever the session's state is asked, also in a callback, which it then never
calls again. So what must not be lost asks for it once, at the beginning, or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

_DRAWING = "drawing"


@dataclass
class _Drawing:
    """Which parts are being drawn or were cut off, and whether fields are given values again."""

    unfinished: set[str] = field(default_factory=set)
    gives_values: bool = False


@contextmanager
def drawn_whole(part: str) -> Iterator[None]:
    """Note whether a part of the page is drawn to its end, and whether the last time it was not."""
    drawing = _drawing()
    was_cut_off = part in drawing.unfinished
    drawing.gives_values |= was_cut_off
    drawing.unfinished.add(part)
    try:
        yield
    except RerunException:
        if not was_cut_off:
            drawing.unfinished.discard(part)
        raise
    drawing.unfinished.discard(part)


def fields_have_values() -> None:
    """Note that all fields of the page were drawn with their values."""
    _drawing().gives_values = False


def fields_anew() -> bool:
    """Whether the fields that are drawn now may have been lost in the browser."""
    return _drawing().gives_values


def entered(key: str) -> Any:
    """Return what was entered in the field with this key, in its callback, uninterrupted."""
    return st.session_state.to_dict()[key]


def _drawing() -> _Drawing:
    drawing: _Drawing = st.session_state.setdefault(_DRAWING, _Drawing())
    return drawing
