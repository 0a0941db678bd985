"""Choosing a period of the centre's calendar."""

from collections.abc import Sequence

import streamlit as st

from qm.core.periods import Period, PeriodKind
from qm.ui import wording
from qm.ui.here import Here

MONTHS_BACK = 24


def period_picker(
    page: Here,
    key: str,
    *,
    known: Sequence[str] | None = None,
    kind: PeriodKind = "month",
    first: str | None = None,
) -> Period:
    """Return the chosen period: one of `known`, or a month of the last two years.

    `first` is the one of them that is chosen to begin with; `kind` only names the choice.
    """
    present = Period.containing(page.now(), page.centre.calendar, page.centre.zone)
    recent = [present.shift(-months) for months in range(MONTHS_BACK)]
    choices = [Period.parse(text) for text in known] if known else recent
    chosen: Period = st.selectbox(
        wording.period_kind(page._, kind),
        choices,
        index=choices.index(Period.parse(first)) if first else 0,
        format_func=lambda period: period.label(page.language),
        key=f"{key}-{page.language}",  # a chosen label would stay in the other language
        width=240 if kind == "month" else 340,
    )
    return chosen
