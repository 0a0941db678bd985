"""The parts of coaching: inbox, notes, talks, commitments, proposals."""

import streamlit as st

from qm.ui.coaching.commitments import show_commitments
from qm.ui.coaching.inbox import show_inbox
from qm.ui.coaching.note_list import show_notes
from qm.ui.coaching.places import go
from qm.ui.coaching.proposals import show_proposals
from qm.ui.coaching.talk_list import show_talks
from qm.ui.here import Here

# What others link to, and the state of the notes that it means.
_NOTES_IN_STATE = {
    "review": "review",
    "returned": "returned",
    "acknowledge": "shared",
    "discuss": "acknowledged",
}


def show_overview(page: Here) -> None:
    """Show the part of coaching that the address asks for, the first of the role otherwise."""
    wanted = st.query_params.get("show", "")
    if wanted in _NOTES_IN_STATE:
        go(show="notes", state=_NOTES_IN_STATE[wanted])
    names = _parts(page)
    key = f"coaching-part-{page.language}"
    if wanted in names:
        st.session_state[key] = wanted
    part = st.segmented_control(
        page._("Part"),
        list(names),
        default=None if key in st.session_state else next(iter(names)),
        required=True,
        format_func=names.__getitem__,
        key=key,
        label_visibility="collapsed",
        on_change=_remember,
        args=(key,),
    )
    {
        "inbox": show_inbox,
        "notes": show_notes,
        "talks": show_talks,
        "commitments": show_commitments,
        "proposals": show_proposals,
    }[str(part)](page)


def _parts(page: Here) -> dict[str, str]:
    _ = page._
    parts = {"inbox": _("Inbox"), "notes": _("Notes"), "talks": _("Talks")}
    parts["commitments"] = _("Commitments")
    if page.actor.may("discuss_coaching"):
        parts["proposals"] = _("Proposals")
    return parts


def _remember(key: str) -> None:
    st.query_params.from_dict({"show": st.session_state[key]})
