"""What was found: a card for each place, with the words around it and the ways there."""

from collections.abc import Iterator
from typing import NamedTuple

import streamlit as st

from qm.ui import theme, wording
from qm.ui.here import Here
from qm.workflow.transcript_search import Hit, Hits

HITS_PER_PAGE = 20
_MOST_PAGES = 50
_PLACE = "search-place"


class Place(NamedTuple):
    """Where somebody wants to listen or read; `asked` counts how often they wanted to."""

    interaction_id: str
    position: int
    start_s: float | None
    asked: int


def count(page: Here, hits: Hits) -> None:
    """Say how much was found, and when it is too much to go through."""
    _ = page._
    text = _("{places} places in {interactions} interactions, the newest first").format(
        places=hits.total, interactions=hits.interactions
    )
    st.caption(page.digits(text))
    most = HITS_PER_PAGE * _MOST_PAGES
    if hits.total > most:
        text = _("Only the first {most} can be opened here: look for more words, or limit it.")
        st.info(page.digits(text.format(most=most)))


def pages(hits: Hits) -> int:
    """Return how many pages the hits fill, as far as they are shown."""
    return min(-(-hits.total // HITS_PER_PAGE), _MOST_PAGES)


def results(page: Here, hits: Hits) -> None:
    """Show a card for each hit; a click on one is remembered as the wanted place."""
    for hit in hits.hits:
        name = f"{hit.interaction.id}-{hit.position}"
        with theme.card(f"hit-{name}"):
            _head(page, hit)
            theme.marked(_pieces(page, hit))
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(_label(page, hit), key=f"open-{name}"):
                    before = wanted_place()
                    st.session_state[_PLACE] = Place(
                        hit.interaction.id,
                        hit.position,
                        hit.start_s,
                        before.asked + 1 if before else 1,
                    )
                    st.rerun()
                if hit.evaluation_id is not None:
                    _evaluation(page, hit.evaluation_id, name)


def wanted_place() -> Place | None:
    """Return where the person wanted to listen or read last, until they close it."""
    place: Place | None = st.session_state.get(_PLACE)
    return place


def close_place() -> None:
    """Forget the wanted place."""
    st.session_state.pop(_PLACE, None)


def _head(page: Here, hit: Hit) -> None:
    _ = page._
    theme.row(
        theme.words(page.called(hit.agent.name, hit.agent.name_fa), "strong"),
        theme.words(wording.channel(_, hit.interaction.channel)),
        theme.words(page.moment(hit.interaction.started_at), "mute"),
        theme.pill(wording.speaker(_, hit.speaker)),
        _second(page, hit),
        end=[theme.words(hit.interaction.id, "mute")],
    )


def _pieces(page: Here, hit: Hit) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, the found ones marked, masks in the reader's language."""
    end = 0
    for start, stop in hit.found:
        yield wording.masked(page._, hit.text[end:start]), False
        yield wording.masked(page._, hit.text[start:stop]), True
        end = stop
    yield wording.masked(page._, hit.text[end:]), False


def _second(page: Here, hit: Hit) -> str:
    """Return the second of a call; of what was written, the seconds since it began say nothing."""
    if hit.interaction.channel != "call" or hit.start_s is None:
        return ""
    return theme.pill(page.clock(hit.start_s), "accent")


def _label(page: Here, hit: Hit) -> str:
    if hit.interaction.channel != "call" or hit.start_s is None:
        return page._("Read on")
    return page._("Listen at {time}").format(time=page.clock(hit.start_s))


def _evaluation(page: Here, evaluation_id: int, name: str) -> None:
    if st.button(page._("Open evaluation"), key=f"evaluation-{name}", type="tertiary"):
        st.switch_page(
            "screens/evaluation_list.py", query_params={"evaluation": str(evaluation_id)}
        )
