"""Checking a draw: everything computed again, and a bundle for whoever checks it elsewhere."""

import re
import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from qm.core.problems import BadInput
from qm.core.sampling.verification import Verification
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.tables import table
from qm.workflow.draw_bundles import export_bundle
from qm.workflow.draw_checks import verify_draw

# Between Persian words the parts of such a date would be put in the opposite order.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC")


def verify_button(page: Here, draw_id: int) -> bool:
    """Offer to verify the draw; return whether it was asked for in this rerun."""
    return st.button(page._("Verify"), type="primary", key=f"verify-{draw_id}")


def verification(page: Here, draw_id: int, *, is_wanted: bool) -> None:
    """Repeat the draw from what is stored where that is wanted; show the result line by line."""
    _ = page._
    key = f"verification-{draw_id}"
    if is_wanted:
        st.session_state.pop(key, None)
        st.session_state[key] = _verify(page, draw_id)
    found: Verification | None = st.session_state.get(key)
    if found is not None:
        _show(page, found)
        return
    st.caption(
        _(
            "Verifying computes everything again from the interactions, the seed and the policy, "
            "and compares it with what is stored."
        )
    )


def bundle(page: Here, draw_id: int, period: str, *, is_revealed: bool) -> None:
    """Offer the draw as a file that can be verified on another machine, without the database."""
    _ = page._
    if not page.actor.may("draw"):
        return
    if not is_revealed:
        st.caption(_("Once the seed is revealed, the draw can be downloaded with all it needs."))
        return
    st.download_button(
        _("Download the bundle"),
        data=lambda: _bundle(page, draw_id),
        file_name=f"draw-{draw_id}-{period}.zip",
        mime="application/zip",
        on_click="ignore",
        key=f"bundle-{draw_id}",
    )
    st.caption(_("Anybody can check it without this database: qm draw verify FILE"))


def _verify(page: Here, draw_id: int) -> Verification | None:
    bar = st.progress(0.0, text=page._("Verifying…"))

    def show(done: int, total: int) -> None:
        bar.progress(done / total if total else 1.0, text=page._("Verifying…"))

    try:
        return verify_draw(page.engine, page.actor, draw_id, on_progress=show)
    except BadInput as refusal:
        show_problems(page, refusal)
        return None
    finally:
        bar.empty()


def _show(page: Here, found: Verification) -> None:
    _ = page._
    marks = {"ok": "✓", "wrong": "✕", "note": "–"}
    if found.is_right:
        theme.row(theme.pill(_("✓ the draw is what it says"), "good"))
    else:
        theme.row(theme.pill(_("✕ the draw is not what it says"), "bad"))
    rows = [
        [marks[check.outcome], _MOMENT.sub(_isolated, check.words.said(_, page.digits))]
        for check in found.checks
    ]
    table(pd.DataFrame(rows, columns=["", _("Compared")]))


def _isolated(moment: re.Match[str]) -> str:
    return f"\u2066{moment[0]}\u2069"


def _bundle(page: Here, draw_id: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = export_bundle(page.engine, page.actor, draw_id, Path(folder), now=page.now())
        return path.read_bytes()
