"""The list of events, the newest first; each opens to its details and leads to its subject."""

import streamlit as st

from qm.store.audit import UNREADABLE, Wanted
from qm.ui import states, theme
from qm.ui.audit import words
from qm.ui.audit.details import show_details
from qm.ui.audit.links import page_about
from qm.ui.audit.saying import Saying
from qm.ui.audit.subjects import subject
from qm.ui.here import Here
from qm.ui.names import doer
from qm.ui.pager import page_chosen, pager
from qm.ui.plain import plain
from qm.workflow.audit import Found, list_events, names_told

EVENTS_PER_PAGE = 25


def show_events(page: Here, wanted: Wanted, names: dict[str, str]) -> None:
    """Show the events that are wanted, a page at a time."""
    _ = page._
    key = f"events-{hash(wanted)}"  # other limits begin at the first page
    found = _found(page, wanted, page_chosen(key))
    if not found.total:
        states.empty(
            _("Nothing of this kind is in the log."),
            _("Choose fewer limits; what is done in qm appears here."),
        )
        return
    st.caption(page.digits(_("{count} events, the newest first").format(count=found.total)))
    told = names_told(page.engine, page.actor, found.events)
    for event in found.events:
        _show(Saying(page, event, told), names)
    pager(page, -(-found.total // EVENTS_PER_PAGE), key)


def _found(page: Here, wanted: Wanted, number: int) -> Found:
    offset = EVENTS_PER_PAGE * (number - 1)
    return list_events(page.engine, page.actor, wanted, limit=EVENTS_PER_PAGE, offset=offset)


def _show(saying: Saying, names: dict[str, str]) -> None:
    page, event = saying.page, saying.event
    _ = page._
    when = "–" if event.action == UNREADABLE else page.moment(event.at)
    who = names.get(event.actor) or doer(_, event.actor)
    what = words.action(_, event.action)
    label = f"{plain(when)} · {plain(who)} · **{plain(what)}** · {plain(subject(saying))}"
    with st.expander(label, key=f"event-{event.id}"):
        theme.row(
            theme.words(page.digits(_("Event {number}").format(number=event.id)), "strong"),
            theme.words(doer(_, event.actor), "mute"),
            theme.words(event.action, "mute"),
            end=[theme.words(f"SHA-256 {event.sha256[:16]}…\u200e", "mute")],
        )
        show_details(saying)
        about = page_about(page, event)
        if about is not None:
            screen, query = about
            label = _("Go to {page}").format(page=_(screen.title))
            st.page_link(screen.file, label=label, query_params=query)
