"""Which form is looked at."""

import streamlit as st

from qm.ui.forms import words
from qm.ui.forms.listing import title_of
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here


def chosen_of(page: Here, subjects: list[Subject], uploaded: list[Subject]) -> Subject | None:
    """Let one be chosen; a new upload, and what was just published, comes first by itself."""
    key = f"forms-chosen-{page.language}"
    keys = {subject.key: subject for subject in subjects}
    arrived = uploaded[0].key if uploaded else None
    if st.session_state.get("forms-arrived") != arrived:
        st.session_state["forms-arrived"] = arrived
        if arrived:
            st.session_state[key] = arrived
    if wanted := st.session_state.pop("forms-next", None):
        found = [each.key for each in subjects if (each.origin, each.name) == wanted]
        st.session_state[key] = found[0] if found else next(iter(keys))
    if st.session_state.get(key) not in keys:
        st.session_state.pop(key, None)
    picked = st.selectbox(
        page._("Show"),
        list(keys),
        format_func=lambda each: _called(page, keys[each]),
        key=key,
        width=560,
    )
    return keys[picked] if picked else None


def _called(page: Here, subject: Subject) -> str:
    state = words.state(page._, subject.state)
    origin = page._("upload") if subject.origin == "upload" else state
    return f"{title_of(page, subject)} · {subject.name} · {origin}"
