"""Teams and channels side by side, in no order of rank, and the evaluators."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from qm.core.quality.behind import Behind
from qm.core.quality.ranking import Separation
from qm.core.text import alphabetical
from qm.reports.charts.compared import Compared, intervals_chart
from qm.ui import theme, wording
from qm.ui.charts import look_of
from qm.ui.drilling import address_behind, number_html
from qm.ui.here import Here
from qm.ui.names import people
from qm.ui.overview.words import moved, signed
from qm.ui.quality_words import margin_in_words
from qm.ui.tables import Html, table
from qm.workflow.overview import Overview
from qm.workflow.overview_groups import Groups, GroupScore, Strictness


def show_groups(page: Here, seen: Overview) -> None:
    """Show the teams and, beside them, the channels; the channels alone where there is one team."""
    if len(seen.teams.groups) < 2:
        _show_channels(page, seen)
        return
    left, right = st.columns([58, 42])
    with left:
        _show_teams(page, seen)
    with right:
        _show_channels(page, seen)


def _show_teams(page: Here, seen: Overview) -> None:
    """Show the teams by name, each beside the month before."""
    _ = page._
    names = {each.code: _team(page, each) for each in seen.teams.groups}
    with theme.card("teams"):
        theme.row(theme.words(_("Teams, by name"), "strong"))
        _show_chart(page, seen, seen.teams, names, "team_id")
        ordered = _by_name(seen.teams, names)
        rows = [
            {
                _("Team"): names[each.code],
                _("Score"): _score(page, seen, each, "team_id"),
                _("Margin and n"): margin_in_words(page, each.score.now),
                _("Since last month"): Html(moved(page, each.score, same_forms=each.same_forms)),
            }
            for each in ordered
        ]
        table(pd.DataFrame(rows, dtype=object), numeric=[_("Score")])
        st.caption(_apart(page, seen.teams.separation))


def _show_channels(page: Here, seen: Overview) -> None:
    """Show the channels by name."""
    _, groups = page._, seen.channels
    if not groups.groups:
        return
    names = {each.code: wording.channel(_, each.code) for each in groups.groups}
    with theme.card("channels"):
        theme.row(theme.words(_("Channels, by name"), "strong"))
        rows = [
            {
                _("Channel"): names[each.code],
                _("Score"): _score(page, seen, each, "channel"),
                _("Margin and n"): margin_in_words(page, each.score.now),
            }
            for each in _by_name(groups, names)
        ]
        table(pd.DataFrame(rows, dtype=object), numeric=[_("Score")])
        if len(rows) > 1:
            st.caption(_apart(page, groups.separation))


def show_evaluators(page: Here, seen: Overview) -> None:
    """Show the evaluators by name: how much each gives more than others would."""
    _ = page._
    if not seen.evaluators:
        return
    names = people(page, [each.evaluator for each in seen.evaluators])
    with theme.card("evaluators"):
        theme.row(theme.words(_("Evaluators, by name"), "strong"))
        rows = [
            {
                _("Evaluator"): names.get(each.evaluator, each.evaluator),
                _("Evaluations"): Html(
                    number_html(
                        page, page.number(each.evaluated, 0), seen.behind(evaluator=each.evaluator)
                    )
                ),
                _("Leniency, points"): _leniency(page, each),
                _("Margin and n"): margin_in_words(page, each.leniency),
                _("Verdict"): _verdict(page, each),
            }
            for each in sorted(
                seen.evaluators, key=lambda each: alphabetical(names.get(each.evaluator, ""))
            )
        ]
        numeric = [_("Evaluations"), _("Leniency, points")]
        table(pd.DataFrame(rows, dtype=object), numeric=numeric)
        st.caption(
            _(
                "In points, for the same agents, channels and forms; second evaluations of "
                "double-scored interactions count here, too."
            )
        )


def _show_chart(
    page: Here, seen: Overview, groups: Groups, names: Mapping[str, str], column: str
) -> None:
    shown = [
        Compared(
            names[each.code],
            score.value,
            score.low,
            score.high,
            score.n,
            address_behind(_behind(seen, each, column)),
        )
        for each in _by_name(groups, names)
        if (score := each.score.now).value is not None
    ]
    if len(shown) < 2:
        return
    whole = seen.figures["score"].now.value
    chart = intervals_chart(look_of(page), shown, whole)
    said = page._("Quality score with 95-percent intervals; dashed: all together.")
    st.altair_chart(chart, width="stretch", key=f"compared-{column}", alt=said)


def _by_name(groups: Groups, names: Mapping[str, str]) -> list[GroupScore]:
    return sorted(groups.groups, key=lambda each: alphabetical(names[each.code]))


def _team(page: Here, each: GroupScore) -> str:
    return each.code if each.name is None else each.name.in_language(page.language)


def _score(page: Here, seen: Overview, each: GroupScore, column: str) -> str:
    score = page.number(each.score.now.value)
    if each.score.now.value is None:
        return score
    return Html(number_html(page, score, _behind(seen, each, column)))


def _behind(seen: Overview, each: GroupScore, column: str) -> Behind:
    return seen.behind(**{column: each.code}, measured="score")


def _apart(page: Here, separation: Separation | None) -> str:
    _ = page._
    if separation is None:
        return _("Measured with different forms: their scores are not one yardstick.")
    return {
        "apart": _("They differ by more than noise; what they talk about may differ, too."),
        "not_apart": _("They cannot be told apart: they differ by no more than noise."),
        "too_few": _("Too few evaluations to tell them apart."),
    }[separation.verdict]


def _leniency(page: Here, each: Strictness) -> str:
    value = each.leniency.value
    return "–" if value is None else signed(page, value)


def _verdict(page: Here, each: Strictness) -> str:
    _, found = page._, each.leniency
    if found.note == "not_comparable":
        return _("not comparable: shares no agents with others")
    if found.low is None or found.high is None:
        return _("too few to tell")
    if found.low <= 0 <= found.high:
        return _("within noise")
    return _("more lenient") if found.low > 0 else _("stricter")
