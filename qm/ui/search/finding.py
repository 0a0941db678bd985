"""Looking words up, a page of hits at a time."""

import streamlit as st

from qm.core.problems import BadInput
from qm.ui import states, theme
from qm.ui.here import Here, show_problems
from qm.ui.search.listening import listening
from qm.ui.search.results import HITS_PER_PAGE, count, pages, results, wanted_place
from qm.workflow.transcript_search import Hits, Within, search_transcripts


def find(page: Here, text: str, within: Within) -> None:
    """Show where the words are said, or that they are said nowhere."""
    hits = _looked_up(page, text, within)
    if hits is None:
        return
    if hits.total:
        _show_hits(page, hits, text, within)
        return
    states.empty(
        page._("Nothing was found."),
        page._("Try fewer words or limits, or a word with its end open: refun*"),
    )


def _looked_up(page: Here, text: str, within: Within) -> Hits | None:
    number = st.session_state.get(_pages_key(text, within), 1)
    try:
        return search_transcripts(
            page.engine,
            page.actor,
            text,
            within,
            limit=HITS_PER_PAGE,
            offset=HITS_PER_PAGE * (number - 1),
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return None


def _show_hits(page: Here, hits: Hits, text: str, within: Within) -> None:
    place = wanted_place()
    left, right = st.columns([1, 1]) if place else (st.container(), None)
    with left:
        count(page, hits)
        results(page, hits)
        if pages(hits) > 1:
            st.pagination(pages(hits), key=_pages_key(text, within))
    if place and right:
        with right, theme.card("interaction"):
            listening(page, place)


def _pages_key(text: str, within: Within) -> str:
    """Another search begins at its first page."""
    return f"search-page {text} {within}"
