"""The steps of an evaluation's life: who did what, when and why."""

from html import escape
from pathlib import Path

import streamlit as st

from qm.store.tables import LifeStep
from qm.ui import wording
from qm.ui.here import Here
from qm.ui.life import words
from qm.ui.names import doer
from qm.workflow.life_reading import Life

_STYLE = (Path(__file__).parent / "timeline.css").read_text("utf-8")


def show_timeline(page: Here, life: Life) -> None:
    """Show every step that the person may see, the oldest first."""
    if not life.steps:
        st.caption(page._("Submitted before steps were noted; it is closed."))
        return
    items = _given(page, life) + "".join(_item(page, life, step) for step in life.steps)
    st.html(f'<style>{_STYLE}</style><ol class="qm-steps">{items}</ol>')


def _given(page: Here, life: Life) -> str:
    """HTML of how the evaluator came to it, for those who may know."""
    if life.given is None:
        return ""
    said = page._("assigned to {name}").format(name=name_of(page, life, life.given.evaluator))
    by = doer(page._, name_of(page, life, life.given.by)) if life.given.by else ""
    told = " · ".join(part for part in (by, page.moment(life.given.at)) if part)
    return f'<li><p><b>{escape(said)}</b> <span class="qm-mute">{escape(told)}</span></p></li>'


def _item(page: Here, life: Life, step: LifeStep) -> str:
    said = escape(words.step(page._, step.step))
    when = escape(page.moment(step.at))
    line = f'<b>{said}</b> <span class="qm-mute">{escape(_who(page, life, step))} · {when}</span>'
    score = _score(page, step)
    reason = wording.masked(page._, step.reason)
    quote = f'<p class="qm-said" dir="auto">{escape(reason)}</p>' if reason else ""
    return f"<li><p>{line}{score}</p>{quote}</li>"


def _who(page: Here, life: Life, step: LifeStep) -> str:
    if step.detail.get("by_rule"):
        return page._("by the centre's rules")
    return name_of(page, life, step.actor)


def name_of(page: Here, life: Life, username: str) -> str:
    """Return what somebody in this life is called."""
    name = life.names.get(username)
    return name.in_language(page.language) if name else username


def _score(page: Here, step: LifeStep) -> str:
    before, after = step.detail.get("before"), step.detail.get("after")
    if step.step != "change" or before == after:
        return ""
    return f' <span class="qm-pill qm-accent">{escape(moved(page, before, after))}</span>'


def moved(page: Here, before: float | None, after: float | None) -> str:
    """Return a score before and after, such as “45.0 → 85.0”; read in the page's direction."""
    arrow = "←" if page.language == "fa" else "→"
    return f"{page.number(before)} {arrow} {page.number(after)}"
