"""Forms: what is published, what is not yet; one of them tried, compared, simulated, published."""

import streamlit as st

from qm.ui import theme
from qm.ui.forms.choosing import chosen_of
from qm.ui.forms.listing import listing
from qm.ui.forms.one_form import show_head, show_parts
from qm.ui.forms.publishing import steps
from qm.ui.forms.subjects import Subject, checked, folder_subjects, published_subjects
from qm.ui.forms.suggested import show_suggested
from qm.ui.forms.uploading import uploaded_subjects
from qm.ui.here import here, show_problems

page = here()
_ = page._
page.actor.require("see_forms")
st.title(_("Forms"))
if "notice" in st.session_state:
    st.toast(st.session_state.pop("notice"))
published = published_subjects(page)
drafts, refusal = folder_subjects(page, published)
with theme.card("forms"):
    listing(page, [*published, *drafts])
    if refusal:
        show_problems(page, refusal)
uploaded: list[Subject] = []
if page.actor.may("publish_forms"):
    with st.expander(_("Check or bring in a form file")):
        uploaded = uploaded_subjects(page)
subjects = [*uploaded, *published, *drafts]
if subjects:
    with theme.card("one-form"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            subject = chosen_of(page, subjects, uploaded)
            if subject and subject.form:
                steps(page, subject, subject.form, published)
        if subject:
            subject = checked(subject)
            show_head(page, subject)
            show_parts(page, subject, subjects)
show_suggested(page)
