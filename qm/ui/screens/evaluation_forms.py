"""Forms: what is published, what is not yet; one of them tried, compared, simulated, published."""

import streamlit as st

from qm.ui import theme, wording
from qm.ui.forms import words
from qm.ui.forms.differences import differences
from qm.ui.forms.downloads import downloads
from qm.ui.forms.findings import findings
from qm.ui.forms.listing import days_of, listing, title_of
from qm.ui.forms.publishing import steps
from qm.ui.forms.simulation import simulation
from qm.ui.forms.subjects import Subject, checked, folder_subjects, published_subjects
from qm.ui.forms.trying import try_out
from qm.ui.forms.uploading import uploaded_subjects
from qm.ui.here import Here, here, show_problems

TONES: dict[str, theme.Tone] = {
    "draft": "accent",
    "errors": "bad",
    "in_force": "good",
    "scheduled": "accent",
}


def chosen_of(page: Here, subjects: list[Subject], uploaded: list[Subject]) -> Subject | None:
    """Let one be chosen; a new upload, and what was just published, comes first by itself."""
    key = f"forms-chosen-{page.language}"
    keys = {subject.key: subject for subject in subjects}
    arrived = uploaded[0].key if uploaded else None
    if st.session_state.get("forms-arrived") != arrived:
        st.session_state["forms-arrived"] = arrived
        if arrived:
            st.session_state[key] = arrived
    if wanted := st.session_state.pop("forms-next", None):
        found = [each.key for each in subjects if (each.origin, each.name) == wanted]
        st.session_state[key] = found[0] if found else next(iter(keys))
    if st.session_state.get(key) not in keys:
        st.session_state.pop(key, None)
    picked = st.selectbox(
        page._("Show"),
        list(keys),
        format_func=lambda each: called(page, keys[each]),
        key=key,
        width=560,
    )
    return keys[picked] if picked else None


def called(page: Here, subject: Subject) -> str:
    """Return how a subject is called where one is chosen."""
    state = words.state(page._, subject.state)
    origin = page._("upload") if subject.origin == "upload" else state
    return f"{title_of(page, subject)} · {subject.name} · {origin}"


def show_head(page: Here, subject: Subject) -> None:
    """Show what the form is, its state and how often it was used."""
    _ = page._
    form = subject.form
    theme.row(
        theme.words(title_of(page, subject), "strong"),
        theme.pill(form.key if form else subject.name),
        theme.pill(words.state(_, subject.state), TONES.get(subject.state, "plain")),
        theme.pill(wording.channel(_, form.channel)) if form else "",
        theme.words(days_of(page, form), "mute") if form else "",
        end=[
            counted(page, _("Errors: {n}"), len(subject.problems), "bad"),
            counted(page, _("Warnings: {n}"), len(subject.warnings), "warn"),
            counted(page, _("Losses: {n}"), len(subject.losses), "plain"),
        ],
    )


def counted(page: Here, text: str, n: int, tone: theme.Tone) -> str:
    """Return a pill with a count, nothing for none."""
    return theme.pill(page.digits(text.format(n=n)), tone) if n else ""


def show_parts(page: Here, subject: Subject, others: list[Subject]) -> None:
    """Show the tabs of a form; only the open one is worked out."""
    _ = page._
    form = subject.form
    if form is None:
        findings(page, subject)
        return
    labels = [_("Preview"), _("Findings"), _("Differences"), _("Simulation"), _("Download")]
    preview, found, changes, simulated, files = st.tabs(
        labels, key=f"forms-tab-{page.language}", on_change="rerun"
    )
    if preview.open:
        with preview:
            try_out(form, subject.key)
    if found.open:
        with found:
            findings(page, subject)
    if changes.open:
        with changes:
            differences(page, subject, form, others)
    if simulated.open:
        with simulated:
            simulation(page, subject, form)
    if files.open:
        with files:
            downloads(page, subject, form)


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
