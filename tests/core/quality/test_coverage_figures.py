"""What was planned and what came of it, and why not."""

import pandas as pd
import pytest

from qm.core.estimates import weighted_mean
from qm.core.planning import ExpectedMargin
from qm.core.quality.coverage import Drawn, MarginKept, coverage_by

PICKS = ["agent_id", "team_id", "picked", "evaluated", "scored", "open", "unassigned", "lost"]
DRAWN = Drawn(
    picks=pd.DataFrame(
        [
            ("sara", "orders", 4, 4, 4, 0, 0, 0),
            ("reza", "orders", 2, 2, 2, 0, 0, 0),
            ("ali", "support", 3, 2, 1, 1, 0, 0),
            ("omid", "support", 2, 0, 0, 1, 0, 1),
        ],
        columns=PICKS,
    ),
    frames=pd.DataFrame(
        [("sara", 40), ("reza", 20), ("ali", 10), ("omid", 10), ("neda", 5)],
        columns=["agent_id", "frame_size"],
    ),
    replaced=pd.DataFrame(
        [
            ("sara", "orders", "no_audio", 1),
            ("omid", "support", "no_audio", 1),
            ("omid", "support", "wrong_language", 2),
            ("ali", "support", "cut_off", 1),
        ],
        columns=["agent_id", "team_id", "reason", "picks"],
    ),
    excluded=pd.DataFrame(
        [("no_recording", 3), ("too_short", 7), ("no_recording", 5)],
        columns=["reason", "interactions"],
    ),
)


def test_the_centres_coverage_is_counted_and_has_no_error():
    found = coverage_by(DRAWN)[()]
    assert (found.planned, found.evaluated, found.scored) == (11, 8, 7)
    assert (found.open, found.unassigned, found.lost) == (2, 0, 1)
    assert (found.achieved.value, found.achieved.n) == (100 * 8 / 11, 11)
    assert (found.achieved.low, found.achieved.note) == (100 * 8 / 11, "all_counted")
    assert (found.frame, found.of_interactions.value) == (85, 100 * 8 / 85)
    assert found.of_everything.value == 100 * 8 / 100
    # The most frequent first, equal ones by name.
    assert [*found.replaced.items()] == [("no_audio", 2), ("wrong_language", 2), ("cut_off", 1)]
    assert [*found.excluded.items()] == [("no_recording", 8), ("too_short", 7)]


def test_a_group_tells_what_is_known_of_it():
    agents = coverage_by(DRAWN, "agent_id")
    assert [key for (key,) in agents] == ["ali", "neda", "omid", "reza", "sara"]
    neda, omid = agents["neda",], agents["omid",]
    # Nothing was planned for Neda: no share of it, and nothing of the five was evaluated.
    assert (neda.achieved.value, neda.achieved.note) == (None, "no_data")
    assert (neda.of_interactions.value, neda.planned) == (0, 0)
    assert omid.replaced == {"wrong_language": 2, "no_audio": 1}
    assert (omid.excluded, omid.of_everything.note) == (None, "no_data")
    teams = coverage_by(DRAWN, "team_id")
    assert (teams["support",].evaluated, teams["support",].frame) == (2, None)
    assert sum(each.planned for each in teams.values()) == coverage_by(DRAWN)[()].planned


def test_nothing_drawn_is_no_coverage():
    empty = Drawn(*(table[:0] for table in vars(DRAWN).values()))
    found = coverage_by(empty)[()]
    assert (found.planned, found.achieved.value, found.of_everything.note) == (0, None, "no_data")
    assert coverage_by(empty, "agent_id") == {}


def test_the_margin_that_came_out_is_compared_with_the_promised_one():
    score = weighted_mean([70.0, 80.0, 90.0, 100.0], [10.0] * 4, ["all"] * 4)
    promised = ExpectedMargin(12.0, 4, 40)
    assert MarginKept(promised, score).excess == pytest.approx(score.margin - 12)
    assert MarginKept(ExpectedMargin(None, 0, 0, reason="nothing_planned"), score).excess is None
    one = weighted_mean([70.0], [10.0], ["all"])
    assert MarginKept(promised, one).excess is None
