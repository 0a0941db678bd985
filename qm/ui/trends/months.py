"""A month's figures, and the months side by side."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from qm.core.forms.questions import LENSES
from qm.ui import theme, wording
from qm.ui.charts import months_chart
from qm.ui.here import Here
from qm.ui.quality_words import change_in_words, margin_in_words
from qm.ui.tables import table
from qm.workflow.quality import Month, Trend
from qm.workflow.team_median import TeamMedian


def show_figures(page: Here, month: Month) -> None:
    """Show a month's figures, each with its n."""
    _ = page._
    figures = month.figures
    cells = [
        (_("Quality score"), page.number(figures.score.value), figures.score),
        *(
            (
                _("Accuracy: {lens}").format(lens=wording.lens(_, lens)),
                page.percent(figures.critical[lens].value),
                figures.critical[lens],
            )
            for lens in LENSES
        ),
    ]
    columns = st.columns(len(cells) + 1)
    for place, (column, (title, value, estimate)) in enumerate(zip(columns, cells, strict=False)):
        was_asked = estimate.n or not figures.evaluated
        said = margin_in_words(page, estimate) if was_asked else wording.state(_, "hidden")
        with column:
            _figure(f"figure-{place}", title, value if estimate.n else "–", said)
    with columns[-1]:
        of_all = page.digits(_("of {n} evaluated").format(n=figures.evaluated))
        _figure("figure-fatal", _("Fatal errors"), page.number(figures.fatal, 0), of_all)


def _figure(key: str, title: str, value: str, said: str) -> None:
    with theme.card(key):
        theme.row(theme.words(title, "mute"))
        theme.row(theme.words(value, "big"))
        theme.row(theme.pill(said))


def show_trend(page: Here, trend: Trend, medians: Sequence[TeamMedian]) -> None:
    """Show the months as a chart and in words, then each with n, margin and what is missing."""
    _ = page._
    theme.row(theme.words(_("Quality score by month, with 95 % interval"), "strong"))
    said = change_in_words(page, trend)
    st.altair_chart(months_chart(page, trend.months, medians), width="stretch", alt=said)
    if medians:
        newest = medians[-1]
        text = _("Dashed: the median of the team's agents; {month}: {median}, of {n} agents.")
        month, value = newest.period.label(page.language), page.number(newest.value)
        st.caption(page.digits(text.format(month=month, median=value, n=newest.agents)))
    st.text(said)
    _show_months(page, trend)


def _show_months(page: Here, trend: Trend) -> None:
    _ = page._
    versions = {key for month in trend.months for key in month.forms}
    is_changed = len(versions) > len({key.partition("@")[0] for key in versions})
    rows = [
        {
            _("Month"): month.period.label(page.language),
            _("Score"): page.number(month.figures.score.value),
            _("Margin and n"): margin_in_words(page, month.figures.score),
            **_design_effect(page, month),
            _("Picks"): page.number(month.figures.picked, 0),
            _("Missing"): page.number(month.figures.missing, 0),
            **({_("Form versions"): ", ".join(month.forms)} if is_changed else {}),
        }
        for month in reversed(trend.months)
    ]
    numeric = [_("Score"), _("Design effect"), _("Picks"), _("Missing")]
    table(pd.DataFrame(rows), numeric=[name for name in numeric if name in rows[0]])


def _design_effect(page: Here, month: Month) -> dict[str, str]:
    """Return what only those ask for who look after the sampling."""
    if page.actor.role == "agent":
        return {}
    return {page._("Design effect"): page.number(month.figures.score.design_effect, 2)}
