"""The linter of sampling policies: what looks like a slip though a policy can be used."""

from collections.abc import Iterator
from math import floor, prod
from typing import TYPE_CHECKING

from qm.core.forms.faults import Fault, figure, warning
from qm.core.forms.form_lint import Entry, catalogue
from qm.core.forms.texts import placed_texts, wording_faults
from qm.core.problems import N_, Problem
from qm.core.sampling.policy_condition_lint import condition_findings
from qm.core.sampling.policy_rules import found
from qm.core.text import LANGUAGES, Wording

if TYPE_CHECKING:
    from qm.core.sampling.policy import Policy

MOST_CELLS = 12
_SHORTEST_DAYS = {"week": 7, "month": 29, "quarter": 89}
_FEW_INTERACTIONS = {"week": 25, "month": 100, "quarter": 300}  # of an agent in the period
_FEWEST_FOR_MARGIN = 2
_CHANNELS, _QUEUES = 3, 2  # so many at least where one divides over them

FEWER_THAN_TWO = warning(
    "policy.fewer_than_two",
    N_("An agent may get fewer than two picks; then no margin can be computed for the agent."),
    N_("Write `min_per_agent: 2` or more."),
)
MAXIMUM_EARLY = warning(
    "policy.maximum_early",
    N_("With {percent} % an agent reaches the maximum of {high} at {count} interactions already."),
    N_(
        "Raise `max_per_agent` or lower `percent`; if all should get the same, write the same "
        "number at `min_per_agent`."
    ),
)
NO_DOUBLE_SCORING = warning(
    "policy.no_double_scoring",
    N_("No pick is scored by two analysts, so their agreement cannot be computed."),
    N_("Write `double_scored_percent: 10` or another share."),
)
ZONES_UNUSED = warning(
    "policy.zones_unused",
    N_("Time zones cannot be kept where some interactions are likelier: the rules win."),
    N_("Write `time_zones: false` under `spread`, or take `likelier` away."),
)
TOO_MANY_CELLS = warning(
    "policy.too_many_cells",
    N_("An agent's picks are divided over {cells} cells or more, so most cells will be merged."),
    N_("Divide `over` less, or write fewer bounds: {limit} cells or fewer do some good."),
)
BANDS_UNUSED = warning(
    "policy.bands_unused",
    N_("`{key}` has no effect: the picks are not divided over {value}."),
    N_("Add {value} to `over`, or take `{key}` away."),
)
NO_BANDS = warning(
    "policy.no_bands",
    N_("The picks are divided over {value}, but with this `{key}` all lie in one cell."),
    N_("Write more bounds, or take {value} out of `over`."),
)
TIMES_ONE = warning(
    "policy.times_one",
    N_("`times: 1` changes nothing."),
    N_("Write more than 1, or take the rule away."),
)
QUOTA_LIMIT_UNUSED = warning(
    "policy.quota_limit_unused",
    N_("Quota “{id}” takes {most} in a period at most, so its {per_agent} per agent never count."),
    N_("Lower `max_per_agent`, or take it away."),
)
NO_REASONS = warning(
    "policy.no_replacement_reasons",
    N_("No pick can be replaced: there are no reasons to choose from."),
    N_("Add `reasons` under `replacements`, or write `max_percent: 0` if none should be replaced."),
)
NO_RESERVES = warning(
    "policy.no_reserves",
    N_("Picks may be replaced, but no reserve is drawn to take their place."),
    N_("Write `reserves_per_pick: 1` or more, or `max_percent: 0`."),
)
CARRY_OVER_NONE = warning(
    "policy.carry_over_none",
    N_("With `carry_over: none` each top-up gives every agent the minimum of {low} once more."),
    N_("Write `carry_over: within_period`, or `min_per_agent: 0`."),
)
DUE_LATE = warning(
    "policy.due_late",
    N_("Evaluations are due after {days} days, but the period may have no more than {length}."),
    N_("Lower `due_days`, or write `due_days_after_period`: results come while they are news."),
)
NO_LABEL = warning(
    "policy.no_label",
    N_("“{id}” has no `label`: people will read its id."),
    N_("Write it below as “en: …”, “fa: …” or both."),
)
MISSING_TRANSLATION = warning(
    "policy.missing_translation",
    N_("This text has no “{language}”, although other texts of the policy have."),
    N_("Add it; until then readers of that language see the other one."),
)


def findings(policy: "Policy") -> Iterator[Problem]:
    """Yield what looks like a slip in a valid policy; none of it keeps it from being used."""
    faults = (_numbers, _spread, _quotas, _replacements, _times, _texts, condition_findings)
    for faults_of in faults:
        for fault in faults_of(policy):
            yield found(policy, fault)


