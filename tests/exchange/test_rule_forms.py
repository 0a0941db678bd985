from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.questions import ChoiceQuestion
from qm.core.problems import Problem
from qm.core.scoring.score import score
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.form_yaml import form_text
from qm.exchange.rule_forms import read_rules
from qm.intake.form_files import read_form

ENGLISH = ImportChoices()
GOLDEN = Path(__file__).parents[3] / "shared" / "golden" / "forms" / "industry_forms_16.json"


def rule(name: str = "Proper greeting", **changes: Any) -> dict[str, Any]:
    return {
        "type": "Must Do",
        "name": name,
        "definition": "The agent greets.",
        "evaluationCriteria": "A greeting and a name.",
        "scoringStandard": {"passed": 10, "partial": 5, "failed": 0},
        "examples": ["Good morning, this is Sara."],
        **changes,
    }


def document(*rules: Any, **changes: Any) -> dict[str, Any]:
    return {"id": "greetings", "name": "Greetings", "rules": list(rules or [rule()]), **changes}


def read(content: Any, choices: ImportChoices = ENGLISH) -> tuple[ImportedForm, ...]:
    return read_rules(json.dumps(content).encode(), "rules.json", choices)


def only(content: Any, choices: ImportChoices = ENGLISH) -> ImportedForm:
    (found,) = read(content, choices)
    return found


def problem_in(content: Any) -> Problem:
    found = only(content)
    assert found.form is None
    (problem,) = found.problems
    assert problem.reason
    assert problem.remedy
    return problem


def test_rules_become_a_form_by_points() -> None:
    strict = rule("No threats", type="Must Not Do", scoringStandard={"passed": 5, "failed": 0})
    found = only(document(rule(), strict, rule("Closing")))
    assert found.losses == ()
    form = found.form
    assert form
    assert (form.key, form.scoring) == ("greetings@1", "points")
    assert [(s.title.en, [q.id for q in s.questions]) for s in form.sections] == [
        ("Must Do", ["proper-greeting", "closing"]),
        ("Must Not Do", ["no-threats"]),
    ]
    greeting = form.question("proper-greeting")
    assert isinstance(greeting, ChoiceQuestion)
    assert greeting.text.en == "Proper greeting: The agent greets."
    assert greeting.guidance
    assert greeting.guidance.en == (
        "A greeting and a name.\nExamples:\n– Good morning, this is Sara."
    )
    assert [(option.id, option.points) for option in greeting.options] == [
        ("passed", 10),
        ("partial", 5),
        ("failed", 0),
    ]
    card = score(
        form,
        {
            "proper-greeting": Answer(option="partial"),
            "closing": Answer(option="passed"),
            "no-threats": Answer(option="failed"),
        },
    )
    assert card.percent == 60  # 15 of 25


def test_a_document_of_several_forms_gives_all_or_the_one_that_is_named() -> None:
    several = {"forms": [document(), document(id="closings", name="Closings")]}
    assert [found.form and found.form.form for found in read(several)] == ["greetings", "closings"]
    (named,) = read(several, ImportChoices(form_id="closings", version="4", language="fa"))
    assert named.form
    assert named.form.key == "closings@4"
    assert named.form.title.fa == "Closings"
    (unknown,) = read(several, ImportChoices(form_id="openings"))
    assert [problem.code for problem in unknown.problems] == ["rules.not_one"]
    assert "greetings, closings" in unknown.problems[0].remedy
    assert [found.form and found.form.form for found in read(several["forms"])] == [
        "greetings",
        "closings",
    ]
    assert only(document(), ImportChoices(form_id="mine")).form is not None


def test_what_is_not_known_is_told_as_a_loss() -> None:
    found = only(document(rule(threshold=3), owner="x"))
    assert found.form
    assert {(loss.code, loss.field) for loss in found.losses} == {
        ("rules.key_not_read", "rules[0].threshold"),
        ("rules.key_not_read", "owner"),
    }


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ([], "rules.no_forms", None),
        ({"rules": 3, "name": "x", "id": "x"}, "rules.wrong_kind", "rules"),
        ({"form": {}}, "rules.no_forms", None),
        (document(id="No Id"), "form.bad_form_id", "id"),
        (document(name=None), "rules.wrong_kind", "name"),
        (document(rule(), rule("")), "rules.wrong_kind", "rules[1].name"),
        (document(rule(scoringStandard=None)), "rules.wrong_kind", "rules[0].scoringStandard"),
        (
            document(rule(scoringStandard={"passed": "ten", "failed": 0})),
            "rules.wrong_kind",
            "rules[0].scoringStandard.passed",
        ),
        (
            document(rule(scoringStandard={"passed": 10_000, "failed": 0})),
            "form.out_of_range",
            "rules[0].scoringStandard",
        ),
        (document(rule(examples="one")), "rules.wrong_kind", "rules[0].examples"),
        (document("greet"), "rules.wrong_kind", "rules[0]"),
        (document(*[rule()] * 1_001), "form.too_many", "rules"),
    ],
)
def test_what_is_wrong_is_told_in_its_place(content: Any, code: str, field: str | None) -> None:
    problem = problem_in(content)
    assert (problem.code, problem.field) == (code, field)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1,", b"\xff\xfe", b"[" * 100_000, b'{"rules": [' + b"9" * 5000]
)
def test_what_is_no_json_is_refused(content: bytes) -> None:
    (found,) = read_rules(content, "rules.json", ENGLISH)
    assert found.form is None
    assert found.problems[0].code in {"rules.not_json", "yaml.encoding"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*rule(), "x"]), json_values), json_values)
def test_any_document_is_read_or_refused(changes: dict[str, Any], anything: Any) -> None:
    for content in (document(rule() | changes), document() | {"id": anything}, anything):
        for found in read(content):
            assert (found.form is None) == bool(found.problems)
            for problem in (*found.problems, *found.losses):
                assert str(problem).encode()
            if found.form:
                assert read_form(form_text(found.form), "x").form == found.form


# --- the forms of sixteen industries


@pytest.fixture(scope="module")
def industries() -> list[dict[str, Any]]:
    if not GOLDEN.exists():
        pytest.skip("the golden forms are not here: industry_forms_16.json")
    forms: list[dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))["forms"]
    return forms


def test_all_sixteen_forms_are_read_and_can_be_kept(industries: list[dict[str, Any]]) -> None:
    found = read_rules(GOLDEN.read_bytes(), GOLDEN.name, ENGLISH)
    assert len(found) == 16
    for imported, source in zip(found, industries, strict=True):
        assert (imported.problems, imported.losses) == ((), ())
        form = imported.form
        assert form
        assert form.form == source["id"]
        assert len([*form.questions()]) == len(source["rules"])
        possible = sum(question.possible_points for question in form.scored_questions())
        assert possible == source["max_score"]
        again = read_form(form_text(form), form.form)
        assert again.form == form


def test_their_scores_are_points_earned_by_points_possible(
    industries: list[dict[str, Any]],
) -> None:
    chance = random.Random(20)
    found = read_rules(GOLDEN.read_bytes(), GOLDEN.name, ENGLISH)
    for imported, source in zip(found, industries, strict=True):
        form = imported.form
        assert form
        by_text = {question.text.en: question.id for question in form.questions()}
        for _ in range(20):
            answers, earned = {}, Fraction(0)
            for each in source["rules"]:
                grade = chance.choice([*each["scoringStandard"]])
                earned += each["scoringStandard"][grade]
                question_id = by_text[f"{each['name']}: {each['definition']}"]
                answers[question_id] = Answer(option=grade)
            expected = 100 * earned / source["max_score"]
            assert score(form, answers).exact_percent == expected
