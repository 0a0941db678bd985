import time
from typing import Any

import pytest

from qm.core.forms.faults import WARNINGS
from qm.core.sampling.policy import Policy
from qm.core.sampling.policy_lint import findings, policy_catalogue

LABEL = {"en": "Words", "fa": "واژه‌ها"}
CALL = {"interaction": "channel", "is": ["call"]}
NO_RECORDING = {"all": [CALL, {"interaction": "recorded", "is": ["no"]}]}
TALK = {"interaction": "talk_s", "at_most": 10}
EVALUATED = {"interaction": "Evaluated", "is": ["yes"]}  # a small e is right


def rule(reason: str, when: Any, **content: Any) -> dict[str, Any]:
    return {"reason": reason, "label": LABEL, "when": when} | content


def quota(**content: Any) -> dict[str, Any]:
    return {"quota": "q", "label": LABEL, "max_per_period": 3, "when": TALK} | content


SILENT = rule("silent", NO_RECORDING)
REPLACEMENTS = {"reasons": [{"reason": "r", "label": LABEL}]}
GOOD: dict[str, Any] = {
    "policy": "monthly",
    "version": "1",
    "percent": 5,
    "min_per_agent": 2,
    "double_scored_percent": 10,
    "leave_out": [SILENT],
    "targeted": [quota()],
    "replacements": REPLACEMENTS,
}


def found_in(content: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(p.code, p.field) for p in findings(Policy.model_validate(GOOD | content))]


def test_a_good_policy_has_no_findings() -> None:
    assert found_in({}) == []


def leaving_out(*conditions: Any) -> dict[str, Any]:
    rules = [rule(f"r{place}", condition) for place, condition in enumerate(conditions)]
    return {"leave_out": [SILENT, *rules]}


