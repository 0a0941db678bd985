"""Evaluations of a group in figures: what counts, for how much, and what is only told beside."""

import pandas as pd
import pytest

from qm.core.figures import figures_of, questions_of


def _evaluations(*rows: dict[str, object]) -> pd.DataFrame:
    plain: dict[str, object] = {
        "is_counted": True,
        "percent": 80.0,
        "outcome": "pass",
        "fatal": 0,
        "stands_for": 10.0,
        "draw_id": 1,
        "agent_id": "sara",
        "stratum": "",
        "zone": 1,
        **{f"{lens}_applicable": 1 for lens in ("customer", "business", "compliance")},
        **{f"{lens}_failed": 0 for lens in ("customer", "business", "compliance")},
    }
    return pd.DataFrame([plain | row for row in rows], columns=[*plain], dtype=object)


def _picks(picked: int, evaluated: int) -> pd.DataFrame:
    return pd.DataFrame({"picked": [picked], "evaluated": [evaluated]})


BESIDE = {
    "is_counted": False,
    **dict.fromkeys(("stands_for", "draw_id", "stratum", "zone")),
    "percent": 0.0,
}


def test_each_evaluation_counts_for_what_it_stands_for():
    table = _evaluations(
        {"percent": 90.0, "stands_for": 30.0},
        {"percent": 60.0, "outcome": "fail", "zone": 2, "customer_failed": 1},
        {"percent": None, "outcome": None, "zone": 3, "customer_applicable": 0},
        BESIDE,
    )
    found = figures_of(table, _picks(5, 3))
    assert (found.score.value, found.score.n) == (82.5, 2)
    assert found.passed.value == found.critical["customer"].value == 75
    assert found.critical["compliance"].n == 3
    assert (found.evaluated, found.without_score, found.beside) == (3, 1, 1)
    assert (found.picked, found.missing) == (5, 2)
    row = found.row()
    # 2·(30² + 10²)/40²
    assert (row["design_effect"], row["effective_n"]) == (1.25, 1.6)


def test_zones_with_one_score_are_compared_with_their_neighbours():
    table = _evaluations(
        *[{"percent": p, "zone": zone} for zone, p in enumerate((70.0, 74.0, 90.0, 96.0), start=1)]
    )
    # Σ(d²/2) over the pairs, by (1/4)²: (16 + 36)/2·2/16.
    error = ((4**2 / 2 + 6**2 / 2) * 2 / 16) ** 0.5
    assert figures_of(table, _picks(4, 4)).score.standard_error == pytest.approx(error)


def test_nothing_counted_gives_no_number():
    found = figures_of(_evaluations(BESIDE), _picks(2, 0))
    assert (found.score.value, found.beside, found.missing) == (None, 1, 2)
    assert (found.row()["design_effect"], found.row()["effective_n"]) == (None, None)


def test_a_questions_share_is_weighted_and_leaves_out_what_earns_no_points():
    flags = ["is_answered", "is_short", "is_full", "is_not_applicable", "is_fatal", "stands_for"]
    rows = [
        (1, 1, 0, 0, 1, 30.0),
        (1, 0, 1, 0, 0, 10.0),
        (1, 0, 0, 0, 0, 50.0),
        (0, 0, 0, 1, 0, 9.0),
    ]
    answers = pd.DataFrame(rows, columns=flags, dtype=object)
    answers = answers.assign(form_id="f", form_version="1", question_id="q")
    (found,) = questions_of(answers)
    assert (found.form_id, found.form_version, found.question_id) == ("f", "1", "q")
    counts = (found.answered, found.short, found.full, found.not_applicable, found.fatal)
    assert counts == (3, 1, 1, 1, 1)
    assert (found.short_share.value, found.short_share.n) == (75, 2)
