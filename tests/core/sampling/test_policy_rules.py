from typing import Any

import pytest

from qm.core.problems import BadInput
from qm.core.sampling.policy import Policy

TALK = {"interaction": "talk_s", "at_most": 10}
BASE: dict[str, Any] = {"policy": "monthly", "version": "1", "percent": 5}


def deep(levels: int) -> Any:
    return TALK if levels == 0 else {"not": deep(levels - 1)}


def quota(**content: Any) -> dict[str, Any]:
    return {"quota": "q", "max_per_period": 3} | content


BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "limits": (
        {"min_per_agent": 3, "max_per_agent": 2},
        "policy.reversed_limits",
        "max_per_agent",
    ),
    "reason twice": (
        {"leave_out": [{"reason": "a", "when": TALK}, {"reason": "a", "when": deep(1)}]},
        "policy.duplicate_id",
        "leave_out[1].reason",
    ),
    "quota twice": (
        {"targeted": [quota(when=TALK), quota(when=deep(1))]},
        "policy.duplicate_id",
        "targeted[1].quota",
    ),
    "replacement reason twice": (
        {"replacements": {"reasons": [{"reason": "r", "label": {"en": "R"}}] * 2}},
        "policy.duplicate_id",
        "replacements.reasons[1].reason",
    ),
    "over twice": (
        {"spread": {"over": ["channel", "queue", "channel"]}},
        "policy.duplicate_over",
        "spread.over[2]",
    ),
    "bands down": (
        {"spread": {"duration_s": [120, 600, 300]}},
        "policy.not_ascending",
        "spread.duration_s[2]",
    ),
    "band twice": (
        {"spread": {"duration_s": [120, 120]}},
        "policy.not_ascending",
        "spread.duration_s[1]",
    ),
    "day starts down": (
        {"spread": {"day_starts": ["12:00", "06:00"]}},
        "policy.not_ascending",
        "spread.day_starts[1]",
    ),
    "quota without anything": (
        {"targeted": [quota()]},
        "policy.quota_empty",
        "targeted[0]",
    ),
    "phrase of nothing": (
        {"targeted": [quota(phrases=["thanks", " \u200c "])]},
        "policy.short_phrase",
        "targeted[0].phrases[1]",
    ),
    "question left out": (
        {"leave_out": [{"reason": "a", "when": {"question": "q", "answered": ["no"]}}]},
        "policy.condition_question",
        "leave_out[0].when.question",
    ),
    "question likelier": (
        {"likelier": [{"when": {"any": [TALK, {"question": "q", "at_least": 1}]}, "times": 2}]},
        "policy.condition_question",
        "likelier[0].when.any[1].question",
    ),
    "own column": (
        {"targeted": [quota(when={"interaction": "number", "at_most": 0.1})]},
        "policy.attribute_reserved",
        "targeted[0].when.interaction",
    ),
    "phrases' column": (
        {"leave_out": [{"reason": "a", "when": {"interaction": "says:q", "is": ["True"]}}]},
        "policy.attribute_reserved",
        "leave_out[0].when.interaction",
    ),
    "too deep": (
        {"leave_out": [{"reason": "a", "when": deep(20)}]},
        "form.condition_deep",
        "leave_out[0].when",
    ),
    "reversed bounds": (
        {"leave_out": [{"reason": "a", "when": TALK | {"at_least": 11}}]},
        "form.reversed_bounds",
        "leave_out[0].when.at_most",
    ),
    "values and bounds": (
        {"likelier": [{"when": TALK | {"is": ["10"]}, "times": 2}]},
        "form.condition_both",
        "likelier[0].when.is",
    ),
}


@pytest.mark.parametrize(("content", "code", "field"), BROKEN.values(), ids=BROKEN.keys())
def test_a_policy_that_breaks_a_rule_is_refused(
    content: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        Policy.model_validate(BASE | content)
    assert [(p.code, p.field) for p in refused.value.problems] == [(code, field)]
    assert str(refused.value).startswith(f"monthly@1, {field}: ")


def test_every_broken_rule_is_told_at_once() -> None:
    names = ("limits", "bands down", "quota without anything", "question left out")
    content = BASE | {key: value for name in names for key, value in BROKEN[name][0].items()}
    with pytest.raises(BadInput) as refused:
        Policy.model_validate(content)
    assert {p.code for p in refused.value.problems} == {BROKEN[name][1] for name in names}


def test_what_lies_at_the_edge_of_a_rule_is_fine() -> None:
    policy = Policy.model_validate(
        BASE
        | {
            "min_per_agent": 2,
            "max_per_agent": 2,
            "spread": {"over": ["duration", "part_of_day"], "duration_s": [1, 2]},
            "leave_out": [{"reason": "a", "when": deep(19)}],
            "targeted": [quota(phrases=["no"])],
            "replacements": {"reasons": [{"reason": "a", "label": {"en": "A"}}]},
        }
    )
    assert Policy.model_validate(policy.model_dump(mode="json", by_alias=True)) == policy


@pytest.mark.parametrize(
    ("percent", "low", "high", "interactions", "is_new", "picks"),
    [
        (5, 0, None, 40, False, 2),  # exactly 2, no float can make 3 of it
        (5, 0, None, 41, False, 3),
        ("0.07", 0, None, 10_000, False, 7),
        (5, 4, None, 40, False, 4),
        (5, 4, None, 3, False, 3),
        (5, 0, 2, 100, False, 2),
        (5, 0, None, 0, False, 0),
        (5, 2, None, 40, True, 3),
        (5, 2, None, 41, True, 4),
        (5, 3, None, 10, True, 5),
        (5, 2, 3, 400, True, 3),
        (100, 0, None, 7, True, 7),
    ],
)
def test_how_many_are_picked(
    percent: Any, low: int, high: int | None, interactions: int, is_new: bool, picks: int
) -> None:
    content = {"percent": percent, "min_per_agent": low, "max_per_agent": high}
    times = {"new_agents": {"days": 90, "times": "1.5"}}
    policy = Policy.model_validate(BASE | content | times)
    assert policy.picks_of(interactions, is_new=is_new) == picks
