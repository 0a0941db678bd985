"""“Why my call?”: how an evaluated interaction came to be drawn, in plain words."""

import streamlit as st

from qm.core.problems import NotAllowed
from qm.ui import theme
from qm.ui.here import Here
from qm.ui.sampling import words
from qm.workflow.draw_explaining import TOOK_ITS_PLACE
from qm.workflow.draw_reasons import Reasons, reasons_of


def why(page: Here, draw_id: int, interaction_id: str) -> None:
    """Offer the answer to why this interaction was evaluated; worked out once it is asked for."""
    _ = page._
    is_agent = page.actor.role == "agent"
    label = _("Why my interaction?") if is_agent else _("Why this interaction?")
    key = f"why-{draw_id}-{interaction_id}"
    popover = st.popover(label, type="tertiary", key=key, on_change="rerun")
    if not popover.open:
        return
    with popover, st.spinner(_("Looking it up…")):
        try:
            found = reasons_of(page.engine, page.actor, draw_id, interaction_id)
        except NotAllowed:
            st.text(_("This evaluation does not exist or is not yours to read."))
            return
        _answer(page, found)
        _check(page, found)


def _answer(page: Here, found: Reasons) -> None:
    _ = page._
    if found.explanation is None:
        st.text(_("This draw was made before draws could be explained."))
        return
    for sentence in found.explanation.sentences(page.language, page.centre):
        if sentence.template != TOOK_ITS_PLACE:  # told below, with what and why
            st.text(sentence.said(_, page.digits))
    if found.replaced is not None and found.reason is not None:
        reason = words.reason(found.explanation.policy, found.reason, page.language)
        text = _("It took the place of {replaced}, which could not be evaluated: {reason}.")
        st.text(text.format(replaced=found.replaced, reason=reason))
    if found.explanation.standing.purpose != "targeted":
        st.text(_("Nobody chose it by hand: the numbers decided."))


def _check(page: Here, found: Reasons) -> None:
    """Say how the answer can be checked."""
    _ = page._
    theme.row(theme.words(_("How to check it"), "strong"))
    text = _("Draw {draw}. A permanent number is made of the seed and the interaction's id alone.")
    st.text(page.digits(text.format(draw=found.draw_id)))
    if found.commitment is None:
        return
    st.caption(_("SHA-256 of the seed"))
    st.code(found.commitment.seed_sha256, language=None, wrap_lines=True)
    if found.commitment.seed is None:
        st.caption(_("The seed itself is revealed once the period needs no further draw."))
        return
    st.caption(_("The seed itself:"))
    st.code(found.commitment.seed, language=None, wrap_lines=True)
