"""A lead's own note on an evaluation, written where it is read."""

import streamlit as st

from qm.core.coaching.notes import NOTE_KINDS, Note
from qm.core.problems import BadInput
from qm.core.text import MOST_LETTERS
from qm.ui.coaching.note_entry import places
from qm.ui.coaching.words import note_kind
from qm.ui.here import Here, show_problems
from qm.workflow.coaching_steps import add_note
from qm.workflow.evaluations import Reading


def note_writing(page: Here, reading: Reading) -> None:
    """Offer to add a note for the agent, to those who coach them."""
    if not page.actor.may("discuss_coaching") or reading.evaluation.kind != "official":
        return
    _, key = page._, f"note-writing-{reading.evaluation.id}-{page.language}"
    texts = dict(places(page, reading.form))
    with (
        st.popover(_("Add feedback"), key=key),
        st.form(f"{key}-form", border=False, clear_on_submit=True),
    ):
        kind = st.segmented_control(
            _("Kind of note"),
            NOTE_KINDS,
            default="note",
            required=True,
            format_func=lambda code: note_kind(_, code),
        )
        place = st.selectbox(_("About"), list(texts), format_func=texts.__getitem__)
        text = st.text_area(_("Note for the agent"), max_chars=MOST_LETTERS, height=120)
        if st.form_submit_button(_("Add feedback"), type="primary"):
            about = {"section_id": place.section_id, "question_id": place.question_id}
            note = Note.model_validate({"number": 1, "kind": kind, "text": text, **about})
            _add(page, reading, note)


def _add(page: Here, reading: Reading, note: Note) -> None:
    try:
        add_note(page.engine, page.actor, reading.evaluation.id or 0, note, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
    else:
        st.rerun()
