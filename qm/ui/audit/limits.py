"""The limits of the list: who, what, when, to what; kept in the address."""

import streamlit as st

from qm.core.periods import Period
from qm.core.text import latin_digits
from qm.store.audit import UNREADABLE, Wanted
from qm.ui.addressed import addressed_choice
from qm.ui.audit import words
from qm.ui.here import Here
from qm.ui.period_picker import MONTHS_BACK

_ALL = "all"


def limits(page: Here, names: dict[str, str]) -> Wanted:
    """Show the limits in a row and return what they leave; `names` are of people by username."""
    _ = page._
    actions = sorted((words.action(_, code), code) for code in words.ACTIONS if code != UNREADABLE)
    present = Period.containing(page.now(), page.centre.calendar, page.centre.zone)
    months = [present.shift(-back) for back in range(MONTHS_BACK)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = _choice(page, "person", _("Person"), _("Everybody"), names)
        action = _choice(
            page,
            "action",
            _("What was done"),
            _("Everything"),
            {code: name for name, code in actions},
            width=300,
        )
        named = {str(month): month.label(page.language) for month in months}
        month = _choice(page, "period", _("Month"), _("Any time"), named)
        subject = st.text_input(
            _("About"),
            key="about",
            bind="query-params",
            placeholder=_("Beginning of an id or name"),
            width=220,
        )
    since, until = Period.parse(month).bounds(page.centre.zone) if month else (None, None)
    return Wanted(
        actor=person,
        action=action,
        subject=latin_digits(subject).strip() or None,
        since=since,
        until=until,
    )


def _choice(
    page: Here, name: str, label: str, nothing: str, names: dict[str, str], width: int = 190
) -> str | None:
    chosen = addressed_choice(page, label, {_ALL: nothing, **names}, name=name, width=width)
    return None if chosen == _ALL else chosen
