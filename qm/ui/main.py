"""The Streamlit script: the look, the person, the menu; then the page that was asked for."""

from html import escape
from pathlib import Path

import streamlit as st

from qm.core.text import LANGUAGES
from qm.ui import cut_off, theme, wording
from qm.ui.accounts.own import own_account
from qm.ui.here import Here, checked_once, here
from qm.ui.menu import menu
from qm.ui.notifications.beside_menu import count_beside_menu
from qm.workflow.people import set_language

ICON = Path(__file__).parent / "icon.png"  # a local file: a named icon is fetched from outside
SIDEBAR_PX = 210


def person_and_language(page: Here) -> None:
    """Show who is signed in, the language switch, the colours and the way out."""
    _ = page._
    with st.sidebar:
        count_beside_menu()
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
        own_account(page)
        person(page)


def person(page: Here) -> None:
    """Write the switch of the colours and the way out; page.js reads the language from here."""
    _ = page._
    direction = "rtl" if page.language == "fa" else "ltr"
    colours, skip = escape(_("Light or dark")), escape(_("Skip to the page"))
    way_out = escape(_("Sign out"))
    lost = escape(_("No connection. Your words stay here, and the page goes on by itself."))
    st.html(
        f'<div class="qm-person" lang="{page.language}" dir="{direction}"'
        f' data-skip="{skip}" data-lost="{lost}">'
        f'<button type="button" data-colours title="{colours}" aria-label="{colours}">◐</button>'
        '<form method="post" action="/sign-out" target="_self">'
        f"<button>{way_out}</button></form></div>"
    )


st.set_page_config(
    page_title="qm", page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR_PX
)
page = here()
theme.apply(page.language)
parts = menu(page)
# The default page has no address of its own: this one goes on to the first page of the menu, so
# that every real page keeps its address for everybody.
first = next(iter(parts.values()))[0]
home = st.Page(lambda: st.switch_page(first), title="qm", default=True, visibility="hidden")
chosen_page = st.navigation({**parts, "": [home, *parts[""]]}, expanded=True)
if chosen_page is not home and "notice" in st.session_state:  # at once: it answers a click
    st.toast(st.session_state.pop("notice"))
with checked_once(page), cut_off.drawn_whole("page"):
    person_and_language(page)
    chosen_page.run()