FOUND: dict[str, tuple[dict[str, Any], str, str]] = {
    # numbers
    "no minimum": ({"min_per_agent": 1}, "policy.fewer_than_two", "min_per_agent"),
    "low maximum": ({"max_per_agent": 4}, "policy.maximum_early", "max_per_agent"),
    "low maximum of a week": (
        {"max_per_agent": 3, "percent": "12.5", "period": "week"},
        "policy.maximum_early",
        "max_per_agent",
    ),
    "no agreement": (
        {"double_scored_percent": 0},
        "policy.no_double_scoring",
        "double_scored_percent",
    ),
    "new agents once": (
        {"new_agents": {"days": 90, "times": 1}},
        "policy.times_one",
        "new_agents.times",
    ),
    "as likely": (
        {"likelier": [{"when": TALK, "times": 1}], "spread": {"time_zones": False}},
        "policy.times_one",
        "likelier[0].times",
    ),
    # spread
    "zones and likelier": (
        {"likelier": [{"when": TALK, "times": 2}]},
        "policy.zones_unused",
        "spread.time_zones",
    ),
    "many cells": (
        {"spread": {"over": ["channel", "queue", "duration"]}},
        "policy.too_many_cells",
        "spread.over",
    ),
    "more cells than picks": (
        {"spread": {"over": ["channel"]}, "max_per_agent": 2},
        "policy.too_many_cells",
        "spread.over",
    ),
    "durations without effect": (
        {"spread": {"duration_s": [60]}},
        "policy.bands_unused",
        "spread.duration_s",
    ),
    "parts of the day without effect": (
        {"spread": {"over": ["duration"], "day_starts": ["08:00", "16:00"]}},
        "policy.bands_unused",
        "spread.day_starts",
    ),
    "one duration": (
        {"spread": {"over": ["duration"], "duration_s": []}},
        "policy.no_bands",
        "spread.duration_s",
    ),
    "one part of the day": (
        {"spread": {"over": ["part_of_day"], "day_starts": ["06:00"]}},
        "policy.no_bands",
        "spread.day_starts",
    ),
    # quotas, replacements, dates
    "idle limit": (
        {"targeted": [quota(max_per_agent=4)]},
        "policy.quota_limit_unused",
        "targeted[0].max_per_agent",
    ),
    "no reasons": (
        {"replacements": {}},
        "policy.no_replacement_reasons",
        "replacements",
    ),
    "no reserves": (
        {"replacements": REPLACEMENTS | {"reserves_per_pick": 0}},
        "policy.no_reserves",
        "replacements.reserves_per_pick",
    ),
    "minimum again": ({"carry_over": "none"}, "policy.carry_over_none", "carry_over"),
    "late": ({"due_days": 30}, "policy.due_late", "due_days"),
    "late in a week": ({"due_days": 8, "period": "week"}, "policy.due_late", "due_days"),
    # texts
    "rule without label": (
        {"leave_out": [rule("r", NO_RECORDING, label=None)]},
        "policy.no_label",
        "leave_out[0]",
    ),
    "quota without label": (
        {"targeted": [quota(label=None)]},
        "policy.no_label",
        "targeted[0]",
    ),
    "label in one language": (
        {"targeted": [quota(label={"en": "Words"})]},
        "policy.missing_translation",
        "targeted[0].label",
    ),
    "reason in one language": (
        {"replacements": {"reasons": [{"reason": "r", "label": {"fa": "ساکت"}}]}},
        "policy.missing_translation",
        "replacements.reasons[0].label",
    ),
    "unfinished text": (
        {"targeted": [quota(label=LABEL | {"en": "TODO"})]},
        "form.placeholder",
        "targeted[0].label.en",
    ),
    # conditions
    "misspelt": (
        leaving_out({"interaction": "talks_s", "at_most": 10}),
        "policy.attribute_misspelt",
        "leave_out[1].when.interaction",
    ),
    "misspelt fact": (
        leaving_out({"any": [{"interaction": "queue", "is": ["x"]}, EVALUATED]}),
        "policy.attribute_misspelt",
        "leave_out[1].when.any[1].interaction",
    ),
    "unknown value": (
        leaving_out({"interaction": "evaluated", "is": ["true"]}),
        "policy.value_unknown",
        "leave_out[1].when.is[0]",
    ),
    "unknown channel": (
        {"targeted": [quota(when={"interaction": "channel", "is": ["call", "phone"]})]},
        "policy.value_unknown",
        "targeted[0].when.is[1]",
    ),
    "number in words": (
        leaving_out({"interaction": "talk_s", "is": ["0"]}),
        "policy.number_by_value",
        "leave_out[1].when.is",
    ),
    "bounded word": (
        leaving_out({"interaction": "recorded", "at_most": 0}),
        "policy.text_by_bounds",
        "leave_out[1].when.at_most",
    ),
    "never left out": (
        leaving_out({"all": [TALK, {"interaction": "talk_s", "at_least": 11}]}),
        "policy.never",
        "leave_out[1].when",
    ),
    "never likelier": (
        {
            "likelier": [{"when": {"all": [CALL, {"not": CALL}]}, "times": 2}],
            "spread": {"time_zones": False},
        },
        "policy.never",
        "likelier[0].when",
    ),
    "never targeted": (
        {"targeted": [quota(when={"interaction": "hold_s", "at_most": -1})]},
        "policy.never",
        "targeted[0].when",
    ),
    "nothing left by one": (
        {"leave_out": [rule("all", {"interaction": "contacts_7d", "at_least": 0})], "targeted": []},
        "policy.nothing_left",
        "leave_out[0].when",
    ),
    "nothing left by two": (
        {"leave_out": [rule("a", CALL), rule("b", {"not": CALL})], "targeted": []},
        "policy.nothing_left",
        "leave_out",
    ),
    "the same rule": (leaving_out(NO_RECORDING), "policy.shadowed", "leave_out[1].when"),
    "a narrower rule": (
        leaving_out({"all": [NO_RECORDING, {"interaction": "queue", "is": ["x"]}]}),
        "policy.shadowed",
        "leave_out[1].when",
    ),
    "no rule for silence": ({"leave_out": []}, "policy.no_recording_rule", "leave_out"),
    "silence of one queue": (
        {
            "leave_out": [
                rule("r", {"all": [NO_RECORDING, {"interaction": "queue", "is": ["vip"]}]})
            ]
        },
        "policy.no_recording_rule",
        "leave_out",
    ),
    "writing left out": (
        {"leave_out": [rule("r", {"interaction": "recorded", "is": ["no"]})]},
        "policy.texts_left_out",
        "leave_out[0].when",
    ),
    "wanted and left out": (
        leaving_out({"interaction": "talk_s", "at_most": 20}),
        "policy.quota_left_out",
        "targeted[0].when",
    ),
}


