"""The policy in words, and what its check finds."""

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd
import streamlit as st

from qm.core.sampling.policy import Policy
from qm.intake.policy_files import POLICY_FILE, PolicyReading
from qm.ui import theme, wording
from qm.ui.forms.findings import problems_table
from qm.ui.here import Here
from qm.ui.sampling import words
from qm.ui.sampling.conditions import condition_words
from qm.ui.tables import table

Rules = Iterator[tuple[str, str]]


def show_policy(page: Here, reading: PolicyReading) -> None:
    """Show the policy in words, with what its check finds."""
    _ = page._
    found = [
        *((_("Error"), problem) for problem in reading.problems),
        *((_("Warning"), problem) for problem in reading.warnings),
    ]
    if reading.policy:
        policy_head(page, reading.policy)
    if found:
        problems_table(page, found, within=POLICY_FILE)
    else:
        st.caption(_("Nothing to complain about."))
    if reading.policy:
        rules(page, reading.policy)


def policy_head(page: Here, policy: Policy) -> None:
    """Name the policy: its version, its kind of period and its hash."""
    theme.row(
        theme.words(page._("Policy"), "strong"),
        theme.pill(policy.key),
        theme.pill(wording.period_kind(page._, policy.period)),
        theme.words(f"sha256 {policy.sha256()[:12]}", "mute"),
    )


def rules(page: Here, policy: Policy) -> None:
    """Show every rule of the policy in words."""
    _ = page._
    found = [*_amounts(page, policy), *_frame(page, policy), *_work(page, policy)]
    table(pd.DataFrame(found, columns=[_("Rule"), _("What it says")]))
    st.caption(_("The whole hash of this policy:"))
    st.code(policy.sha256(), language=None)


def _amounts(page: Here, policy: Policy) -> Rules:
    _ = page._
    text = _("{percent} % of each agent's interactions, rounded up; at least {least}")
    amount = text.format(percent=_number(policy.percent), least=policy.min_per_agent)
    if policy.max_per_agent is not None:
        amount += _(", at most {most}").format(most=policy.max_per_agent)
    yield _("How many"), page.digits(amount)
    if policy.new_agents:
        text = _("in their first {days} days {times} times as many")
        new = policy.new_agents
        yield (
            _("New agents"),
            page.digits(text.format(days=new.days, times=_number(new.times))),
        )
    yield _("Spread"), _spread(page, policy)
    for rule in policy.likelier:
        text = _("{times} times as likely: {condition}; averages correct for it")
        yield (
            _("Drawn more often"),
            page.digits(
                text.format(times=_number(rule.times), condition=condition_words(page, rule.when))
            ),
        )
    if policy.double_scored_percent:
        text = _("{percent} % of the random picks, by two analysts who do not know of it")
        yield (
            _("Scored twice"),
            page.digits(text.format(percent=_number(policy.double_scored_percent))),
        )


def _spread(page: Here, policy: Policy) -> str:
    _ = page._
    parts = []
    if policy.spread.over:
        kinds = page.listed(words.spread_over(_, code) for code in policy.spread.over)
        parts.append(_("divided over {kinds}").format(kinds=kinds))
    if policy.spread.time_zones:
        parts.append(_("one from each of as many equal stretches of time as there are picks"))
    return "؛ ".join(parts) if page.language == "fa" else "; ".join(parts) or _("none")


def _frame(page: Here, policy: Policy) -> Rules:
    _ = page._
    for rule in policy.leave_out:
        label = words.reason(policy, rule.reason, page.language)
        yield _("Left out"), f"{label}: {condition_words(page, rule.when)}"
    for quota in policy.targeted:
        told = [words.reason(policy, quota.quota, page.language)]
        if quota.when:
            told.append(condition_words(page, quota.when))
        if quota.phrases:
            said = page.listed(_("“{quote}”").format(quote=each) for each in quota.phrases)
            told.append(_("says {phrases}").format(phrases=said))
        text = _("{rule}; at most {most}, in no average")
        yield (
            _("Targeted"),
            page.digits(text.format(rule=" · ".join(told), most=quota.max_per_period)),
        )
    yield _("Owner"), words.owner(_, policy.owner)


def _work(page: Here, policy: Policy) -> Rules:
    _ = page._
    rule = policy.replacements
    if rule.reasons:
        reasons = page.listed(each.label.in_language(page.language) for each in rule.reasons)
        text = _("{reasons}; at most {percent} % of an analyst's picks, {reserves} in reserve")
        yield (
            _("Replacements"),
            page.digits(
                text.format(
                    reasons=reasons,
                    percent=_number(rule.max_percent),
                    reserves=rule.reserves_per_pick,
                )
            ),
        )
    else:
        yield _("Replacements"), _("none")
    yield _("Top-ups"), words.carry_over(_, policy.carry_over)
    due = _("{days} days after assignment").format(days=policy.due_days)
    if policy.due_days_after_period is not None:
        text = _(", at the latest {days} days after the period")
        due += text.format(days=policy.due_days_after_period)
    yield _("Due"), page.digits(due)
    text = _("{minutes} minutes each, for planning")
    yield (
        _("Working time"),
        page.digits(text.format(minutes=_number(policy.minutes_per_evaluation))),
    )


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
