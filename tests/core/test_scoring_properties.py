"""What holds for the score of any form and any answers."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qm.core.forms.answer_values import answer_of_text, answers_of_data, value_text
from qm.core.forms.answers import Answer
from qm.core.forms.conditions import asked_questions
from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard, Standing, State
from tests.conformance import reference
from tests.fixtures.any_form import any_answers, any_facts, any_form

# No deadline: the machine may be busy. Forms take long to draw, so examples are few.
patient = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
Case = tuple[Form, dict[str, Answer], dict[str, Any]]
ZERO = Fraction(0)
SHARES = ("weighted-questions", "weighted-sections", "scale-position", "lowest-grade")


@st.composite
def any_case(draw: st.DrawFn, **restrictions: Any) -> Case:
    """A form, answers to it and facts of the interaction."""
    form = draw(any_form(plain_texts=True, **restrictions))
    return form, draw(any_answers(form)), draw(any_facts(form))


def plain(form: Form) -> dict[str, Any]:
    """The form as JSON would hold it."""
    return form.model_dump(mode="json", by_alias=True, exclude_none=True)


def plain_answers(answers: dict[str, Answer]) -> dict[str, Any]:
    """The answers as files hold them, where nothing of the core writes them."""
    found = {}
    for name, answer in answers.items():
        value: Any = answer.option or answer.text
        if answer.not_applicable:
            value = "n/a"
        elif answer.options is not None:
            value = list(answer.options)
        elif answer.number is not None:
            value = str(answer.number)
        elif answer.date is not None:
            value = answer.date.isoformat()
        found[name] = {"value": value, "outside_control": answer.outside_control}
    return found


def standing(found: Standing) -> tuple[Any, ...]:
    """All numbers of a standing, and what they lead to."""
    return (
        found.percent,
        found.calculated_percent,
        found.exact_percent,
        found.outcome,
        found.band,
        frozenset(found.fatal_questions),
    )


def sum_of(lines: Any, name: str) -> Fraction:
    return sum((getattr(line, name) for line in lines), ZERO)


# --- the score


@patient
@given(any_case())
def test_the_score_is_that_of_the_reference(case: Case) -> None:
    form, answers, facts = case
    card = score(form, answers, facts)
    other = reference.scorecard(plain(form), plain_answers(answers), facts)
    names = "percent calculated_percent exact_percent no_score outcome band".split()
    for mine, theirs in ((card, other), (card.process, other["process"])):
        assert {n: getattr(mine, n) for n in names} == {n: theirs[n] for n in names}
        assert list(mine.fatal_questions) == theirs["fatal_questions"]
    assert {name: str(state) for name, state in card.states.items()} == other["states"]
    weights = {entry.question_id: entry.weight_percent for entry in card.entries}
    contributions = {entry.question_id: entry.contribution for entry in card.entries}
    assert weights == other["applied_weights"]
    assert contributions == other["contributions"]


@patient
@given(any_case())
def test_the_score_lies_within_the_limits_of_the_form(case: Case) -> None:
    form, answers, facts = case
    card = score(form, answers, facts)
    for found in (card, card.process):
        if found.exact_percent is None:
            assert (found.percent, found.calculated_percent, found.band) == (None, None, None)
            assert found.no_score is not None
            continue
        assert found.percent is not None
        assert found.calculated_percent is not None
        assert form.lowest_percent <= found.exact_percent <= form.highest_percent
        half = Fraction(1, 2 * 10**form.places)
        assert abs(Fraction(found.percent) - found.exact_percent) <= half
        assert -found.percent.as_tuple().exponent == form.places
        least, most = Fraction(form.lowest_percent) - half, Fraction(form.highest_percent) + half
        assert least <= found.calculated_percent <= most


@patient
@given(any_case())
def test_the_ledger_sums_exactly_to_the_score_and_its_weights_to_100(case: Case) -> None:
    form, answers, facts = case
    card = score(form, answers, facts)
    if card.exact_percent is None:
        assert all(e.weight_percent == e.contribution == 0 for e in card.entries)
        assert card.adjustments == ()
        return
    assert sum_of(card.ledger, "contribution") == card.exact_percent
    assert sum_of(card.ledger, "weight_percent") == 100
    tops = {section.id for section in form.sections}
    sections = [result for result in card.sections if result.section_id in tops]
    assert sum_of(sections, "contribution") == sum_of(card.entries, "contribution")
    assert sum_of(sections, "weight_percent") == sum_of(card.entries, "weight_percent")


@patient
@given(any_case())
def test_not_applicable_hidden_and_unanswered_are_never_mixed_up(case: Case) -> None:
    form, answers, facts = case
    card = score(form, answers, facts)
    assert card.states.keys() == {question.id for question in form.everything_asked()}
    for name, state in card.states.items():
        answer = answers.get(name, Answer())
        if state is State.NOT_APPLICABLE:
            assert answer.not_applicable
        elif state is State.UNANSWERED:
            assert not answer.not_applicable
            assert not answer.is_given
        elif state is not State.HIDDEN:
            assert answer.is_given
            assert answer.outside_control or state is State.ANSWERED
    for entry in card.entries:
        has_answer = entry.state in {State.ANSWERED, State.OUTSIDE_CONTROL}
        assert has_answer or (entry.option_ids == () and entry.earned_points is None)
        if entry.state not in {State.ANSWERED, State.NOT_APPLICABLE}:
            assert (entry.weight_percent, entry.contribution) == (0, 0)
    must = {question.id for question in form.everything_asked() if question.required}
    open_ = {name for name, state in card.states.items() if state is State.UNANSWERED}
    assert set(card.unanswered) == must & open_


# --- what does not matter


def items(data: dict[str, Any]) -> list[tuple[list[Any], dict[str, Any]]]:
    """Every item of a form with the list it stands in."""
    parts = [p for section in data["sections"] for p in (section, *section.get("sections", []))]
    return [(part["questions"], item) for part in parts for item in part["questions"]]


def without_effects(item: dict[str, Any]) -> None:
    """Take from a question everything by which it decides more than its own points."""
    item["weight"] = 0
    item.pop("critical", None)
    for part in item.get("options", item.get("ranges", [])):
        part["fatal"] = False


@patient
@given(any_case(), st.data())
def test_a_question_of_weight_zero_never_changes_the_score(case: Case, data: st.DataObject) -> None:
    """Under every method and policy, unless it is critical, fatal or what a condition asks for."""
    form, answers, facts = case
    content = plain(form)
    scored = {question.id for question in form.scored_questions()}
    waited_for = {
        asked
        for thing in (*form.parts(), *form.everything_asked())
        if thing.when
        for asked in asked_questions(thing.when)
    }
    placed = [(home, item) for home, item in items(content) if item["id"] in scored - waited_for]
    assume(placed)
    home, item = data.draw(st.sampled_from(placed))
    without_effects(item)
    try:
        weightless = Form.model_validate(content)
        home.remove(item)
        smaller = Form.model_validate(content)
    except BadInput:  # it was all that weighed, or all there was
        assume(False)
    before = standing(score(weightless, answers, facts))
    rest = {name: answer for name, answer in answers.items() if name != item["id"]}
    assert standing(score(weightless, rest, facts)) == before
    assert standing(score(smaller, rest, facts)) == before
    other = data.draw(any_answers(weightless))
    again = {**rest, item["id"]: other.get(item["id"], Answer())}
    assert standing(score(weightless, again, facts)) == before


def shuffled(data: Any, rng: random.Random) -> Any:
    """The same form with everything in another order."""
    if isinstance(data, dict):
        return {
            name: rng.sample([shuffled(part, rng) for part in value], len(value))
            if name in {"sections", "questions", "options", "header", "bands", "reasons"}
            and isinstance(value, list)
            else shuffled(value, rng)
            for name, value in data.items()
        }
    return data


def by_id(card: Scorecard) -> dict[str, Any]:
    """A scorecard without any order."""
    return {
        "standing": standing(card),
        "process": standing(card.process),
        "no_score": (card.no_score, card.process.no_score),
        "entries": {entry.question_id: entry for entry in card.entries},
        "sections": {result.section_id: result for result in card.sections},
        "lenses": {result.lens: result for result in card.lenses},
        "adjustments": frozenset(card.adjustments),
        "unanswered": frozenset(card.unanswered),
        "states": dict(card.states),
    }


@patient
@given(any_case(), st.integers(0, 2**32))
def test_the_order_of_sections_questions_and_options_is_irrelevant(case: Case, seed: int) -> None:
    form, answers, facts = case
    other = Form.model_validate(shuffled(plain(form), random.Random(seed)))
    assert by_id(score(other, answers, facts)) == by_id(score(form, answers, facts))


@patient
@given(any_case(), st.data())
def test_what_was_scored_before_is_irrelevant(case: Case, data: st.DataObject) -> None:
    form, answers, facts = case
    first = score(form, answers, facts)
    for _ in range(3):
        score(form, data.draw(any_answers(form)), data.draw(any_facts(form)))
    assert score(form, answers, facts) == first
    fresh = Form.model_validate({**plain(form), "version": "999999"})
    assert by_id(score(fresh, answers, facts)) == by_id(first)


# --- findings outside the agent's control


def untagged(answers: dict[str, Answer]) -> dict[str, Answer]:
    return {n: a.model_copy(update={"outside_control": False}) for n, a in answers.items()}


@patient
@given(any_case())
def test_the_process_has_the_score_without_any_tags(case: Case) -> None:
    form, answers, facts = case
    card, plain_card = score(form, answers, facts), score(form, untagged(answers), facts)
    assert standing(card.process) == standing(plain_card) == standing(plain_card.process)
    assert card.process.no_score == plain_card.no_score
    if State.OUTSIDE_CONTROL not in card.states.values():
        assert standing(card) == standing(card.process)


@patient
@given(any_case(scorings=SHARES, conditions=False, fatal=False, not_applicable=False), st.data())
def test_tagging_an_answer_with_full_marks_never_raises_the_agents_score(
    case: Case, data: st.DataObject
) -> None:
    form, answers, facts = case
    form = Form.model_validate({**plain(form), "outside_control": True, "critical_gate_percent": 0})
    answers = untagged(answers)
    card = score(form, answers, facts)
    full = [
        entry.question_id
        for entry in card.entries
        if entry.state is State.ANSWERED and entry.possible_points and not entry.is_short
    ]
    assume(full)
    name = data.draw(st.sampled_from(full))
    tagged = answers[name].model_copy(update={"outside_control": True})
    after = score(form, {**answers, name: tagged}, facts)
    assert standing(after.process) == standing(card)
    if after.exact_percent is not None:
        assert card.exact_percent is not None
        assert after.exact_percent <= card.exact_percent


# --- what an answer may be


@patient
@given(any_case(), st.data())
def test_foreign_answers_are_refused(case: Case, data: st.DataObject) -> None:
    form, answers, facts = case
    asked = list(form.everything_asked())
    assume(asked)  # a form may hold nothing but texts for the evaluator
    question = data.draw(st.sampled_from(asked))
    kinds = {
        "choice": Answer(option=question.id if hasattr(question, "options") else "x"),
        "choices": Answer(options=("no-such-option",)),
        "number": Answer(number=Decimal("987654321")),
        "scale": Answer(number=Decimal("0.5")),
        "text": Answer(text="text"),
        "date": Answer(date="2024-02-29"),
    }
    del kinds[{"number": "scale", "scale": "number"}.get(question.type, question.type)]
    if question.type == "choice" and question.option(question.id):
        kinds.pop("choice", None)
    foreign = data.draw(st.sampled_from(list(kinds.values())))
    if question.type == "number" and question.decimals:
        foreign = kinds["text"]
    with pytest.raises(ValueError, match="question"):
        score(form, {**answers, question.id: foreign}, facts)
    with pytest.raises(ValueError, match="no question"):
        score(form, {**answers, "no-such-question": Answer(option="yes")}, facts)


@patient
@given(any_case())
def test_short_texts_hold_every_value(case: Case) -> None:
    form, answers, facts = case
    values = {}
    for name, answer in answers.items():
        text = value_text(answer)
        assert (text is None) == (not answer.is_given and not answer.not_applicable)
        if text is not None:
            values[name] = text
            back = answer_of_text(form.question(name), text)
            kept = "option options number text date not_applicable".split()
            assert {n: getattr(back, n) for n in kept} == {n: getattr(answer, n) for n in kept}
    again = score(form, answers_of_data(form, values), facts)
    assert standing(again) == standing(score(form, untagged(answers), facts))
