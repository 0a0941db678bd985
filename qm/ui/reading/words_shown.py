"""The words of an interaction as the reader may see them."""

import streamlit as st

from qm.ui import wording
from qm.ui.here import Here
from qm.workflow.evaluations import Reading
from qm.workflow.transcripts import Words, read_unmasked


def shown_words(page: Here, reading: Reading) -> Words:
    """Return the masked words; those who may see personal data can have them as they were said.

    Nothing remembers that: they are masked again when the page is loaded anew.
    """
    _ = page._
    if not reading.words.masked or not page.actor.may("see_personal_data"):
        return reading.words
    interaction_id = reading.context.interaction.id
    hidden = page.listed(
        f"{wording.personal_data(_, kind)}: {page.number(count, 0)}"
        for kind, count in reading.words.masked.items()
    )
    wanted = st.toggle(
        _("Show what is masked"),
        key=f"unmask-{interaction_id}-{page.language}",
        help=_("It is logged who looked, when and at which interaction."),
    )
    st.caption(hidden)
    if not wanted:
        return reading.words
    return read_unmasked(page.engine, page.actor, interaction_id, now=page.now())
