"""What a form would have made of the stored evaluations: before and after."""

import pandas as pd
import streamlit as st

from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.core.scoring.rescoring import Scores
from qm.ui import theme, wording
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here, show_problems
from qm.ui.tables import table
from qm.workflow.form_simulation import Simulation, simulate

_SHOWN = 200


def simulation(page: Here, subject: Subject, form: Form) -> None:
    """Offer to score the stored evaluations under this form, and show what came of it."""
    _ = page._
    if not page.actor.may("publish_forms"):
        st.caption(_("Who may publish forms may simulate them."))
        return
    st.caption(
        _(
            "Scores every stored evaluation of the form again, with these questions and points. "
            "Nothing is stored."
        )
    )
    key = f"simulation-{subject.key}"
    if st.button(_("Simulate"), type="primary", key=f"run-{key}"):
        st.session_state.pop(key, None)
        bar = st.progress(0.0)

        def show(done: int, total: int) -> None:
            bar.progress(done / total)

        try:
            st.session_state[key] = simulate(
                page.engine,
                page.actor,
                form,
                form_id=form.form,
                on_progress=show,
            )
        except BadInput as refusal:
            show_problems(page, refusal)
        bar.empty()
    if key in st.session_state:
        _show(page, form, st.session_state[key])


def _show(page: Here, form: Form, result: Simulation) -> None:
    _ = page._
    changed = len(result.outcomes)
    theme.row(
        theme.pill(page.digits(_("Evaluations: {n}").format(n=result.evaluations))),
        theme.pill(
            page.digits(_("Changed outcomes: {n}").format(n=changed)), "warn" if changed else "good"
        ),
        theme.words(_mean(page, result), "mute"),
    )
    left, right = st.columns([45, 55])
    with left:
        _distributions(page, result.before, result.after)
        _notes(page, form, result)
    with right:
        if changed:
            st.caption(_("Changed outcomes"))
            _evaluations(page, result.outcomes)
        if len(result.biggest):
            st.caption(_("Scores that move most"))
            _evaluations(page, result.biggest)
        elif not changed:
            st.caption(_("No score moves."))


def _mean(page: Here, result: Simulation) -> str:
    if result.mean_difference is None:
        return ""
    text = page._("mean difference {points} points, n = {n}")
    points = page.number(result.mean_difference, 2)
    return text.format(points=points, n=page.number(result.compared, 0))


def _distributions(page: Here, before: Scores, after: Scores) -> None:
    _ = page._
    columns = ["", _("Before"), _("After")]
    both = (before, after)
    rows = [
        [_("Scored"), *(page.number(scores.n, 0) for scores in both)],
        [_("Mean"), *(page.number(scores.mean) for scores in both)],
        [_("Median"), *(page.number(scores.median) for scores in both)],
        [_("Middle half"), *(_middle(page, scores) for scores in both)],
        [_("Passed"), *(page.percent(scores.pass_percent) for scores in both)],
    ]
    for start in sorted({*before.bins, *after.bins}):
        label = page.digits(f"{start}–{start + 10}")
        counts = [scores.bins.get(start, 0) for scores in both]
        if any(counts):
            rows.append([label, *(page.number(count, 0) for count in counts)])
    table(pd.DataFrame(rows, columns=columns), numeric=columns[1:])


def _middle(page: Here, scores: Scores) -> str:
    if scores.lower_quartile is None or scores.upper_quartile is None:
        return "–"
    return f"{page.number(scores.lower_quartile)}–{page.number(scores.upper_quartile)}"


def _evaluations(page: Here, frame: pd.DataFrame) -> None:
    _ = page._
    columns = [_("Interaction"), _("Version"), _("Before"), _("After"), _("Outcome")]
    # A missing number is None here, whatever the table made of it.
    rows = [
        [
            row["interaction_id"],
            page.digits(row["form_version"]),
            page.number(row["before_percent"]),
            page.number(row["after_percent"]),
            _outcomes(page, row["before_outcome"], row["after_outcome"]),
        ]
        for row in frame.head(_SHOWN).astype(object).where(frame.notna(), None).to_dict("records")
    ]
    table(pd.DataFrame(rows, columns=columns), numeric=columns[2:4])
    if len(frame) > _SHOWN:
        text = _("The first {shown} of {n} are shown.").format(shown=_SHOWN, n=len(frame))
        st.caption(page.digits(text))


def _outcomes(page: Here, before: str | None, after: str | None) -> str:
    words = [wording.outcome(page._, code) for code in (before, after)]
    arrow = "←" if page.language == "fa" else "→"
    return words[0] if before == after else f"{words[0]} {arrow} {words[1]}"


def _notes(page: Here, form: Form, result: Simulation) -> None:
    """Say what the comparison leaves out."""
    _ = page._
    notes = [
        _("“{question}” is not asked any more; answers left out: {n}.").format(
            question=misfit.question_id, n=misfit.answers
        )
        if misfit.value is None
        else _("“{question}” does not take “{value}”; answers left out: {n}.").format(
            question=misfit.question_id, value=misfit.value, n=misfit.answers
        )
        for misfit in result.misfits
    ]
    if result.new_questions:
        text = _("New questions, which no evaluation answered: {questions}.")
        notes.append(text.format(questions=page.listed(result.new_questions)))
    if result.with_unanswered:
        text = _("Evaluations that lack an answer which this version requires: {n}.")
        notes.append(text.format(n=result.with_unanswered))
    if len(result.incomparable):
        text = _("Evaluations without a score before or after: {n}.")
        notes.append(text.format(n=len(result.incomparable)))
    for note in notes:
        st.text(page.digits(note))
