"""The rules that make content a sampling policy: what breaks one keeps it from being used."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from qm.core.forms.condition_rules import shape_faults
from qm.core.forms.conditions import Answered, Condition, leaves
from qm.core.forms.faults import Fault
from qm.core.problems import N_, Problem, explain
from qm.core.text import search_key

if TYPE_CHECKING:
    from qm.core.sampling.policy import Policy

# Columns of the population that a draw itself works with.
_RESERVED = {"interaction_id", "agent_id", "team_id", "started_at", "number", "is_new"}
_SHORTEST_PHRASE = 2  # characters

_Ordered = TypeVar("_Ordered", int, str)

REVERSED_LIMITS = explain(
    "policy.reversed_limits",
    N_("An agent cannot have at least {low} picks and at most {high}."),
    N_("Lower `min_per_agent`, or raise `max_per_agent`."),
)
DUPLICATE_ID = explain(
    "policy.duplicate_id",
    N_("The id “{id}” is taken: {first} has it already."),
    N_("Give each of the two an id of its own."),
)
DUPLICATE_OVER = explain(
    "policy.duplicate_over",
    N_("The picks are divided over “{value}” twice."),
    N_("Take one of the two away."),
)
NOT_ASCENDING = explain(
    "policy.not_ascending",
    N_("{value} does not lie after {before}."),
    N_("Write each value once, from the lowest to the highest."),
)
BAD_CLOCK = explain(
    "policy.bad_clock",
    N_("“{value}” is no time of the day."),
    N_("Write hours and minutes with two digits each, such as 06:00 or 18:30."),
)
CONDITION_QUESTION = explain(
    "policy.condition_question",
    N_(
        "The condition of “{id}” names the question “{asked}”: before the draw nothing is answered."
    ),
    N_("Write `interaction` and an attribute of the import, such as talk_s."),
)
ATTRIBUTE_RESERVED = explain(
    "policy.attribute_reserved",
    N_("The condition of “{id}” names “{attribute}”, which the draw keeps for itself."),
    N_("Name another attribute; give a column of your own another heading."),
)
QUOTA_EMPTY = explain(
    "policy.quota_empty",
    N_("Quota “{id}” does not say which interactions it wants."),
    N_("Write `when`, `phrases` or both beside it."),
)
SHORT_PHRASE = explain(
    "policy.short_phrase",
    N_("The phrase “{value}” is too short to be searched for."),
    N_("Write at least {least} letters or digits."),
)


def broken_rules(policy: "Policy") -> Iterator[Problem]:
    """Yield every rule across a policy's parts that it breaks, with the path of the part.

    A `Policy` that was validated breaks none: its validation raises `BadInput` with these.
    """
    faults = (*_limits(policy), *_spread(policy), *_ids(policy), *_quotas(policy))
    for fault in (*faults, *_conditions(policy)):
        yield found(policy, fault)


def found(policy: "Policy", fault: Fault) -> Problem:
    """Return a finding about a part of the policy, at its path."""
    return Problem(fault.code, policy.key, field=fault.path, values=fault.values)


def placed_conditions(policy: "Policy") -> Iterator[tuple[str, str, Condition]]:
    """Yield each condition with the path of what it belongs to, and the name of that."""
    for place, rule in enumerate(policy.leave_out):
        yield f"leave_out[{place}]", rule.reason, rule.when
    for place, likelier in enumerate(policy.likelier):
        yield f"likelier[{place}]", f"likelier[{place}]", likelier.when
    for place, quota in enumerate(policy.targeted):
        if quota.when is not None:
            yield f"targeted[{place}]", quota.quota, quota.when


def _limits(policy: "Policy") -> Iterator[Fault]:
    low, high = policy.min_per_agent, policy.max_per_agent
    if high is not None and low > high:
        yield Fault(REVERSED_LIMITS, "max_per_agent", {"low": low, "high": high})


def _spread(policy: "Policy") -> Iterator[Fault]:
    spread = policy.spread
    for place, value in enumerate(spread.over):
        if value in spread.over[:place]:
            yield Fault(DUPLICATE_OVER, f"spread.over[{place}]", {"value": value})
    yield from _not_ascending("spread.duration_s", spread.duration_s)
    yield from _not_ascending("spread.day_starts", spread.day_starts)


def _not_ascending(path: str, values: Sequence[_Ordered]) -> Iterator[Fault]:
    # Clock times sort as texts: they all are written with two digits.
    for place, (before, value) in enumerate(pairwise(values), start=1):
        if before >= value:
            yield Fault(NOT_ASCENDING, f"{path}[{place}]", {"value": value, "before": before})


def _ids(policy: "Policy") -> Iterator[Fault]:
    lists = {
        "leave_out[{}].reason": [rule.reason for rule in policy.leave_out],
        "targeted[{}].quota": [quota.quota for quota in policy.targeted],
        "replacements.reasons[{}].reason": [each.reason for each in policy.replacements.reasons],
    }
    for path, ids in lists.items():
        for place, name in enumerate(ids):
            if name in ids[:place]:
                first = path.format(ids.index(name)).rpartition(".")[0]
                yield Fault(DUPLICATE_ID, path.format(place), {"id": name, "first": first})


def _quotas(policy: "Policy") -> Iterator[Fault]:
    for place, quota in enumerate(policy.targeted):
        if quota.when is None and not quota.phrases:
            yield Fault(QUOTA_EMPTY, f"targeted[{place}]", {"id": quota.quota})
        for at, phrase in enumerate(quota.phrases):
            if len(search_key(phrase)) < _SHORTEST_PHRASE:
                values = {"value": phrase, "least": _SHORTEST_PHRASE}
                yield Fault(SHORT_PHRASE, f"targeted[{place}].phrases[{at}]", values)


def _conditions(policy: "Policy") -> Iterator[Fault]:
    for path, name, condition in placed_conditions(policy):
        for fault in (*shape_faults(name, condition), *_leaf_faults(name, condition)):
            yield fault._replace(path=f"{path}.{fault.path}")


def _leaf_faults(name: str, condition: Condition) -> Iterator[Fault]:
    for path, leaf in leaves(condition):
        if isinstance(leaf, Answered):
            values = {"id": name, "asked": leaf.question}
            yield Fault(CONDITION_QUESTION, f"{path}.question", values)
        elif leaf.interaction in _RESERVED or leaf.interaction.startswith("says:"):
            values = {"id": name, "attribute": leaf.interaction}
            yield Fault(ATTRIBUTE_RESERVED, f"{path}.interaction", values)
