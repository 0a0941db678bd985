"""Ways from one part of coaching to another, and to what is coached."""

import streamlit as st

from qm.ui.here import Here


def go(**place: str) -> None:
    """Show another part of coaching; the address says which."""
    st.query_params.from_dict(place)
    st.rerun()


def way_back(page: Here) -> None:
    """Offer to go back from one thing to all of them."""
    if st.button(page._("All of coaching"), type="tertiary"):
        go()


def open_evaluation(evaluation_id: int, at_s: float | None = None) -> None:
    """Show the evaluation, with the recording at this second."""
    place = {"evaluation": str(evaluation_id)}
    if at_s is not None:
        place["at"] = f"{at_s:g}"
    st.switch_page("screens/evaluation_list.py", query_params=place)
