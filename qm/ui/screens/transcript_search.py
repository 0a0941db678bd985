"""Search: where words are said in all transcripts that the person may open, to the second."""

import streamlit as st

from qm.ui import states
from qm.ui.here import here
from qm.ui.search.finding import find
from qm.ui.search.limits import limits
from qm.ui.search.unsearchable import offer_index

page = here()
_ = page._
st.title(_("Search"))
offer_index(page)
asked = st.text_input(
    _("Words that were said"),
    key="search-words",
    bind="query-params",
    max_chars=400,
    placeholder=_("For example: refund “not now” -order cancel*"),
    help=_(
        "All words must be said by one speaker in a row. Words in quotation marks stand next to "
        "each other; -word leaves out, OR between two words takes either, a star leaves the end "
        "of a word open. Persian and Arabic letters, half-spaces and digits make no difference."
    ),
)
within = limits(page)
if asked.strip():
    find(page, asked, within)
else:
    states.empty(
        _("Type words to find where they are said, in every transcript that you may open.")
    )
