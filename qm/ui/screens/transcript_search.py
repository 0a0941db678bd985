"""Search: where words are said in all transcripts that the person may open, to the second."""

import streamlit as st

from qm.core.problems import BadInput
from qm.ui import theme
from qm.ui.here import Here, here, show_problems
from qm.ui.search.limits import limits
from qm.ui.search.listening import listening
from qm.ui.search.results import HITS_PER_PAGE, count, pages, results, wanted_place
from qm.workflow.transcript_search import (
    Hits,
    Within,
    count_unsearchable_transcripts,
    index_missing,
    search_transcripts,
)


def offer_index(page: Here) -> None:
    """Tell whoever runs the transcripts that some are not found yet, and make them so."""
    _ = page._
    if not page.actor.may("transcribe"):
        return
    missing = count_unsearchable_transcripts(page.engine, page.actor)
    if not missing:
        return
    text = _("{count} transcripts are not found yet: they wait for the masking rules in force.")
    st.warning(page.digits(text.format(count=missing)))
    if not st.button(_("Make them searchable")):
        return
    bar = st.progress(0.0)

    def show(done: int, total: int) -> None:
        bar.progress(done / total)

    index_missing(page.engine, page.actor, show)
    st.rerun()


def looked_up(page: Here, text: str, within: Within) -> Hits | None:
    """Return the hits of the page that is chosen; None where they cannot be looked up."""
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


def show_hits(page: Here, hits: Hits, text: str, within: Within) -> None:
    """Show what was found; a place that was clicked is opened beside it."""
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


page = here()
_ = page._
st.title(_("Search"))
offer_index(page)
asked = st.text_input(
    _("Words that were said"),
    key="search-words",
    max_chars=400,
    placeholder=_("For example: refund “not now” -order cancel*"),
    help=_(
        "All words must be said by one speaker in a row. Words in quotation marks stand next to "
        "each other; -word leaves out, OR between two words takes either, a star leaves the end "
        "of a word open. Persian and Arabic letters, half-spaces and digits make no difference."
    ),
)
within = limits(page)
if not asked.strip():
    st.info(_("Type words to find where they are said, in every transcript that you may open."))
elif (hits := looked_up(page, asked, within)) is not None:
    if hits.total:
        show_hits(page, hits, asked, within)
    else:
        st.info(
            _("Nothing was found. Try fewer words or limits, or a word with its end open: refun*")
        )
