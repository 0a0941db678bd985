"""False discoveries against Benjamini and Hochberg's example and statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from qm.core.change.discoveries import adjusted, discoveries

# Benjamini & Hochberg (JRSS B 57:289, 1995), section 3.2.
THROMBOLYSIS = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def test_four_discoveries_in_the_published_example():
    assert discoveries(THROMBOLYSIS, 0.05) == [True] * 4 + [False] * 11


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.01, 0.3))
def test_as_statsmodels(p_values, share):
    reject, expected, _, _ = multipletests(p_values, alpha=share, method="fdr_bh")
    found = adjusted(p_values)
    assert found == pytest.approx(expected.tolist())
    clear = [abs(p - share) > 1e-9 for p in found]
    decided = discoveries(p_values, share)
    assert [d for d, c in zip(decided, clear, strict=True) if c] == reject[clear].tolist()


def test_tests_that_could_not_be_made_do_not_count():
    assert adjusted([None, 0.02, None, 0.5]) == [None, 0.04, None, 0.5]
    assert discoveries([None, 0.02, None, 0.5], 0.05) == [False, True, False, False]
    assert adjusted([]) == []


def test_the_share_of_false_discoveries_is_kept():
    random = np.random.default_rng(4)
    shares = []
    for _ in range(300):
        p = random.random(50)
        p[:10] = random.beta(0.1, 3, 10)
        found = np.array(discoveries(p.tolist(), 0.1))
        shares.append(found[10:].sum() / max(1, found.sum()))
    assert np.mean(shares) <= 0.1
