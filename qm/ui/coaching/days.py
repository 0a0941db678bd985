"""Choosing a day ahead, in the words of the centre's calendar."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from qm.ui.evaluation.answering import show_in
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here

_AHEAD = (1, 2, 3, 7, 14, 28, 42)


def today(page: Here) -> dt.date:
    """Return the day in the centre's zone."""
    return page.now().astimezone(page.centre.zone).date()


def day_ahead(
    page: Here,
    label: str,
    key: str,
    *,
    value: dt.date | None = None,
    is_required: bool = False,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> dt.date | None:
    """Let somebody choose a day in the next weeks, or none; `value` is there in any case."""
    ahead = {today(page) + dt.timedelta(days=days): days for days in _AHEAD}
    days = sorted({*ahead, *([value] if value else [])})

    def said(day: dt.date | None) -> str:
        if day is None:
            return page._("No date")
        named = day_in_words(page, day)
        if day not in ahead:
            return named
        words = page._("{day} (in {n} days)").format(day=named, n=ahead[day])
        return page.digits(words)

    name = f"{key}-{page.language}"
    show_in(name, value if value is not None or not is_required else days[0])
    chosen: dt.date | None = st.selectbox(
        label,
        days if is_required else [None, *days],
        format_func=said,
        key=name,
        placeholder=page._("No date"),
        on_change=on_change,
        args=(*args, name) if on_change else (),
    )
    return chosen
