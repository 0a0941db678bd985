"""An agent's questions beside those of others, worked out by hand."""

from dataclasses import replace

import pytest

from qm.core.estimates import Estimate, proportion
from qm.core.quality.questions import QuestionFigures
from qm.core.quality.strengths import compared, strengths, to_work_on
from qm.core.text import Wording
from tests.core.quality.small_facts import QUESTIONS

NOBODY = Estimate(None, 0, None, None, "none", "no_data")


def figures(place: int, short: int, n: int, version: str = "1") -> QuestionFigures:
    asked = replace(QUESTIONS[place], form_version=version)
    share = proportion([True] * short + [False] * (n - short)) if n else NOBODY
    return QuestionFigures((asked,), n, n, n - short, short, 0, 0, share, NOBODY, NOBODY)


def test_the_difference_has_newcombes_interval():
    # Newcombe 1998, his first example: 56 of 70 less 48 of 80 gives 5.24 to 33.39 points.
    (found,) = compared([figures(0, 56, 70)], [figures(0, 48, 80)])
    assert (found.low, found.high) == pytest.approx((5.24, 33.39), abs=0.005)
    assert (found.is_weakness, found.is_strength) == (True, False)
    (other_way,) = compared([figures(0, 48, 80)], [figures(0, 56, 70)])
    assert (other_way.is_weakness, other_way.is_strength) == (False, True)


def test_questions_are_the_same_across_versions_only_with_the_same_text():
    own = [figures(0, 2, 9, version="2"), figures(1, 0, 9, version="2")]
    changed = replace(own[1].newest, text=Wording(en="Another question"))
    own[1] = replace(own[1], asked=(changed,))
    first, second = compared(own, [figures(0, 4, 9), figures(1, 9, 9)])
    assert first.others is not None
    assert (second.others, second.low) == (None, None)


def test_of_few_answers_nothing_is_clear_and_what_was_not_asked_is_left_out():
    found = compared([figures(0, 4, 4), figures(1, 0, 0)], [figures(0, 0, 90), figures(1, 1, 9)])
    assert [each.own.question_id for each in found] == [QUESTIONS[0].question_id]
    assert (found[0].low, found[0].is_weakness) == (None, False)
    assert found[0].others is not None


def test_clear_weaknesses_come_first_and_strengths_are_not_worked_on():
    own = [figures(0, 4, 40), figures(1, 3, 40), figures(2, 2, 60)]
    others = [figures(0, 4, 40), figures(1, 0, 200), figures(2, 80, 200)]
    found = compared(own, others)
    assert [each.own.short for each in strengths(found)] == [2]
    assert [each.own.short for each in to_work_on(found)] == [3, 4]
