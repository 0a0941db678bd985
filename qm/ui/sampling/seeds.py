"""The seed of a period: its hash before the draw, itself after it."""

import streamlit as st

from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.core.sampling.policy import Policy
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.names import people
from qm.workflow.draw_seeds import Commitment, commit_seed, list_seeds, reveal_seed


def seed(page: Here, period: Period) -> None:
    """Show what may be known of the period's seed, and of those of later periods."""
    _ = page._
    known = list_seeds(page.engine, page.actor)
    own = [each for each in known if each.period == str(period)]
    if own:
        _show(page, own[0])
    else:
        theme.row(theme.words(_("Seed"), "strong"), theme.pill(_("not committed"), "plain"))
    later = [each for each in known if Period.parse(each.period) > period]
    for each in reversed(later):
        text = _("Committed for {period}: {sha256}")
        st.caption(text.format(period=page.month(each.period), sha256=each.seed_sha256))


def seed_step(page: Here, period: Period, policy: Policy, *, is_drawn: bool) -> None:
    """Offer the next step with the period's seed: to commit to one, or to reveal it."""
    known = [each for each in list_seeds(page.engine, page.actor) if each.period == str(period)]
    if not known and not is_drawn:
        _offer_committing(page, period, policy)
    elif known and is_drawn and known[0].seed is None:
        _offer_revealing(page, period)


def _pills(page: Here, commitment: Commitment) -> list[str]:
    _ = page._
    late = (
        theme.pill(_("committed after the period began"), "warn")
        if commitment.is_late
        else theme.pill(_("committed before the period began"), "good")
    )
    is_known = commitment.seed is not None
    return [late, theme.pill(_("revealed") if is_known else _("not revealed yet"), "plain")]


def _show(page: Here, commitment: Commitment) -> None:
    _ = page._
    text = _("{moment} by {who}")
    by = commitment.committed_by
    who = people(page, [by])[by]
    when = text.format(moment=page.moment(commitment.committed_at), who=who)
    theme.row(
        theme.words(_("Seed"), "strong"),
        *_pills(page, commitment),
        end=[theme.words(when, "mute")],
    )
    st.caption(_("SHA-256 of the seed, to be published before the period begins:"))
    st.code(commitment.seed_sha256, language=None, wrap_lines=True)
    if commitment.seed is not None:
        st.caption(_("The seed itself:"))
        st.code(commitment.seed, language=None, wrap_lines=True)


def _offer_committing(page: Here, period: Period, policy: Policy) -> None:
    _ = page._
    with st.popover(_("Commit to a seed…"), key=f"committing-{period}"):
        st.text(
            _(
                "A random seed is made and kept secret; its hash is shown at once, for everybody "
                "to keep. After the draw the seed is revealed, and whoever kept the hash can "
                "check that nobody chose it."
            )
        )
        has_begun = period.bounds(page.centre.zone)[0] <= page.now()
        if has_begun:
            st.warning(_("The period has begun: the commitment will be called late everywhere."))
        if not st.button(_("Commit to a seed"), type="primary", key=f"commit-{period}"):
            return
        try:
            commit_seed(
                page.engine,
                page.actor,
                period,
                policy,
                centre=page.centre,
                now=page.now(),
                late=has_begun,
            )
        except BadInput as refusal:
            show_problems(page, refusal)
            return
        st.session_state["notice"] = _("The seed is committed to.")
        st.rerun()


def _offer_revealing(page: Here, period: Period) -> None:
    _ = page._
    with st.popover(_("Reveal the seed…"), key=f"revealing-{period}"):
        st.text(
            _(
                "Revealed, the seed can be seen by everybody, for good, and the draw be repeated "
                "by anybody. Interactions of this period that are drawn later can then be "
                "foreseen: reveal it when no top-up is to come."
            )
        )
        if not st.button(_("Reveal for good"), type="primary", key=f"reveal-{period}"):
            return
        try:
            reveal_seed(page.engine, page.actor, period, now=page.now())
        except BadInput as refusal:
            show_problems(page, refusal)
            return
        st.session_state["notice"] = _("The seed is revealed.")
        st.rerun()
