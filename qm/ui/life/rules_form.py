"""The form of the rules of an evaluation's life."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from qm.core.life.rules import LifeRules
from qm.core.problems import BadInput
from qm.core.text import Wording
from qm.ui import theme, wording
from qm.ui.here import Here, show_problems
from qm.ui.life import words
from qm.workflow.rules import RulesInForce, read_life_rules, set_life_rules

_APPROVERS = ("lead", "qa_lead", "manager")
_PUBLICATION = ("by_lead", "by_qa_lead", "at_once")


def show_rules(page: Here) -> None:
    """Show the rules in force and let whoever may set them change them."""
    in_force = read_life_rules(page.engine, page.actor)
    if st.session_state.pop("rules-saved", False):
        st.success(page._("Saved. The rules are in force from now on."))
    _since(page, in_force)
    with st.form("life-rules", border=False):
        left, right = st.columns(2)
        with left:
            given = _publication(page, in_force.rules) | _evaluating(page, in_force.rules)
        with right:
            given |= _answering(page, in_force.rules)
        is_saved = st.form_submit_button(page._("Save"), type="primary")
    if is_saved:
        _save(page, given)


def _since(page: Here, in_force: RulesInForce) -> None:
    _ = page._
    if in_force.at is None:
        st.caption(_("Nobody has changed the rules yet: these are the defaults."))
        return
    by = in_force.by or Wording(en="–")
    told = _("In force since {moment}, set by {name}.")
    said = told.format(moment=page.moment(in_force.at), name=by.in_language(page.language))
    theme.row(theme.words(said, "mute"))


def _publication(page: Here, rules: LifeRules) -> dict[str, Any]:
    _ = page._
    with theme.card("rules-publication"):
        st.subheader(_("Publication"))
        return {
            "publication": st.radio(
                _("Who lets the agent see it"),
                _PUBLICATION,
                _PUBLICATION.index(rules.publication),
                format_func=lambda code: words.publication(_, code),
                key=_key(page, "publication"),
            ),
            "review_share_percent": st.number_input(
                _("Share that the QA lead looks at first, in percent"),
                0.0,
                100.0,
                float(rules.review_share_percent),
                step=5.0,
                key=_key(page, "review_share_percent"),
                help=_("Chosen by a hash of the assignment, not by hand."),
            ),
            "review_fatal": _switch(page, rules, "review_fatal", _("Every failed evaluation, too")),
            "publish_within_days": _days(page, rules, "publish_within_days", _("Publish within")),
            "resubmit_within_days": _days(
                page, rules, "resubmit_within_days", _("Mend what was sent back within")
            ),
        }


def _answering(page: Here, rules: LifeRules) -> dict[str, Any]:
    _ = page._
    with theme.card("rules-disputes"):
        st.subheader(_("Acknowledgement and disputes"))
        given: dict[str, Any] = {
            "acknowledge_within_days": _days(
                page, rules, "acknowledge_within_days", _("Acknowledge within")
            ),
            "dispute_within_days": _days(
                page, rules, "dispute_within_days", _("Dispute within (from publication)")
            ),
            "decide_within_days": _days(
                page, rules, "decide_within_days", _("Decide each stage within")
            ),
            "dispute_rounds": st.number_input(
                _("Rounds of disputes (none: agents cannot dispute)"),
                0,
                5,
                rules.dispute_rounds,
                key=_key(page, "dispute_rounds"),
            ),
            "approvers": tuple(
                st.multiselect(
                    _("Who decides, one after the other"),
                    _APPROVERS,
                    rules.approvers,
                    format_func=lambda code: wording.role(_, code),
                    key=_key(page, "approvers"),
                    placeholder=_("Choose…"),
                    help=_(
                        "All but the last uphold or pass on. Nobody decides on an evaluation of "
                        "their own; an administrator stands in for anybody."
                    ),
                )
            ),
        }
    return given


def _evaluating(page: Here, rules: LifeRules) -> dict[str, Any]:
    _ = page._
    with theme.card("rules-evaluating"):
        st.subheader(_("Evaluating and coaching"))
        switches = {
            "hides_agent": _("Evaluators do not see whose interaction it is"),
            "shows_earlier_scores": _("Evaluators see the scores of earlier contacts"),
            "coaching_review": _("The lead reads an analyst's notes before the agent does"),
            "self_evaluation": _("Agents may evaluate themselves and colleagues"),
        }
        return {name: _switch(page, rules, name, label) for name, label in switches.items()}


def _days(page: Here, rules: LifeRules, name: str, label: str) -> int:
    unit = page._("{label}, days").format(label=label)
    return int(st.number_input(unit, 1, 365, getattr(rules, name), key=_key(page, name)))


def _switch(page: Here, rules: LifeRules, name: str, label: str) -> bool:
    return st.checkbox(label, getattr(rules, name), key=_key(page, name))


def _save(page: Here, given: dict[str, Any]) -> None:
    _ = page._
    try:
        rules = LifeRules.model_validate(given)
        is_new = set_life_rules(page.engine, page.actor, rules, now=page.now())
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    except ValidationError:
        st.error(_("Choose at least one role that decides disputes."))
        return
    if not is_new:
        st.info(_("Nothing was changed."))
        return
    st.session_state["rules-saved"] = True
    st.rerun()


def _key(page: Here, field: str) -> str:
    return f"life-rules-{field}-{page.language}"
