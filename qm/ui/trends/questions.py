"""How a question is answered by month or quarter."""

from collections.abc import Callable, Sequence

import streamlit as st

from qm.core.estimates import NOTHING, Estimate
from qm.core.periods import Period
from qm.core.quality.behind import Behind, Found
from qm.core.quality.questions import QuestionFigures
from qm.ui import states, theme
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.ui.names import forms
from qm.ui.trends.choosing import Choice
from qm.ui.trends.series import Row, show_series
from qm.workflow.question_trends import QuestionTrend, question_trends
from qm.workflow.trends import Measured

Share = tuple[str, Callable[[QuestionFigures], Estimate], Found]


def show_questions_trend(page: Here, choice: Choice, periods: Sequence[Period]) -> None:
    """Let a question be chosen, and show how often it fell short, was fatal or not applicable."""
    _ = page._
    with states.loading(page):
        found = question_trends(page.engine, page.actor, periods)
    if not found:
        states.empty(_("No question was answered yet."), _("Figures appear with evaluations."))
        return
    offered = {f"{each.form_id}/{each.question_id}": each for each in found}
    named = forms(page, {each.form for each in found})
    labels = {code: _label(page, each, named[each.form]) for code, each in offered.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        question = offered[addressed_choice(page, _("Question"), labels, name="asked", width=520)]
        shares = _shares(page)
        named = {code: title for code, (title, *_rest) in shares.items()}
        share = shares[addressed_choice(page, _("Measure"), named, name="share", width=260)]
    with theme.card("chart"):
        show_series(
            page, share[0], [_row(page, choice, question, share, n) for n in range(len(periods))]
        )


def _label(page: Here, trend: QuestionTrend, form: str) -> str:
    text = trend.text.in_language(page.language)
    return f"{form} · {page.number(trend.number, 0)}. {text}"


def _shares(page: Here) -> dict[str, Share]:
    _ = page._
    return {
        "short": (_("Short of full points"), lambda q: q.short_share, "applied"),
        "fatal": (_("Fatal answers"), lambda q: q.fatal_share, "answered"),
        "na": (_("Not applicable"), lambda q: q.not_applicable_share, "decided"),
    }


def _row(page: Here, choice: Choice, question: QuestionTrend, share: Share, place: int) -> Row:
    _title, of, result = share
    period, figures = question.months[place]
    estimate = NOTHING if figures is None else of(figures)
    asked = () if figures is None else figures.asked
    limits: dict[str, str | None] = {
        "form_id": question.form_id,
        "form_version": asked[0].form_version if len(asked) == 1 else None,
        "question_id": question.question_id,
        "result": result,
    }
    # Versions that ask the very same text are one yardstick; another text is named by the version.
    forms = () if figures is None else (f"{question.form_id}@{_since(question, place)}",)
    behind: Behind = choice.behind(period, **limits)
    return Row(Measured(period, estimate, forms), page.percent(estimate.value), behind)


def _since(question: QuestionTrend, place: int) -> str:
    """Return the first version, among the periods shown, that asks this period's text."""
    figures = question.months[place][1]
    if figures is None:
        return ""
    same = (
        each.asked[0].form_version
        for _period, each in question.months
        if each is not None and each.newest.text == figures.newest.text
    )
    return next(same)
