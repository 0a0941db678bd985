"""The words for the codes of policies and draws."""

from collections.abc import Callable, Mapping
from typing import Any

from qm.core.sampling.policy import Policy
from qm.core.text import Language, Wording

Translate = Callable[[str], str]


def spread_over(_: Translate, code: str) -> str:
    """Name what picks are divided over."""
    return {
        "channel": _("channel"),
        "queue": _("queue"),
        "duration": _("duration"),
        "part_of_day": _("part of the day"),
    }[code]


def owner(_: Translate, code: str) -> str:
    """Say whose an interaction with several agents is."""
    return {
        "imported": _("the agent that the import names"),
        "first": _("the first agent"),
        "last": _("the last agent"),
        "longest": _("the agent with the longest part"),
    }[code]


def carry_over(_: Translate, code: str) -> str:
    """Say what a top-up makes good."""
    return {
        "none": _("a top-up draws from what is new, and makes nothing good"),
        "within_period": _("a top-up makes good what earlier draws of the period fell short of"),
    }[code]


def purpose(_: Translate, code: str) -> str:
    """Name the purpose of a pick."""
    return {
        "random": _("random"),
        "double_scored": _("double-scored"),
        "targeted": _("targeted"),
    }[code]


def reason(policy: Policy | Mapping[str, Any], code: str, language: Language) -> str:
    """Name a reason of a policy, also of a stored one: to leave out, to replace, of a quota.

    The code itself where the policy gives no words.
    """
    content = policy.model_dump(mode="json") if isinstance(policy, Policy) else policy
    rules = [
        *((rule.get("reason"), rule.get("label")) for rule in content.get("leave_out", ())),
        *((rule.get("quota"), rule.get("label")) for rule in content.get("targeted", ())),
        *(
            (rule.get("reason"), rule.get("label"))
            for rule in content.get("replacements", {}).get("reasons", ())
        ),
    ]
    label = next((label for known, label in rules if known == code and label), None)
    return Wording.model_validate(label).in_language(language) if label else code
