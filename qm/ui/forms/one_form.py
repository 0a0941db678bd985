"""A form: what it is, and its parts as tabs."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from qm.ui import theme, wording
from qm.ui.forms import words
from qm.ui.forms.differences import differences
from qm.ui.forms.downloads import downloads
from qm.ui.forms.findings import findings
from qm.ui.forms.listing import days_of, title_of
from qm.ui.forms.simulation import simulation
from qm.ui.forms.subjects import Subject
from qm.ui.forms.trying import try_out
from qm.ui.here import Here
from qm.ui.names import people

_TONES: dict[str, theme.Tone] = {
    "draft": "accent",
    "errors": "bad",
    "in_force": "good",
    "scheduled": "accent",
}


def show_head(page: Here, subject: Subject) -> None:
    """Show what the form is, its state and how often it was used."""
    _ = page._
    form = subject.form
    theme.row(
        theme.words(title_of(page, subject), "strong"),
        theme.pill(form.key if form else subject.name),
        theme.pill(words.state(_, subject.state), _TONES.get(subject.state, "plain")),
        theme.pill(wording.channel(_, form.channel)) if form else "",
        theme.words(days_of(page, form), "mute") if form else "",
        theme.words(_published(page, subject.row), "mute") if subject.row else "",
        end=[
            _counted(page, _("Errors: {n}"), len(subject.problems), "bad"),
            _counted(page, _("Warnings: {n}"), len(subject.warnings), "warn"),
            _counted(page, _("Losses: {n}"), len(subject.losses), "plain"),
        ],
    )


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


def _published(page: Here, row: Mapping[str, Any]) -> str:
    by = row["published_by"]
    text = page._("published {day} by {who}")
    return text.format(day=page.day(row["published_at"]), who=people(page, [by])[by])


def _counted(page: Here, text: str, n: int, tone: theme.Tone) -> str:
    return theme.pill(page.digits(text.format(n=n)), tone) if n else ""
