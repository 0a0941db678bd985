"""Whether the month is closed, by whom and with which hashes; closing and revising it."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.reports.words import word
from qm.store.reports import ClosedReport
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.names import people
from qm.ui.reports.cells import numeric, shown, telling
from qm.ui.tables import table
from qm.workflow.report_freezing import close_month, revise_report
from qm.workflow.report_reading import Verification, verify_report
from qm.workflow.report_standing import Standing

_PICKS_SHOWN = 8
_CHANGES_SHOWN = 50
_VERIFIED = "report-verified"
_MOST_LETTERS = 300


def show_open(page: Here, period: Period, standing: Standing) -> None:
    """Say that the month is open, and let whoever may close it."""
    _ = page._
    with theme.card("report-standing"):
        theme.row(
            theme.pill(_("Open"), "warn"),
            theme.words(_("Live figures, provisional until the month is closed."), "strong"),
        )
        theme.row(theme.words(_waiting(page, standing), "mute"))
        if not standing.is_over:
            st.caption(_("The month is not over yet; it can be closed when it is."))
        elif page.actor.may("close_report"):
            _closing(page, period, standing)


def _waiting(page: Here, standing: Standing) -> str:
    _ = page._
    picks, disputes = len(standing.open_picks), standing.open_disputes
    if not picks and not disputes:
        return _("Nothing is open: every pick is evaluated or replaced, every dispute decided.")
    told = _("Drawn but not evaluated: {picks}. Disputes not decided: {disputes}.")
    return page.digits(told.format(picks=picks, disputes=disputes))


def _closing(page: Here, period: Period, standing: Standing) -> None:
    _ = page._
    with st.popover(_("Close the month"), key="report-close"):
        st.text(_waiting(page, standing))
        if standing.open_picks:
            _open_picks(page, standing)
        st.caption(_("What is evaluated or decided later comes as a numbered revision."))
        with st.form("report-closing", border=False):
            asked = _("Why it closes although picks are open; this stands on the report")
            reason = _reason(page, asked) if standing.open_picks else ""
            is_sent = st.form_submit_button(_("Close it for good"), type="primary")
    if is_sent:
        now = page.now()
        _do(page, lambda: close_month(page.engine, page.actor, period, centre=page.centre,
                                      now=now, reason=reason))  # fmt: skip


def _open_picks(page: Here, standing: Standing) -> None:
    _ = page._
    picks = standing.open_picks[:_PICKS_SHOWN]
    names = people(page, {pick.evaluator for pick in picks if pick.evaluator})
    rows = [
        {
            _("Interaction"): pick.interaction_id,
            _("Evaluator"): names.get(pick.evaluator or "", _("Not assigned")),
        }
        for pick in picks
    ]
    table(pd.DataFrame(rows))
    _rest(page, len(picks), len(standing.open_picks))


def show_closed(page: Here, period: Period, standing: Standing, version: ClosedReport) -> None:
    """Say when and by whom this version was frozen, and whether it still equals the data."""
    _ = page._
    newest = standing.versions[0]
    with theme.card("report-standing"):
        theme.row(*_pills(page, standing, version))
        theme.row(theme.words(_frozen(page, version)))
        if version.reason:
            theme.quote(word(version.reason, _))
        theme.rows(
            [theme.words(_("SHA-256 of the data"), "mute"), _code(version.data_sha256)],
            [theme.words(_("SHA-256 of this report"), "mute"), _code(version.content_sha256)],
        )
        if version.number != newest.number:
            told = _("There is a newer one: number {number}.")
            st.caption(page.digits(told.format(number=newest.number)))
        elif standing.has_changed:
            st.text(_("Something was corrected after this: the data is no longer what it says."))
        with st.container(horizontal=True):
            _verifying(page, period, version)
            is_newest = version.number == newest.number
            if is_newest and standing.has_changed and page.actor.may("close_report"):
                _revising(page, period, version)
        _verified(page, version)


def _pills(page: Here, standing: Standing, version: ClosedReport) -> list[str]:
    _ = page._
    number = page.digits(_("No. {number}").format(number=version.number))
    said = [theme.pill(_("Closed"), "good"), theme.pill(number, "accent")]
    if version.number == standing.versions[0].number and standing.has_changed:
        said.append(theme.pill(_("No longer equals the data"), "warn"))
    return said


def _frozen(page: Here, version: ClosedReport) -> str:
    told = page._("Frozen on {moment} by {name}; it gives the same files each time.")
    name = people(page, [version.closed_by])[version.closed_by]
    return told.format(moment=page.moment(version.closed_at), name=name)


def _code(sha256: str) -> str:
    return f'<code dir="ltr" class="qm-hash">{sha256}</code>'  # digits and letters of our own


def _verifying(page: Here, period: Period, version: ClosedReport) -> None:
    if st.button(page._("Verify: compute both hashes again"), key="report-verify"):
        found = verify_report(page.engine, page.actor, period, version.number)
        st.session_state[_VERIFIED] = version.id, page.now(), found


def _verified(page: Here, version: ClosedReport) -> None:
    _ = page._
    of_report, at, found = st.session_state.get(_VERIFIED, (None, None, None))
    if of_report != version.id:
        return
    theme.row(
        theme.pill(_("Verified"), "good") if found.holds else theme.pill(_("Differs"), "bad"),
        theme.words(_finding(page, found)),
        theme.words(page.moment(at), "mute"),
    )
    _differences(page, found)


def _finding(page: Here, found: Verification) -> str:
    _ = page._
    if found.holds:
        return _("Computed again: both hashes are the same, and the data is as it was.")
    if not found.content_is_whole:
        return _("The report's values do not have the hash that they were stored with.")
    if not found.basis_is_whole:
        return _("The record of the rows behind it does not have its hash any more.")
    return _("The report is whole; the data behind it has changed since.")


def _differences(page: Here, found: Verification) -> None:
    changes = found.changes[:_CHANGES_SHOWN]
    if not changes:
        return
    frame = pd.DataFrame(changes)
    columns = telling("changes", frame)
    table(shown(page, columns, frame), numeric=numeric(page, columns))
    _rest(page, len(changes), len(found.changes))


def _revising(page: Here, period: Period, newest: ClosedReport) -> None:
    _ = page._
    label = page.digits(_("Make revision {number}").format(number=newest.number + 1))
    with st.popover(label, key="report-revise"), st.form("report-revising", border=False):
        st.caption(_("The report is frozen anew, with the list of what changed since."))
        reason = _reason(page, _("What was corrected; it stands on the report"))
        is_sent = st.form_submit_button(_("Freeze the revision"), type="primary")
    if is_sent:
        now = page.now()
        _do(page, lambda: revise_report(page.engine, page.actor, period, reason,
                                        centre=page.centre, now=now))  # fmt: skip


def _reason(page: Here, label: str) -> str:
    key = f"report-reason-{page.language}"
    return st.text_area(label, key=key, max_chars=_MOST_LETTERS, height=80)


def _do(page: Here, act: Callable[[], ClosedReport]) -> None:
    try:
        made = act()
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    st.session_state.pop(_VERIFIED, None)
    st.query_params["number"] = str(made.number)
    st.rerun()


def _rest(page: Here, shown_rows: int, rows: int) -> None:
    if rows > shown_rows:
        told = page._("{shown} of {all} shown.").format(shown=shown_rows, all=rows)
        st.caption(page.digits(told))
