"""Scoring: published worked examples, the policies, and properties that hold for every form."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.scoring.judging import round_half_up
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard, State

NA = Answer(not_applicable=True)


def question(question_id: str, points: list[Any], **more: Any) -> dict[str, Any]:
    """Options `o0`, `o1`, … with these points."""
    options = [
        {"id": f"o{place}", "label": {"en": "x"}, "points": p} for place, p in enumerate(points)
    ]
    return {
        "id": question_id,
        "text": {"en": "x"},
        "not_applicable": True,
        "options": options,
        **more,
    }


def form(*sections: tuple[Any, list[dict[str, Any]]], **more: Any) -> Form:
    """A form of sections, each given as its weight and questions."""
    content = {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": {"en": "F"},
        "pass_percent": 75,
        "sections": [
            {"id": f"s{place}", "title": {"en": "x"}, "weight": weight, "questions": questions}
            for place, (weight, questions) in enumerate(sections)
        ],
    }
    return Form.model_validate(content | more)


def flat(weights: list[Any], highest: int = 10, **more: Any) -> Form:
    """One section with a question per weight and options of 0 to `highest` points."""
    questions = [
        question(f"q{place}", list(range(highest + 1)), weight=weight)
        for place, weight in enumerate(weights)
    ]
    return form((100, questions), **more)


def answers(*given: int | Answer | None) -> dict[str, Answer]:
    """Answers of q0, q1, …: an option's place, an answer, or None for unanswered."""
    return {
        f"q{place}": answer if isinstance(answer, Answer) else Answer(option=f"o{answer}")
        for place, answer in enumerate(given)
        if answer is not None
    }


# --- worked examples that vendors and projects publish, where their rule is ours


@pytest.mark.parametrize(
    ("weights", "highest", "given_answers", "places", "percent"),
    [
        # Amazon Connect, administrator guide, "Scoring and weights"
        pytest.param([40, 20, 20, 20], 10, [10, 5, 5, 0], 1, "60.0", id="Connect"),
        pytest.param([40, 20, 20, 20], 10, [10, 5, 5, NA], 1, "75.0", id="Connect with N/A"),
        # Calabrio ONE, "Evaluation form manager", percentage form: 4 of 5 correct
        pytest.param([1] * 5, 1, [1, 1, 0, 1, 1], 1, "80.0", id="Calabrio"),
        # Verint, "Scoring methods": 10/10, 5/10 and Null
        pytest.param([1] * 3, 10, [10, 5, NA], 1, "75.0", id="Verint"),
        # Zendesk QA, "Rating scales": a five-point scale
        pytest.param([1], 4, [0], 1, "0.0", id="Zendesk 1 of 5"),
        pytest.param([1], 4, [1], 1, "25.0", id="Zendesk 2 of 5"),
        pytest.param([1], 4, [3], 1, "75.0", id="Zendesk 4 of 5"),
        # ciso-assistant, pull request 4840: a weight multiplies the ceiling too
        pytest.param([1, 3], 1, [0, 1], 1, "75.0", id="ciso-assistant heavy"),
        pytest.param([1, 3], 1, [1, 0], 1, "25.0", id="ciso-assistant light"),
        # MemberJunction rubrics: 0.25 with weight 1 and 1 with weight 3; one N/A; one unanswered
        pytest.param([1, 3], 4, [1, 4], 2, "81.25", id="MemberJunction"),
        pytest.param([1, 1], 1, [NA, 1], 1, "100.0", id="MemberJunction N/A"),
        pytest.param([1, 1], 1, [None, 1], 1, "100.0", id="MemberJunction unanswered"),
        # OpenCHS child helpline: 17 items of 0, 1 or 2; 31 of 34 points are 91 %
        pytest.param([1] * 17, 2, [2] * 15 + [1, 0], 0, "91", id="OpenCHS"),
    ],
)
def test_published_examples(
    weights: list[Any],
    highest: int,
    given_answers: list[int | Answer | None],
    places: int,
    percent: str,
) -> None:
    card = score(flat(weights, highest, places=places), answers(*given_answers))
    assert str(card.percent) == percent


def test_the_applied_weights_of_the_published_example_with_not_applicable() -> None:
    card = score(flat([40, 20, 20, 20]), answers(10, 5, 5, NA))
    assert [entry.weight_percent for entry in card.entries] == [50, 25, 25, 0]
    assert [entry.lost for entry in card.entries] == [0, Fraction(25, 2), Fraction(25, 2), 0]


