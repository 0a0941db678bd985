"""The newest figures of what was chosen, and one of them by month or quarter."""

from collections.abc import Sequence

import streamlit as st

from qm.core.change.breaks import Break
from qm.core.estimates import Estimate
from qm.core.forms.questions import LENSES
from qm.core.quality.behind import Behind
from qm.ui import theme, wording
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.quality_words import margin_in_words
from qm.ui.trends.choosing import Choice
from qm.ui.trends.measures import Measure, measures
from qm.ui.trends.series import Row, show_series
from qm.workflow.team_median import TeamMedian
from qm.workflow.trends import Measured, Month, Trend

_IN_CARDS = ("score", "passed", *LENSES)


def show_figures(page: Here, choice: Choice, month: Month) -> None:
    """Show a month's figures, each with its n and the way to its evaluations."""
    _ = page._
    figures, known = month.figures, measures(page)
    columns = st.columns(len(_IN_CARDS) + 1)
    for column, code in zip(columns, _IN_CARDS, strict=False):
        measure = known[code]
        estimate = measure.of(figures)
        was_asked = estimate.n or not figures.evaluated
        said = margin_in_words(page, estimate) if was_asked else wording.state(_, "hidden")
        behind = choice.behind(month.period, **measure.limits) if estimate.n else None
        with column:
            _figure(page, code, measure.title, measure.said(page, estimate.value), said, behind)
    with columns[-1]:
        of_all = page.digits(_("of {n} evaluated").format(n=figures.evaluated))
        behind = choice.behind(month.period, result="fatal") if figures.fatal else None
        fatal = page.number(figures.fatal, 0)
        _figure(page, "fatal", _("Fatal errors"), fatal, of_all, behind)


def _figure(page: Here, key: str, title: str, value: str, said: str, behind: Behind | None) -> None:
    with theme.card(f"figure-{key}", fills=True):
        theme.row(theme.words(title, "mute"))
        number = number_html(page, value, behind) if behind else theme.words(value)
        theme.row(f'<span class="qm-big">{number}</span>')
        theme.row(theme.pill(said))


def show_trend(
    page: Here,
    choice: Choice,
    measure: Measure,
    trend: Trend,
    medians: Sequence[TeamMedian],
    marks: Sequence[Break],
) -> None:
    """Show a figure by period; the team's median stands beside an agent's score alone."""
    rows = [
        Row(
            Measured(month.period, estimate := measure.of(month.figures), month.forms),
            measure.said(page, estimate.value),
            choice.behind(month.period, **measure.limits),
            _beside(page, choice, month, estimate),
        )
        for month in trend.months
    ]
    beside = medians if measure.code == "score" else ()
    show_series(page, measure.title, rows, medians=beside, marks=marks)


def _beside(page: Here, choice: Choice, month: Month, estimate: Estimate) -> dict[str, str]:
    """Return what became of the picks, and what only those ask for who look after them."""
    _ = page._
    told: dict[str, str] = {}
    if page.actor.role != "agent":
        told[_("Design effect")] = page.number(estimate.design_effect, 2)
    if choice.kind != "evaluator":
        told[_("Picks")] = page.number(month.figures.picked, 0)
        told[_("Missing")] = page.number(month.figures.missing, 0)
    return told
