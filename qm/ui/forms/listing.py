"""The list: every published version and every draft in the forms folder."""

import pandas as pd
import streamlit as st

from qm.core.forms.form import Form
from qm.ui import wording
from qm.ui.evaluation.days import day_in_words
from qm.ui.forms import words
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here
from qm.ui.tables import table


def listing(page: Here, subjects: list[Subject]) -> None:
    """Show all subjects, a line each, with state, days and use count."""
    _ = page._
    if not subjects:
        st.info(_("No form is published yet."))
        return
    rows = [_line(page, subject) for subject in subjects]
    columns = [
        _("Form"),
        _("Version"),
        _("Channel"),
        _("State"),
        _("For interactions"),
        _("Questions"),
        _("Evaluations"),
        _("Published"),
    ]
    table(pd.DataFrame(rows, columns=columns), numeric=[_("Questions"), _("Evaluations")])


def title_of(page: Here, subject: Subject) -> str:
    """Return the form's title, or the file's name where it is no form."""
    if subject.form is None:
        return subject.name
    return subject.form.title.in_language(page.language)


def days_of(page: Here, form: Form) -> str:
    """Say from and to which day interactions are evaluated with this version."""
    _ = page._
    first, last = form.effective_from, form.effective_to
    if first and last:
        texts = {"first": day_in_words(page, first), "last": day_in_words(page, last)}
        return _("{first} to {last}").format(**texts)
    if first:
        return _("from {day}").format(day=day_in_words(page, first))
    if last:
        return _("until {day}").format(day=day_in_words(page, last))
    return _("every day")


def _line(page: Here, subject: Subject) -> list[str]:
    form, row = subject.form, subject.row
    state = words.state(page._, subject.state)
    if form is None:
        return [subject.name, "", "", state, "", "", "", ""]
    questions = page.number(len(list(form.questions())), 0)
    return [
        title_of(page, subject),
        page.digits(form.version) if row else f"{page.digits(form.version)} · {subject.name}",
        wording.channel(page._, form.channel),
        state,
        days_of(page, form),
        questions,
        page.number(row["evaluations"], 0) if row else "",
        page.day(row["published_at"]) if row else "",
    ]
