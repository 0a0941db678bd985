"""What may be done about picks that cannot be evaluated: the rules of a draw's policy."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from qm.core.sampling.policy import Replacements


def rules_of(policy: Mapping[str, Any]) -> Replacements:
    """Return the rules that a stored policy gives; none from before there were any."""
    return Replacements.model_validate(policy.get("replacements", {}))


def most_of(rules: Replacements, assigned: int) -> int:
    """Return how many of `assigned` picks an analyst may have replaced.

    ⌈max_percent · assigned⌉, so that any percentage allows at least one; 0 where the policy
    allows none.
    """
    if not rules.max_percent:
        return 0
    return max(1, math.ceil(Fraction(rules.max_percent) * assigned / 100))
