"""Misses before and after a talk, in words that claim no more than is known."""

import streamlit as st

from qm.core.coaching.effect import Effect
from qm.core.estimates import Estimate
from qm.ui import theme
from qm.ui.here import Here
from qm.workflow.coaching_talk_reading import CoachedQuestion, Talk


def show_effects(page: Here, talk: Talk) -> None:
    """Show the questions that a talk was about; once it was held, misses before and after."""
    _ = page._
    if not talk.questions:
        return
    with theme.card("effect"):
        theme.row(theme.words(_("Coached questions, before and after"), "strong"))
        for question in talk.questions:
            _question(page, question)
        if talk.rows.talk.held_at is None:
            return
        st.caption(
            page.digits(
                _(
                    "Published evaluations of interactions drawn by chance, {days} days before and "
                    "after the talk. This is before and after, not because of it: people are "
                    "coached when they missed much, so fewer misses are to be expected anyway."
                ).format(days=talk.compare_days)
            )
        )


def _question(page: Here, question: CoachedQuestion) -> None:
    _, effect = page._, question.effect
    st.text(question.text.in_language(page.language))
    if effect is None:
        return
    told = _("misses {before} → {after}").format(
        before=share(page, effect.before), after=share(page, effect.after)
    )
    theme.row(theme.words(told), verdict_pill(page, effect))
    if (interval := _interval(page, effect)) is not None:
        theme.row(theme.words(interval, "mute"))
    theme.row(theme.words(_what_is_needed(page, effect), "mute"))
    if question.other_forms:
        said = _("The form changed in between: this compares two yardsticks.")
        theme.row(theme.pill(said, "warn"))


def share(page: Here, estimate: Estimate) -> str:
    """Return how often of how many, such as “4 of 9”."""
    if not estimate.n:
        return page._("none yet")
    words = page._("{count} of {n}").format(count=estimate.count or 0, n=estimate.n)
    return page.digits(words)


def verdict_pill(page: Here, effect: Effect) -> str:
    """HTML of what can be told of the misses since a talk, for `theme.row`."""
    _ = page._
    if effect.verdict == "too_early":
        return theme.pill(_("too early to tell"), "plain")
    if effect.verdict == "fewer":
        return theme.pill(_("fewer misses than before"), "good")
    return theme.pill(_("more misses than before"), "bad")


def _interval(page: Here, effect: Effect) -> str | None:
    if effect.difference is None or effect.low is None or effect.high is None:
        return None
    return page._("difference {value} percentage points (95 % interval {low} to {high})").format(
        value=signed(page, effect.difference),
        low=signed(page, effect.low),
        high=signed(page, effect.high),
    )


def signed(page: Here, value: float) -> str:
    """Return a number with its sign, isolated so that it stays in order in a Persian line."""
    number = page.number(abs(value))
    sign = "" if float(f"{value:.1f}") == 0 else "+" if value > 0 else "−"
    return f"\u2066{sign}{number}\u2069"


def _what_is_needed(page: Here, effect: Effect) -> str:
    _ = page._
    if effect.verdict != "too_early":
        return ""
    if not effect.before.n:
        return _("No interaction before the talk was evaluated with this question.")
    if not effect.before.count:
        return _("Nothing was missed before: fewer misses cannot show.")
    if effect.needed is None:
        return _(
            "Too few interactions before the talk: fewer misses could never be told from chance."
        )
    needed = _("At least {n} more evaluated interactions without a miss would be needed.")
    return page.digits(needed.format(n=effect.needed))