@pytest.mark.parametrize(
    ("weights", "given_answers", "pass_percent", "outcome"),
    [
        # MemberJunction: .1 + .7 of decimals must not miss .8 by a hair
        (["0.1", "0.2", "0.7"], [1, 0, 1], "80", "pass"),
        # Zendesk QA, pass rate: 80 passes, 79.9 does not
        (["80", "20"], [1, 0], "80", "pass"),
        (["79.9", "20.1"], [1, 0], "80", "fail"),
        # 2/3 of 100 passes what is written as 66.6667 only when it reaches it
        (["2", "1"], [1, 0], "66.6667", "fail"),
        (["2", "1"], [1, 0], "66.6666", "pass"),
    ],
)
def test_the_pass_mark(
    weights: list[str], given_answers: list[int], pass_percent: str, outcome: str
) -> None:
    card = score(flat(weights, 1, pass_percent=pass_percent), answers(*given_answers))
    assert card.outcome == outcome


# --- N/A, hidden, unanswered


def test_a_section_without_applicable_questions_leaves_with_its_weight() -> None:
    two = form((60, [question("q0", [0, 1])]), (40, [question("q1", [0, 1])]))
    card = score(two, answers(NA, 1))
    assert card.percent == 100
    assert [section.weight_percent for section in card.sections] == [0, 100]


def test_not_applicable_moves_weight_inside_its_section_first() -> None:
    two = form(
        (60, [question("q0", [0, 1]), question("q1", [0, 1])]),
        (40, [question("q2", [0, 1])]),
    )
    assert score(two, answers(1, NA, 0)).percent == 60


def test_all_not_applicable_is_no_score_with_its_reason() -> None:
    card = score(flat([1, 1]), answers(NA, NA))
    assert (card.percent, card.calculated_percent, card.exact_percent) == (None, None, None)
    assert (card.no_score, card.outcome, card.is_final) == ("all_not_applicable", None, True)


def test_nothing_answered_is_no_score_with_another_reason() -> None:
    card = score(flat([1, 1]), {})
    assert (card.percent, card.no_score, card.outcome) == (None, "nothing_answered", None)
    assert card.unanswered == ("q0", "q1")
    assert not card.is_final


def test_a_comment_alone_is_no_answer() -> None:
    card = score(flat([1, 1]), {"q0": Answer(comment="listen again"), **answers(None, 10)})
    assert card.unanswered == ("q0",)
    assert card.percent == 100


def conditional() -> Form:
    return form(
        (
            100,
            [
                question("q0", [1, 1], weight=0),
                question("q1", [0, 1], when={"question": "q0", "answered": ["o0"]}),
                question("q2", [0, 1], when={"question": "q1", "answered": ["o0", "o1"]}),
                question("q3", [0, 1]),
            ],
        )
    )


@pytest.mark.parametrize(
    ("given_answers", "states", "percent"),
    [
        ([0, 1, 0, 1], "answered answered answered answered", "66.7"),
        ([0, None, 0, 1], "answered unanswered hidden answered", "100.0"),
        ([0, NA, 0, 1], "answered not_applicable hidden answered", "100.0"),
        # what was answered before the gate changed stays stored, but counts for nothing
        ([1, 0, 0, 1], "answered hidden hidden answered", "100.0"),
        ([NA, 0, 0, 1], "not_applicable hidden hidden answered", "100.0"),
        ([None, 0, 0, 1], "unanswered hidden hidden answered", "100.0"),
    ],
)
def test_a_chain_of_conditions(
    given_answers: list[int | Answer | None], states: str, percent: str
) -> None:
    card = score(conditional(), answers(*given_answers))
    assert [str(entry.state) for entry in card.entries] == states.split()
    assert str(card.percent) == percent
    hidden = [entry for entry in card.entries if entry.state is State.HIDDEN]
    assert all(entry.option_id is None and entry.weight_percent == 0 for entry in hidden)


# --- fatal and critical


def with_fatal(policy: str) -> Form:
    fatal = question("q0", [0, 1, 0], critical="compliance")
    fatal["options"][2]["fatal"] = True
    return form(
        (100, [fatal, question("q1", [0, 1, 2], weight=9, critical="customer")]), fatal=policy
    )