def policy_catalogue() -> list[Entry]:
    """Return every finding about sampling policies that the loaded modules know, by code.

    Findings about the file itself and its keys are those of forms (`yaml.…`, `form.…`).
    """
    return catalogue(("policy.",))


def _numbers(policy: "Policy") -> Iterator[Fault]:
    low, high = policy.min_per_agent, policy.max_per_agent
    if low < _FEWEST_FOR_MARGIN:
        yield Fault(FEWER_THAN_TWO, "min_per_agent", {})
    if high is not None and low != high:
        reached = floor(high * 100 / policy.percent)
        if reached < _FEW_INTERACTIONS[policy.period]:
            values = {"percent": figure(policy.percent), "high": high, "count": reached}
            yield Fault(MAXIMUM_EARLY, "max_per_agent", values)
    if not policy.double_scored_percent:
        yield Fault(NO_DOUBLE_SCORING, "double_scored_percent", {})
    if policy.new_agents and policy.new_agents.times == 1:
        yield Fault(TIMES_ONE, "new_agents.times", {})
    for place, rule in enumerate(policy.likelier):
        if rule.times == 1:
            yield Fault(TIMES_ONE, f"likelier[{place}].times", {})


def _spread(policy: "Policy") -> Iterator[Fault]:
    spread = policy.spread
    if spread.time_zones and policy.likelier:
        yield Fault(ZONES_UNUSED, "spread.time_zones", {})
    sizes = {
        "channel": _CHANNELS,
        "queue": _QUEUES,
        "duration": len(spread.duration_s) + 1,
        "part_of_day": max(len(spread.day_starts), 1),  # the last part goes on after midnight
    }
    for value, key in (("duration", "duration_s"), ("part_of_day", "day_starts")):
        values = {"key": key, "value": value}
        if value in spread.over and sizes[value] == 1:
            yield Fault(NO_BANDS, f"spread.{key}", values)
        elif value not in spread.over and key in spread.model_fields_set:
            yield Fault(BANDS_UNUSED, f"spread.{key}", values)
    cells = prod(sizes[value] for value in spread.over)
    limit = min(MOST_CELLS, policy.max_per_agent or MOST_CELLS)
    if spread.over and cells > limit:
        yield Fault(TOO_MANY_CELLS, "spread.over", {"cells": cells, "limit": limit})


def _quotas(policy: "Policy") -> Iterator[Fault]:
    for place, quota in enumerate(policy.targeted):
        if quota.max_per_agent is not None and quota.max_per_agent > quota.max_per_period:
            values = {"id": quota.quota, "most": quota.max_per_period}
            values |= {"per_agent": quota.max_per_agent}
            yield Fault(QUOTA_LIMIT_UNUSED, f"targeted[{place}].max_per_agent", values)


def _replacements(policy: "Policy") -> Iterator[Fault]:
    rules = policy.replacements
    if not rules.max_percent:
        return
    if not rules.reasons:
        yield Fault(NO_REASONS, "replacements", {})
    elif not rules.reserves_per_pick:
        yield Fault(NO_RESERVES, "replacements.reserves_per_pick", {})


def _times(policy: "Policy") -> Iterator[Fault]:
    if policy.carry_over == "none" and policy.min_per_agent:
        yield Fault(CARRY_OVER_NONE, "carry_over", {"low": policy.min_per_agent})
    length = _SHORTEST_DAYS[policy.period]
    if policy.due_days > length and policy.due_days_after_period is None:
        values = {"days": policy.due_days, "length": length}
        yield Fault(DUE_LATE, "due_days", values)


def _texts(policy: "Policy") -> Iterator[Fault]:
    for place, rule in enumerate(policy.leave_out):
        if rule.label is None:
            yield Fault(NO_LABEL, f"leave_out[{place}]", {"id": rule.reason})
    for place, quota in enumerate(policy.targeted):
        if quota.label is None:
            yield Fault(NO_LABEL, f"targeted[{place}]", {"id": quota.quota})
    texts = list(_placed(policy))
    for language in LANGUAGES:
        if any(getattr(wording, language) for _path, wording in texts):
            for path, wording in texts:
                if getattr(wording, language) is None:
                    yield Fault(MISSING_TRANSLATION, path, {"language": language})
    for path, wording in texts:
        yield from wording_faults(path, wording)


def _placed(policy: "Policy") -> Iterator[tuple[str, Wording]]:
    yield from placed_texts(policy)
    yield from placed_texts(policy.replacements, "replacements")
