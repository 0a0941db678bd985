"""Genesys documents become forms, or problems with a path; nothing that is given crashes."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qm.core.forms.completeness import starting_answers
from qm.core.forms.questions import ChoiceQuestion, InformationBlock, ScaleQuestion, TextQuestion
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.genesys.document import MOST_BYTES
from qm.exchange.genesys.reading import read_genesys
from qm.exchange.genesys.writing import write_genesys
from tests.exchange.genesys_documents import (
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

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}
QUESTION = "questionGroups[0].questions[0]"


def shown_if(*predicates: str, operation: str = "AND") -> Data:
    return {"visibilityCondition": {"combiningOperation": operation, "predicates": predicates}}


def losses_at(imported: ImportedForm) -> dict[str, str]:
    return {str(loss.field): loss.code.removeprefix("genesys.lost_") for loss in imported.losses}


def problems_at(content: Any) -> dict[str, str]:
    imported = read(content)
    assert imported.form is None
    return {str(p.field): p.code.removeprefix("genesys.") for p in imported.problems}


# --- what becomes what


def test_the_golden_example_becomes_a_form_with_ids_in_its_conditions() -> None:
    form = read_genesys(
        golden("genesys_example_evaluation_form"), "example.json", ImportChoices(lens="customer")
    ).form
    assert form is not None
    assert (form.form, form.scoring, form.fatal) == ("example-evaluation-form", "points", "keep")
    assert [section.weight for section in form.sections] == [1, Decimal("1.5"), 2]
    first, second = form.sections[0].questions
    assert isinstance(first, ChoiceQuestion)
    assert [(o.id, o.points, o.fatal) for o in first.options] == [
        ("g0.q0.a0", 1, False),
        ("g0.q0.a1", 0, True),
    ]
    assert (first.critical, first.not_applicable, first.default) == ("customer", True, "g0.q0.a0")
    asked = {"question": "g0.q0", "answered": ("g0.q0.a0",)}
    for thing in (second, form.sections[1]):
        assert thing.when is not None
        assert thing.when.model_dump(exclude_none=True) == asked
    options = form.sections[2].sections[0].questions
    assert [type(option) for option in options] == [ChoiceQuestion] * 3
    assert options[1].when is not None
    leaf = {"question": "g2.q0.m0", "answered": ("selected",)}
    assert options[1].when.model_dump(exclude_none=True) == {"any": (leaf,)}


def test_other_kinds_of_questions() -> None:
    kinds = ("freeTextQuestion", "readOnlyTextBlockQuestion", "npsQuestion")
    questions = [{"text": kind, "type": kind, "commentsRequired": True} for kind in kinds]
    text, block, promoter = (
        form_of(document(group("G", *questions, yes_no("a")))).sections[0].questions[:3]
    )
    assert isinstance(text, TextQuestion)
    assert text.requires == ("comment",)
    assert isinstance(block, InformationBlock)
    assert isinstance(promoter, ScaleQuestion)
    assert (promoter.lowest, promoter.highest, promoter.weight) == (0, 10, 0)


def test_the_choices_of_an_import_and_the_form_id() -> None:
    plain = document(group("گروه", yes_no("پرسش")))
    plain["name"] = "فرم"
    form = form_of(plain, language="fa", version="7", channel="chat")
    assert (form.form, form.version, form.channel) == ("genesys-form", "7", "chat")
    assert (form.title.fa, form.title.en) == ("فرم", None)
    plain |= {"contextId": "8f1c-ctx", "id": "abc"}
    assert form_of(plain).form == "8f1c-ctx"
    assert form_of(plain, form_id="mine").form == "mine"
    assert losses_at(read(plain))["contextId"] == "form_id"


def test_names_of_fields_may_be_those_of_the_sdk_and_the_form_may_be_wrapped() -> None:
    wire = document(
        group(
            "G",
            yes_no("a", isKill=True, naEnabled=True),
            yes_no("b", **shown_if("../question/0/answer/0")),
        )
    )
    python = json.loads(
        json.dumps(wire)
        .replace("questionGroups", "question_groups")
        .replace("answerOptions", "answer_options")
        .replace("isKill", "is_kill")
        .replace("naEnabled", "na_enabled")
        .replace("visibilityCondition", "visibility_condition")
        .replace("combiningOperation", "combining_operation")
    )
    condition = python["question_groups"][0]["questions"][1]
    condition["visibility_condition"] = [condition["visibility_condition"]]  # as CX as Code
    assert form_of(python) == form_of(wire) == form_of({"evaluationForm": wire})
    assert "question_groups[0].questions[1].visibility_condition" in next(
        path for path in losses_at(read(python)) if "visibility" in path
    )


def test_group_defaults_are_those_of_the_questions() -> None:
    content = document(
        group("H", yes_no("h"), select("s", selectable("o")), defaultAnswersToHighest=True),
        group(
            "N", yes_no("n", naEnabled=True), yes_no("m"), defaultAnswersTo={"notApplicable": True}
        ),
        group("L", yes_no("l"), defaultAnswersTo={"lowestScore": True}),
    )
    form = form_of(content)
    texts = {question.id: question.text.en for question in form.questions()}
    answers = starting_answers(form)
    found = {
        texts[name]: answer.option or answer.not_applicable for name, answer in answers.items()
    }
    assert found == {"h": "a0", "o": "selected", "n": True, "l": "a1"}


def test_a_question_has_its_own_default_before_the_group_s() -> None:
    answers = [{"id": "x", "text": "X", "value": 2}, {"contextId": "y", "text": "Y", "value": 1}]
    own = yes_no("a", answerOptions=answers, defaultAnswer={"id": "y"})
    [question] = form_of(document(group("G", own, defaultAnswersToHighest=True))).questions()
    assert isinstance(question, ChoiceQuestion)
    assert question.default == "y"


# --- losses


def test_what_is_not_carried_over_is_named_with_its_path() -> None:
    answers = [
        {"text": "Yes", "value": 1, "assistanceConditions": [{"operator": "EXISTS"}]},
        {"text": "No", "value": 0, "odd": 1},
    ]
    content = document(
        group(
            "G",
            select("s", selectable("o", isCritical=True)),
            yes_no("a", answerOptions=answers, automatedScoringFocus="FullInteraction"),
            manualWeight=False,
            weight=12345.67891,
            defaultAnswersToHighest=True,
            defaultAnswersToNA=True,
        ),
        weightMode="SCALED",
        evaluationSettings={"revisionsEnabled": True},
        aiScoring={"id": "x"},
        dialect="en-US",
        published=True,
        selfUri="/x",
        brand_new={"a": False},
        brand_false=False,
        nothing=None,
    )
    assert losses_at(read(content)) == {
        "weightMode": "weight_mode",
        "evaluationSettings": "settings",
        "aiScoring": "automation",
        "dialect": "dialect",
        "published": "record",
        "selfUri": "record",
        "brand_new": "unknown",
        "brand_false": "unknown",
        "questionGroups[0].manualWeight": "manual_weight",
        "questionGroups[0].weight": "weight",
        "questionGroups[0].defaultAnswersToNA": "both_defaults",
        "questionGroups[0].questions": "order",
        "questionGroups[0].questions[1].automatedScoringFocus": "automation",
        "questionGroups[0].questions[1].answerOptions[0].assistanceConditions": "automation",
        "questionGroups[0].questions[1].answerOptions[1].odd": "unknown",
        "questionGroups[*].id": "no_id",
        "questionGroups[*].questions[*].id": "no_id",
        "questionGroups[*].questions[*].answerOptions[*].id": "no_id",
        "questionGroups[*].questions[*].multipleSelectOptionQuestions[*].id": "no_id",
        "questionGroups[*].questions[*].multipleSelectOptionQuestions[*].isCritical": "lens",
    }


def test_weights_out_of_range_keep_their_proportion() -> None:
    content = document(group("A", yes_no("a"), weight=5000), group("B", yes_no("b"), weight=20))
    assert [section.weight for section in form_of(content).sections] == [500, 2]


def test_ids_that_are_taken_or_cannot_be_ids_are_made_from_positions() -> None:
    questions = [yes_no("a", id="same"), yes_no("b", id="same"), yes_no("c", id="no words")]
    imported = read(document(group("G", *questions, id="g")))
    assert imported.form is not None
    assert [q.id for q in imported.form.questions()] == ["same", "g0.q1", "g0.q2"]
    assert losses_at(imported)["questionGroups[0].questions[1].id"] == "id"


def test_a_flood_of_unknown_fields_is_counted_not_listed() -> None:
    content = document(group("G", yes_no("a")), **{f"x{n}": 1 for n in range(3000)})
    losses = read(content).losses
    assert len(losses) < 2100
    assert losses[-1].values == {"count": 1000}


# --- problems


def asking(**more: Any) -> Data:
    return document(group("G", yes_no("a", **more)))


ITSELF = "../question/0/answer/0"
CONDITION = f"{QUESTION}.visibilityCondition"
PREDICATE = f"{CONDITION}.predicates[0]"
VALUE = f"{QUESTION}.answerOptions[0].value"
OPTION = f"{QUESTION}.multipleSelectOptionQuestions[0]"
FIRST = "questionGroups[0]"
BOTH = {"na_enabled": True, "naEnabled": True}
WRONG: dict[str, tuple[Any, str, str]] = {
    "no answers": (asking(answerOptions=[]), f"{QUESTION}.answerOptions", "few_answers"),
    "half a point": (asking(best=1.5), VALUE, "no_value"),
    "huge value": (asking(best=2**40), VALUE, "no_value"),
    "no text": (document(group("G", yes_no(""))), f"{QUESTION}.text", "no_name"),
    "text is a number": (asking(helpText=1), f"{QUESTION}.helpText", "no_text"),
    "half a character": (asking(helpText="\ud800"), f"{QUESTION}.helpText", "unwritable_text"),
    "flag": (asking(naEnabled="yes"), f"{QUESTION}.naEnabled", "no_flag"),
    "kind of question": (asking(type="slider"), f"{QUESTION}.type", "unknown_type"),
    "negative weight": (document(group("G", weight=-1)), f"{FIRST}.weight", "bad_weight"),
    "weight is a text": (document(group("G", weight="1")), f"{FIRST}.weight", "no_number"),
    "question is a number": (document(group("G", 7)), f"{FIRST}.questions[0]", "no_object"),
    "plain answers in a multi-select": (
        document(group("G", select("s", yes_no("o")))),
        f"{OPTION}.answerOptions",
        "not_selectable",
    ),
    "no such answer": (
        asking(**shown_if("../question/4/answer/0")),
        PREDICATE,
        "unknown_predicate",
    ),
    "no predicate": (asking(**shown_if("here")), PREDICATE, "unknown_predicate"),
    "operation": (
        asking(**shown_if(ITSELF, operation="XOR")),
        f"{CONDITION}.combiningOperation",
        "no_operation",
    ),
    "asks itself": (asking(**shown_if(ITSELF)), CONDITION, "form.condition_circle"),
    "empty group": (document(group("G")), FIRST, "form.empty_section"),
    "both spellings": (document(group("G", **BOTH)), f"{FIRST}.na_enabled", "key_twice"),
    "no groups": (document(), "questionGroups", "no_form"),
    "a list": ([1], "questionGroups", "no_form"),
}


@pytest.mark.parametrize(("content", "path", "code"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_path(content: Any, path: str, code: str) -> None:
    found = problems_at(content)
    assert found.get(path) == code, found


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe\x00\x80", "not_json"),
        (b'{"name": NaN}', "not_json"),
        (b'{"name": 1e99999999999999999999}', "not_json"),
        (b'{"name": "a", "name": "b"}', "key_twice"),
        (b"[" * 200_000, "too_deep"),
        (b" " * (MOST_BYTES + 1), "too_large"),
    ],
)
def test_files_that_hold_no_document(content: bytes, code: str) -> None:
    imported = read_genesys(content, "x.json", ImportChoices())
    assert imported.form is None
    assert [problem.code for problem in imported.problems] == [f"genesys.{code}"]


def test_a_flood_of_empty_objects_is_refused() -> None:
    content = b'{"name": "a", "questionGroups": [' + b",".join([b"{}"] * 1_000_000) + b"]}"
    imported = read_genesys(content, "x.json", ImportChoices())
    assert "genesys.too_many" in {problem.code for problem in imported.problems}
    shallow = document(*[group("G", *[{}] * 20) for _ in range(200)])
    assert len(read(shallow).problems) == 200


def test_choices_that_make_no_form_are_a_problem() -> None:
    imported = read(document(group("G", yes_no("a"))), form_id="No Id")
    assert [(p.code, p.field) for p in imported.problems] == [("genesys.not_a_form", "form")]


# --- nothing crashes

_leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from([10**30, -1, "../question/0/answer/0", "Selected", [], {}, [[]], {"id": []}]),
)
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


def containers(thing: Any) -> list[Any]:
    inner = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
    own = [thing] if inner else []
    return own + [found for part in inner for found in containers(part)]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    content = copy.deepcopy(draw(any_document()))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(containers(content)))
        key = draw(st.sampled_from(list(place if isinstance(place, dict) else range(len(place)))))
        if draw(st.integers(0, 3)):
            place[key] = draw(_json)
        else:
            del place[key]
        if not content:
            break
    return json.dumps(content).encode()


def check_never_crashes(content: bytes) -> None:
    imported = read_genesys(content, "x.json", ImportChoices())
    assert (imported.form is None) == bool(imported.problems)
    for finding in imported.problems + imported.losses:
        assert finding.place == "x.json"
        json.dumps([str(finding), finding.as_data()]).encode()
    if imported.form is not None:
        exported = write_genesys(imported.form, "en")
        again = read_genesys(exported.content, "y.json", ImportChoices())
        assert again.form is not None, "\n".join(map(str, again.problems))


@given(mutated())
@settings(max_examples=100, **QUIET)
def test_no_mutated_document_crashes(content: bytes) -> None:
    check_never_crashes(content)


@given(st.binary(max_size=200))
@example(b'{"questionGroups": [{"weight": 1e999999999, "questions": [{}]}]}')
@example(b'{"name": "a", "questionGroups": [{"weight": 1e-999999999}]}')
@settings(max_examples=50, **QUIET)
def test_no_bytes_crash(content: bytes) -> None:
    check_never_crashes(content)


@given(st.data())
@settings(max_examples=50, **QUIET)
def test_no_damaged_file_crashes(data: st.DataObject) -> None:
    content = bytearray(json.dumps(document(group("G", yes_no("a"), yes_no("b")))).encode())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    check_never_crashes(bytes(content))
