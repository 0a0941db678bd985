"""What else there is to know: disputes of the agent's evaluations, and signals of change."""

import streamlit as st

from qm.core.change.signals import Signal
from qm.ui import theme
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.ui.menu import BY_ADDRESS
from qm.ui.trends.signals import behind_signal
from qm.workflow.agent_card import AgentCard

_DISPUTES = BY_ADDRESS["disputes"]


def show_matters(page: Here, card: AgentCard) -> None:
    """Show the signals of this agent and the disputes, each with a way to what it rests on."""
    _ = page._
    theme.row(theme.words(_("Signals"), "strong"))
    for signal in card.signals:
        _signal(page, card, signal)
    if not card.signals:
        st.caption(_("Nothing of this agent's changed beyond noise."))
    theme.row(theme.words(_("Disputes"), "strong"))
    disputes = card.disputes
    if not disputes.raised:
        st.caption(_("No evaluation was disputed."))
        return
    text = _(
        "{raised} raised on {published} published evaluations: {changed} changed, {upheld} upheld, "
        "{open} open."
    )
    said = text.format(
        raised=disputes.raised,
        published=disputes.published,
        changed=disputes.changed,
        upheld=disputes.upheld,
        open=disputes.open,
    )
    theme.row(theme.words(page.digits(said)))
    st.page_link(_DISPUTES.file, label=_("Reviews and disputes"))


def _signal(page: Here, card: AgentCard, signal: Signal) -> None:
    _ = page._
    behind = behind_signal(card.period, signal)
    since = _("since {month}").format(month=signal.since.label(page.language))
    is_worse = signal.direction == "up"  # of the share that fails
    pill = theme.pill(_("fails more often"), "warn")
    if not is_worse:
        pill = theme.pill(_("fails less often"), "good")
    theme.row(pill, theme.words(since, "mute"), end=[number_html(page, _("evaluations"), behind)])
    theme.row(theme.words(signal.words.said(_, page.digits)))
