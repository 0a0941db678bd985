"""Severity against statsmodels' least squares and mixed model, and by simulation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from qm.core.estimates import weighted_mean
from qm.core.quality.severity import adjusted_by, severity
from tests.core.quality.evaluator_facts import evaluations, month

TRUTH = [4.0, 0.0, -3.0, -1.0]


def test_leniency_as_statsmodels_finds_it():
    rows = month(1, TRUTH)
    found = severity(evaluations(rows).evaluations)
    fit = smf.ols("percent ~ C(evaluator) + C(agent_id) + C(channel)", rows).fit()
    counts = rows["evaluator"].value_counts()
    others = counts.drop("e0") / counts.drop("e0").sum()
    contrast = pd.Series(0.0, index=fit.params.index)
    for name, share in others.items():
        contrast[f"C(evaluator)[T.{name}]"] = -share
    expected = fit.t_test(contrast.to_numpy())
    estimate = found.leniency("e0")
    assert estimate.value == pytest.approx(float(expected.effect[0]), rel=1e-8)
    assert estimate.standard_error == pytest.approx(float(expected.sd.item()), rel=1e-8)
    assert (estimate.low, estimate.high) == pytest.approx(tuple(expected.conf_int()[0]), rel=1e-8)
    assert estimate.freedom == fit.df_resid
    assert estimate.n == counts["e0"]


def test_agents_at_random_give_nearly_the_same():
    rows = month(2, TRUTH, agents=60, each=10)
    mixed = smf.mixedlm("percent ~ C(evaluator) + channel", rows, groups=rows["agent_id"]).fit()
    effects = np.array([0.0, *(mixed.params[f"C(evaluator)[T.e{k}]"] for k in (1, 2, 3))])
    found = severity(evaluations(rows).evaluations).effects
    assert found - found.mean() == pytest.approx(effects - effects.mean(), abs=0.35)


def test_intervals_hold_the_truth_where_evaluators_mostly_see_their_own_team():
    held, raw_misses = [], []
    for seed in range(40):
        rows = month(seed, TRUTH, mixing=0.3)
        found = severity(evaluations(rows).evaluations)
        counts = rows["evaluator"].value_counts().sort_index().to_numpy()
        given = rows.groupby("evaluator")["percent"].mean().to_numpy()
        for k, true in enumerate(TRUTH):
            others = np.delete(counts, k) / np.delete(counts, k).sum()
            truth = true - others @ np.delete(TRUTH, k)
            estimate = found.leniency(f"e{k}")
            held.append(estimate.low <= truth <= estimate.high)
            raw_misses.append(given[k] - others @ np.delete(given, k) - truth)
    assert 0.92 <= np.mean(held) <= 0.98
    assert np.abs(raw_misses).mean() > 2  # a plain comparison of means is that far off


def test_who_shares_no_agents_cannot_be_compared():
    rows = month(3, TRUTH, mixing=0.0)
    found = severity(evaluations(rows).evaluations)
    assert found.groups() == (("e0",), ("e1",), ("e2",), ("e3",))
    estimate = found.leniency("e0")
    assert (estimate.value, estimate.note) == (None, "not_comparable")


def test_two_groups_are_compared_inside_only():
    left, right = month(4, [5.0, 0.0], agents=20), month(5, [0.0, 0.0], agents=20)
    right = right.assign(agent_id="b" + right["agent_id"], evaluator="r" + right["evaluator"])
    found = severity(evaluations(pd.concat([left, right], ignore_index=True)).evaluations)
    assert found.groups() == (("e0", "e1"), ("re0", "re1"))
    alone = severity(evaluations(left).evaluations).leniency("e0")
    assert found.leniency("e0").value == pytest.approx(alone.value, abs=1.5)


def test_an_evaluator_alone_on_a_form_is_not_comparable():
    rows = month(6, [0.0, 0.0, 0.0])
    forms = np.where(rows["evaluator"] == "e2", "complaints", "inbound")
    found = severity(evaluations(rows, form_id=forms).evaluations)
    assert found.leniency("e2").note == "not_comparable"


def test_without_freedom_there_is_no_interval():
    rows = pd.DataFrame({"agent_id": "a", "evaluator": ["e0", "e1"], "percent": [80.0, 90.0]})
    estimate = severity(evaluations(rows).evaluations).leniency("e1")
    assert (estimate.value, estimate.low) == (pytest.approx(10), None)


def test_adjusted_scores_stand_beside_the_raw_ones():
    facts = evaluations(month(7, TRUTH, mixing=0.4))
    model = severity(facts.evaluations)
    found = adjusted_by(facts, model, "agent_id")
    own = facts.evaluations[facts.evaluations["agent_id"] == "a00"]
    zones = [(1, "a00", "", 1)] * len(own)
    scores = list(own["percent"])
    assert found["a00",].raw == weighted_mean(scores, [10.0] * len(own), zones)
    effects = model.effects - np.average(model.effects, weights=model.counts)
    expected = np.mean(
        [s - effects[int(e[1])] for s, e in zip(scores, own["evaluator"], strict=True)]
    )
    assert found["a00",].adjusted.value == pytest.approx(expected)
    assert found["a00",].by_evaluators.value == pytest.approx(np.mean(scores) - expected)


def test_adjusted_scores_come_nearer_to_the_truth_and_hold_it():
    held, raw_off, adjusted_off = [], [], []
    for seed in range(12):
        facts = evaluations(month(seed, [9.0, 0.0, -9.0, 0.0], mixing=0.4), stands_for=1e9)
        same = month(seed, [0.0] * 4, mixing=0.4)  # the same noise, without any severity
        model = severity(facts.evaluations)
        level = float(model.counts @ [9.0, 0.0, -9.0, 0.0]) / model.counts.sum()
        unbiased = same.groupby("agent_id")["percent"].mean()
        for (agent,), each in adjusted_by(facts, model, "agent_id").items():
            raw_off.append(each.raw.value - unbiased[agent] - level)
            adjusted_off.append(each.adjusted.value - unbiased[agent] - level)
            held.append(each.adjusted.low <= unbiased[agent] + level <= each.adjusted.high)
    assert np.std(adjusted_off) < 0.4 * np.std(raw_off)
    assert np.mean(held) > 0.97


def test_agents_of_an_incomparable_evaluator_have_no_adjusted_score():
    facts = evaluations(month(8, TRUTH, mixing=0.0))
    found = adjusted_by(facts, severity(facts.evaluations), "agent_id")
    assert {(each.adjusted.value, each.adjusted.note) for each in found.values()} == {
        (None, "not_comparable")
    }
    assert all(each.raw.value is not None for each in found.values())