def test_a_fatal_answer_fails_and_keeps_or_zeroes_the_score_as_the_form_says() -> None:
    kept = score(with_fatal("keep"), answers(2, 2))
    assert (kept.outcome, kept.percent, kept.calculated_percent) == ("fail", 90, 90)
    zeroed = score(with_fatal("zero"), answers(2, 2))
    assert (zeroed.outcome, zeroed.percent, zeroed.calculated_percent) == ("fail", 0, 90)
    assert zeroed.fatal_questions == ("q0",)
    assert sum(entry.contribution for entry in zeroed.entries) == 90
    assert [(a.reason, a.contribution) for a in zeroed.adjustments] == [("fatal", -90)]
    assert sum(line.contribution for line in zeroed.ledger) == zeroed.exact_percent == 0


def test_an_answer_that_is_wrong_but_not_fatal_does_not_fail_by_itself() -> None:
    card = score(with_fatal("zero"), answers(0, 2))
    assert (card.outcome, card.percent, card.fatal_questions) == ("pass", 90, ())


def test_a_fatal_answer_that_got_hidden_is_none() -> None:
    fatal = question("q1", [0, 1], when={"question": "q0", "answered": ["o1"]})
    fatal["options"][0]["fatal"] = True
    card = score(form((1, [question("q0", [1, 1]), fatal])), answers(0, 0))
    assert (card.outcome, card.fatal_questions) == ("pass", ())


def test_critical_questions_by_lens_count_only_where_they_apply() -> None:
    lenses = {r.lens: (r.applicable, r.failed) for r in score(with_fatal("keep"), {}).lenses}
    assert lenses == {}
    card = score(with_fatal("keep"), answers(NA, 1))
    assert {r.lens: (r.applicable, r.failed) for r in card.lenses} == {"customer": (1, 1)}
    card = score(with_fatal("keep"), answers(1, 2))
    assert {r.lens: (r.applicable, r.failed) for r in card.lenses} == {
        "customer": (1, 0),
        "compliance": (1, 0),
    }


# --- failed sections, the lowest grade, limits, bands


def failing(section_id: str | None, *points: Any, **more: Any) -> dict[str, Any]:
    """A question whose last option fails a section: by default its own."""
    asked = question(more.pop("question_id", "q0"), list(points), **more)
    fatal = {"scope": "section", "effect": "zero"}
    asked["options"][-1]["fatal"] = fatal | ({"section": section_id} if section_id else {})
    return asked


def test_two_failed_sections_lose_what_each_of_them_has() -> None:
    failed = form(
        (50, [failing(None, 1, 0), question("q1", [0, 1])]),
        (30, [failing(None, 2, 1, question_id="q2")]),
        (20, [question("q3", [0, 1])]),
    )
    card = score(failed, answers(1, 1, 1, 1))
    assert (card.calculated_percent, card.percent, card.outcome) == (60, 20, "fail")
    assert [(a.section_id, a.contribution) for a in card.adjustments] == [("s0", -25), ("s1", -15)]
    assert [section.failed for section in card.sections] == [True, True, False]
    assert card.fatal_questions == ("q0", "q2")


def test_an_answer_may_fail_another_section_than_its_own() -> None:
    failed = form((50, [failing("s1", 1, 0)]), (50, [question("q1", [0, 1])]))
    card = score(failed, answers(1, 1))
    assert (card.calculated_percent, card.percent) == (50, 0)
    assert [section.failed for section in card.sections] == [False, True]


def test_failed_sections_are_the_lowest_grade_once() -> None:
    failed = form(
        (1, [failing(None, 4, 1)]),
        (1, [failing(None, 4, 2, question_id="q1")]),
        scoring="lowest-grade",
        lowest_percent=-100,
    )
    card = score(failed, answers(1, 1))
    assert (card.calculated_percent, card.exact_percent) == (25, 0)
    assert sorted(a.contribution for a in card.adjustments) == [-25, 0]


def test_the_harsher_of_two_answers_decides_a_section() -> None:
    keeping = failing(None, 1, 0, question_id="q1")
    keeping["options"][-1]["fatal"]["effect"] = "keep"
    both = form((1, [failing(None, 3, 1), keeping, question("q2", [1, 0])]))
    kept = score(both, answers(0, 1, 0))
    assert (kept.percent, kept.fatal_questions) == (Decimal("66.7"), ("q1",))
    assert [(s.failed, s.percent) for s in kept.sections] == [(True, Fraction(200, 3))]
    zeroed = score(both, answers(1, 1, 0))
    assert (zeroed.calculated_percent, zeroed.percent) == (Decimal("44.4"), 0)


