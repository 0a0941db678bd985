"""Agents' failures: false signals among 500 agents of noise, real ones found, and too few."""

import numpy as np
import pytest

from qm.core.change.failure_signals import Contacts, failure_signals, followed
from qm.core.change.funnel_signals import funnel_signals, placed
from qm.core.change.signals import Subject
from qm.core.periods import Period

ABAN = Period(1405, 8)
AGENTS, MONTHS, A_MONTH = 500, 12, 5


def _contacts(failed: np.ndarray, a_month: int = A_MONTH) -> list[Contacts]:
    """Return agents (rows) with so many contacts a month up to Aban 1405."""
    count = failed.shape[1]
    periods = np.array([ABAN.shift(-((count - 1 - k) // a_month)) for k in range(count)])
    return [
        Contacts(
            Subject("agent", f"agent-{row}", "call@1"),
            own,
            periods,
            np.arange(1000 * row, 1000 * row + count),
        )
        for row, own in enumerate(failed)
    ]


def _noise(seed: int, share: float = 0.07) -> np.ndarray:
    return np.random.default_rng(seed).random((AGENTS, MONTHS * A_MONTH)) < share


def test_a_real_rise_is_found_among_500_agents_and_hardly_anything_else():
    failed = _noise(3)
    failed[:10, -20:] = np.random.default_rng(4).random((10, 20)) < 0.5
    found = failure_signals(followed(_contacts(failed)))
    real = [signal for signal in found if int(signal.subject.name[6:]) < 10]
    assert len(real) >= 8
    assert len(found) - len(real) <= 2
    first = real[0]
    assert (first.kind, first.direction) == ("failures", "up")
    assert ABAN.shift(-4) <= first.since <= ABAN.shift(-2)
    last_id = 1000 * int(first.subject.name[6:]) + 59
    assert first.evaluation_ids[-1] == last_id
    count = len(first.evaluation_ids)
    share = 100 * sum(failed[last_id // 1000, -count:]) / count
    assert first.size == pytest.approx(share - 100 * failed.mean())
    assert first.months_between_false_alarms == pytest.approx(140, rel=0.05)
    assert first.p_value < 0.005
    expected = f"{int(share * count / 100 + 0.5)} of the last {count} evaluations failed"
    assert str(first.words).startswith(expected)


def test_a_month_of_noise_has_a_false_signal_one_time_in_ten_at_most():
    random, months = np.random.default_rng(23), 30
    with_signals = sum(
        bool(failure_signals(followed(_contacts(random.random((AGENTS, 30)) < 0.07))))
        for _ in range(months)
    )
    # At a true rate of one in ten, more than seven of thirty come up less than once in 100.
    assert with_signals <= 7


def test_an_agents_own_chart_alarms_no_more_often_than_promised():
    series = followed(_contacts(_noise(5)))
    alarms = sum(len(each.chart.alarms(each.contacts.failed)) for each in series)
    assert alarms / (AGENTS * MONTHS) <= 1.1 / 140
    assert series[0].chart.p1 / (1 - series[0].chart.p1) == pytest.approx(
        3 * series[0].chart.p0 / (1 - series[0].chart.p0)
    )


def test_without_failures_in_the_centre_nothing_can_be_told():
    failed = np.zeros((3, 20), dtype=bool)
    failed[0, :4] = True
    series = followed(_contacts(failed))
    assert failure_signals(series) == []
    assert [each.chart for each in series] == [None] * 3
    assert (series[0].too_few.have, series[0].too_few.needed) == (4, 5)


def test_a_new_agent_is_told_how_many_contacts_are_needed():
    old = _contacts(_noise(6)[:40])
    new = Contacts(
        Subject("agent", "new", "call@1"), np.array([True]), np.array([ABAN]), np.array([7])
    )
    series = followed([*old, new])
    assert all(each.too_few is None for each in series[:-1])
    needed = series[-1].too_few.needed
    assert needed > 1
    chart = series[-1].chart
    assert chart.alarms([True] * needed) == [needed - 1]
    assert str(series[-1].too_few.words) == (
        f"Too few to tell: 1 evaluations on this form; even if all "
        f"failed, {needed} would be needed."
    )


def test_the_months_funnel_finds_who_fails_far_more_and_nobody_in_noise():
    random = np.random.default_rng(9)
    assert (
        sum(
            bool(funnel_signals(placed(_contacts(random.random((100, 20)) < 0.1, 20), ABAN)))
            for _ in range(20)
        )
        <= 5
    )
    failed = random.random((100, 40)) < 0.1
    failed[0, -20:] = [True] * 12 + [False] * 8
    (signal,) = funnel_signals(placed(_contacts(failed, 20), ABAN))
    assert (signal.kind, signal.subject.name, signal.direction) == ("funnel", "agent-0", "up")
    assert signal.since == ABAN
    assert signal.evaluation_ids == tuple(range(20, 40))
    assert str(signal.words).startswith("12 of 20 evaluations of the month failed, in the centre")


def test_no_funnel_without_a_month_or_with_one_agent():
    contacts = _contacts(_noise(1)[:3])
    assert placed(contacts, ABAN.shift(1)) == []
    assert placed(contacts[:1], ABAN) == []
