"""The list of events, the newest first; each opens to its details and leads to its subject."""

import streamlit as st

from qm.core.audit import Event
from qm.store.audit import UNREADABLE, Wanted
from qm.ui import states, theme
from qm.ui.audit import words
from qm.ui.audit.details import show_details
from qm.ui.audit.links import page_about
from qm.ui.here import Here
from qm.ui.plain import plain
from qm.workflow.audit import Found, list_events

EVENTS_PER_PAGE = 25


def show_events(page: Here, wanted: Wanted, names: dict[str, str]) -> None:
    """Show the events that are wanted, a page at a time."""
    _ = page._
    key = f"events-{hash(wanted)}"  # other limits begin at the first page
    number = st.session_state.get(key, 1)
    found = _found(page, wanted, number)
    if not found.total:
        states.empty(
            _("Nothing of this kind is in the log."),
            _("Choose fewer limits; what is done in qm appears here."),
        )
        return
    st.caption(page.digits(_("{count} events, the newest first").format(count=found.total)))
    for event in found.events:
        _show(page, event, names)
    pages = -(-found.total // EVENTS_PER_PAGE)
    if pages > 1:
        st.pagination(pages, key=key)


def _found(page: Here, wanted: Wanted, number: int) -> Found:
    offset = EVENTS_PER_PAGE * (number - 1)
    return list_events(page.engine, page.actor, wanted, limit=EVENTS_PER_PAGE, offset=offset)


def _show(page: Here, event: Event, names: dict[str, str]) -> None:
    _ = page._
    when = "–" if event.action == UNREADABLE else page.moment(event.at)
    who = names.get(event.actor) or words.doer(_, event.actor)
    what = words.action(_, event.action)
    label = f"{plain(when)} · {plain(who)} · **{plain(what)}** · {plain(event.subject or '–')}"
    with st.expander(label, key=f"event-{event.id}"):
        theme.row(
            theme.words(page.digits(_("Event {number}").format(number=event.id)), "strong"),
            theme.words(words.doer(_, event.actor), "mute"),
            theme.words(event.action, "mute"),
            end=[theme.words(f"SHA-256 {event.sha256[:16]}…", "mute")],
        )
        show_details(page, event.detail)
        about = page_about(page, event)
        if about is not None:
            screen, query = about
            label = _("Go to {page}").format(page=_(screen.title))
            st.page_link(screen.file, label=label, query_params=query)