def test_a_failed_section_without_a_score_stays_without_one() -> None:
    failed = form((0, [failing(None, 1, 0)]), (1, [question("q1", [0, 1])]))
    card = score(failed, answers(1, NA))
    assert (card.percent, card.no_score, card.adjustments) == (None, "nothing_weighs", ())
    assert card.fatal_questions == ("q0",)


def test_not_applicable_with_full_marks_is_no_score_by_itself() -> None:
    weightless = question("q1", [0, 1], weight=0)
    only = form((1, [question("q0", [0, 1]), weightless]), not_applicable="full-marks")
    assert score(only, answers(NA, 1)).no_score == "nothing_weighs"
    assert score(only, answers(NA, NA)).no_score == "all_not_applicable"
    assert score(only, answers(NA)).no_score == "nothing_answered"


def test_start_points_are_no_score_by_themselves() -> None:
    started = form((1, [question("q0", [0, 10])]), scoring="points", start_points=20)
    assert score(started, answers(NA)).no_score == "all_not_applicable"
    card = score(started, answers(0))
    assert card.percent == Decimal("66.7")
    assert [(a.reason, a.weight_percent) for a in card.adjustments] == [
        ("start_points", Fraction(200, 3))
    ]


@pytest.mark.parametrize(
    ("earned", "band"),
    [(0, None), (19, None), (20, "low"), (49, "low"), (50, "high"), (100, "high")],
)
def test_a_band_begins_at_its_percentage(earned: int, band: str | None) -> None:
    bands = [
        {"id": "high", "label": {"en": "x"}, "from_percent": 50},
        {"id": "low", "label": {"en": "x"}, "from_percent": 20},
    ]
    banded = form((1, [question("q0", list(range(101)))]), bands=bands)
    assert score(banded, answers(earned)).band == band


def test_limits_hold_for_the_score_and_for_what_the_answers_add_up_to() -> None:
    deducting = form(
        (1, [question("q0", [4, 0]), question("q1", [0, -10])]),
        scoring="points",
        lowest_percent="-12.5",
    )
    card = score(deducting, answers(1, 1))
    assert (card.exact_percent, card.calculated_percent) == (Fraction(-25, 2), Decimal("-12.5"))
    assert [(a.reason, a.contribution) for a in card.adjustments] == [
        ("lowest_percent", 250 - Fraction(25, 2))
    ]
    assert score(deducting, answers(0, 0)).percent == 100


# --- what an answer may not be


@pytest.mark.parametrize(
    "foreign",
    [
        {"q9": Answer(option="o0")},
        {"q0": Answer(option="o99")},
        {"q0": Answer(not_applicable=True)},
    ],
    ids=["question", "option", "N/A where it is not allowed"],
)
def test_answers_that_the_form_does_not_have_are_refused(foreign: dict[str, Answer]) -> None:
    only = form((1, [question("q0", [0, 1], not_applicable=False)]))
    with pytest.raises(ValueError, match=r"question “q[09]”"):
        score(only, foreign)


# --- rounding


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.05", 1, "0.1"),
        ("0.25", 1, "0.3"),  # half to even and binary floats both give 0.2
        ("2.675", 2, "2.68"),  # the float 2.675 is a hair below
        ("66.65", 1, "66.7"),
        ("66.649999999999999999", 1, "66.6"),
        ("-0.25", 1, "-0.3"),
        ("99.95", 1, "100.0"),
        ("0.5", 0, "1"),
        ("67.5", 0, "68"),  # Zendesk QA: 1.35 of 2 becomes 68
    ],
)
def test_halves_are_rounded_up(value: str, places: int, rounded: str) -> None:
    assert str(round_half_up(Fraction(value), places)) == rounded


def test_a_score_at_an_exact_tie_is_rounded_up_once() -> None:
    assert score(flat([1] * 8, 1), answers(1, 1, 1, 1, 1, 0, 0, 0)).percent == Decimal("62.5")
    card = score(flat([1] * 8, 1, places=0), answers(1, 1, 1, 1, 1, 0, 0, 0))
    assert (card.percent, card.exact_percent) == (63, Fraction(125, 2))
    # 1/16 = 6.25: a first rounding to 6.3 must not become a second one
    card = score(flat([1] * 16, 1), answers(1, *[0] * 15))
    assert card.percent == Decimal("6.3")


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_rounding_moves_by_at_most_half_a_place(value: Fraction, places: int) -> None:
    moved = Fraction(round_half_up(value, places)) - value
    assert abs(moved) <= Fraction(1, 2 * 10**places)


# --- properties of every form; no deadline: the machine may be busy

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

