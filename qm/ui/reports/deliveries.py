"""Where the closed report went, when, and what failed; sending it again or elsewhere."""

from typing import cast

import streamlit as st

from qm.core.mailing import require_address
from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.core.report_rules import ReportRules, require_folder
from qm.core.text import Language
from qm.store.tables import ReportDelivery
from qm.ui import states, theme
from qm.ui.here import Here, show_problems
from qm.ui.reports.downloads import LANGUAGE_NAMES
from qm.ui.theme import Tone
from qm.workflow.report_destinations import (
    DeliveryOfReport,
    list_deliveries,
    queue_deliveries,
    send_again,
)
from qm.workflow.report_rules import read_report_rules

_TONES: dict[str, Tone] = {"done": "good", "failed": "bad", "running": "accent"}
_MOST_LETTERS = 254


def show_deliveries(page: Here, period: Period, *, is_closed: bool) -> None:
    """Show the deliveries of a month, and offer to send again and to somebody else."""
    _ = page._
    if not is_closed:
        states.empty(_("Nothing is sent yet: only a closed report is delivered."))
        _rules_told(page)
        return
    sent = list_deliveries(page.engine, page.actor, period)
    if not sent:
        states.empty(_("This report was sent nowhere: the rules name no folder and no address."))
    for each in sent:
        _delivery(page, each)
    if page.actor.may("close_report"):
        _elsewhere(page, period)
    _rules_told(page)


def _delivery(page: Here, each: DeliveryOfReport) -> None:
    _ = page._
    delivery = each.delivery
    number = page.digits(_("No. {number}").format(number=each.number))
    way = _("Folder") if delivery.way == "folder" else _("E-mail")
    what = page.listed(
        [LANGUAGE_NAMES[cast("Language", delivery.language)], *map(str.upper, delivery.formats)]
    )
    with theme.card(f"delivery-{delivery.id}", is_row=True):
        theme.rows(
            [
                theme.pill(_state(page, delivery), _TONES.get(delivery.state, "plain")),
                theme.words(way, "mute"),
                theme.words(f"\u2068{delivery.target}\u2069", "strong"),
                theme.words(f"{number} · {what}", "mute"),
            ],
            [theme.words(_when(page, delivery), "mute")],
            *([[theme.words(_why(page, delivery))]] if delivery.error else []),
        )
        is_put_off = delivery.state == "waiting" and delivery.tries > 0
        if page.actor.may("close_report") and (is_put_off or delivery.done_at):
            label = _("Try now") if is_put_off else _("Send again")
            if st.button(label, key=f"delivery-again-{delivery.id}"):
                send_again(page.engine, page.actor, delivery.id or 0, now=page.now())
                st.rerun()


def _state(page: Here, delivery: ReportDelivery) -> str:
    _ = page._
    words = {"done": _("Delivered"), "failed": _("Not delivered"), "running": _("Under way")}
    return words.get(delivery.state, _("Waiting"))


def _why(page: Here, delivery: ReportDelivery) -> str:
    _ = page._
    if delivery.way == "folder":
        told = _("The files could not be written into the folder: {reason}")
    else:
        told = _("The mail server did not take the e-mail: {reason}")
    return told.format(reason=f"\u2068{delivery.error}\u2069")


def _when(page: Here, delivery: ReportDelivery) -> str:
    _ = page._
    if delivery.done_at:
        return page.moment(delivery.done_at)
    due = page.moment(delivery.due_at)
    if delivery.tries:
        told = _("Tried {tries} times; again from {moment} on.")
        return page.digits(told.format(tries=delivery.tries, moment=due))
    return _("A worker takes it within a minute; waiting since {moment}.").format(moment=due)


def _elsewhere(page: Here, period: Period) -> None:
    _ = page._
    with st.popover(_("Send it elsewhere"), key="report-elsewhere"), st.form(
        "report-sending", border=False
    ):  # fmt: skip
        target = st.text_input(
            _("E-mail address, or a folder below that of the reports"),
            max_chars=_MOST_LETTERS,
            key=f"report-target-{page.language}",
        )
        st.caption(_("In the languages and formats of the rules; the newest number."))
        is_sent = st.form_submit_button(_("Send"), type="primary")
    if is_sent:
        _send(page, period, target.strip())


def _send(page: Here, period: Period, target: str) -> None:
    rules = read_report_rules(page.engine, page.actor)
    try:
        chosen = rules.model_copy(update=_target(target))
        queued = queue_deliveries(page.engine, page.actor, period, chosen, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    if queued:
        st.rerun()
    st.info(page._("It was sent there before; use “Send again”."))


def _target(target: str) -> dict[str, tuple[str, ...]]:
    if "@" in target:
        return {"folders": (), "recipients": (require_address(target),)}
    return {"folders": (require_folder(target),), "recipients": ()}


def _rules_told(page: Here) -> None:
    """Say when the report is closed and sent by itself."""
    told = rules_in_words(page, read_report_rules(page.engine, page.actor))
    theme.row(theme.words(told, "mute"))
    if page.actor.may("set_rules"):
        st.page_link("screens/centre_rules.py", label=page._("Rules of the report"))


def rules_in_words(page: Here, rules: ReportRules) -> str:
    """Say in a sentence or two when a month closes and who gets its report."""
    _ = page._
    if rules.closes_after_days is None:
        closing = _("Months are closed by hand.")
    else:
        told = _("A month is closed by itself {days} days after its end.")
        closing = page.digits(told.format(days=rules.closes_after_days))
    targets = [*rules.folders, *rules.recipients]
    if not targets:
        return closing + " " + _("Its report is sent nowhere.")
    sent = _("Its report goes to {targets}.").format(targets=page.listed(targets))
    return f"{closing} {sent}"
