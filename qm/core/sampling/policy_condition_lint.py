"""What looks like a slip in the conditions of a sampling policy."""

import difflib
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from qm.core.forms.conditions import ATTRIBUTES, All, Condition, InteractionIs, leaves
from qm.core.forms.faults import Fault, warning
from qm.core.problems import N_
from qm.core.sampling.policy_logic import CLOSED, NUMBERS, Logic, negated
from qm.core.sampling.policy_rules import placed_conditions

if TYPE_CHECKING:
    from qm.core.sampling.policy import Policy

KNOWN = tuple(dict.fromkeys((*ATTRIBUTES, *CLOSED, *NUMBERS)))
"""The attributes that interactions have without columns of the centre's own."""

ATTRIBUTE_MISSPELT = warning(
    "policy.attribute_misspelt",
    N_("The condition of “{id}” names the attribute “{attribute}”, which no import has by itself."),
    N_("Did you mean “{meant}”?"),
)
VALUE_UNKNOWN = warning(
    "policy.value_unknown",
    N_("The condition of “{id}” waits for “{value}”, which is no value of “{attribute}”."),
    N_("Write one of: {known}."),
)
NUMBER_BY_VALUE = warning(
    "policy.number_by_value",
    N_("The condition of “{id}” compares the number “{attribute}” with words."),
    N_("Write `at_least` or `at_most` instead of `is`."),
)
TEXT_BY_BOUNDS = warning(
    "policy.text_by_bounds",
    N_("The condition of “{id}” bounds “{attribute}”, which is no number."),
    N_("Write `is` with a list of its values: {known}."),
)
NEVER = warning(
    "policy.never",
    N_("The condition of “{id}” can never hold: no interaction can be so."),
    N_("Correct it, or take the rule away."),
)
NOTHING_LEFT = warning(
    "policy.nothing_left",
    N_("Every interaction is left out, so there is nothing to draw."),
    N_("Narrow the conditions under `leave_out`."),
)
SHADOWED = warning(
    "policy.shadowed",
    N_("Whatever “{id}” leaves out, “{first}” above it has left out already: it counts nothing."),
    N_("Take “{id}” away, or move it above “{first}”."),
)
NO_RECORDING_RULE = warning(
    "policy.no_recording_rule",
    N_("No rule leaves out calls without a recording: nobody can listen to such a pick."),
    N_("Add a rule to `leave_out`: all of channel `call` and recorded `no`."),
)
TEXTS_LEFT_OUT = warning(
    "policy.texts_left_out",
    N_("“{id}” leaves out every chat and e-mail: they never have a recording."),
    N_("Ask for the channel `call`, too, and join the two with `all`."),
)
QUOTA_LEFT_OUT = warning(
    "policy.quota_left_out",
    N_("Whatever quota “{id}” wants, “{first}” under `leave_out` leaves out."),
    N_("Correct one of the two conditions: what is left out is never picked, wanted or not."),
)

_NOT_RECORDED = InteractionIs(interaction="recorded", **{"is": ("no",)})
_SILENT_CALL = All(all=(InteractionIs(interaction="channel", **{"is": ("call",)}), _NOT_RECORDED))
_TEXT = All(all=(InteractionIs(interaction="channel", **{"is": ("chat", "email")}), _NOT_RECORDED))


def condition_findings(policy: "Policy") -> Iterator[Fault]:
    """Yield what looks like a slip in the policy's conditions, each with its path."""
    logic = Logic()
    yield from _recording_faults(policy, logic)
    wrong: set[str] = set()  # paths of what holds never; nothing more is said of it
    for path, name, condition in placed_conditions(policy):
        faults = list(_leaf_faults(path, name, condition))
        if not faults and logic.is_impossible(condition):
            faults = [Fault(NEVER, f"{path}.when", {"id": name})]
        wrong |= {path} if faults else set()
        yield from faults
    yield from _exclusion_faults(policy, logic, wrong)
    for place, quota in enumerate(policy.targeted):
        if quota.when is None or f"targeted[{place}]" in wrong:
            continue
        for rule in policy.leave_out:
            if logic.implies(quota.when, rule.when):
                values = {"id": quota.quota, "first": rule.reason}
                yield Fault(QUOTA_LEFT_OUT, f"targeted[{place}].when", values)
                break


def _leaf_faults(path: str, name: str, condition: Condition) -> Iterator[Fault]:
    for at, leaf in leaves(condition, f"{path}.when"):
        if isinstance(leaf, InteractionIs):
            if meant := _meant(leaf.interaction):
                values = {"id": name, "attribute": leaf.interaction, "meant": meant}
                yield Fault(ATTRIBUTE_MISSPELT, f"{at}.interaction", values)
            yield from _value_faults(at, name, leaf)


@lru_cache(maxsize=1_000)
def _meant(attribute: str) -> str | None:
    """Return the known attribute that an unknown one is a misspelling of."""
    if attribute in KNOWN:
        return None
    close = difflib.get_close_matches(attribute.casefold(), KNOWN, n=1, cutoff=0.8)
    return close[0] if close else None


def _value_faults(at: str, name: str, leaf: InteractionIs) -> Iterator[Fault]:
    attribute = leaf.interaction
    known = CLOSED.get(attribute)
    if attribute in NUMBERS and leaf.one_of:
        yield Fault(NUMBER_BY_VALUE, f"{at}.is", {"id": name, "attribute": attribute})
    if known is None:
        return
    told = {"id": name, "attribute": attribute, "known": list(known)}
    for place, value in enumerate(leaf.one_of):
        if value not in known:
            yield Fault(VALUE_UNKNOWN, f"{at}.is[{place}]", {**told, "value": value})
    if not leaf.one_of:
        bound = "at_most" if leaf.at_least is None else "at_least"
        yield Fault(TEXT_BY_BOUNDS, f"{at}.{bound}", told)


def _exclusion_faults(policy: "Policy", logic: Logic, wrong: set[str]) -> Iterator[Fault]:
    rules = policy.leave_out
    always = [place for place, rule in enumerate(rules) if logic.is_impossible(negated(rule.when))]
    for place in always:
        yield Fault(NOTHING_LEFT, f"leave_out[{place}].when", {})
    if rules and not always and logic.is_impossible(*(negated(rule.when) for rule in rules)):
        yield Fault(NOTHING_LEFT, "leave_out", {})
    for place, rule in enumerate(rules):
        if f"leave_out[{place}]" in wrong:
            continue
        for before in rules[:place]:
            if logic.implies(rule.when, before.when):
                values = {"id": rule.reason, "first": before.reason}
                yield Fault(SHADOWED, f"leave_out[{place}].when", values)
                break


def _recording_faults(policy: "Policy", logic: Logic) -> Iterator[Fault]:
    if not any(logic.implies(_SILENT_CALL, rule.when) for rule in policy.leave_out):
        yield Fault(NO_RECORDING_RULE, "leave_out", {})
    for place, rule in enumerate(policy.leave_out):
        asked = {leaf.interaction for leaf in _attributes_asked(rule.when)}
        if "recorded" in asked and logic.implies(_TEXT, rule.when):
            yield Fault(TEXTS_LEFT_OUT, f"leave_out[{place}].when", {"id": rule.reason})


def _attributes_asked(condition: Condition) -> Iterator[InteractionIs]:
    for _path, leaf in leaves(condition):
        if isinstance(leaf, InteractionIs):
            yield leaf
