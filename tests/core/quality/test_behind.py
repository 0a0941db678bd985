"""The evaluations behind a number: as many as the number's n, and their address."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from qm.core.forms.questions import LENSES
from qm.core.quality.behind import Behind
from qm.core.quality.facts import Facts
from qm.core.quality.figures import figures_by
from qm.core.quality.questions import questions_by
from tests.core.quality.small_facts import facts, small_centre

TEHRAN = ZoneInfo("Asia/Tehran")
ABAN = ("1405-08",)


def count(of: Facts, **limits: object) -> int:
    """How many evaluations the list has, once its address was written and read."""
    behind = Behind.read(Behind(ABAN, **limits).address())  # type: ignore[arg-type]
    assert behind == Behind(ABAN, **limits)  # type: ignore[arg-type]
    return len(behind.of(of, TEHRAN).evaluations)


@pytest.mark.parametrize("column", ["team_id", "agent_id", "channel", "form_id", "evaluator"])
def test_the_list_is_as_long_as_the_n_of_the_number(column: str) -> None:
    centre = small_centre()
    for (name,), own in figures_by(centre, column).items():
        limits = {column: name}
        assert count(centre, **limits) == own.evaluated
        assert count(centre, **limits, measured="score") == own.score.n
        assert count(centre, **limits, measured="outcome") == own.passed.n
        assert count(centre, **limits, outcome="pass") == (own.passed.count or 0)
        assert count(centre, **limits, result="fatal") == own.fatal
        for lens in LENSES:
            accuracy = own.critical[lens]
            assert count(centre, **limits, lens=lens) == accuracy.n
            assert count(centre, **limits, lens=lens, result="full") == (accuracy.count or 0)


def test_questions_lists_are_as_long_as_their_numbers() -> None:
    centre = small_centre()
    asked = questions_by(centre)[()]
    assert len(asked) == 3
    for figures in asked:
        limits = {"question_id": figures.question_id, "form_id": figures.form_id}
        assert count(centre, **limits) == figures.short_share.n
        for result in ("short", "full", "not_applicable", "fatal", "answered", "decided"):
            assert count(centre, **limits, result=result) == getattr(figures, result)


def test_evaluations_that_no_average_rests_on_are_in_no_list() -> None:
    centre = small_centre()
    assert count(centre) == len(centre.counted.evaluations) < len(centre.evaluations)
    other_month = Behind(("1405-07",))
    assert other_month.of(centre, TEHRAN).evaluations.empty


def test_weekday_and_hour_are_those_of_the_centres_clocks() -> None:
    late = datetime(2026, 10, 25, 20, 45, tzinfo=UTC)  # Sunday; Monday 00:15 in Tehran
    found = facts({"queue": None}, {"agent_id": "reza"})
    found.evaluations["started_at"] = [late, datetime(2026, 10, 25, 6, 0, tzinfo=UTC)]
    assert count(found, weekday=0) == count(found, hour=0) == count(found, weekday=0, hour=0) == 1
    assert count(found, weekday=6, hour=9) == 1
    assert count(found, weekday=0, hour=9) == 0
    assert count(found, queue="") == count(found, queue="sales") == 1


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"months": ""},
        {"months": "1405-13"},
        {"months": "1405-Q3"},
        {"months": ",".join(f"{year}-01" for year in range(1300, 1340))},
        {"months": "1405-08", "weekday": "7"},
        {"months": "1405-08", "hour": "-1"},
        {"months": "1405-08", "result": "bad"},
        {"months": "1405-08", "lens": "<b>"},
        {"months": "1405-08", "agent_id": ""},
        {"months": "1405-08", "agent_id": "x" * 101},
    ],
)
def test_an_address_of_no_such_list_is_none(params: dict[str, str]) -> None:
    assert Behind.read(params) is None


def test_other_parameters_of_the_page_do_not_matter() -> None:
    read = Behind.read({"months": "1405-08", "evaluation": "7", "hour": "23"})
    assert read == Behind(ABAN, hour=23)
    assert read.limits == ("hour",)
