"""How far the person's own work has come, and the quality of those they answer for."""

import streamlit as st

from qm.core.periods import Period
from qm.ui import states, theme
from qm.ui.here import Here
from qm.ui.quality_words import change_in_words, margin_in_words
from qm.workflow.evaluations import my_queue, periods_drawn
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
    queue, done = my_queue(page.engine, page.actor)
    given = done + len(queue)
    theme.row(theme.words(_("My evaluations"), "strong"))
    text = page.digits(_("{done} of {given} submitted").format(done=done, given=given))
    share = 100 * done / given if given else 0
    theme.row(theme.words(text), theme.bar([share], label=text))


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
    if page.actor.role != "agent":
        done = figures.picked - figures.missing
        text = _("{done} of {picked} picks evaluated").format(done=done, picked=figures.picked)
        share = 100 * done / figures.picked if figures.picked else 0
        theme.row(theme.words(page.digits(text)), theme.bar([share], label=page.digits(text)))
    st.caption(change_in_words(page, trend))
    st.page_link("screens/quality_trends.py", label=_("Trends"))


def _trend(page: Here, periods: list[Period]) -> tuple[str, Trend]:
    _, actor = page._, page.actor
    if actor.role == "agent":
        title = _("My quality score")
        return title, agent_trend(page.engine, actor, actor.agent_id or "", periods)
    if actor.role == "lead":
        title = _("My team's quality score")
        return title, team_trend(page.engine, actor, actor.team_id or "", periods)
    return _("The centre's quality score"), centre_trend(page.engine, actor, periods)
