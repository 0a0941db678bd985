"""What changed beyond noise, in words: what was seen, of whom, since when, and how sure."""

from collections.abc import Mapping, Sequence

import streamlit as st

from qm.core.change.signals import Signal, Subject, TooFew
from qm.core.periods import Period
from qm.core.quality.behind import Behind
from qm.ui import theme
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.plain import plain
from qm.ui.trends.choosing import Choice
from qm.workflow.directory import directory
from qm.workflow.signals import Signals


def show_signals(page: Here, choice: Choice, found: Signals) -> None:
    """Show the signals of whoever was chosen and of those within, or that there are none."""
    _ = page._
    theme.row(
        theme.words(_("Changes beyond noise"), "strong"),
        end=[theme.pill(found.period.label(page.language), "accent")],
    )
    names, teams = _names(page)
    own = [each for each in found.signals if concerns(choice, each.subject, teams)]
    for signal in own:
        _show_signal(page, found.period, signal, names)
    if not own:
        st.text(_("Nothing changed beyond noise."))
    lacking = [each for each in found.too_few if concerns(choice, each.subject, teams)]
    _show_too_few(page, lacking, names)


def concerns(choice: Choice, subject: Subject, teams: Mapping[str, str]) -> bool:
    """Whether a subject is what was chosen, or within it; `teams` are those of the agents."""
    if choice.kind == "centre":
        return True
    if choice.kind == "team":
        team = teams.get(subject.name) if subject.level == "agent" else subject.name
        return subject.level != "centre" and team == choice.name
    return choice.kind == subject.level == "agent" and subject.name == choice.name


def _names(page: Here) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """Return what subjects are called, and the team of each agent."""
    known = directory(page.engine, page.actor)
    names = {("agent", each.id): page.called(each.name, each.name_fa) for each in known.agents}
    said = page._("Team {name}")
    for team in known.teams:
        names["team", team.id] = said.format(name=page.called(team.name, team.name_fa))
    return names, {each.id: each.team_id for each in known.agents}


def _called(page: Here, subject: Subject, names: Mapping[tuple[str, str], str]) -> str:
    if subject.level == "centre":
        return page._("The whole centre")
    return names.get((subject.level, subject.name), subject.name)


def _show_signal(
    page: Here, period: Period, signal: Signal, names: Mapping[tuple[str, str], str]
) -> None:
    _ = page._
    is_bad = (signal.direction == "down") == (signal.kind in {"out_of_limits", "drift"})
    moved = (_("▲ up") if signal.direction == "up" else _("▼ down")) + " "
    size = page.number(abs(signal.size))
    is_share = signal.kind in {"failures", "funnel"}
    unit = _("{size} percentage points") if is_share else _("{size} points")
    since = _("since {month}").format(month=signal.since.label(page.language))
    theme.rows(
        [
            theme.words(_called(page, signal.subject, names), "strong"),
            theme.pill(_kind(page, signal)),
            theme.pill(moved + unit.format(size=size), "bad" if is_bad else "good"),
            theme.words(since, "mute"),
        ],
        [theme.words(signal.words.said(_, page.digits))],
        [theme.words(_how_sure(page, signal), "mute"), _link(page, period, signal)],
    )


def _kind(page: Here, signal: Signal) -> str:
    _ = page._
    return {
        "out_of_limits": _("outside the limits"),
        "drift": _("slow drift"),
        "failures": _("failures"),
        "funnel": _("outside the funnel"),
    }[signal.kind]


def _how_sure(page: Here, signal: Signal) -> str:
    """Say how rarely chance alone would say so."""
    _ = page._
    if signal.p_value is not None:
        low = page.number(0.001, 3)
        value = page.number(signal.p_value, 3)
        said = f"p < {low}" if signal.p_value < 0.001 else f"p = {value}"
        return _("By chance for one agent: {p}.").format(p=said)
    months = page.number(signal.months_between_false_alarms, 0)
    return _("A false alarm about every {months} months.").format(months=months)


def _link(page: Here, period: Period, signal: Signal) -> str:
    """Return the way to the evaluations: those of the months since it began."""
    _ = page._
    behind = behind_signal(period, signal)
    exact = page.digits(_("{n} evaluations").format(n=len(signal.evaluation_ids)))
    if signal.kind != "failures":
        return number_html(page, exact, behind)
    # It began at a contact within the month; the list begins with the month.
    since = signal.since.label(page.language)
    return number_html(page, _("Evaluations from {month} on").format(month=since), behind)


def behind_signal(period: Period, signal: Signal) -> Behind:
    """Return the evaluations of a signal's subject from the month in which it began."""
    count = 0
    while signal.since.shift(count) < period:
        count += 1
    months = tuple(str(signal.since.shift(n)) for n in range(count + 1))
    subject = signal.subject
    if subject.level != "agent":
        team_id = subject.name if subject.level == "team" else None
        return Behind(months, team_id=team_id, measured="score")
    form_id, _at, version = subject.form.partition("@")
    return Behind(months, agent_id=subject.name, form_id=form_id, form_version=version)


def _show_too_few(
    page: Here, lacking: Sequence[TooFew], names: Mapping[tuple[str, str], str]
) -> None:
    """Say of whom nothing can be told yet: of each team and the centre, and of how many agents."""
    _ = page._
    agents = {each.subject.name for each in lacking if each.subject.level == "agent"}
    by_words: dict[str, list[str]] = {}
    for each in lacking:
        if each.subject.level != "agent" or len(agents) == 1:
            said = each.words.said(_, page.digits)
            by_words.setdefault(said, []).append(_called(page, each.subject, names))
    for said, called in by_words.items():
        st.caption(plain(f"{page.listed(dict.fromkeys(called))}: {said}"))
    if len(agents) > 1:
        text = _("Too little was evaluated to tell of {n} agents whether they fail more often.")
        st.caption(page.digits(text.format(n=len(agents))))
