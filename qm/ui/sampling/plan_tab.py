"""What a draw would give: frame, picks, the margins to expect, and the work against the time."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
import streamlit as st

from qm.core.capacity import Capacity
from qm.core.periods import Period
from qm.core.planning import ExpectedMargin
from qm.core.problems import BadInput
from qm.core.sampling.policy import Policy
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.sampling import words
from qm.ui.tables import table
from qm.workflow.directory import directory
from qm.workflow.draw_plans import ASSUMED_SD, DrawPlan, Workload, plan_draw

_SHOWN = 300


class _Wishes(NamedTuple):
    hours: float | None
    evaluators: float | None
    double_percent: float | None


def plan(page: Here, period: Period, policy: Policy) -> None:
    """Offer to work the plan out, and show it; nothing is stored by it."""
    _ = page._
    st.caption(
        _(
            "What drawing this period now would give. Nothing is stored; the numbers that decide "
            "are others than the draw's, so nobody learns what will be picked."
        )
    )
    wanted = _wishes(page)
    key = f"plan-{period}-{policy.sha256()[:12]}"
    if st.button(_("Work out the plan"), type="primary", key=f"run-{key}"):
        st.session_state.pop(key, None)
        with st.spinner(_("Working out the plan…")):
            try:
                st.session_state[key] = plan_draw(
                    page.engine,
                    page.actor,
                    period,
                    policy,
                    centre=page.centre,
                    now=page.now(),
                    hours=wanted.hours,
                    evaluators=wanted.evaluators,
                    double_percent=wanted.double_percent,
                )
            except BadInput as refusal:
                show_problems(page, refusal)
    if key in st.session_state:
        _show(page, policy, st.session_state[key])


def _wishes(page: Here) -> _Wishes:
    """Ask for what is fixed of evaluators, hours and double scoring; the rest is solved for."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        evaluators = _wish(_("Evaluators"), "plan-evaluators", width=150)
        hours = _wish(_("Hours of each in the period"), "plan-hours", width=210)
        double = _wish(_("Scored twice, percent"), "plan-double", width=190, step=5.0, most=100.0)
    st.caption(
        _(
            "Fill in what is fixed and leave empty what is to be solved for; without any, the "
            "analysts' profiles and the policy count."
        )
    )
    return _Wishes(hours=hours, evaluators=evaluators, double_percent=double)


def _wish(
    label: str, key: str, *, width: int, step: float = 1.0, most: float | None = None
) -> float | None:
    """Ask for a number; None where it is left empty."""
    return st.number_input(
        label,
        min_value=0.0,
        max_value=most,
        value=None,
        step=step,
        placeholder="–",
        key=key,
        width=width,
    )


def _show(page: Here, policy: Policy, found: DrawPlan) -> None:
    _ = page._
    if found.drawn_already is not None:
        text = _("The period is drawn already (draw {draw}): this is what a first draw would give.")
        st.caption(page.digits(text.format(draw=found.drawn_already)))
    _totals(page, found)
    left, right = st.columns([45, 55])
    with left:
        _work(page, found.workload)
        _left_out(page, policy, found)
    with right:
        _agents(page, found)


def _totals(page: Here, found: DrawPlan) -> None:
    _ = page._
    targeted = sum(found.targeted.values())
    margin = margin_words(page, found.margins.centre)
    theme.row(
        theme.words(page.month(found.period), "strong"),
        theme.pill(_n(page, _("{n} interactions"), found.population)),
        theme.pill(_n(page, _("{n} in the frame"), found.frame_size)),
        theme.pill(_n(page, _("{n} picks"), found.picks), "accent"),
        theme.pill(_n(page, _("{n} scored twice"), found.double_scored))
        if found.double_scored
        else "",
        theme.pill(_n(page, _("{n} targeted"), targeted)) if targeted else "",
        end=[theme.words(_("Centre: {margin}").format(margin=margin), "mute")],
    )
    if found.is_sd_assumed:
        text = _("No scores are known yet: they are taken to vary by {sd} points within an agent.")
        st.caption(page.digits(text.format(sd=f"{ASSUMED_SD:g}")))


