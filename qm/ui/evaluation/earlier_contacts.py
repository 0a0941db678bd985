"""The customer's earlier contacts: how many, a list of them, and a look into one."""

import streamlit as st

from qm.core.problems import NotAllowed
from qm.core.text import without_turns
from qm.ui import theme, wording
from qm.ui.evaluation.written_lines import mail_blocks, message_times
from qm.ui.here import Here, here
from qm.ui.player import PlayerView, SegmentView, player, player_labels
from qm.ui.recordings_route import recording_url
from qm.workflow.earlier_contacts import (
    EarlierContact,
    OpenedContact,
    count_earlier_contacts,
    earlier_contacts,
    open_earlier_contact,
)

_WANTED = "earlier-contact-wanted"


def show_earlier_contacts(page: Here, interaction_id: str) -> None:
    """Offer the customer's earlier contacts, where there are any and the person may know."""
    try:
        count = count_earlier_contacts(page.engine, page.actor, interaction_id)
    except NotAllowed:  # withdrawn in between: the page tells it elsewhere
        return
    if not count:
        return
    label = page.digits(page._("Earlier contacts: {count}").format(count=count))
    key = f"contacts-{interaction_id}-{page.language}"
    popover = st.popover(label, type="tertiary", key=key, on_change="rerun", width="content")
    if popover.open:
        with popover:
            for contact in earlier_contacts(page.engine, page.actor, interaction_id):
                _contact(page, contact, key)
    if (wanted := st.session_state.pop(_WANTED, None)) is not None:
        _look_into(page, wanted)


def _contact(page: Here, contact: EarlierContact, key: str) -> None:
    _ = page._
    told = [
        theme.words(page.moment(contact.started_at), "strong"),
        theme.words(wording.channel(_, contact.channel)),
        theme.words(without_turns(contact.queue or "–"), "mute"),
    ]
    if contact.duration_s is not None:
        told.append(theme.words(page.clock(contact.duration_s), "mute"))
    if contact.percent is not None:
        told.append(theme.pill(page.number(contact.percent), "accent"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        theme.row(*told)
        if contact.may_open:
            st.button(
                _("Look into it"),
                key=f"contact-{contact.interaction_id}",
                type="tertiary",
                help=_("Look into this contact without leaving the page"),
                on_click=_want,
                args=(contact.interaction_id, key),
            )


def _want(interaction_id: str, popover: str) -> None:
    st.session_state[_WANTED] = interaction_id
    st.session_state[popover] = False  # or it would stand before what was opened


def _look_into(page: Here, interaction_id: str) -> None:
    @st.dialog(page._("Earlier contact"), width="large")
    def look() -> None:
        now = here()
        try:
            opened = open_earlier_contact(now.engine, now.actor, interaction_id)
        except NotAllowed:
            st.error(now._("This interaction is not yours to open."))
        else:
            _show(now, opened)

    look()


def _show(page: Here, opened: OpenedContact) -> None:
    interaction, segments = opened.interaction, opened.words.segments
    theme.row(
        theme.words(wording.channel(page._, interaction.channel), "strong"),
        theme.words(page.moment(interaction.started_at)),
        theme.words(without_turns(interaction.queue or "–"), "mute"),
    )
    times = message_times(page, interaction, segments)
    player(
        key=f"earlier-{interaction.id}",
        view=PlayerView(
            recording_url=recording_url(interaction.id) if opened.has_recording else None,
            duration_s=opened.duration_s,
            segments=[
                SegmentView(
                    index,
                    line.speaker,
                    line.start_s,
                    line.end_s,
                    wording.masked(page._, line.text),
                    blocks=mail_blocks(page, interaction, index, line),
                    time=times[index],
                )
                for index, line in enumerate(segments)
            ],
            labels=player_labels(page._),
            language=page.language,
            interaction=interaction.id,
        ),
    )
