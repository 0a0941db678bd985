from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from qm.core.sampling import Policy, draw, frame_sha256, permanent_number

POLICY = Policy(policy="monthly", version="1", percent=Decimal(5), min_per_agent=2)


def frame_of(sizes: dict[str, int]) -> pd.DataFrame:
    rows = [(f"{agent}-{i}", agent) for agent, size in sizes.items() for i in range(size)]
    return pd.DataFrame(rows, columns=["interaction_id", "agent_id"])


frames = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 60), min_size=1, max_size=5
).map(frame_of)


# The published specification worked out: seed "2025-06|team-7", ids call-000001 … call-000012.
NUMBERS = [
    0.22095835198083663,
    0.2915697625735399,
    0.9359594482896967,
    0.19719025760006975,
    0.16750728566849643,
    0.20998396159028793,
    0.08622651244293494,
    0.745504836732165,
    0.7213229403732317,
    0.33653080850854306,
    0.8724332556030987,
    0.9879618247035578,
]


def test_the_numbers_are_the_specified_ones() -> None:
    ids = [f"call-{i:06d}" for i in range(1, 13)]
    assert [permanent_number("2025-06|team-7", name) for name in ids] == NUMBERS
    # printf 'sepidar-1405-08\037c-0001' | sha256sum
    assert (
        permanent_number("sepidar-1405-08", "c-0001") == ((0x395FC68966610D61 >> 11) + 0.5) / 2**53
    )


def test_the_smallest_numbers_are_picked_and_the_next_are_reserves() -> None:
    frame = pd.DataFrame(
        {"interaction_id": [f"call-{i:06d}" for i in range(1, 13)], "agent_id": "a"}
    )
    policy = POLICY.model_copy(update={"min_per_agent": 4})
    picks = draw(frame, policy, "2025-06|team-7").picks
    numbers = [7, 5, 4, 6, 1, 2]
    assert list(picks["interaction_id"]) == [f"call-{i:06d}" for i in numbers]
    assert list(picks["is_reserve"]) == [False] * 4 + [True] * 2
    assert list(picks["rank"]) == [1, 2, 3, 4, 5, 6]
    assert set(picks["inclusion_probability"]) == {4 / 12}


@pytest.mark.parametrize(("interactions", "picks"), [(40, 2), (41, 3), (1, 1), (0, 0), (100, 5)])
def test_the_share_is_exact(interactions: int, picks: int) -> None:
    assert POLICY.picks_of(interactions) == picks


def test_floor_and_cap() -> None:
    # Two percent, at least 5, at most 12 (the worked example of the sampling study).
    policy = Policy(policy="p", version="1", percent=Decimal(2), min_per_agent=5, max_per_agent=12)
    assert [policy.picks_of(n) for n in (40, 120, 900, 3)] == [5, 5, 12, 3]


@given(frames, st.text(max_size=8))
@settings(deadline=None)
def test_a_draw_keeps_its_promises(frame: pd.DataFrame, seed: str) -> None:
    result = draw(frame, POLICY, seed)
    picked = result.picks[~result.picks["is_reserve"].astype(bool)]
    sizes = frame.groupby("agent_id").size()
    for agent, size in sizes.items():
        own = picked[picked["agent_id"] == agent]
        assert len(own) == POLICY.picks_of(int(size))
        # Probabilities of the stratum's members would sum to its number of picks.
        assert np.isclose(own["inclusion_probability"] * size, len(own)).all()
    assert result.picks["interaction_id"].is_unique
    assert list(result.coverage["frame_size"]) == list(sizes)


@given(frames, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_a_draw_does_not_depend_on_the_order_of_the_frame(frame: pd.DataFrame, random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(frame)))
    random.shuffle(order)
    one, other = draw(frame, POLICY, "s"), draw(frame.iloc[order], POLICY, "s")
    pd.testing.assert_frame_equal(one.picks, other.picks)
    assert one.frame_sha256 == other.frame_sha256


def test_another_frame_has_another_hash() -> None:
    frame = frame_of({"a": 3})
    changed = frame.assign(agent_id="b")
    assert len({frame_sha256(frame), frame_sha256(changed), frame_sha256(frame[:2])}) == 3


def test_the_numbers_are_uniform() -> None:
    numbers = [permanent_number("uniform", str(i)) for i in range(20_000)]
    counts, _edges = np.histogram(numbers, bins=50, range=(0, 1))
    assert stats.chisquare(counts).pvalue > 0.001


def test_a_policy_with_bounds_out_of_order_is_refused() -> None:
    with pytest.raises(ValidationError, match="below"):
        Policy(policy="p", version="1", percent=Decimal(5), min_per_agent=3, max_per_agent=2)
