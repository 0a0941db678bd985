"""Verifying the log on the page: whether it is whole, and its head to keep elsewhere."""

import streamlit as st

from qm.core.audit_verifying import Verification
from qm.core.problems import BadInput
from qm.ui.audit import words
from qm.ui.here import Here, show_problems
from qm.workflow.audit import verify_log

_RESULT = "verified-audit-log"


def verifying(page: Here) -> None:
    """Offer to verify the log, and show what that found."""
    _ = page._
    with st.expander(_("Is the log whole?"), key="verify", icon=":material/verified_user:"):
        st.text(
            _(
                "Every event holds a hash of itself and of the event before it: what was changed, "
                "taken out or put in is found. Whether the newest events were cut off is found "
                "only against a head that was noted earlier and kept elsewhere."
            )
        )
        with st.form("verify-form", border=False):
            head = st.text_input(_("Head that was noted earlier (may be empty)"), max_chars=80)
            if st.form_submit_button(_("Verify the log"), type="primary"):
                _verify(page, head.strip() or None)
        found: Verification | None = st.session_state.get(_RESULT)
        if found is not None:
            _tell(page, found)


def _verify(page: Here, head: str | None) -> None:
    bar = st.progress(0.0)

    def show(done: int, total: int) -> None:
        bar.progress(done / total)

    try:
        found = verify_log(page.engine, page.actor, head, on_progress=show)
        st.session_state[_RESULT] = found
    except BadInput as refusal:
        st.session_state.pop(_RESULT, None)
        show_problems(page, refusal)
    bar.empty()


def _tell(page: Here, found: Verification) -> None:
    _ = page._
    for damage in found.damages:
        st.error(words.damage(page, damage))
    if found.untold:
        more = _("{count} more events do not follow from the one before them.")
        st.error(page.digits(more.format(count=found.untold)))
    if found.has_known_head is False:
        st.error(
            _(
                "The log has no event with this head: its newest events were cut off, or it was "
                "written anew from an earlier event on."
            )
        )
    if found.is_intact:
        whole = _("The log is whole: {count} events, none changed.").format(count=found.events)
        st.success(page.digits(whole))
    st.caption(_("The log's head now; note it where qm's database is not:"))
    st.code(found.head, language=None)
