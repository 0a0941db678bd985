"""Amazon Connect → qm → Amazon Connect, and qm → Amazon Connect: only what is named changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.problems import Problem
from qm.core.scoring.score import score
from qm.exchange.connect.exporting import write_connect
from qm.exchange.connect.reading import read_connect
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.intake.form_files import read_form
from tests.exchange.test_connect_scores import (
    connect_answers,
    connect_forms,
    form_of,
    option_of,
    question_of,
    questions_in,
    read,
    section_of,
)
from tests.fixtures.any_form import any_form

Data = dict[str, Any]
FORMS = Path(__file__).parents[2] / "forms"
# What Connect takes a missing key for, so that writing it or not is the same document.
DEFAULTS: Data = {
    "AutomaticFail": False,
    "IsBonus": False,
    "IsExcludedFromScoring": False,
    "MaxScorePercentage": 100,
    "MinScorePercentage": 0,
    "NotApplicableEnabled": False,
    "PointsConfiguration": {"PointValue": 0},
    "Score": 0,
}


def plain(value: Any) -> Any:
    """Return a document without keys that say what they say anyway."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if not isinstance(value, dict):
        return value
    parts = {key: plain(part) for key, part in value.items()}
    kept = {k: v for k, v in parts.items() if not (k in DEFAULTS and v == DEFAULTS[k])}
    return {key: part for key, part in kept.items() if part not in ({}, None)}


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Yield the paths at which two documents differ."""
    if isinstance(before, dict) or isinstance(after, dict):
        before, after = before or {}, after or {}
        for key in {**before, **after}:
            inner = f"{path}.{key}" if path else key
            yield from differences(before.get(key), after.get(key), inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}[{place}]")
    elif before != after:
        yield path


# Which keys below its field a finding speaks of.
SPEAKS_OF: dict[str, tuple[str, ...]] = {
    "connect.no_points": ("Weight", "ScoringConfiguration"),
    "connect.fatal_points": ("Score", "PointValue"),
    "connect.weights_missing": ("Weight",),
    "connect.weights_not_100": ("Weight",),
    "connect.nothing_counts": (
        "Weight",
        "ScoringStrategy",
        "ScoringConfiguration",
        "IsExcludedFromScoring",
        "PointsConfiguration",
        "Score",
    ),
    "connect.nothing_counts_inside": ("Weight",),
}
OF_PARTS: dict[str, tuple[str, ...]] = {
    "connect.scaled_points": ("Score", "PointValue", "MaxPointValue"),
    "connect.lost_rounded_points": ("Score", "PointValue"),
    "connect.lost_rounded_weight": ("Weight",),
    "connect.lost_condition_out": ("Enablement",),
}


def is_named(path: str, document: Data, read_: ImportedForm, written: tuple[Problem, ...]) -> bool:
    """Whether a loss of reading or of writing speaks of the change at `path`."""
    part = part_at(path, document)
    return any(named_by_reading(loss, path) for loss in read_.losses) or any(
        named_by_writing(loss, path, part) for loss in written
    )


def keys_on(path: str) -> list[str]:
    return re.sub(r"\[\d+\]", "", path).split(".")


def named_by_reading(loss: Problem, path: str) -> bool:
    field = loss.field or ""
    if loss.code == "connect.lost_keys":
        keys = [key.split(" ")[0] for key in str(loss.values["keys"]).split(", ")]
        rest = path[len(field) :].lstrip(".")
        return path.startswith(field) and re.split(r"[.\[]", rest)[0] in keys
    if loss.code in {"connect.read_comparator", "connect.lost_condition", "connect.read_actions"}:
        return path.startswith(field.split(".Enablement")[0] + ".Enablement")
    if loss.code == "connect.nothing_counts_inside":
        field = "Items"  # the weights of the others grow with it
    keys_of = SPEAKS_OF.get(loss.code, ())
    is_below = path.startswith((field, "ScoringStrategy"))
    return is_below and any(key in keys_on(path) for key in keys_of)


def named_by_writing(loss: Problem, path: str, part: str) -> bool:
    if loss.code == "connect.lost_bands":
        return "ScoreThresholds" in keys_on(path)
    keys_of = OF_PARTS.get(loss.code, ())
    parts = str(loss.values.get("parts", "")).split(", ")
    return part in parts and any(key in keys_on(path) for key in keys_of)


def part_at(path: str, document: Data) -> str:
    """Return the RefId of the innermost section or question that a path leads through."""
    ref, at = "", document
    for key, place in re.findall(r"([A-Za-z]+)|\[(\d+)\]", path):
        at = at[key] if key and isinstance(at, dict) and key in at else at
        at = at[int(place)] if place and isinstance(at, list) else at
        if key in {"Section", "Question"}:
            ref = at["RefId"]
    return ref


def round_trip(document: Data) -> tuple[ImportedForm, Data, tuple[Problem, ...]]:
    imported = read(document)
    assert imported.problems == ()
    assert imported.form is not None
    exported = write_connect(imported.form, "en")
    return imported, json.loads(exported.content), exported.losses


def unnamed(document: Data) -> list[str]:
    imported, after, losses = round_trip(document)
    found = differences(plain(document), plain(after))
    return [path for path in found if not is_named(path, document, imported, losses)]


@settings(max_examples=80, deadline=None)
@given(connect_forms(modes=("QUESTION_ONLY", "SECTION_ONLY", "POINTS_BASED", None)))
def test_a_form_comes_back_as_it_was(document: Data) -> None:
    assert unnamed(document) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_comes_back_scores_the_same(data: st.DataObject) -> None:
    document = data.draw(connect_forms())
    _, after, losses = round_trip(document)
    if {loss.code for loss in losses} & {
        "connect.lost_rounded_points",
        "connect.lost_rounded_weight",
    }:
        return
    given = {ref: {"Value": value} for ref, value in data.draw(connect_answers(document)).items()}
    evaluation = {"Answers": given, "Notes": {}}
    first = read({"EvaluationForm": document, "Evaluation": evaluation})
    second = read({"EvaluationForm": after, "Evaluation": evaluation})
    assert first.form is not None
    assert second.form is not None
    one = score(first.form, first.answers or {})
    assert one.exact_percent == score(second.form, second.answers or {}).exact_percent


def test_the_comparison_sees_every_kind_of_change() -> None:
    document = form_of(
        "QUESTION_ONLY",
        section_of(
            "s",
            question_of("q0", option_of("a", 10), option_of("b", 0), Weight=60),
            question_of("q1", option_of("a", 10), option_of("b", 0), Weight=40),
        ),
    )
    assert unnamed(document) == []
    imported, after, losses = round_trip(document)
    questions = questions_in(after)
    questions[0]["Weight"] = 50
    questions[1]["QuestionTypeProperties"]["SingleSelect"]["Options"].pop()
    questions[1]["Title"] = "Another"
    found = [
        path
        for path in differences(plain(document), plain(after))
        if not is_named(path, document, imported, losses)
    ]
    assert len(found) == 3


def test_points_are_brought_to_ten_and_that_is_told() -> None:
    document = form_of(
        "QUESTION_ONLY",
        section_of(
            "s",
            question_of("q0", option_of("a", 4), option_of("b", 2), Weight=50),
            question_of("q1", option_of("a", 3), option_of("b", 1), Weight=50),
        ),
    )
    _, after, losses = round_trip(document)
    first, second = (
        [option["Score"] for option in q["QuestionTypeProperties"]["SingleSelect"]["Options"]]
        for q in questions_in(after)
    )
    assert (first, second) == ([10, 5], [10, 3])
    told = {loss.code: loss.values["parts"] for loss in losses if "parts" in loss.values}
    assert told["connect.scaled_points"] == "q0, q1"
    assert told["connect.lost_rounded_points"] == "q1"


# --- forms of ours


def own_form(name: str) -> Form:
    form = read_form((FORMS / f"{name}.yaml").read_text(encoding="utf-8"), name).form
    assert form is not None
    return form


def codes(form: Form, **more: Any) -> dict[str, Problem]:
    losses = write_connect(form, more.get("language", "en")).losses
    assert all(loss.place == form.key and loss.reason and loss.remedy for loss in losses)
    return {loss.code: loss for loss in losses}


@pytest.mark.parametrize("name", ["inbound-call", "chat", "email"])
def test_our_own_forms_can_be_written_and_read_again(name: str) -> None:
    form = own_form(name)
    exported = write_connect(form, "en")
    again = read_connect(exported.content, exported.file_name, ImportChoices())
    assert again.problems == ()
    assert again.losses == ()
    assert again.form is not None
    assert [q.id for q in again.form.questions()] == [q.id for q in form.questions()]
    weights = [Fraction(q.weight) for q in again.form.scored_questions()]
    assert sum(weights) == 100
    assert set(codes(form)) == {
        "connect.lost_section_method",
        "connect.scaled_points",
        "connect.lost_pass_mark",
        "connect.lost_outside_control",
        "connect.lost_form_keys",
        "connect.lost_critical",
        "connect.lost_fatal_keep",
        "connect.lost_language",
        *({"connect.lost_rounded_weight"} if name == "inbound-call" else ()),
    }


@pytest.mark.parametrize("name", ["inbound-call", "chat", "email"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_our_own_forms_score_the_same_there_where_nothing_is_left_out(
    name: str, data: st.DataObject
) -> None:
    form = own_form(name)
    content = write_connect(form, "fa").content
    theirs = read_connect(content, "form.json", ImportChoices(language="fa")).form
    assert theirs is not None
    answers = {
        q.id: Answer(
            option=data.draw(st.sampled_from([o.id for o in q.options if not o.fatal]))  # type: ignore[union-attr]
        )
        for q in form.scored_questions()
    }
    facts = {"hold_s": 60}
    ours, other = score(form, answers, facts), score(theirs, answers, facts)
    if "hidden" in {*ours.states.values()}:
        return
    assert ours.exact_percent is not None
    assert other.exact_percent is not None
    assert abs(ours.exact_percent - other.exact_percent) < Fraction(1, 100)


def form(**more: Any) -> Form:
    yes_no = [
        {"id": "yes", "label": {"en": "Yes"}, "points": 1},
        {"id": "no", "label": {"en": "No"}, "points": 0},
    ]
    sections = [
        {
            "id": "s",
            "title": {"en": "S"},
            "questions": [{"id": "q", "text": {"en": "Q?"}, "options": yes_no}],
        }
    ]
    basis = {"form": "f", "version": "1", "channel": "call", "title": {"en": "F"}}
    return Form.model_validate({**basis, "sections": sections, **more})


def question(**more: Any) -> Form:
    basis: Data = {"id": "q", "text": {"en": "Q?"}}
    if more.get("type", "choice") in {"choice", "choices"}:
        basis["options"] = [
            {"id": "yes", "label": {"en": "Yes"}, "points": 1},
            {"id": "no", "label": {"en": "No"}, "points": 0},
        ]
    scoring = more.pop("scoring", "weighted-questions")
    beside = more.pop("beside", [])
    section = {"id": "s", "title": {"en": "S"}, "questions": [{**basis, **more}, *beside]}
    return form(sections=[section], scoring=scoring)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (form(scoring="lowest-grade"), "connect.lost_lowest_grade"),
        (form(scoring="scale-position"), "connect.lost_scale_position"),
        (form(scoring="points", start_points=5), "connect.lost_start_points"),
        (form(lowest_percent=-50), "connect.lost_score_limits"),
        (form(pass_percent=80), "connect.lost_pass_mark"),
        (form(outside_control=True), "connect.lost_outside_control"),
        (form(header=[{"id": "h", "type": "text", "text": {"en": "H"}}]), "connect.lost_header"),
        (form(effective_from="2026-03-21"), "connect.lost_form_keys"),
        (
            form(bands=[{"id": "ok", "label": {"en": "OK"}, "from_percent": 0}]),
            "connect.lost_bands",
        ),
        (question(critical="customer", scoring="scale-position"), "connect.lost_gate"),
        (question(critical="customer"), "connect.lost_critical"),
        (question(not_applicable="zero"), "connect.lost_na_policy"),
        (question(required=False), "connect.lost_optional"),
        (question(requires=["comment"]), "connect.lost_requirements"),
        (question(reasons=[{"id": "r", "label": {"en": "R"}}]), "connect.lost_reasons"),
        (question(default="yes"), "connect.lost_defaults"),
        (question(text={"en": "Q?", "fa": "پ؟"}), "connect.lost_language"),
        (question(text={"en": "Q" * 351}), "connect.lost_length"),
        (question(type="scale", lowest=1, highest=5), "connect.lost_scale"),
        (question(weight=3, scoring="points"), "connect.lost_weights_of_points"),
        (question(type="choices", least="0.5"), "connect.lost_least"),
        (question(when={"interaction": "talk_s", "at_least": 9}), "connect.lost_condition_out"),
        (question(id="s"), "connect.lost_id"),
        (
            question(beside=[{"id": "i", "type": "information", "text": {"en": "I"}}]),
            "connect.lost_information",
        ),
        (
            question(
                type="number",
                at_least=0,
                at_most=5,
                decimals=1,
                unit={"en": "min"},
                ranges=[
                    {"at_least": 0, "at_most": "2.5", "points": 1},
                    {"at_least": "2.6", "at_most": 5, "points": 0},
                ],
            ),
            "connect.lost_decimals",
        ),
        (
            question(
                type="number",
                at_least=0,
                at_most=10,
                ranges=[{"at_least": n, "at_most": n, "points": n} for n in range(11)],
                beside=[
                    {
                        "id": "p",
                        "text": {"en": "P"},
                        "options": [
                            {"id": "a", "label": {"en": "A"}, "points": 1},
                            {"id": "b", "label": {"en": "B"}, "points": 0},
                        ],
                    }
                ],
            ),
            "connect.lost_ranges",
        ),
        (
            question(
                options=[
                    {"id": "a", "label": {"en": "A"}, "points": 1},
                    {"id": "b", "label": {"en": "B"}, "guidance": {"en": "G"}, "points": -1},
                ]
            ),
            "connect.lost_negative",
        ),
        (
            question(
                options=[
                    {"id": "a", "label": {"en": "A"}, "points": 1},
                    {"id": "b", "label": {"en": "B"}, "guidance": {"en": "G"}, "points": 0},
                ]
            ),
            "connect.lost_option_guidance",
        ),
        (
            question(
                options=[
                    {"id": "a", "label": {"en": "A"}, "points": 1},
                    {"id": "b", "label": {"en": "B"}, "points": 0, "fatal": True},
                ]
            ),
            "connect.lost_fatal_keep",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_connect_cannot_hold_is_named(made: Form, code: str) -> None:
    assert code in codes(made)
    # … and only where it is there: the smallest form loses no more than its keys and the tag.
    assert set(codes(form())) == {
        "connect.scaled_points",
        "connect.lost_outside_control",
        "connect.lost_form_keys",
    }


def test_weights_of_a_third_sum_to_100() -> None:
    third = {"id": "s", "title": {"en": "S"}, "questions": []}
    questions = [
        {
            "id": f"q{n}",
            "text": {"en": "Q"},
            "options": [
                {"id": "a", "label": {"en": "A"}, "points": 10},
                {"id": "b", "label": {"en": "B"}, "points": 0},
            ],
        }
        for n in range(3)
    ]
    made = form(scoring="weighted-questions", sections=[{**third, "questions": questions}])
    document = json.loads(write_connect(made, "en").content)
    weights = [question["Weight"] for question in questions_in(document)]
    assert weights == [33.3334, 33.3333, 33.3333]
    assert codes(made)["connect.lost_rounded_weight"].values["parts"] == "q0, q1, q2"


def test_weights_are_multiplied_into_points() -> None:
    made = question(weight="2.5", scoring="points")
    document = json.loads(write_connect(made, "en").content)
    assert document["ScoringStrategy"]["Mode"] == "POINTS_BASED"
    options = questions_in(document)[0]["QuestionTypeProperties"]["SingleSelect"]["Options"]
    assert [option["PointsConfiguration"]["PointValue"] for option in options] == [1, 0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_form(), st.sampled_from(["en", "fa"]))
def test_any_form_can_be_written_and_read_again(made: Form, language: Any) -> None:
    exported = write_connect(made, language)
    json.loads(exported.content)
    for loss in exported.losses:
        assert loss.reason
        assert loss.remedy
    again = read_connect(exported.content, "form.json", ImportChoices(language=language))
    allowed = {"connect.missing"} if not any(True for _ in made.questions()) else set()
    assert {problem.code for problem in again.problems} <= allowed, again.problems
    if again.form:
        assert [q.id for q in again.form.questions()] == [q.id for q in made.questions()]
