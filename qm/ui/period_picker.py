"""Choosing a month of the centre's calendar."""

import streamlit as st

from qm.core.periods import Period
from qm.ui.here import Here

MONTHS_BACK = 24


def period_picker(page: Here, key: str, *, known: list[str] | None = None) -> Period:
    """Return the chosen month: one of `known`, or of the last two years where none is given."""
    present = Period.containing(page.now(), page.centre.calendar, page.centre.zone)
    recent = [present.shift(-months) for months in range(MONTHS_BACK)]
    choices = [Period.parse(text) for text in known] if known else recent
    chosen: Period = st.selectbox(
        page._("Month"),
        choices,
        format_func=lambda period: period.label(page.language),
        key=f"{key}-{page.language}",  # a chosen label would stay in the other language
        width=240,
    )
    return chosen
