"""Scores of imported forms against the formula that Genesys documents, computed here anew."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form, Section
from qm.core.forms.questions import ChoiceQuestion
from qm.core.scoring.score import score
from qm.exchange.exchanged import ImportChoices
from qm.exchange.genesys.reading import read_genesys
from qm.exchange.genesys.writing import write_genesys
from tests.exchange.genesys_documents import (
    GOLDEN,
    Data,
    any_document,
    document,
    form_of,
    golden,
    group,
    read,
    select,
    selectable,
    yes_no,
)

Given = dict[str, int | None]  # text of a question → place of its answer; None is N/A
PREDICATE = re.compile(r"(?:/form/questionGroup/(\d+)|\.\.)/question/(\d+)/answer/(\d+)")


class Genesys:
    """An independent reading of a document: which answers count, what they earn, what they kill."""

    def __init__(self, content: Data, answers: Given) -> None:
        self.content, self.answers = content, answers
        self.chosen: set[tuple[int, int, int]] = set()
        self.earned = self.possible = Fraction(0)
        self.killed: set[str] = set()
        for g, one_group in enumerate(content["questionGroups"]):
            weight = one_group.get("weight")
            self.weight = Fraction(str(1 if weight is None else weight))
            if not self.shows(one_group, g):
                continue
            for q, question in enumerate(one_group["questions"]):
                if self.shows(question, g):
                    self.ask(question, g, q)

    def shows(self, thing: Data, g: int) -> bool:
        condition = thing.get("visibilityCondition")
        if not condition:
            return True
        wanted = [PREDICATE.fullmatch(p) for p in condition["predicates"]]
        places = [(g if m[1] is None else int(m[1]), int(m[2]), int(m[3])) for m in wanted if m]
        decide = all if condition["combiningOperation"] == "AND" else any
        return decide(place in self.chosen for place in places)

    def ask(self, question: Data, g: int, q: int) -> None:
        if question["type"] == "multipleSelectQuestion":
            for k, option in enumerate(question["multipleSelectOptionQuestions"]):
                if self.shows(option, g) and self.count(option) == "Selected":
                    self.chosen.add((g, q, k))
        elif question["type"] == "multipleChoiceQuestion":
            self.count(question)
            self.chosen.add((g, q, self.answers[question["text"]]))  # type: ignore[arg-type]

    def count(self, question: Data) -> str | None:
        place = self.answers[question["text"]]
        if place is None:
            return None
        values = [option["value"] for option in question["answerOptions"]]
        self.earned += self.weight * values[place]
        self.possible += self.weight * max(values)
        if question.get("isKill") and values[place] < max(values):
            self.killed.add(question["text"])
        return question["answerOptions"][place].get("builtInType")

    @property
    def percent(self) -> Fraction | None:
        return 100 * self.earned / self.possible if self.possible else None


def scored_in(question: Data) -> list[Data]:
    if question["type"] == "multipleSelectQuestion":
        return list(question["multipleSelectOptionQuestions"])
    return [question] if question["type"] == "multipleChoiceQuestion" else []


def any_given(draw: st.DrawFn, content: Data) -> Given:
    given_answers: Given = {}
    for one_group in content["questionGroups"]:
        whole = one_group.get("naEnabled") and draw(st.integers(0, 2)) == 2
        for question in one_group["questions"]:
            left = whole or (question.get("naEnabled") and draw(st.integers(0, 2)) == 2)
            for part in scored_in(question):
                places: list[int | None] = list(range(len(part["answerOptions"])))
                if part.get("naEnabled"):
                    places.append(None)
                given_answers[part["text"]] = None if left else draw(st.sampled_from(places))
    return given_answers


@st.composite
def evaluated(draw: st.DrawFn) -> tuple[Data, Given]:
    content = draw(any_document())
    return content, any_given(draw, content)


def answers_of(form: Form, given_answers: Given) -> dict[str, Answer]:
    answers = {}
    for question in form.questions():
        if isinstance(question, ChoiceQuestion):
            place = given_answers[question.text.in_language("en")]
            answers[question.id] = (
                Answer(not_applicable=True)
                if place is None
                else Answer(option=question.options[place].id)
            )
    return answers


def check(form: Form, content: Data, given_answers: Given) -> None:
    card = score(form, answers_of(form, given_answers))
    genesys = Genesys(content, given_answers)
    assert card.exact_percent == genesys.percent
    if form.scoring == "unscored":  # nothing can be earned; the losses say so
        return
    asked = {q.id: q.text.in_language("en") for q in form.questions()}
    assert {asked[name] for name in card.fatal_questions} == genesys.killed


@given(evaluated())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_scores_are_those_of_the_documented_formula_also_after_an_export(
    drawn: tuple[Data, Given],
) -> None:
    content, given_answers = drawn
    form = form_of(content)
    # Weights beyond ours are rounded to 4 decimals, which the losses say.
    for one_group, section in zip(content["questionGroups"], form.sections, strict=True):
        one_group["weight"] = float(section.weight)
    check(form, content, given_answers)
    again = write_genesys(form, "en").content
    reread = read_genesys(again, "again.json", ImportChoices()).form
    assert reread is not None
    check(reread, content, given_answers)


@pytest.mark.parametrize("name", GOLDEN)
@given(st.data())
@settings(max_examples=30, deadline=None)
def test_golden_forms_score_as_documented(name: str, data: st.DataObject) -> None:
    content = json.loads(golden(name))
    # The shared example's last group asks for its own multi-select question: see the reading.
    given_answers = data.draw(st.composite(any_given)(content))
    check(form_of(content), content, given_answers)


WORKED = document(
    group("One", yes_no("a", naEnabled=True), yes_no("b", naEnabled=True), weight=40),
    group("Two", yes_no("c"), weight=20, naEnabled=True),
)


@pytest.mark.parametrize(
    ("given_answers", "percent"),
    [
        pytest.param({"a": 0, "b": 1, "c": 0}, 60, id="documented"),
        pytest.param({"a": 0, "b": None, "c": 0}, 100, id="question N/A"),
        pytest.param({"a": 0, "b": 1, "c": None}, 50, id="group N/A"),
        pytest.param({"a": None, "b": None, "c": None}, None, id="all N/A is no score"),
    ],
)
def test_the_worked_example_of_genesys(given_answers: Given, percent: int | None) -> None:
    form = form_of(WORKED)
    assert score(form, answers_of(form, given_answers)).percent == percent
    check(form, WORKED, given_answers)


def test_a_failed_fatal_question_keeps_the_score_and_raises_the_flag() -> None:
    content = document(group("G", yes_no("a", isKill=True), yes_no("b")))
    form = form_of(content)
    card = score(form, answers_of(form, {"a": 1, "b": 0}))
    assert (card.percent, card.outcome, len(card.fatal_questions)) == (50, "fail", 1)


def test_every_option_of_a_multi_select_question_counts() -> None:
    content = document(
        group(
            "G",
            select(
                "s", selectable("good", selected=3), selectable("bad", selected=0, unselected=2)
            ),
        )
    )
    form = form_of(content)
    card = score(form, answers_of(form, {"good": 0, "bad": 0}))
    assert card.exact_percent == Fraction(100 * 3, 5)
    check(form, content, {"good": 0, "bad": 0})
    assert isinstance(form.sections[0], Section)
    assert [part.title.en for part in form.sections[0].sections] == ["s"]


def test_values_beyond_the_range_of_points_score_the_same() -> None:
    values: list[Any] = [
        {"text": "A", "value": 9_000_000},
        {"text": "B", "value": 4_500_001},
    ]
    content = document(group("G", yes_no("a", best=7), yes_no("b", answerOptions=values)))
    check(form_of(content), content, {"a": 1, "b": 1})
    assert "genesys.lost_large_values" in {loss.code for loss in read(content).losses}
