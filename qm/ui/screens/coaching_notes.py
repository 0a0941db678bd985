"""Coaching: the notes of evaluations; a team lead marks them discussed."""

import pandas as pd
import streamlit as st

from qm.ui import theme, wording
from qm.ui.here import Here, here
from qm.workflow.coaching import list_notes, mark_discussed

NOTES_SHOWN = 50


def chosen_notes(page: Here, notes: pd.DataFrame) -> pd.DataFrame:
    """Return the notes that the filters leave."""
    _ = page._
    agents = notes.drop_duplicates("agent_id").set_index("agent_id")
    names = {
        agent_id: page.called(row["agent_name"], row["agent_name_fa"])
        for agent_id, row in agents.iterrows()
    }
    with st.container(horizontal=True):
        state = st.segmented_control(
            _("State"),
            ["open", "discussed"],
            default="open",
            format_func=lambda code: wording.note_state(_, code),
            key=f"coaching-state-{page.language}",
        )
        agent = st.selectbox(
            _("Agent"),
            [None, *sorted(names, key=lambda name: names[name])],
            format_func=lambda name: _("All agents") if name is None else names[name],
            key=f"coaching-agent-{page.language}",
        )
        period = st.selectbox(
            _("Month"),
            [None, *sorted(notes["period"].unique(), reverse=True)],
            format_func=lambda text: _("All months") if text is None else page.month(text),
            key=f"coaching-period-{page.language}",
        )
    for column, wanted in (("state", state), ("agent_id", agent), ("period", period)):
        if wanted is not None:
            notes = notes[notes[column] == wanted]
    return notes


def show_note(page: Here, note: pd.Series) -> None:
    """Show one note with the evaluation it comes from, and what was said about it."""
    _ = page._
    with theme.card(f"note-{note['note_id']}"):
        score = page.number(note["percent"])
        theme.row(
            theme.words(page.called(note["agent_name"], note["agent_name_fa"]), "strong"),
            theme.pill(page.called(note["team_name"], note["team_name_fa"])),
            theme.pill(_("score {score}").format(score=score), "accent"),
            theme.pill(
                wording.note_state(_, note["state"]),
                "good" if note["state"] == "discussed" else "warn",
            ),
            end=[
                theme.words(
                    f"{page.called(note['author_name'], note['author_name_fa'])} · "
                    f"{page.day(note['created_at'])}",
                    "mute",
                )
            ],
        )
        st.text(wording.masked(_, note["text"]))
        if note["state"] == "discussed":
            said = f": {note['lead_comment']}" if note["lead_comment"] else ""
            st.caption(
                _("Discussed on {day}").format(day=page.day(note["discussed_at"])), width="content"
            )
            if said:
                st.text(wording.masked(_, note["lead_comment"]))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if st.button(_("Read the evaluation"), key=f"read-{note['note_id']}"):
                st.switch_page(
                    "screens/evaluation_list.py",
                    query_params={"evaluation": str(note["evaluation_id"])},
                )
            if note["state"] == "open" and page.actor.may("discuss_coaching"):
                discuss(page, int(note["note_id"]))


def discuss(page: Here, note_id: int) -> None:
    """Let a lead record that the note was discussed, and what was agreed."""
    _ = page._
    with st.popover(_("Mark discussed")), st.form(f"discuss-{note_id}", border=False):
        comment = st.text_area(_("What was agreed (optional)"), max_chars=2000)
        if st.form_submit_button(_("Discussed"), type="primary"):
            mark_discussed(page.engine, page.actor, note_id, comment, now=page.now())
            st.rerun()


page = here()
_ = page._
st.title(_("Coaching"))
notes = list_notes(page.engine, page.actor)
if notes.empty:
    st.info(_("There are no coaching notes yet. They come from submitted evaluations."))
else:
    shown = chosen_notes(page, notes)
    count = _("{shown} of {all} notes").format(shown=len(shown), all=len(notes))
    st.caption(page.digits(count))
    for _place, note in shown.head(NOTES_SHOWN).iterrows():
        show_note(page, note)
    if len(shown) > NOTES_SHOWN:
        st.caption(page.digits(_("The newest {n} are shown.").format(n=NOTES_SHOWN)))