def _agents(page: Here, found: DrawPlan) -> None:
    """Show teams and agents with their picks and the margin to expect."""
    _ = page._
    known = directory(page.engine, page.actor)
    agents = {each.id: page.called(each.name, each.name_fa) for each in known.agents}
    teams = {each.id: page.called(each.name, each.name_fa) for each in known.teams}
    rows: list[list[str]] = []
    heads: list[int] = []
    for team_id, members in found.agents.groupby("team_id", sort=True):
        heads.append(len(rows))
        team = found.margins.teams.get(str(team_id))
        rows.append(_line(page, teams.get(str(team_id), str(team_id)), members, team))
        for agent_id, own in members.groupby("agent_id", sort=True):
            margin = found.margins.agents.get(str(agent_id))
            rows.append(_line(page, agents.get(str(agent_id), str(agent_id)), own, margin))
    columns = [_("Agent"), _("Frame"), _("Picks"), _("Expected margin")]
    table(
        pd.DataFrame(rows[:_SHOWN], columns=columns),
        numeric=columns[1:],
        strong=[place for place in heads if place < _SHOWN],
    )
    if len(rows) > _SHOWN:
        text = _("The first {shown} of {n} are shown.")
        st.caption(page.digits(text.format(shown=_SHOWN, n=len(rows))))


def _line(page: Here, name: str, rows: pd.DataFrame, margin: ExpectedMargin | None) -> list[str]:
    counts = (page.number(int(rows[column].sum()), 0) for column in ("frame_size", "planned"))
    return [name, *counts, margin_words(page, margin)]


def margin_words(page: Here, margin: ExpectedMargin | None) -> str:
    """Return half the width of the interval to expect, or why there is none."""
    _ = page._
    if margin is None or margin.value is None:
        return {
            "too_few_picks": _("too few picks"),
            "no_spread_known": _("spread unknown"),
            "nothing_planned": _("nothing planned"),
        }.get(margin.reason if margin else "", "–")
    return f"±{page.number(margin.value)}"


def _work(page: Here, work: Workload) -> None:
    _ = page._
    theme.row(theme.words(_("Work and time"), "strong"))
    rows = [
        [_("Evaluations"), page.number(work.evaluations, 0)],
        [_("Hours needed"), page.number(work.evaluations * work.minutes / 60)],
        [_("Analysts"), page.number(work.analysts, 0)],
        [_("Their hours, less leave"), page.number(work.hours)],
    ]
    table(pd.DataFrame(rows, columns=[_("What"), _("How many")]), numeric=[_("How many")])
    if work.without_hours:
        text = _("Analysts without hours in their profile: {n}.")
        st.caption(page.digits(text.format(n=work.without_hours)))
    st.text(solved_words(page, work.capacity))


def solved_words(page: Here, found: Capacity) -> str:
    """Say in words what was solved for, or why there is no solution."""
    _ = page._
    if found.reason:
        return {
            "no_picks": _("There is nothing to evaluate."),
            "no_time": _("There is no time to evaluate in."),
            "too_little_time": _("The time is too short, even with nothing scored twice."),
            "time_left_over": _("There is time left over, even with everything scored twice."),
        }[found.reason]
    share = None if found.double_share is None else 100 * found.double_share
    text = {
        "evaluators": _("It takes {evaluators} evaluators with {hours} hours each."),
        "hours": _("It takes {hours} hours of each of {evaluators} evaluators."),
        "picks": _("{evaluators} evaluators with {hours} hours each can evaluate {picks} picks."),
        "double_share": _("{share} of the picks can be scored twice in this time."),
    }[found.unknown]
    return text.format(
        evaluators=_short(page, found.evaluators),
        hours=_short(page, found.hours),
        picks=page.number(found.picks, 0),
        share=page.percent(share),
    )


def _short(page: Here, value: float | None) -> str:
    return page.number(value, 0 if value is None or float(value).is_integer() else 1)


def _left_out(page: Here, policy: Policy, found: DrawPlan) -> None:
    _ = page._
    theme.row(theme.words(_("Left out of the frame"), "strong"))
    left_out(page, policy.model_dump(mode="json"), found.excluded)
    if found.targeted:
        theme.row(theme.words(_("Targeted"), "strong"))
        rows = [
            [words.reason(policy, code, page.language), page.number(n, 0)]
            for code, n in found.targeted.items()
        ]
        columns = [_("Rule"), _("Picks")]
        table(pd.DataFrame(rows, columns=columns), numeric=columns[1:])


def left_out(page: Here, policy: Mapping[str, object], excluded: Mapping[str, int]) -> None:
    """Show how many interactions the frame leaves out, the most frequent reason first."""
    _ = page._
    counts = sorted(((n, code) for code, n in excluded.items() if n), reverse=True)
    if not counts:
        st.caption(_("Nothing was left out."))
        return
    rows = [[words.reason(policy, code, page.language), page.number(n, 0)] for n, code in counts]
    columns = [_("Reason"), _("Interactions")]
    table(pd.DataFrame(rows, columns=columns), numeric=columns[1:])


def _n(page: Here, text: str, n: int) -> str:
    return page.digits(text.format(n=page.number(n, 0)))