WEIGHTS = st.decimals(0, 100, places=2)
POINTS = st.lists(st.decimals(0, 20, places=1), min_size=2, max_size=4).filter(any)


@st.composite
def scored(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any], dict[str, Answer]]:
    """Sections, settings of the form, and answers; conditions, N/A and fatal options included."""
    sections = []
    given_answers: dict[str, Answer] = {}
    earlier: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 4))):
        questions = []
        for _ in range(draw(st.integers(1, 4))):
            asked = question(f"q{len(earlier)}", draw(POINTS), weight=draw(WEIGHTS))
            best = max(option["points"] for option in asked["options"])
            for option in asked["options"]:
                option["fatal"] = option["points"] < best and draw(st.integers(0, 9)) == 0
            if earlier and draw(st.booleans()):
                on = draw(st.sampled_from(earlier))
                asked["when"] = {"question": on["id"], "answered": ["o0"]}
            choices = [Answer(option=option["id"]) for option in asked["options"]]
            given_answers[asked["id"]] = draw(st.sampled_from([*choices, NA, Answer()]))
            earlier.append(asked)
            questions.append(asked)
        questions[0]["weight"] = draw(st.decimals("0.01", 100, places=2))
        sections.append((draw(WEIGHTS), questions))
    assume(any(weight for weight, _ in sections))
    more = {
        "fatal": draw(st.sampled_from(["keep", "zero"])),
        "places": draw(st.integers(0, 4)),
    }
    return sections, more, given_answers


def summary(card: Scorecard) -> tuple[Any, ...]:
    return card.percent, card.calculated_percent, card.exact_percent, card.outcome


@patient
@given(scored())
def test_the_ledger_sums_exactly_to_the_score_and_its_weights_to_100(case: Any) -> None:
    sections, more, given_answers = case
    card = score(form(*sections, **more), given_answers)
    contributions = sum((entry.contribution for entry in card.entries), Fraction(0))
    weights = sum((entry.weight_percent for entry in card.entries), Fraction(0))
    assert sum((s.contribution for s in card.sections), Fraction(0)) == contributions
    assert sum((s.weight_percent for s in card.sections), Fraction(0)) == weights
    if card.exact_percent is None:
        assert (weights, contributions, card.percent) == (0, 0, None)
        assert card.no_score is not None
    else:
        assert weights == 100
        assert sum((line.contribution for line in card.ledger), Fraction(0)) == card.exact_percent
        assert card.no_score is None
        assert card.percent is not None
        assert 0 <= card.exact_percent <= contributions <= 100
        assert 0 <= card.percent <= 100
        assert all(0 <= e.contribution <= e.weight_percent for e in card.entries)
    assert all(
        entry.weight_percent == 0 for entry in card.entries if entry.state is not State.ANSWERED
    )
    assert (card.outcome == "fail") or not card.fatal_questions


@patient
@given(scored(), st.randoms(use_true_random=False))
def test_the_order_of_sections_and_questions_is_irrelevant(case: Any, random: Any) -> None:
    sections, more, given_answers = case
    for _, questions in sections:  # a condition must name an earlier question: none here
        for asked in questions:
            asked.pop("when", None)
    before = score(form(*sections, **more), given_answers)
    shuffled = [(weight, random.sample(asked, len(asked))) for weight, asked in sections]
    random.shuffle(shuffled)
    assert summary(score(form(*shuffled, **more), given_answers)) == summary(before)


@patient
@given(scored())
def test_a_question_of_weight_zero_is_irrelevant_to_the_calculated_score(case: Any) -> None:
    sections, more, given_answers = case
    before = score(form(*sections, **more), given_answers)
    extra = question("extra", [0, 1], weight=0)
    extended = [
        (weight, [*asked, extra] if not n else asked) for n, (weight, asked) in enumerate(sections)
    ]
    after = score(form(*extended, **more), {**given_answers, "extra": Answer(option="o0")})
    assert summary(after) == summary(before)


@patient
@given(scored(), st.integers(2, 9))
def test_only_the_proportions_of_weights_and_points_count(case: Any, factor: int) -> None:
    sections, more, given_answers = case
    before = score(form(*sections, **more), given_answers)
    scaled = [
        (
            weight * factor,
            [
                {
                    **asked,
                    "options": [{**o, "points": o["points"] * factor} for o in asked["options"]],
                }
                for asked in questions
            ],
        )
        for weight, questions in sections
    ]
    assert summary(score(form(*scaled, **more), given_answers)) == summary(before)