@pytest.mark.parametrize(("content", "code", "field"), FOUND.values(), ids=FOUND.keys())
def test_a_slip_is_found_at_its_place_and_nothing_else(
    content: dict[str, Any], code: str, field: str
) -> None:
    assert found_in(content) == [(code, field)]


FINE: dict[str, dict[str, Any]] = {
    "the same number for all": {"min_per_agent": 3, "max_per_agent": 3},
    "a maximum that is seldom reached": {"max_per_agent": 5},
    "zones given up": {
        "likelier": [{"when": TALK, "times": 2}],
        "spread": {"time_zones": False},
    },
    "twelve cells": {"spread": {"over": ["channel", "queue"]}},
    "bands in use": {"spread": {"over": ["duration"], "duration_s": [60]}},
    "no replacing": {"replacements": {"max_percent": 0}},
    "none carried over, no minimum beyond": {"carry_over": "within_period"},
    "late, but bounded": {"due_days": 30, "due_days_after_period": 5},
    "one language only": {
        "leave_out": [rule("silent", NO_RECORDING, label={"en": "x"})],
        "targeted": [quota(label={"en": "x"})],
        "replacements": {"reasons": [{"reason": "r", "label": {"en": "x"}}]},
    },
    "a column of the centre's own": {
        "targeted": [quota(when={"interaction": "survey_score", "at_most": 2})]
    },
    "a wider rule below": leaving_out({"interaction": "recorded", "is": ["no"]} | {"is": ["yes"]}),
    "quota partly left out": leaving_out({"all": [TALK, CALL]}),
    "quota by phrases": {"targeted": [quota(when=None, phrases=["cancel"])]},
}


@pytest.mark.parametrize("content", FINE.values(), ids=FINE.keys())
def test_what_is_meant_so_is_not_called_a_slip(content: dict[str, Any]) -> None:
    assert found_in(content) == []


def test_reasons_are_told_in_words() -> None:
    policy = Policy.model_validate(GOOD | {"max_per_agent": 4})
    assert "\n".join(map(str, findings(policy))) == (
        "monthly@1, max_per_agent: With 5 % an agent reaches the maximum of 4 at 80 interactions "
        "already. Raise `max_per_agent` or lower `percent`; if all should get the same, write the "
        "same number at `min_per_agent`. [policy.maximum_early]"
    )
    for content, _code, _field in FOUND.values():
        assert all(str(problem) for problem in findings(Policy.model_validate(GOOD | content)))


def test_every_finding_about_policies_has_a_case() -> None:
    warned = {code for code in WARNINGS if code.startswith("policy.")}
    assert warned == {code for _, code, _ in FOUND.values() if code.startswith("policy.")}


def test_the_catalogue_has_every_finding_with_its_severity() -> None:
    entries = {entry.code: entry for entry in policy_catalogue()}
    assert list(entries) == sorted(entries)
    assert entries["policy.reversed_limits"].severity == "error"
    assert entries["policy.shadowed"].severity == "warning"
    assert all(code.startswith("policy.") for code in entries)


def test_what_is_hard_to_find_out_is_given_up_soon() -> None:
    wide = {
        "all": [
            {"any": [{"interaction": f"a{n}{m}", "is": ["x", "y"]} for n in range(40)]}
            for m in range(8)
        ]
    }
    content = GOOD | leaving_out(*({"any": [wide, {"not": wide}, TALK]} for _ in range(40)))
    policy = Policy.model_validate(content)
    began = time.process_time()
    list(findings(policy))
    assert time.process_time() - began < 3
