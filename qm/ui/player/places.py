"""A place of an interaction in the address: `?at=75`, `?at=34-52`, `?line=3`."""

import re

import streamlit as st

from qm.ui.player.views import Start

AT, LINE = "at", "line"
_ASKED = "asked-place"
_STRETCH = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(?:-(\d{1,6}(?:\.\d{1,3})?))?", re.ASCII)
_PLACE = re.compile(r"\d{1,6}", re.ASCII)


def asked_start(interaction_id: str) -> Start | None:
    """Return where the address says to begin with this interaction, or None.

    A place is of the interaction that it was asked of first: a page that goes on to the next one
    may leave it in the address.
    """
    asked = st.query_params.get(AT, ""), st.query_params.get(LINE, "")
    if not any(asked):
        return None
    known_place, known_interaction = st.session_state.get(_ASKED, (asked, interaction_id))
    if asked == known_place and interaction_id != known_interaction:
        for name in (AT, LINE):
            st.query_params.pop(name, None)
        return None
    st.session_state[_ASKED] = asked, interaction_id
    return read_place(*asked)


def read_place(at: str, line: str) -> Start | None:
    """Return the place that is written as seconds (“75”, “34-52”) or the number of a line.

    None where it is neither: an address may be mistyped.
    """
    stretch = _STRETCH.fullmatch(at)
    place = int(line) if _PLACE.fullmatch(line) else None
    if stretch is None:
        return None if place is None else Start(None, place)
    start_s, end_s = float(stretch[1]), float(stretch[2]) if stretch[2] else None
    if end_s is not None and end_s <= start_s:
        end_s = None
    return Start(start_s, place, end_s=end_s)


def written_place(start_s: float | None, end_s: float | None) -> str:
    """Return seconds as `read_place` reads them; empty where there are none."""
    if start_s is None:
        return ""
    ends = [start_s] if end_s is None else [start_s, end_s]
    return "-".join(f"{round(each, 1):.1f}".removesuffix(".0") for each in ends)
