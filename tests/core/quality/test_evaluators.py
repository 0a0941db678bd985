"""The figures of evaluators."""

import numpy as np
import pandas as pd
import pytest

from qm.core.estimates.samples import mean, standard_deviation
from qm.core.quality.evaluators import evaluators_of
from qm.core.quality.not_applicable import not_applicable_habits
from tests.core.quality.evaluator_facts import evaluations, month


def _small(**own):
    rows = pd.DataFrame(
        {
            "agent_id": ["a", "a", "b", "b", "c"],
            "evaluator": ["mina", "nima", "mina", "nima", "mina"],
            "percent": [90.0, 80.0, 100.0, 88.0, None],
            "results": ["NFF", "FFF", "NFF", "NFF", "NHF"],
            "active_s": [300.0, None, 500.0, None, 400.0],
        }
    )
    return evaluations(rows.assign(**own))


def test_habits_by_hand():
    found = evaluators_of(_small())
    mina, nima = found.evaluators
    assert (mina.evaluator, nima.evaluator) == ("mina", "nima")
    assert (mina.habits.evaluated, mina.habits.given.n) == (3, 2)
    assert mina.habits.given.value == pytest.approx(95)
    assert mina.habits.full_marks.value == pytest.approx(50)
    assert (mina.habits.mean_s.value, mina.habits.median_s.value) == (400, 400)
    assert (nima.habits.mean_s.value, nima.habits.mean_s.note) == (None, "no_data")
    assert found.everyone.given.value == pytest.approx(89.5)
    assert mina.leniency.value == pytest.approx(11)
    assert found.groups == (("mina", "nima"),)


def test_not_applicable_is_compared_on_the_same_questions():
    # Closing: mina 3 of 3, nima 1 of 2; greeting 0 of 2 (one hidden) and 0 of 2; identity 0.
    mina = not_applicable_habits(_small())["mina"]
    assert mina.n == 8
    assert mina.value == pytest.approx(100 * (3 - 3 * 0.5) / 8)
    assert mina.low < mina.value < mina.high


def test_questions_that_nobody_else_met_are_left_out():
    rows = _small(results=["NHH", "HFF", "NHH", "HFF", "NHH"])
    habits = not_applicable_habits(rows)
    assert {(each.value, each.note) for each in habits.values()} == {(None, "not_comparable")}


def test_the_interval_of_a_habit_holds_the_truth():
    random, held = np.random.default_rng(9), []
    for _ in range(60):
        rows = month(int(random.integers(1e9)), [0.0] * 4, agents=20)
        rate = np.where(rows["evaluator"] == "e0", 0.3, 0.2)
        said = random.random((len(rows), 3)) < rate[:, None]
        results = ["".join("N" if one else "F" for one in row) for row in said]
        habits = not_applicable_habits(evaluations(rows, results=results))
        held.append(habits["e0"].low <= 10 <= habits["e0"].high)
    assert 0.9 <= np.mean(held) <= 0.99


def test_double_scored_interactions_show_the_difference():
    facts = _small(
        interaction_id=["x", "x", "y", "y", "z"], is_counted=[True, False, True, False, True]
    )
    mina, nima = evaluators_of(facts).evaluators
    assert mina.double_scored.value == pytest.approx((10 + 12) / 2)
    assert nima.double_scored.value == pytest.approx(-11)
    assert mina.double_scored.n == 2


def test_targeted_evaluations_make_nobody_strict():
    facts = _small(percent=[90.0, 80.0, 100.0, 88.0, 0.0], is_counted=[True] * 4 + [False])
    assert evaluators_of(facts).evaluators[0].habits.given.value == pytest.approx(95)


def test_nobody_evaluated():
    found = evaluators_of(evaluations(_small().evaluations[:0]))
    assert (found.evaluators, found.groups, found.everyone.given.value) == ((), (), None)


def test_without_any_score_there_is_only_the_count():
    found = evaluators_of(_small(percent=None))
    assert [each.habits.evaluated for each in found.evaluators] == [3, 2]
    assert {each.leniency.value for each in found.evaluators} == {None}


def test_means_and_spreads_of_samples():
    # Student's sleep data, drug 1, as R's t.test prints it: -0.5297804 to 2.0297804.
    found = mean([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    assert (found.low, found.high) == pytest.approx((-0.5297804, 2.0297804), abs=1e-6)
    assert mean([]).note == "no_data"
    assert (mean([4.0]).note, standard_deviation([4.0]).note) == ("one_value", "one_value")
    assert standard_deviation([1.0, 2.0, 3.0]).note == "too_few_values"


@pytest.mark.parametrize("shape", [2.0, 20.0])
def test_the_interval_of_a_spread_bears_skewed_scores(shape):
    random = np.random.default_rng(10)
    held = []
    for scores in random.gamma(shape, 1, (400, 40)):
        found = standard_deviation(scores)
        held.append(found.low <= np.sqrt(shape) <= found.high)
    assert np.mean(held) >= 0.9
