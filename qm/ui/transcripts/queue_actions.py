"""What a person may do to the queue: pause it, hold single recordings, try failed ones again."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from qm.core.problems import BadInput
from qm.ui.here import Here
from qm.ui.plain import plain
from qm.workflow.transcription_queue import hold, pause, release, resume, retry_failed


def pause_button(page: Here, *, is_paused: bool) -> None:
    """Offer to pause the queue, or to go on."""
    _ = page._
    label = _("Go on transcribing") if is_paused else _("Pause transcribing")
    if st.button(label, key=f"queue-pause-{is_paused}"):
        (resume if is_paused else pause)(page.engine, page.actor, now=page.now())
        st.rerun()


def retry_picker(page: Here, failed: Sequence[str]) -> BadInput | None:
    """Offer to try failed recordings again, some or all; return why it was refused."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = _chooser(page, _("Failed recordings"), failed, "queue-retried")
        if st.button(_("Try these again"), disabled=not chosen, key="queue-retry"):
            return _acted(lambda: retry_failed(page.engine, page.actor, chosen, now=page.now()))
        if st.button(_("Try all again"), key="queue-retry-all"):
            return _acted(lambda: retry_failed(page.engine, page.actor, None, now=page.now()))
    return None


def held_picker(page: Here, waiting: pd.DataFrame) -> BadInput | None:
    """Offer to hold waiting recordings or to release them; return why it was refused."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ids = list(waiting["interaction_id"])
        chosen = _chooser(page, _("Waiting recordings"), ids, "queue-held")
        if st.button(_("Hold these"), disabled=not chosen, key="queue-hold"):
            return _acted(lambda: hold(page.engine, page.actor, chosen, now=page.now()))
        if st.button(_("Release these"), disabled=not chosen, key="queue-release"):
            return _acted(lambda: release(page.engine, page.actor, chosen, now=page.now()))
    return None


def _chooser(page: Here, label: str, ids: Sequence[str], key: str) -> list[str]:
    # A key per turn: what was chosen is gone once it was acted on.
    turn = st.session_state.setdefault("queue-turn", 0)
    return st.multiselect(
        label,
        ids,
        format_func=plain,
        key=f"{key}-{turn}",
        placeholder=page._("Choose interactions"),
        width=420,
    )


def _acted(act: Callable[[], object]) -> BadInput | None:
    try:
        act()
    except BadInput as refusal:
        return refusal
    st.session_state["queue-turn"] += 1
    st.rerun()
    return None  # never reached: the rerun begins at once
