"""What a form of ours becomes in Genesys Cloud, and what the report says is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qm.core.forms.form import Form
from qm.core.text import Language
from qm.exchange.genesys.writing import write_genesys

Data = dict[str, Any]


def wording(text: str) -> Data:
    return {"en": text}


def choice(name: str, *points: float, fatal: tuple[Any, ...] = (), **more: Any) -> Data:
    options: list[Data] = [
        {"id": f"o{k}", "label": wording(f"option {k}"), "points": value}
        for k, value in enumerate(points)
    ]
    for option, is_fatal in zip(options, fatal, strict=False):
        option["fatal"] = is_fatal
    return {"id": name, "text": wording(name), "options": options, **more}


def section(name: str, *questions: Data, **more: Any) -> Data:
    return {"id": name, "title": wording(name), "questions": list(questions), **more}


def form_of(*sections: Data, scoring: str = "points", **more: Any) -> Form:
    content = {"form": "f", "version": "1", "channel": "call", "title": wording("F")}
    return Form.model_validate({**content, "scoring": scoring, "sections": sections, **more})


def written(form: Form, language: Language = "en") -> list[Data]:
    groups: list[Data] = json.loads(write_genesys(form, language).content)["questionGroups"]
    return groups


def losses(form: Form, language: Language = "en") -> dict[str | None, str]:
    """Code of each loss by field, without those that every form has."""
    always = {"form", "outside_control"}
    found = {p.field: p.code for p in write_genesys(form, language).losses}
    return {
        at: code.removeprefix("genesys.lost_") for at, code in found.items() if at not in always
    }


def values(question: Data) -> list[int]:
    return [option["value"] for option in question["answerOptions"]]


def test_decimals_are_scaled_by_the_least_factor_of_the_whole_form() -> None:
    form = form_of(section("s", choice("a", 1.5, 0), choice("b", 1, 0, weight=0.25), weight=2))
    [group] = written(form)
    assert group["weight"] == 2
    assert [values(question) for question in group["questions"]] == [[6, 0], [1, 0]]
    assert losses(form) == {"sections[0].questions[0]": "values"}  # the other kept its own


def test_weights_of_questions_are_in_the_values() -> None:
    weighted = section("s", choice("a", 10, 0, weight=40), choice("b", 5, 1, weight=60))
    [group] = written(form_of(weighted, scoring="weighted-questions"))
    assert [values(question) for question in group["questions"]] == [[10, 0], [15, 3]]


def test_weights_of_sections_hold_while_nothing_is_left_out() -> None:
    sections = (
        section("s", choice("a", 1, 0), choice("b", 1, 0), weight=40),
        section("t", choice("c", 1, 0), weight=20),
    )
    form = form_of(*sections, scoring="weighted-sections")
    assert [values(q) for group in written(form) for q in group["questions"]] == [
        [1, 0],
        [1, 0],
        [2, 0],
    ]
    assert "scoring" not in losses(form)
    sections[1]["questions"][0]["not_applicable"] = True
    assert losses(form_of(*sections, scoring="weighted-sections"))["scoring"] == "section_weights"


@pytest.mark.parametrize(
    ("fatal", "more", "is_kill", "code"),
    [
        pytest.param((False, True, True), {}, True, None, id="all below the best"),
        pytest.param((False, False, True), {}, False, "fatal", id="one of three"),
        pytest.param((False, True, True), {"fatal": "zero"}, True, "fatal_zero", id="zero"),
        pytest.param(
            (False, {"scope": "section"}, True), {}, False, "fatal_scope", id="only a section"
        ),
    ],
)
def test_fatal_answers(fatal: Any, more: Data, is_kill: bool, code: str | None) -> None:
    form = form_of(section("s", choice("a", 2, 1, 0, fatal=fatal)), **more)
    assert written(form)[0]["questions"][0]["isKill"] is is_kill
    assert losses(form).get("sections[0].questions[0]") == code


def test_conditions_are_written_by_position() -> None:
    both = {"all": [{"question": "a", "answered": ["o1"]}, {"question": "n", "at_least": 3}]}
    either = {"any": [{"question": "a", "answered": ["o0", "o1"]}]}
    scale = {"id": "n", "text": wording("n"), "type": "scale", "lowest": 1, "highest": 3}
    inner = section("u", choice("e", 1, 0, when={"question": "a", "answered": ["o0"]}))
    form = form_of(
        section("s", {"id": "i", "text": wording("i"), "type": "information"}, choice("a", 1, 0)),
        section("t", scale, choice("b", 1, 0, when=both), when=either, sections=[inner]),
    )
    first, second = "/form/questionGroup/0/question/1", "/form/questionGroup/1/question/0"
    group = written(form)[1]
    assert group["visibilityCondition"] == {
        "combiningOperation": "OR",
        "predicates": [f"{first}/answer/0", f"{first}/answer/1"],
    }
    assert group["questions"][1]["visibilityCondition"] == {
        "combiningOperation": "AND",
        "predicates": [f"{first}/answer/1", f"{second}/answer/2"],
    }
    assert group["questions"][2]["visibilityCondition"]["predicates"] == [f"{first}/answer/0"]
    assert losses(form) == {
        "sections[1].questions[0]": "scale",
        "sections[1].sections[0]": "subsection",
    }


@pytest.mark.parametrize(
    "when",
    [
        {"interaction": "talk_s", "at_least": 300},
        {"not": {"question": "a", "answered": ["o0"]}},
        {"question": "a", "answered": ["n/a"]},
        {
            "all": [
                {"question": "a", "answered": ["o0", "o1"]},
                {"question": "b", "answered": ["o0"]},
            ]
        },
    ],
    ids=["interaction", "not", "n/a", "nested"],
)
def test_conditions_without_words_are_named(when: Data) -> None:
    first = choice("a", 1, 0, not_applicable=True)
    form = form_of(section("s", first, choice("b", 1, 0), choice("c", 1, 0, when=when)))
    assert "visibilityCondition" not in written(form)[0]["questions"][2]
    assert losses(form) == {"sections[0].questions[2].when": "condition"}


def test_everything_that_cannot_be_written_is_named() -> None:
    full = choice(
        "a",
        2,
        0,
        guidance=wording("g"),
        critical="customer",
        not_applicable="full-marks",
        requires=["comment", "evidence"],
        reasons=[{"id": "r", "label": wording("r")}],
        required=False,
    )
    full["options"][0] |= {"guidance": wording("g"), "requires": ["comment"], "bonus": True}
    full["options"].append({"id": "o2", "label": wording("o"), "points": 2})
    picks = {**choice("p", 2, 1), "type": "choices", "most": 2}
    form = form_of(
        section("s", full, picks, {"id": "d", "text": wording("d"), "type": "date"}),
        scoring="points-with-bonus",
        header=[{"id": "h", "text": wording("h"), "type": "text"}],
        start_points=5,
        lowest_percent=-10,
        highest_percent=120,
        pass_percent=80,
        bands=[{"id": "b", "label": wording("b"), "from_percent": 0}],
        effective_from="2026-01-01",
        effective_to="2026-12-31",
        critical_gate_percent=50,
        places=2,
        description=wording("d"),
    )
    path = "sections[0].questions[0]"
    assert losses(form) == {
        "header[0]": "header",
        "start_points": "start_points",
        "lowest_percent": "key",
        "highest_percent": "key",
        "pass_percent": "key",
        "bands": "key",
        "effective_from": "key",
        "effective_to": "key",
        "critical_gate_percent": "gate",
        "places": "key",
        "description": "key",
        "not_applicable": "policy",
        "sections": "lens_name",
        f"{path}.requires": "requirement",
        f"{path}.required": "optional",
        f"{path}.reasons": "reasons",
        f"{path}.options[0].requires": "requirement",
        f"{path}.options[0].guidance": "guidance",
        f"{path}.options[0].bonus": "bonus",
        "sections[0].questions[1]": "limit",
        "sections[0].questions[2]": "date",
    }


def test_texts_have_the_language_of_the_export() -> None:
    asked = choice("a", 1, 0)
    asked["text"] = {"en": "Greeting", "fa": "سلام"}
    form = form_of(section("s", asked))
    assert written(form, "fa")[0]["questions"][0]["text"] == "سلام"
    assert losses(form, "fa") == {
        "sections[0].questions[0].text": "language",
        "title": "untranslated",  # the first of those that are counted
    }


def test_an_unscored_form_has_nothing_to_score() -> None:
    form = form_of(section("s", choice("a", 1, 0)), scoring="unscored")
    assert written(form)[0]["weight"] == 0
    assert losses(form) == {"scoring": "unscored"}
    assert write_genesys(form, "en").file_name == "f-1.genesys.json"


def test_proportions_beyond_32_bits_are_rounded_and_named() -> None:
    questions = [
        choice(f"q{n}", n, 0, weight=weight) for n, weight in ((997, 1), (991, 2), (983, 3))
    ]
    form = form_of(
        section("s", *questions, choice("z", 0.0001, 0, weight=0.0001)), scoring="points"
    )
    assert max(values(written(form)[0]["questions"][2])) == 2**31 - 1
    assert losses(form)["sections"] == "precision"
