"""The headline figures of a month, each with its n and margin, beside the month before."""

from typing import NamedTuple

import streamlit as st

from qm.core.estimates import Estimate
from qm.core.forms.questions import LENSES, Lens
from qm.core.quality.behind import Behind
from qm.ui import theme, wording
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.names import what_happened
from qm.ui.overview.words import interval, moved, signed
from qm.ui.quality_words import margin_in_words
from qm.workflow.overview import Overview

_IN_A_ROW = 4


class _Card(NamedTuple):
    """A figure: what it is called, the number, and lines of HTML that tell of it."""

    title: str
    number: str
    behind: Behind | None
    lines: tuple[str, ...]


def show_whose(page: Here, seen: Overview) -> None:
    """Show whose month it is, what it rests on, and what it is compared with."""
    _ = page._
    said = page.digits(_("{n} evaluations drawn by chance").format(n=seen.evaluated))
    beside = _("compared with {month}").format(month=seen.before.label(page.language))
    theme.row(
        theme.words(_whose(page, seen), "strong"),
        theme.pill(seen.period.label(page.language), "accent"),
        theme.words(said, "mute"),
        end=[theme.words(beside, "mute")],
    )
    for version in seen.versions:
        said = theme.words(what_happened(page, version))
        theme.row(theme.pill(_("not comparable"), "warn"), said)


def _whose(page: Here, seen: Overview) -> str:
    _ = page._
    if seen.team_id is None:
        return _("The whole centre")
    name = next((each.name for each in seen.teams.groups if each.name is not None), None)
    called = seen.team_id if name is None else name.in_language(page.language)
    return _("Team {name}").format(name=called)


def show_headline(page: Here, seen: Overview) -> None:
    """Show the figures as cards."""
    cards = [
        _score(page, seen),
        _passed(page, seen),
        *(_accuracy(page, seen, lens) for lens in LENSES),
        _fatal(page, seen),
        _defects(page, seen),
        _coverage(page, seen),
    ]
    with st.container(key="headline"):
        for first in range(0, len(cards), _IN_A_ROW):
            for place, column in enumerate(st.columns(_IN_A_ROW), first):
                with column, theme.card(f"headline-{place}", fills=True):
                    _show(page, cards[place])
    st.caption(
        page._(
            "Beyond noise: the 95-percent interval of the difference leaves zero out. Of figures "
            "that have not moved, one in twenty does so by chance."
        )
    )


def _show(page: Here, card: _Card) -> None:
    number = theme.words(card.number, "big")
    if card.behind is not None:
        number = f'<span class="qm-big">{number_html(page, card.number, card.behind)}</span>'
    lines = [[line] for line in card.lines if line]
    theme.rows([theme.words(card.title, "mute")], [number], *lines)


def _card(
    page: Here, seen: Overview, name: str, title: str, behind: Behind, number: str, found: str = ""
) -> _Card:
    """Return the card of a figure; `found` is HTML of what of it one would look at first."""
    beside = seen.figures[name]
    margin = theme.pill(margin_in_words(page, beside.now))
    change = moved(page, beside, same_forms=not seen.versions)
    is_known = beside.now.value is not None
    return _Card(title, number, behind if is_known else None, (margin, change, found))


def _score(page: Here, seen: Overview) -> _Card:
    number = page.number(seen.figures["score"].now.value)
    title, found = page._("Quality score"), interval(page, seen.figures["score"].now)
    between = theme.words(page._("interval {interval}").format(interval=found), "mute")
    behind = seen.behind(measured="score")
    return _card(page, seen, "score", title, behind, number, between if found else "")


def _passed(page: Here, seen: Overview) -> _Card:
    _, share = page._, seen.figures["passed"].now
    failed = _found(page, _("{n} failed"), share, _rest(share), seen.behind(outcome="fail"))
    behind, number = seen.behind(measured="outcome"), page.percent(share.value)
    return _card(page, seen, "passed", _("Pass rate"), behind, number, failed)


def _accuracy(page: Here, seen: Overview, lens: Lens) -> _Card:
    _, share = page._, seen.figures[lens].now
    title = _("Accuracy: {lens}").format(lens=wording.lens(_, lens))
    if seen.evaluated and not share.n:
        return _Card(title, "–", None, (theme.pill(wording.state(_, "hidden")),))
    behind = seen.behind(lens=lens, result="short")
    errors = _found(page, _("{n} with errors"), share, _rest(share), behind)
    number = page.percent(share.value)
    return _card(page, seen, lens, title, seen.behind(lens=lens), number, errors)


def _fatal(page: Here, seen: Overview) -> _Card:
    _, share = page._, seen.figures["fatal_rate"].now
    found = _found(
        page, _("{n} with a fatal answer"), share, share.count, seen.behind(result="fatal")
    )
    number = page.percent(share.value)
    return _card(page, seen, "fatal_rate", _("Fatal rate"), seen.behind(), number, found)


def _defects(page: Here, seen: Overview) -> _Card:
    _, share = page._, seen.figures["defects"].now
    found = _found(page, _("{n} answers short"), share, share.count, seen.behind(result="short"))
    title, number = _("Defects per opportunity"), page.percent(share.value)
    return _card(page, seen, "defects", title, seen.behind(result="applied"), number, found)


def _found(page: Here, text: str, share: Estimate, count: int | None, behind: Behind) -> str:
    """HTML of how many of the n it is, with the way there."""
    if share.value is None or count is None:
        return ""
    said = page.digits(text.format(n=count))
    return number_html(page, said, behind) if count else theme.words(said, "mute")


def _rest(share: Estimate) -> int | None:
    return None if share.count is None else share.n - share.count


def _coverage(page: Here, seen: Overview) -> _Card:
    _, planned = page._, seen.planned
    said = _("{evaluated} of {picked} picks").format(
        evaluated=planned.evaluated, picked=planned.picked
    )
    now, before = planned.achieved.value, planned.achieved_before.value
    if now is None or before is None:
        change = _("data in both months needed")
    else:
        change = f"{signed(page, now - before)} · " + _("all counted")
    missing = _("nothing is missing")
    if planned.evaluated < planned.picked:
        missing = _("{open} with an analyst, {unassigned} unassigned, {lost} lost").format(
            open=planned.open, unassigned=planned.unassigned, lost=planned.lost
        )
    return _Card(
        _("Plan achieved"),
        page.percent(now),
        seen.behind() if seen.evaluated else None,
        (
            theme.pill(page.digits(said)),
            theme.words(change, "mute"),
            theme.words(page.digits(missing), "mute"),
        ),
    )
