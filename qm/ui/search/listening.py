"""The interaction beside the results: its transcript, and its recording from the found second."""

import streamlit as st

from qm.core.problems import NotAllowed
from qm.core.text import without_turns
from qm.ui import theme, wording
from qm.ui.evaluation.written_lines import mail_blocks, message_times
from qm.ui.here import Here
from qm.ui.player import PlayerView, SegmentView, Start, player, player_labels
from qm.ui.recordings_route import recording_url
from qm.ui.search.results import Place, close_place
from qm.workflow.transcript_search import Opened, open_interaction


def listening(page: Here, place: Place) -> None:
    """Show the interaction of a place and begin at its second."""
    try:
        opened = open_interaction(page.engine, page.actor, place.interaction_id)
    except NotAllowed:
        st.error(page._("This interaction is not yours to open."))
        return
    _head(page, opened)
    player(
        key=f"player-{place.interaction_id}",
        view=PlayerView(
            recording_url=recording_url(place.interaction_id) if opened.has_recording else None,
            duration_s=opened.duration_s,
            segments=_lines(page, opened),
            labels=player_labels(page._),
            language=page.language,
            start=Start(place.start_s, place.position, place.asked),
        ),
    )


def _head(page: Here, opened: Opened) -> None:
    title = page._("{channel} {id} · {agent} · {queue}").format(
        channel=wording.channel(page._, opened.interaction.channel),
        id=opened.interaction.id,
        agent=page.called(opened.agent.name, opened.agent.name_fa),
        queue=opened.interaction.queue or "–",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        theme.row(
            theme.words(without_turns(title), "strong"),
            theme.words(page.moment(opened.interaction.started_at), "mute"),
        )
        if st.button(page._("Close"), type="tertiary"):
            close_place()
            st.rerun()


def _lines(page: Here, opened: Opened) -> list[SegmentView]:
    interaction, segments = opened.interaction, opened.words.segments
    times = message_times(page, interaction, segments)
    return [
        SegmentView(
            index,
            segment.speaker,
            segment.start_s,
            segment.end_s,
            wording.masked(page._, segment.text),
            blocks=mail_blocks(page, interaction, index, segment),
            time=times[index],
        )
        for index, segment in enumerate(segments)
    ]
