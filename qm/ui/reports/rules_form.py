"""The rules of the report as a form: when it closes, what it shows, where it goes."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from qm.core.problems import BadInput
from qm.core.report_rules import FORMATS, ReportRules
from qm.core.text import latin_digits
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.reports.downloads import FORMAT_NAMES, LANGUAGE_NAMES
from qm.workflow.report_rules import read_report_rules, set_report_rules

_MOST = {"closes_after_days": 365, "smallest_group": 100}


def show_report_rules(page: Here) -> None:
    """Show the rules of the report in force and let whoever may set them change them."""
    rules = read_report_rules(page.engine, page.actor)
    if st.session_state.pop("report-rules-saved", False):
        st.success(page._("Saved. The rules are in force from now on."))
    with st.form("report-rules", border=False):
        left, right = st.columns(2)
        with left:
            given = _closing(page, rules)
        with right:
            given |= _delivering(page, rules)
        is_saved = st.form_submit_button(page._("Save"), type="primary")
    if is_saved:
        _save(page, given)


def _closing(page: Here, rules: ReportRules) -> dict[str, Any]:
    _ = page._
    with theme.card("rules-report-closing"):
        st.subheader(_("Closing and content"))
        return {
            "closes_after_days": _number(
                page,
                "closes_after_days",
                _("Days after the end of a month that it closes by itself (empty: by hand)"),
                rules.closes_after_days,
                _("Also with picks open: the report says so, and they count as missing."),
            ),
            "smallest_group": _number(
                page,
                "smallest_group",
                _("Fewest evaluations that a number may rest on to be shown (0: all are shown)"),
                rules.smallest_group,
                _("What rests on fewer is hidden, and what would tell it, too."),
            )
            or 0,
            "languages": st.multiselect(
                _("Languages"),
                list(LANGUAGE_NAMES),
                rules.languages,
                format_func=LANGUAGE_NAMES.__getitem__,
                key=_key(page, "languages"),
                placeholder=_("Choose…"),
            ),
            "formats": st.multiselect(
                _("Formats"),
                FORMATS,
                rules.formats,
                format_func=lambda name: _(FORMAT_NAMES[name]),
                key=_key(page, "formats"),
                placeholder=_("Choose…"),
            ),
        }


def _number(page: Here, name: str, label: str, value: int | None, told: str) -> int | str | None:
    """Return what is entered; a text where it is no number, which the rules refuse."""
    # A browser's own number input neither shows Persian digits nor takes them.
    shown = "" if value is None else page.digits(str(value))
    bounds = page._("{least} to {most}").format(least=0, most=_MOST[name])
    written = st.text_input(
        label, shown, max_chars=6, key=_key(page, name), placeholder=page.digits(bounds), help=told
    )
    plain = latin_digits(written).strip()
    return int(plain) if plain.isdecimal() else plain or None


def _delivering(page: Here, rules: ReportRules) -> dict[str, Any]:
    _ = page._
    with theme.card("rules-report-delivery"):
        st.subheader(_("Delivery"))
        folders = _lines(page, "folders", _("Folders below that of the reports, one a line"), rules)
        recipients = _lines(page, "recipients", _("E-mail addresses, one a line"), rules)
        server = page.settings.mail_server
        if server is None:
            st.caption(_("No mail server is set, so e-mails fail until an administrator sets one."))
        else:
            told = _("E-mails leave by {host} from {sender}.")
            theme.row(theme.words(told.format(host=server.host, sender=server.sender), "mute"))
    return {"folders": folders, "recipients": recipients}


def _lines(page: Here, name: str, label: str, rules: ReportRules) -> list[str]:
    text = st.text_area(label, "\n".join(getattr(rules, name)), key=_key(page, name), height=110)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _save(page: Here, given: dict[str, Any]) -> None:
    _ = page._
    try:
        rules = ReportRules.model_validate(given)
        is_new = set_report_rules(page.engine, page.actor, rules, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    except ValidationError as refusal:
        _refused(page, {str(error["loc"][0]) for error in refusal.errors()})
        return
    if not is_new:
        st.info(_("Nothing was changed."))
        return
    st.session_state["report-rules-saved"] = True
    st.rerun()


def _refused(page: Here, fields: set[str]) -> None:
    _ = page._
    if fields & set(_MOST):
        told = _("Days: a whole number from 0 to {days}; fewest evaluations: 0 to {fewest}.")
        most = {"days": _MOST["closes_after_days"], "fewest": _MOST["smallest_group"]}
        st.error(page.digits(told.format(**most)) + " " + _("Nothing was saved."))
    if fields - set(_MOST):
        st.error(_("Choose at least one language and one format. Nothing was saved."))


def _key(page: Here, field: str) -> str:
    return f"report-rules-{field}-{page.language}"
