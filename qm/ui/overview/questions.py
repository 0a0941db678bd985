"""Which questions cost the most points: Pareto's chart, and the shares behind it."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import streamlit as st

from qm.core.quality.behind import Behind, Found
from qm.reports.charts.pareto import POINTS_LOST, Cause, pareto_chart
from qm.ui import theme
from qm.ui.charts import look_of
from qm.ui.drilling import address_behind, number_html
from qm.ui.here import Here
from qm.ui.names import forms
from qm.ui.overview.words import interval
from qm.ui.tables import Html, table
from qm.workflow.overview import Overview
from qm.workflow.overview_questions import QuestionCost


def show_questions(page: Here, seen: Overview) -> None:
    """Show the questions that cost the most; a click on a bar leads to the evaluations."""
    _, costs = page._, seen.questions
    theme.row(theme.words(_("Questions that cost the most"), "strong"))
    if not costs:
        st.caption(_("No answer of this month fell short of full points."))
        return
    named = forms(page, {each.form for each in costs})
    _show_chart(page, seen, named)
    _show_shares(page, seen, named)


def _show_chart(page: Here, seen: Overview, named: Mapping[str, str]) -> None:
    _, costs = page._, seen.questions
    causes = [
        Cause(
            _name(page, each, named if len(named) > 1 else {}),
            each.cost.cost,
            address_behind(_behinds(seen, each, "short")[0]),
        )
        for each in costs
    ]
    whole = costs[-1].cost
    total = sum(each.cost.cost for each in costs) * 100 / whole.cumulative_percent
    chart = pareto_chart(look_of(page), causes, title=POINTS_LOST, total=total)
    said = _("Questions by the points that they cost, and their running share of all.")
    st.altair_chart(chart, width="stretch", key="pareto", alt=said)


def _show_shares(page: Here, seen: Overview, named: Mapping[str, str]) -> None:
    _ = page._
    rows = [
        {
            _("Question"): _name(page, each),
            _("Form"): named[each.form],
            _("Points"): page.number(each.cost.cost),
            _("Fell short in"): page.percent(each.share.value),
            _("Interval"): interval(page, each.share),
            _("Short of n"): Html(_numbers(page, seen, each)),
        }
        for each in seen.questions
    ]
    numeric = [_("Points"), _("Fell short in"), _("Interval"), _("Short of n")]
    table(pd.DataFrame(rows, dtype=object), numeric=numeric)


def _numbers(page: Here, seen: Overview, each: QuestionCost) -> str:
    """HTML of how often it fell short and how often it applied, of each list of evaluations."""
    short, applied = page.number(each.share.count, 0), page.number(each.share.n, 0)
    said = page._("{short} of {answered}")
    if len(each.versions) < 2:
        (failed,), (every,) = _behinds(seen, each, "short"), _behinds(seen, each, "applied")
        parts = {
            "short": number_html(page, short, failed),
            "answered": number_html(page, applied, every),
        }
        return said.format(**parts)
    links = [
        number_html(page, page.digits(f"v{behind.form_version}"), behind)
        for behind in _behinds(seen, each, "short")
    ]
    words = theme.words(said.format(short=short, answered=applied))
    return f"{words} ({' '.join(links)})"


def _behinds(seen: Overview, each: QuestionCost, result: Found) -> list[Behind]:
    """Return the evaluations, in as many lists as the question has form versions of its own."""
    return [
        seen.behind(
            form_id=each.asked.form_id,
            form_version=version,
            question_id=each.asked.question_id,
            result=result,
        )
        for version in each.versions or [None]
    ]


def _name(page: Here, each: QuestionCost, named: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the question with its number and, where `named` tells it, its form."""
    # Behind the number: the digits would turn behind Latin letters.
    form = f"{named[each.form]} · " if each.form in named else ""
    text = each.asked.text.in_language(page.language)
    return f"{page.number(each.asked.number, 0)}. {form}{text}"
