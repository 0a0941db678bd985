"""Evaluations of a group in figures: what counts, for how much, and what is only told beside."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from qm.core.quality.figures import Figures, figures_by
from qm.core.quality.suppressing import suppressed
from tests.core.quality.small_facts import BESIDE, facts, small_centre


def told(figures: Figures) -> dict[str, tuple[float | None, int]]:
    return {
        name: (None if each.value is None else round(each.value, 4), each.n)
        for name, each in figures.estimates.items()
    }


def test_the_small_centre_comes_to_what_was_worked_out_by_hand():
    found = figures_by(small_centre())[()]
    # Sara and Reza stand for 10 interactions each time, Ali for 5.
    assert told(found) == {
        "score": (79.2308, 7),  # (10·470 + 5·90)/65
        "calculated": (79.2308, 7),
        "passed": (53.8462, 7),  # 35/65
        "fatal_rate": (14.2857, 8),  # 10/70
        "customer": (69.2308, 7),  # 45/65
        "business": (None, 0),
        "compliance": (84.6154, 7),  # 55/65
        "defects": (40.5405, 20),  # (10·7 + 5)/(10·17 + 5·3)
        "customer_defects": (30.7692, 7),
        "business_defects": (None, 0),
        "compliance_defects": (15.3846, 7),
        "not_applicable": (11.9048, 24),  # (10 + 15)/210
    }
    assert (found.defects.count, found.fatal) == (8, 1)
    assert found.critical["business"].note == found.lens_defects["business"].note == "no_data"
    assert (found.evaluated, found.without_score, found.beside) == (8, 1, 2)
    assert (found.picked, found.missing) == (11, 3)


def test_groups_are_those_of_any_columns_and_of_picks_without_evaluations():
    by_agent = figures_by(small_centre(), "agent_id")
    assert [*by_agent] == [("ali",), ("omid",), ("reza",), ("sara",)]
    assert (by_agent["omid",].score.value, by_agent["omid",].missing) == (None, 2)
    assert (by_agent["sara",].score.value, by_agent["sara",].beside) == (85.0, 2)
    pairs = figures_by(small_centre(), "team_id", "evaluator")
    assert [*pairs] == [("orders", "mina"), ("support", "nima")]
    assert pairs["orders", "mina"].picked is None


def test_what_has_no_queue_is_a_group_of_its_own():
    by_queue = figures_by(small_centre(), "queue")
    assert [(key, each.evaluated) for key, each in by_queue.items()] == [
        (("sales",), 6),
        ((None,), 2),
    ]


@pytest.mark.parametrize("columns", [("agent_id",), ("team_id", "form_id"), ("evaluator",)])
def test_a_group_has_the_figures_of_its_own_facts(columns):
    everything = small_centre()
    for key, figures in figures_by(everything, *columns).items():
        own = everything.where(**dict(zip(columns, key, strict=True)))
        alone = figures_by(own)[()]
        assert told(figures) == told(alone)
        assert figures.row() | {"picked": 0, "missing": 0} == alone.row() | {
            "picked": 0,
            "missing": 0,
        }


def test_the_whole_is_the_weighted_sum_of_its_strata():
    everything, by_agent = figures_by(small_centre())[()], figures_by(small_centre(), "agent_id")
    weight = {"ali": 5, "sara": 40, "reza": 20}
    mean = sum(weight[a] * by_agent[a,].score.value for a in weight) / sum(weight.values())
    assert everything.score.value == pytest.approx(mean)
    # Never the average of the averages.
    assert np.mean([by_agent[a,].score.value for a in weight]) != pytest.approx(mean)
    # The agents are strata: their variances add up, each by the square of its part.
    error = sum((weight[a] / 65 * (by_agent[a,].score.sampling_error or 0)) ** 2 for a in weight)
    alone = everything.score.sampling_error**2 - error
    assert alone == pytest.approx((5 / 65 * (90 - everything.score.value)) ** 2)
    for count in ("evaluated", "without_score", "beside", "picked", "missing"):
        parts = [getattr(figures, count) for figures in by_agent.values()]
        assert getattr(everything, count) == sum(parts)


def test_the_order_of_the_rows_changes_nothing():
    everything = small_centre()
    expected = figures_by(everything, "team_id")
    for seed in range(3):
        rows = everything.evaluations.sample(frac=1, random_state=seed, ignore_index=True)
        shuffled = figures_by(replace(everything, evaluations=rows), "team_id")
        assert [told(each) for each in shuffled.values()] == [
            told(each) for each in expected.values()
        ]


def test_a_fatal_zero_is_in_the_score_and_not_in_what_the_answers_add_up_to():
    found = figures_by(
        facts({"percent": 0.0, "calculated_percent": 70.0, "results": "FFs"}, {"percent": 90.0})
    )[()]
    assert (found.score.value, found.calculated.value) == (45.0, 80.0)
    assert (found.fatal_rate.value, found.fatal) == (50.0, 1)


def test_where_nothing_applied_nothing_is_said():
    found = figures_by(facts({"percent": None, "results": "NNN"}))[()]
    assert told(found) == {
        **dict.fromkeys(found.estimates, (None, 0)),
        "fatal_rate": (0.0, 1),
        "not_applicable": (100.0, 3),
    }
    assert (found.evaluated, found.without_score) == (1, 1)


@pytest.mark.parametrize("rows", [(), ({"percent": 10.0, **BESIDE},)])
def test_nothing_counted_gives_no_number(rows):
    found = figures_by(facts(*rows, picks=(("sara", "orders", 2, 0),)))[()]
    assert {each.note for each in found.estimates.values()} == {"no_data"}
    assert (found.evaluated, found.beside, found.missing) == (0, len(rows), 2)
    assert (found.row()["design_effect"], found.row()["score"]) == (None, None)


def test_hidden_and_unanswered_questions_were_not_there_to_be_failed():
    found = figures_by(facts({"results": "HSU"}, {"results": "CFP"}))[()]
    assert (found.defects.n, found.defects.count) == (2, 1)
    # Of the two, one question is outside the agent's control: decided, never counted.
    assert (found.not_applicable.n, found.not_applicable.count) == (4, 0)


def test_zones_with_one_score_are_compared_with_their_neighbours():
    scores = enumerate((70.0, 74.0, 90.0, 96.0), start=1)
    table = facts(*[{"percent": p, "zone": zone, "stands_for": 1e9} for zone, p in scores])
    # Σ(d²/2) over the pairs, by (1/4)²: (16 + 36)/2·2/16.
    error = ((4**2 / 2 + 6**2 / 2) * 2 / 16) ** 0.5
    assert figures_by(table)[()].score.standard_error == pytest.approx(error)


def test_few_evaluations_are_told_by_their_n_alone():
    by_agent = figures_by(small_centre(), "agent_id")
    few = suppressed(by_agent["reza",], fewest=3)
    assert {(each.value, each.low, each.high, each.count) for each in few.estimates.values()} == {
        (None, None, None, None)
    }
    assert (few.score.n, few.score.note) == (2, "too_few_to_show")
    # What was not there at all still says so.
    assert few.critical["business"].note == "no_data"
    assert (few.evaluated, few.fatal, few.without_score) == (2, None, 0)
    assert suppressed(by_agent["sara",], fewest=4).score == by_agent["sara",].score


def test_a_figure_of_few_is_hidden_where_the_group_is_large_enough():
    rows = [{"results": "FNF"}, {"results": "FNF"}, {"results": "FSF"}]
    shown = suppressed(figures_by(facts(*rows))[()], fewest=3)
    assert (shown.critical["customer"].value, shown.critical["customer"].n) == (None, 1)
    assert shown.critical["compliance"].value == 100


def test_groups_of_many_agents_are_told_apart_by_all_their_columns():
    rng = np.random.default_rng(7)
    rows = [
        {
            "agent_id": f"a{rng.integers(5)}",
            "queue": f"q{rng.integers(3)}",
            "zone": int(rng.integers(4)),
            "percent": float(rng.integers(40, 101)),
            "stands_for": float(rng.integers(2, 30)),
            "results": "".join(rng.choice(list("FSNfsPCHU"), 3)),
        }
        for _ in range(120)
    ]
    table = facts(*rows)
    by_both = figures_by(table, "agent_id", "queue")
    assert len(by_both) == len({(row["agent_id"], row["queue"]) for row in rows})
    frame = pd.DataFrame(rows)
    for (agent, queue), figures in by_both.items():
        own = frame[(frame["agent_id"] == agent) & (frame["queue"] == queue)]
        mean = np.average(own["percent"], weights=own["stands_for"])
        assert figures.score.value == pytest.approx(mean)
        short = own["results"].str.count("[Ss]")
        graded = own["results"].str.count("[FSfs]")
        rate = 100 * np.sum(short * own["stands_for"]) / np.sum(graded * own["stands_for"])
        assert figures.defects.value == pytest.approx(rate)
        assert figures.defects.low <= rate <= figures.defects.high


def test_the_score_of_a_stratified_draw_is_lohrs():
    # Golden stratified_lohr_agstrat.json (Lohr, example 3.2): mean 295,560.8, error 16,379.9.
    strata = [
        ("NE", 220, 21, 97629.81, 7647472708),
        ("NC", 1054, 103, 300504.16, 29618183543),
        ("S", 1382, 135, 211315.04, 53587487856),
        ("W", 422, 41, 662295.51, 396185950266),
    ]
    rows = []
    for name, size, n, mean, variance in strata:
        raw = np.arange(n) - (n - 1) / 2
        rows += [
            {"agent_id": name, "stratum": name, "percent": float(value), "stands_for": size / n}
            for value in mean + raw / raw.std(ddof=1) * variance**0.5
        ]
    found = figures_by(facts(*rows))[()].score
    assert found.value == pytest.approx(295560.76456790126)
    assert found.sampling_error == pytest.approx(16379.872726376165)
    by_region = figures_by(facts(*rows), "agent_id")
    assert by_region["W",].score.value == pytest.approx(662295.51)


@pytest.mark.parametrize(
    ("drawn", "total"),
    # Golden horvitz_thompson_enumeration.json: Σy/π of samples of two from four.
    [
        ((0, 1), 78.57142857142857),
        ((0, 2), 88.57142857142857),
        ((0, 3), 135.23809523809524),
        ((1, 2), 110.0),
        ((1, 3), 156.66666666666669),
        ((2, 3), 166.66666666666669),
    ],
)
def test_the_score_weighs_by_the_inverse_of_what_was_likely(drawn, total):
    values, likely = [10.0, 20.0, 30.0, 80.0], [0.35, 0.4, 0.5, 0.75]
    rows = [{"percent": values[k], "stands_for": 1 / likely[k]} for k in drawn]
    found = figures_by(facts(*rows))[()].score
    assert found.value == pytest.approx(total / sum(1 / likely[k] for k in drawn))
