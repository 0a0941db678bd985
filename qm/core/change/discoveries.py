"""Which of many tests found something, when a share of false alarms is accepted."""

from collections.abc import Sequence

import numpy as np

FALSE_SHARE = 0.1


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Benjamini and Hochberg's adjusted p-values, None where there was no test.

    An adjusted p-value is the smallest share of false discoveries at which the test counts as
    one (JRSS B 57:289, 1995); the tests may be independent or positively dependent.
    """
    tested = [k for k, p in enumerate(p_values) if p is not None]
    p = np.array([p_values[k] for k in tested], dtype=float)
    order = np.argsort(-p)
    places = np.arange(len(p), 0, -1)
    found: list[float | None] = [None] * len(p_values)
    steps = np.minimum.accumulate(p[order] * len(p) / places) if len(p) else p
    for at, value in zip(order.tolist(), steps.tolist(), strict=True):
        found[tested[at]] = min(1.0, value)
    return found


def discoveries(p_values: Sequence[float | None], false_share: float = FALSE_SHARE) -> list[bool]:
    """Return which tests count as discoveries, of which this share is expected to be false.

    A test that could not be made (None) is no discovery and does not count among the tests.
    """
    return [p is not None and p <= false_share for p in adjusted(p_values)]
