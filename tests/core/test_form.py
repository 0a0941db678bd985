"""The rules across a form's parts, and texts that lack a language."""

from __future__ import annotations

from typing import Any

import pytest

from qm.core.form import Form, missing_translations
from qm.core.problems import BadInput


def option(option_id: str, points: int, **more: Any) -> dict[str, Any]:
    return {"id": option_id, "label": {"en": option_id}, "points": points, **more}


def question(question_id: str, **more: Any) -> dict[str, Any]:
    options = [option("yes", 1), option("no", 0)]
    return {"id": question_id, "text": {"en": question_id}, "options": options, **more}


def section(section_id: str, *questions: dict[str, Any], weight: int = 1) -> dict[str, Any]:
    return {
        "id": section_id,
        "title": {"en": section_id},
        "weight": weight,
        "questions": list(questions),
    }


def form(*sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": {"en": "F"},
        "pass_percent": 75,
        "sections": list(sections),
        **more,
    }


def broken(*sections: dict[str, Any]) -> list[tuple[str, str | None]]:
    with pytest.raises(BadInput) as caught:
        Form.model_validate(form(*sections))
    for problem in caught.value.problems:
        assert problem.place == "f@1"
        assert str(problem)  # every placeholder of the templates is filled
    return [(problem.code, problem.field) for problem in caught.value.problems]


def test_a_form_that_keeps_the_rules_is_taken() -> None:
    taken = Form.model_validate(
        form(section("a", question("one")), section("b", question("two"), weight=0))
    )
    assert [q.id for q in taken.questions()] == ["one", "two"]
    assert taken.key == "f@1"
    assert taken.number_of("two") == 2


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        pytest.param(
            [section("a", question("one")), section("a", question("two"))],
            ("form.duplicate_id", "sections[1].id"),
            id="two sections with one id",
        ),
        pytest.param(
            [section("a", question("one")), section("b", question("one"))],
            ("form.duplicate_id", "sections[1].questions[0].id"),
            id="two questions with one id, in different sections",
        ),
        pytest.param(
            [section("a", question("one", options=[option("x", 1), option("x", 0)]))],
            ("form.duplicate_id", "sections[0].questions[0].options[1].id"),
            id="two options with one id",
        ),
        pytest.param(
            [section("a", question("one"), weight=0), section("b", question("two"), weight=0)],
            ("form.zero_weights", "sections"),
            id="no section weighs",
        ),
        pytest.param(
            [section("a", question("one")), section("b", question("two", weight=0))],
            ("form.zero_weights_in_section", "sections[1].weight"),
            id="a section weighs, its questions do not",
        ),
        pytest.param(
            [section("a", question("one", options=[option("x", 0), option("y", 0)]))],
            ("form.no_points", "sections[0].questions[0].options"),
            id="no option earns points",
        ),
        pytest.param(
            [section("a", question("one", options=[option("x", 1, fatal=True), option("y", 0)]))],
            ("form.fatal_earns_all", "sections[0].questions[0].options[0].fatal"),
            id="the best option is fatal",
        ),
        pytest.param(
            [section("a", question("one", when={"question": "none", "answered": ["yes"]}))],
            ("form.condition_unknown", "sections[0].questions[0].when.question"),
            id="condition on a question that does not exist",
        ),
        pytest.param(
            [section("a", question("one", when={"question": "one", "answered": ["yes"]}))],
            ("form.condition_later", "sections[0].questions[0].when.question"),
            id="condition on itself",
        ),
        pytest.param(
            [
                section("a", question("one", when={"question": "two", "answered": ["yes"]})),
                section("b", question("two")),
            ],
            ("form.condition_later", "sections[0].questions[0].when.question"),
            id="condition on a later question",
        ),
        pytest.param(
            [
                section(
                    "a",
                    question("one"),
                    question("two", when={"question": "one", "answered": ["yes", "maybe"]}),
                )
            ],
            ("form.condition_option", "sections[0].questions[1].when.answered[1]"),
            id="condition on an option that does not exist",
        ),
    ],
)
def test_a_broken_rule_has_a_code_and_a_path(
    sections: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    assert broken(*sections) == [expected]


def test_all_broken_rules_are_told_at_once() -> None:
    when = {"question": "two", "answered": ["yes"]}
    assert broken(
        section("a", question("one", when=when), question("one", weight=0), weight=0)
    ) == [
        ("form.zero_weights", "sections"),
        ("form.condition_unknown", "sections[0].questions[0].when.question"),
        ("form.duplicate_id", "sections[0].questions[1].id"),
    ]


def test_a_missing_translation_is_told_only_where_the_title_has_the_language() -> None:
    english = Form.model_validate(form(section("a", question("one"))))
    assert list(missing_translations(english)) == []
    both = {"en": "a", "fa": "الف"}
    half = form(section("a", question("one", guidance=both)), title=both)
    assert [p.field for p in missing_translations(Form.model_validate(half))] == [
        "sections[0].title",
        "sections[0].questions[0].text",
        "sections[0].questions[0].options[0].label",
        "sections[0].questions[0].options[1].label",
    ]
