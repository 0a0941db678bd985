"""The series that facts hold: runs of one yardstick, and agents' contacts in order of time."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from qm.core.change.series import contacts_by_form, last_runs, versions_by
from qm.core.periods import Period
from qm.core.quality.facts import Facts
from tests.core.quality.small_facts import BESIDE, QUESTIONS, facts

MEHR, ABAN = Period(1405, 7), Period(1405, 8)


def _on_days(held: Facts, *days: int) -> Facts:
    at = [datetime(2026, 11, day, tzinfo=UTC) for day in days]
    return replace(held, evaluations=held.evaluations.assign(started_at=at))


def test_the_run_ends_where_the_form_changed():
    on_2 = {"form_version": "2"}
    held = facts(
        {"period": "1405-06", "percent": 50.0},
        {"period": "1405-07", "percent": 70.0, **on_2},
        {"percent": 80.0, **on_2},
        {"percent": 90.0, "stands_for": 30.0, **on_2},
        {"percent": 0.0, **on_2, **BESIDE},
        {"percent": None, **on_2},
        questions={("inbound", "1"): QUESTIONS, ("inbound", "2"): QUESTIONS},
    )
    assert versions_by(held, "agent_id")[("sara",)][MEHR] == {("inbound", "2")}
    (run,) = last_runs(held, ABAN).values()
    assert last_runs(held, ABAN, "agent_id").keys() == {("sara",)}
    assert [(each.period, each.mean.value) for each in run] == [(MEHR, 70.0), (ABAN, 87.5)]
    assert list(run[1].evaluation_ids) == [3, 4]
    assert last_runs(held, ABAN.shift(1)) == {}


def test_contacts_are_in_order_of_time_and_failed_by_the_pass_mark():
    held = facts(
        {"percent": 90.0},
        {"percent": 60.0},
        {"percent": None},
        {"percent": 20.0, **BESIDE},
        {"percent": 70.0, "agent_id": "reza"},
    )
    ((reza, sara),) = contacts_by_form(_on_days(held, 9, 3, 4, 1, 2))
    assert (sara.subject.name, sara.subject.form) == ("sara", "inbound@1")
    assert (list(sara.failed), list(sara.evaluation_ids)) == ([True, False], [2, 1])
    assert (list(reza.failed), list(reza.periods)) == ([True], [ABAN])


def test_without_a_pass_mark_a_critical_or_fatal_error_is_a_failure():
    # The letters are closing, greeting (critical), identity (critical).
    rows = [{"outcome": None, "results": results} for results in ("SFF", "FSF", "fFF")]
    ((sara,),) = contacts_by_form(_on_days(facts(*rows), 1, 2, 3))
    assert list(sara.failed) == [False, True, True]


def test_what_a_person_may_not_see_is_a_series_of_its_own():
    held = _on_days(facts({}, {}, {}), 1, 2, 3)
    (series,) = contacts_by_form(held, apart=np.array([False, True, True]))
    assert [list(each.evaluation_ids) for each in series] == [[1], [2, 3]]
