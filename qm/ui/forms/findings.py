"""Findings about a form as a table: where, what, and what to do."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from qm.core.problems import Problem, merged
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here
from qm.ui.tables import table

_SHOWN = 200


def findings(page: Here, subject: Subject) -> None:
    """Show errors, warnings and what an import lost; or that there is nothing to say."""
    _ = page._
    found = [
        *((_("Error"), problem) for problem in subject.problems),
        *((_("Warning"), problem) for problem in subject.warnings),
        *((_("Loss"), problem) for problem in merged(subject.losses)),
    ]
    if not found:
        st.caption(_("Nothing to complain about."))
        return
    problems_table(page, found, within=subject.name)


def problems_table(page: Here, found: Sequence[tuple[str, Problem]], *, within: str) -> None:
    """Show findings about the file or form `within`, each under a word for its weight.

    The first two hundred of them.
    """
    _ = page._
    columns = ["", _("Where"), _("What is wrong"), _("What to do")]
    rows = [
        [weight, _place(page, problem, within), *problem.explained(_, page.digits)]
        for weight, problem in found[:_SHOWN]
    ]
    table(pd.DataFrame(rows, columns=columns))
    if len(found) > _SHOWN:
        text = _("The first {shown} of {n} are shown.").format(shown=_SHOWN, n=len(found))
        st.caption(page.digits(text))


def _place(page: Here, problem: Problem, within: str) -> str:
    """Return where it is; a long path may break behind each of its steps."""
    field = problem.field.replace(".", ".\u200b") if problem.field else None
    place = "" if problem.place == within else problem.place
    return page.place_of(replace(problem, place=place, field=field))
