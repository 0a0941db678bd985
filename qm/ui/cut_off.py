"""Scripts that were cut off: what their page lost must be given to it again.

A script that ends early (an error, `st.stop`) leaves the page without the fields that it did not
reach. The browser forgets what they held, Streamlit's session does not: drawn again, they would be
empty, and the browser would send that back as what somebody entered. `show_in` gives every field
its value again after that; without it a draft was emptied by one failed run.

A script that is interrupted because something new came from the browser is another matter: there
the fields stay, with answers that are still on their way, and none may be written over.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

_ANEW = "fields-anew"


@contextmanager
def drawn_whole(part: str) -> Iterator[None]:
    """Note whether a part of the page is drawn to its end, and whether the last time it was not."""
    name = f"drawing-{part}"
    was_cut_off = st.session_state.get(name, False)
    if was_cut_off:
        st.session_state[_ANEW] = True
    st.session_state[name] = True
    try:
        yield
    except RerunException:
        st.session_state[name] = was_cut_off
        raise
    st.session_state[name] = False


def fields_have_values() -> None:
    """Note that all fields of the page were drawn with their values."""
    st.session_state[_ANEW] = False


def fields_anew() -> bool:
    """Whether the fields that are drawn now may have been lost in the browser."""
    return bool(st.session_state.get(_ANEW))
