"""The Streamlit script: the look, the person, the menu; then the page that was asked for."""

from pathlib import Path

import streamlit as st

from qm.core.access import Right
from qm.core.text import LANGUAGES
from qm.ui import theme, wording
from qm.ui.here import Here, here
from qm.workflow.people import set_language

SCREENS = Path(__file__).parent / "screens"


def menu(page: Here) -> list[st.Page]:
    """Return the pages that the person's role may open, the main one of the role first."""
    _ = page._
    entries: list[tuple[str, str, Right]] = [
        ("my_queue", _("My queue"), "evaluate"),
        ("evaluate", _("Evaluate"), "evaluate"),
        ("quality_trends", _("Trends"), "see_quality"),
        ("coaching_notes", _("Coaching"), "see_coaching"),
        ("evaluation_list", _("Evaluations"), "see_quality"),
        ("transcript_search", _("Search"), "search_transcripts"),
        ("monthly_report", _("Report"), "export_report"),
        ("interaction_import", _("Interactions"), "import"),
        ("evaluation_forms", _("Forms"), "see_forms"),
        ("sampling_draws", _("Sampling"), "see_sampling"),
        ("transcript_states", _("Transcripts"), "transcribe"),
    ]
    return [
        st.Page(
            SCREENS / f"{name}.py",
            title=title,
            url_path=name.replace("_", "-"),
            visibility="hidden" if name == "evaluate" else "visible",
        )
        for name, title, right in entries
        if page.actor.may(right)
    ]


def person_and_language(page: Here) -> None:
    """Show who is signed in, the language switch and the way out, below the menu."""
    _ = page._
    with st.sidebar:
        st.text(page.name)
        st.caption(wording.role(_, page.actor.role))
        chosen = st.segmented_control(
            _("Language"),
            LANGUAGES,
            default=page.language,
            required=True,
            format_func={"fa": "فارسی", "en": "English"}.__getitem__,
            key=f"language-{page.language}",
            label_visibility="collapsed",
        )
        if chosen != page.language:
            set_language(page.engine, page.actor, chosen)
            st.rerun()
        way_out = _("Sign out")
        st.html(
            '<form method="post" action="/sign-out" target="_self">'
            f'<button class="qm-sign-out">{way_out}</button></form>'
        )


ICON = Path(__file__).parent / "icon.png"  # a local file: a named icon is fetched from outside
SIDEBAR_PX = 210

st.set_page_config(
    page_title="qm", page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR_PX
)
page = here()
theme.apply(page.language)
pages = menu(page)
# The default page has no address of its own: this one goes on to the first page of the role, so
# that every real page keeps its address for everybody.
home = st.Page(lambda: st.switch_page(pages[0]), title="qm", default=True, visibility="hidden")
chosen_page = st.navigation([home, *pages])
person_and_language(page)
chosen_page.run()
