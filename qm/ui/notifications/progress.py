"""How far the person's own work has come, and the quality of those they answer for."""

import streamlit as st

from qm.core.forms.questions import LENSES
from qm.core.periods import Period
from qm.core.quality.figures import Figures
from qm.ui import states, theme, wording
from qm.ui.evaluation.queue import month_progress
from qm.ui.here import Here
from qm.ui.quality_words import change_in_words, margin_in_words
from qm.workflow.evaluations import periods_drawn
from qm.workflow.my_work import my_progress
from qm.workflow.quality import Trend, agent_trend, centre_trend, team_trend

_MONTHS = 2


def progress(page: Here) -> None:
    """Show own progress where the person evaluates, then the newest month of those they lead."""
    if page.actor.may("evaluate"):
        with theme.card("own-progress"):
            _own(page)
    with theme.card("quality-progress"), states.loading(page):
        _quality(page)


def _own(page: Here) -> None:
    _ = page._
    theme.row(theme.words(_("My evaluations"), "strong"))
    found = my_progress(page.engine, page.actor)
    if found is None:
        theme.row(theme.words(_("Nothing was assigned to you yet."), "mute"))
        return
    said, bar = month_progress(page, found)
    theme.row(theme.words(said), bar)


def _quality(page: Here) -> None:
    _ = page._
    drawn = sorted(Period.parse(text) for text in periods_drawn(page.engine))[-_MONTHS:]
    if not drawn:
        states.empty(
            _("There are no figures yet."),
            _("They appear when interactions were drawn and evaluated."),
        )
        return
    title, trend = _trend(page, drawn)
    newest = [month for month in trend.months if month.figures.evaluated][-1:]
    month = newest[0] if newest else trend.months[-1]
    figures = month.figures
    theme.row(theme.words(title, "strong"), theme.pill(month.period.label(page.language), "accent"))
    theme.row(
        theme.words(page.number(figures.score.value), "big"),
        theme.pill(margin_in_words(page, figures.score)),
    )
    theme.row(*_accuracies(page, figures))
    if page.actor.role != "agent":
        picked, missing = figures.picked or 0, figures.missing or 0
        done = picked - missing
        text = _("{done} of {picked} picks evaluated").format(done=done, picked=picked)
        share = 100 * done / picked if picked else 0
        theme.row(theme.words(page.digits(text)), theme.bar([share], label=page.digits(text)))
    st.caption(change_in_words(page, trend))
    st.page_link("screens/quality_trends.py", label=_("Trends"))


def _accuracies(page: Here, figures: Figures) -> list[str]:
    """Return the critical accuracies beside the score, each with its n: one number hides them."""
    said = page._("{lens}: {percent} (n = {n})")
    return [
        theme.words(
            said.format(
                lens=wording.lens(page._, lens),
                percent=page.percent(each.value),
                n=page.number(each.n, 0),
            ),
            "mute",
        )
        for lens in LENSES
        if (each := figures.critical[lens]).n
    ]


def _trend(page: Here, periods: list[Period]) -> tuple[str, Trend]:
    _, actor = page._, page.actor
    if actor.role == "agent":
        title = _("My quality score")
        return title, agent_trend(page.engine, actor, actor.agent_id or "", periods)
    if actor.role == "lead":
        title = _("My team's quality score")
        return title, team_trend(page.engine, actor, actor.team_id or "", periods)
    return _("The centre's quality score"), centre_trend(page.engine, actor, periods)
