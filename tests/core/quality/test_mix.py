"""Standardised scores by hand."""

import numpy as np
import pandas as pd
import pytest

from qm.core.quality.mix import mix_of, standardised_by
from tests.core.quality.evaluator_facts import evaluations

CALL, CHAT = ("call", "inbound"), ("chat", "inbound")


def _centre():
    scores = {
        ("a", "call"): [80.0, 84.0],
        ("a", "chat"): [60.0, 62.0, 64.0],
        ("b", "call"): [70.0, 72.0, 74.0],
        ("b", "chat"): [50.0],
        ("c", "call"): [90.0, 92.0],
    }
    rows = [
        {"agent_id": agent, "evaluator": "e", "channel": channel, "percent": score}
        for (agent, channel), own in scores.items()
        for score in own
    ]
    return evaluations(pd.DataFrame(rows), stands_for=[30.0] * 2 + [10.0] * 9)


def test_the_mix_is_that_of_the_interactions():
    assert mix_of(_centre()) == pytest.approx({CALL: 110 / 150, CHAT: 40 / 150})


def test_the_standardised_score_weighs_the_cells_by_the_centres_mix():
    found = standardised_by(_centre(), mix_of(_centre()), "agent_id")["a",]
    assert found.raw.value == pytest.approx((60 * 82 + 30 * 62) / 90)
    assert found.adjusted.value == pytest.approx((110 * 82 + 40 * 62) / 150)
    # Variances s²/n of the two cells: 8/2 and 4/3.
    error = np.hypot(110 / 150 * 2, 40 / 150 * np.sqrt(4 / 3))
    assert found.adjusted.standard_error == pytest.approx(error)
    assert found.adjusted.sampling_error < found.adjusted.standard_error
    assert (found.adjusted.n, found.empty) == (5, ())
    assert found.adjusted.low < found.adjusted.value < found.adjusted.high


def test_a_mix_of_ones_own_changes_nothing():
    own = _centre().where(agent_id="a")
    found = standardised_by(own, mix_of(own), "agent_id")["a",]
    assert found.adjusted.value == pytest.approx(found.raw.value)


def test_one_score_in_a_cell_gives_no_interval():
    found = standardised_by(_centre(), mix_of(_centre()), "agent_id")["b",]
    assert found.adjusted.value == pytest.approx((110 * 72 + 40 * 50) / 150)
    assert (found.adjusted.low, found.adjusted.note) == (None, "one_value")


def test_an_empty_cell_leaves_the_raw_score_alone():
    found = standardised_by(_centre(), mix_of(_centre()), "agent_id")["c",]
    assert found.raw.value == pytest.approx(91)
    assert (found.adjusted.value, found.adjusted.note) == (None, "empty_cell")
    assert found.empty == (CHAT,)


def test_nothing_scored_has_no_mix():
    centre = _centre()
    nothing = evaluations(centre.evaluations.assign(percent=None))
    assert mix_of(nothing) == {}
    assert standardised_by(nothing, {CALL: 1.0}, "agent_id") == {}
