"""What changed between two forms, and what of it can move scores."""

import re

import pandas as pd
import streamlit as st

from qm.core.forms.diff import Change, diff
from qm.core.forms.form import Form
from qm.ui import theme
from qm.ui.forms import words
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here
from qm.ui.tables import table

_SHOWN = 300
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def differences(page: Here, subject: Subject, form: Form, others: list[Subject]) -> None:
    """Let one choose what to compare with, and show every change."""
    _ = page._
    choices = [other for other in others if other.form is not None and other.key != subject.key]
    if not choices:
        st.caption(_("There is no other form to compare with."))
        return
    earlier = st.selectbox(
        _("Compared with"),
        choices,
        index=_likely(form, choices),
        format_func=lambda other: other.name,
        key=f"compared-{subject.key}",
        width=320,
    )
    if earlier is None or earlier.form is None:
        return
    changes = diff(earlier.form, form)
    if not changes:
        st.caption(_("No difference."))
        return
    moving = sum(change.moves_scores for change in changes)
    theme.row(
        theme.pill(page.digits(_("Changes: {n}").format(n=len(changes)))),
        theme.pill(
            page.digits(_("Can move scores: {n}").format(n=moving)), "warn" if moving else "good"
        ),
    )
    _show(page, changes[:_SHOWN])
    if len(changes) > _SHOWN:
        text = _("The first {shown} of {n} are shown.").format(shown=_SHOWN, n=len(changes))
        st.caption(page.digits(text))


def _show(page: Here, changes: tuple[Change, ...]) -> None:
    _ = page._
    columns = [_("Change"), _("Part"), _("Before"), _("After"), _("Scores")]
    rows = [
        [
            words.change(_, change.kind),
            words.part(_, change),
            _value(page, change.before),
            _value(page, change.after),
            _("can move") if change.moves_scores else "",
        ]
        for change in changes
    ]
    table(pd.DataFrame(rows, columns=columns))


def _value(page: Here, text: str | None) -> str:
    """Return a value; numbers in the person's digits, what a file would write as it is."""
    return page.digits(text) if text and _NUMBER.fullmatch(text) else text or ""


def _likely(form: Form, choices: list[Subject]) -> int:
    """Return the place of the form's highest earlier version, or of any, or the first."""
    versions = {
        place: int(each.form.version)
        for place, each in enumerate(choices)
        if each.form is not None and each.form.form == form.form
    }
    earlier = {place: v for place, v in versions.items() if v <= int(form.version)}
    ranked = earlier or versions
    return max(ranked, key=ranked.__getitem__) if ranked else 0
