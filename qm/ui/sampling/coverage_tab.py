"""What became of the picks: planned and achieved per agent, left out, replaced."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.estimates import Estimate
from qm.core.periods import Period
from qm.ui import theme, wording
from qm.ui.here import Here
from qm.ui.names import people
from qm.ui.sampling import words
from qm.ui.sampling.plan_tab import left_out
from qm.ui.tables import table
from qm.workflow.draw_progress import DrawProgress, LeftOut, draw_progress
from qm.workflow.replacement_rates import ReplacementRate

_SHOWN = 300


def coverage(page: Here, period: Period) -> None:
    """Show what became of the period's draws."""
    _ = page._
    found = draw_progress(page.engine, page.actor, str(period))
    if not found.left_out:
        st.info(_("The period has not been drawn."))
        return
    _totals(page, found.agents)
    _agents(page, found.agents)
    for draw in found.left_out:
        _left_out(page, draw)
    _replacements(page, found)


def _totals(page: Here, agents: pd.DataFrame) -> None:
    _ = page._
    total = {name: int(agents[name].sum()) for name in ("planned", "evaluated", "missing", "lost")}
    theme.row(
        theme.words(_("Random picks"), "strong"),
        theme.pill(_n(page, _("{n} planned"), total["planned"])),
        theme.pill(_n(page, _("{n} evaluated"), total["evaluated"]), "good"),
        theme.pill(_n(page, _("{n} missing"), total["missing"]), _warn(total["missing"])),
        theme.pill(_n(page, _("{n} lost, no reserve left"), total["lost"]), "warn")
        if total["lost"]
        else "",
        theme.bar(
            [100 * total["evaluated"] / total["planned"]] if total["planned"] else [],
            label=_n(page, _("{n} evaluated"), total["evaluated"]),
        ),
    )


def _agents(page: Here, agents: pd.DataFrame) -> None:
    _ = page._
    counts = {
        "frame_size": _("Frame"),
        "planned": _("Planned"),
        "evaluated": _("Evaluated"),
        "missing": _("Missing"),
        "unassigned": _("Unassigned"),
        "replaced": _("Replaced"),
        "lost": _("Lost"),
    }
    if agents["targeted"].sum():
        counts |= {"targeted": _("Targeted"), "targeted_evaluated": _("of these evaluated")}
    rows = [
        [
            page.called(row["agent_name"], row["agent_name_fa"]),
            page.called(row["team_name"], row["team_name_fa"]),
            *(page.number(row[name], 0) for name in counts),
        ]
        for row in agents.head(_SHOWN).to_dict("records")
    ]
    columns = [_("Agent"), _("Team"), *counts.values()]
    table(pd.DataFrame(rows, columns=columns), numeric=columns[2:])
    if len(agents) > _SHOWN:
        text = _("The first {shown} of {n} are shown.")
        st.caption(page.digits(text.format(shown=_SHOWN, n=len(agents))))


def _left_out(page: Here, draw: LeftOut) -> None:
    _ = page._
    title = _("Left out of the frame of draw {draw}").format(draw=draw.draw_id)
    theme.row(theme.words(page.digits(title), "strong"))
    left_out(page, draw.policy, draw.counts)


def _replacements(page: Here, found: DrawProgress) -> None:
    _ = page._
    theme.row(theme.words(_("Replacements"), "strong"))
    if found.replacements.empty:
        st.caption(_("Nothing was replaced."))
        return
    policy = found.left_out[-1].policy
    columns = [_("Analyst"), _("Picks"), _("Replaced"), _("Share"), _("Reasons")]
    rows = [
        [
            page.called(rate.name, rate.name_fa),
            page.number(rate.assigned, 0),
            page.number(rate.replaced, 0),
            share_words(page, rate.share),
            _reasons(page, policy, rate),
        ]
        for rate in found.rates
    ]
    table(pd.DataFrame(rows, columns=columns), numeric=columns[1:4])
    _each(page, found)


def share_words(page: Here, share: Estimate) -> str:
    """Return a share with its margin, “–” where there is none."""
    if share.value is None or share.low is None or share.high is None:
        return "–"
    margin = f"{page.number(share.low)}–{page.number(share.high)}"
    return f"{page.percent(share.value)} ({margin})"


def _reasons(page: Here, policy: Mapping[str, Any], rate: ReplacementRate) -> str:
    told = sorted(rate.by_reason.items(), key=lambda item: (-item[1], item[0]))
    return page.listed(
        f"{words.reason(policy, code, page.language)} {page.number(n, 0)}" for code, n in told
    )


def _each(page: Here, found: DrawProgress) -> None:
    _ = page._
    policies = {draw.draw_id: draw.policy for draw in found.left_out}
    names = people(page, found.replacements["by"].head(_SHOWN))
    columns = [
        _("Replaced"),
        _("Substitute"),
        _("Reason"),
        _("Comment"),
        _("By"),
        _("When"),
    ]
    rows = [
        [
            row["interaction_id"],
            row["substitute"] or _("none left"),
            words.reason(policies[row["draw_id"]], row["reason"], page.language),
            wording.masked(_, row["comment"]),
            names[row["by"]],
            page.moment(row["at"]),
        ]
        for row in found.replacements.head(_SHOWN).to_dict("records")
    ]
    table(pd.DataFrame(rows, columns=columns))


def _n(page: Here, text: str, n: int) -> str:
    return page.digits(text.format(n=n))


def _warn(n: int) -> theme.Tone:
    return "warn" if n else "good"
