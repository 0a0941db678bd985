"""The rules of coaching as a form: what proposes a talk, and within how many days steps are due."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from pydantic import ValidationError

from qm.core.coaching.rules import (
    CoachingRules,
    DropTrigger,
    FatalTrigger,
    MissesTrigger,
    Trigger,
)
from qm.core.problems import BadInput
from qm.ui import theme
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.workflow.coaching_settings import read_coaching_rules, set_coaching_rules

_WORKING = "coaching-triggers"
_DAYS = ("review_within_days", "acknowledge_within_days", "discuss_within_days", "compare_days")


def show_triggers(page: Here) -> None:
    """Show the triggers and due dates in force, and let them be changed."""
    _ = page._
    rules = read_coaching_rules(page.engine, page.actor)
    if _WORKING not in st.session_state:
        st.session_state[_WORKING] = rules.triggers
    working: tuple[Trigger, ...] = st.session_state[_WORKING]
    st.caption(_("Triggers look at evaluations once they are published. They only propose."))
    triggers = [_card(page, trigger) for trigger in working]
    _adding(page, working)
    days = _days(page, rules)
    with st.container(horizontal=True):
        if st.button(_("Save the rules"), type="primary", key="coaching-rules-save"):
            _save(page, {"triggers": triggers, **days})
        if st.button(_("Undo the changes"), key="coaching-rules-undo"):
            _forget()
            st.rerun()


def _card(page: Here, trigger: Trigger) -> dict[str, Any]:
    """Show one trigger and return what is entered for it."""
    _ = page._
    with theme.card(f"trigger-{trigger.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            theme.row(theme.words(_title(page, trigger), "strong"), theme.pill(trigger.id))
            st.button(
                "✕",
                key=f"trigger-drop-{trigger.id}",
                type="tertiary",
                help=_("Remove this trigger"),
                on_click=_removed,
                args=(trigger.id,),
            )
        with st.container(horizontal=True):
            return {"kind": trigger.kind, "id": trigger.id, **_fields(page, trigger)}


def _title(page: Here, trigger: Trigger) -> str:
    _ = page._
    return {
        "fatal": _("A fatal answer"),
        "misses": _("One question missed again and again"),
        "drop": _("A drop below the agent's own baseline"),
    }[trigger.kind]


def _fields(page: Here, trigger: Trigger) -> dict[str, Any]:
    _ = page._

    def number(name: str, label: str, least: int = 1, most: int = 365) -> int | None:
        value: int | None = st.number_input(
            label,
            min_value=least,
            max_value=most,
            value=getattr(trigger, name),
            step=1,
            placeholder="–",
            key=f"trigger-{trigger.id}-{name}",
            width=230,
        )
        return value

    if isinstance(trigger, FatalTrigger):
        return {"within_days": number("within_days", _("Published within the last days"))}
    if isinstance(trigger, DropTrigger):
        return {
            "recent": number("recent", _("Scores in a block"), 4, 100),
            "baseline": number("baseline", _("Scores before it, at least"), 4, 100),
            "baseline_days": number("baseline_days", _("Baseline of the last days")),
        }
    return {
        "misses": number("misses", _("Misses"), 2, 100),
        "evaluations": number("evaluations", _("Among the last evaluations"), 1, 100),
        "days": number("days", _("Within the last days")),
        "questions": _questions(page, trigger),
    }


def _questions(page: Here, trigger: MissesTrigger) -> list[str]:
    text = st.text_input(
        page._("Only these questions (ids; empty: all)"),
        value=", ".join(trigger.questions),
        key=f"trigger-{trigger.id}-questions",
        width=300,
    )
    return text.replace("،", ",").replace(",", " ").split()


def _adding(page: Here, working: tuple[Trigger, ...]) -> None:
    _ = page._
    kinds: dict[str, Callable[[str], Trigger]] = {
        _("Fatal answer"): lambda name: FatalTrigger(kind="fatal", id=name),
        _("Repeated misses"): lambda name: MissesTrigger(
            kind="misses", id=name, evaluations=6, days=90
        ),
        _("Drop of the score"): lambda name: DropTrigger(kind="drop", id=name),
    }
    known = {trigger.id for trigger in working}
    name = next(f"trigger-{n}" for n in range(1, len(known) + 2) if f"trigger-{n}" not in known)
    with st.container(horizontal=True):
        for label, made in kinds.items():
            st.button(
                plain(label),
                icon=":material/add:",
                key=f"trigger-add-{label}",
                on_click=_added,
                args=(made(name),),
            )


def _days(page: Here, rules: CoachingRules) -> dict[str, Any]:
    _ = page._
    labels = {
        "review_within_days": _("Days to review a note"),
        "acknowledge_within_days": _("Days to acknowledge a note"),
        "discuss_within_days": _("Days to discuss it"),
        "compare_days": _("Days before and after a talk to compare"),
    }
    with theme.card("coaching-days"):
        theme.row(theme.words(_("Due dates"), "strong"))
        with st.container(horizontal=True):
            return {
                name: st.number_input(
                    labels[name],
                    min_value=1,
                    max_value=365,
                    value=getattr(rules, name),
                    step=1,
                    key=f"coaching-{name}",
                    width=250,
                )
                for name in _DAYS
            }


def _save(page: Here, given: dict[str, Any]) -> None:
    _ = page._
    try:
        rules = CoachingRules.model_validate(given)
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    except ValidationError:
        st.error(_("Something is missing or no question's id. Nothing was saved."))
        return
    set_coaching_rules(page.engine, page.actor, rules, now=page.now())
    _forget()
    st.toast(_("The rules are in force from now on."))


def _added(trigger: Trigger) -> None:
    st.session_state[_WORKING] = (*st.session_state[_WORKING], trigger)


def _removed(trigger_id: str) -> None:
    kept = [trigger for trigger in st.session_state[_WORKING] if trigger.id != trigger_id]
    st.session_state[_WORKING] = tuple(kept)


def _forget() -> None:
    """Let the form begin anew from what is in force."""
    for key in [str(key) for key in st.session_state]:
        if key == _WORKING or key.startswith(("trigger-", "coaching-")):
            del st.session_state[key]
