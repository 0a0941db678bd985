"""The people who sign in, teams over time, and the keys of other systems."""

import streamlit as st

from qm.ui.accounts.notices import show_notices
from qm.ui.accounts.people_tab import show_people
from qm.ui.accounts.teams_tab import show_teams
from qm.ui.accounts.tokens_tab import show_tokens
from qm.ui.here import here
from qm.workflow.directory import directory

page = here()
_ = page._
page.actor.require("manage_people")
st.title(_("People"))
show_notices()
known = directory(page.engine, page.actor)
labels = [_("People"), _("Teams"), _("API tokens")]
people, teams, tokens = st.tabs(labels, key=f"people-tab-{page.language}", on_change="rerun")
if people.open:
    with people:
        show_people(page, known)
if teams.open:
    with teams:
        show_teams(page, known)
if tokens.open:
    with tokens:
        show_tokens(page)
