"""What becomes of Amazon Connect's documents: shapes, mapping, answers, and bad ones."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.completeness import lacks
from qm.core.forms.form import Form
from qm.core.scoring.score import score
from qm.exchange.connect.reading import read_connect
from qm.exchange.exchanged import ImportChoices, ImportedForm
from tests.exchange.test_connect_scores import (
    Data,
    connect_forms,
    form_of,
    option_of,
    points_of,
    question_of,
    read,
    read_evaluation,
    section_of,
)

GOLDEN = Path(__file__).parents[2] / ".." / "shared" / "golden" / "forms"


def golden(name: str) -> Data:
    path = GOLDEN / f"amazon_connect_{name}.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this repository (../shared/golden/forms)")
    content: Data = json.loads(path.read_text(encoding="utf-8"))
    return content


def taken(imported: ImportedForm) -> Form:
    assert imported.problems == ()
    assert imported.form is not None
    return imported.form


def codes(imported: ImportedForm) -> list[str]:
    return [problem.code for problem in imported.problems]


def lost(imported: ImportedForm) -> list[tuple[str, str | None]]:
    return [(loss.code, loss.field) for loss in imported.losses]


def yes_no(ref: str, **more: Any) -> Data:
    return question_of(ref, option_of("yes", 10), option_of("no", 0), **more)


def one(*questions: Data, mode: str | None = "SECTION_ONLY") -> Data:
    return form_of(mode, section_of("s", *questions, Weight=100))


# --- the published samples


def test_the_published_evaluation_is_a_form_without_answers_yet() -> None:
    imported = read(golden("describe_contact_evaluation_sample"))
    form = taken(imported)
    assert (form.scoring, form.fatal) == ("weighted-sections", "zero")
    assert [section.weight for section in form.sections] == [50, 50]
    assert imported.answers == {}
    fatal = form.question("question-1-222")
    assert [bool(option.fatal) for option in fatal.options] == [True, False, True]  # type: ignore[union-attr]
    assert ("connect.fatal_points") in [code for code, _ in lost(imported)]


def test_the_published_evaluation_can_be_answered() -> None:
    document = golden("describe_contact_evaluation_sample")
    document["Evaluation"]["Answers"] = {
        "question-1-222": {"Value": {"StringValue": "option-1-2-2"}},
        "question-2-222": {"Value": {"NumericValue": 240.0}},
    }
    document["Evaluation"]["Notes"] = {"question-1-222": {"Value": "as told"}}
    imported = read(document)
    card = score(taken(imported), imported.answers or {})
    assert card.exact_percent == 100
    assert (imported.answers or {})["question-1-222"].comment == "as told"
    document["Evaluation"]["Answers"]["question-1-222"]["Value"]["StringValue"] = "option-1-2-1"
    imported = read(document)
    card = score(taken(imported), imported.answers or {})
    assert (card.exact_percent, card.outcome) == (0, "fail")


def test_the_published_export_is_an_answered_form_that_contradicts_itself() -> None:
    imported = read(golden("export_v3.5_sample"))
    form = taken(imported)
    assert form.scoring == "unscored"
    answers = imported.answers or {}
    card = score(form, answers)
    assert card.no_score == "unscored"
    assert lacks(form, answers, card) == []
    assert answers["h89bc7a9t"].option == "o284e4d9e"
    assert answers["qc2effc9d"].options == ("topic_balance", "topic_payment")
    assert answers["q2b3c4d5e"].date == dt.date(2024, 4, 16)
    assert answers["q2b3c4d5e"].comment.startswith("2024-04-16T14:30:00+01:00\n")
    assert ("connect.contradicts_itself", "questions[2].score") in lost(imported)
    told = [
        loss.values["percent"] for loss in imported.losses if loss.code == "connect.lost_result"
    ]
    assert told == ["85", "90", "100", "80", "100", "0"]  # 0 is told, N/A is not


# --- an export of our own


def exported(*questions: Data, **more: Any) -> Data:
    return {
        "schemaVersion": "3.1",
        "metadata": {"evaluationDefinitionTitle": "Calls", "score": {"percentage": 0}},
        "sections": [{"sectionRefId": "s", "sectionTitle": "S"}],
        "questions": [{"sectionRefId": "s", "questionText": "Q?", **q} for q in questions],
        **more,
    }


def choice_in_export(chosen: str, **more: Any) -> Data:
    refs = ("a", "b", "system_default_null_value")
    values = [{"valueText": r, "valueRefId": r, "selected": r == chosen} for r in refs]
    return {
        "questionRefId": "q",
        "questionType": "SINGLESELECT",
        "answer": {"values": values},
        **more,
    }


def test_not_applicable_in_an_export() -> None:
    imported = read(exported(choice_in_export("system_default_null_value")))
    question = taken(imported).question("q")
    assert question is not None
    assert question.allows_not_applicable
    assert [option.id for option in question.options] == ["a", "b"]  # type: ignore[union-attr]
    assert (imported.answers or {})["q"] == Answer(not_applicable=True)


def test_a_fail_of_a_section_contradicts_nothing() -> None:
    failed = choice_in_export("a", score={"percentage": 0, "automaticFail": True})
    metadata = {"evaluationDefinitionTitle": "Calls", "score": {"percentage": 50}}
    document = exported(failed, metadata=metadata)
    assert "connect.contradicts_itself" in [code for code, _ in lost(read(document))]
    document["sections"][0]["score"] = {"percentage": 0}
    assert "connect.contradicts_itself" not in [code for code, _ in lost(read(document))]


def test_sections_of_an_export_in_a_circle() -> None:
    sections = [
        {"sectionRefId": ref, "sectionTitle": ref, "parentSectionRefId": parent}
        for ref, parent in (("s", "t"), ("t", "s"))
    ]
    imported = read(exported(choice_in_export("a"), sections=sections))
    assert imported.form is None
    assert set(codes(imported)) >= {"connect.unknown_reference"}


# --- forms


def test_the_three_shapes_of_a_form_are_the_same_form() -> None:
    document = one(yes_no("q"))
    forms = [
        taken(read(document)),
        taken(read({"EvaluationForm": document})),
        taken(read({"Type": "AWS::Connect::EvaluationForm", "Properties": document})),
    ]
    assert forms[0] == forms[1] == forms[2]
    assert (forms[0].form, forms[0].version, forms[0].channel) == ("form", "1", "call")


def test_choices_are_taken() -> None:
    document = one(yes_no("q")) | {"Title": "ارزیابی"}
    form = taken(read(document, form_id="own", version="7", channel="chat", language="fa"))
    assert (form.key, form.channel, form.title.fa, form.title.en) == (
        "own@7",
        "chat",
        "ارزیابی",
        None,
    )
    assert taken(read(document)).form == "connect"  # no Latin letter to make an id of


def test_a_strategy_that_is_disabled_or_absent_scores_nothing() -> None:
    document = one(yes_no("q"), mode=None)
    assert taken(read(document)).scoring == "unscored"
    document["ScoringStrategy"] = {"Mode": "QUESTION_ONLY", "Status": "DISABLED"}
    imported = read(document)
    assert taken(imported).scoring == "unscored"
    assert ("connect.lost_keys", "ScoringStrategy") in lost(imported)


def test_thresholds_become_bands_with_their_ends_where_they_were() -> None:
    document = one(yes_no("q"))
    document["ScoringStrategy"]["ScoreThresholds"] = [
        {"PerformanceCategory": "NEEDS_IMPROVEMENT", "MaxScorePercentage": 50},
        {"PerformanceCategory": "EXCEEDS_EXPECTATIONS", "MinScorePercentage": 80},
    ]
    bands = [(band.id, str(band.from_percent)) for band in taken(read(document)).bands]
    assert bands == [
        ("needs-improvement", "0.0000"),
        ("meets-expectations", "50.0001"),
        ("exceeds-expectations", "80.0000"),
    ]


def test_a_third_level_is_put_into_the_second() -> None:
    deep = section_of("c", yes_no("q3"), IsExcludedFromScoring=True)
    middle = section_of("b", yes_no("q2"), deep)
    imported = read(form_of("SECTION_ONLY", section_of("a", yes_no("q1"), middle, Weight=100)))
    form = taken(imported)
    assert [q.id for q in form.sections[0].sections[0].questions] == ["q2", "q3"]
    third = form.question("q3")
    assert third is not None
    assert third.weight == 0  # type: ignore[union-attr]
    nested = "Items[0].Section.Items[1].Section.Items[1].Section"
    assert ("connect.lost_nesting", nested) in lost(imported)


def test_a_fail_that_targets_a_flattened_section_fails_the_one_it_went_to() -> None:
    target = {"AutomaticFail": True, "AutomaticFailConfiguration": {"TargetSection": "c"}}
    asked = question_of("q3", option_of("yes", 10), option_of("no", 0, **target))
    middle = section_of("b", yes_no("q2"), section_of("c", asked))
    form = taken(read(form_of("SECTION_ONLY", section_of("a", middle, Weight=100))))
    question = form.question("q3")
    assert question is not None
    assert question.options[1].fatality.section == "b"  # type: ignore[union-attr]


def condition(comparator: str, *values: Data, **source: Any) -> Data:
    source = source or {"Type": "QUESTION_REF_ID", "RefId": "m"}
    expression = {"Source": source, "Values": list(values), "Comparator": comparator}
    return {"Condition": {"Operands": [{"Expression": expression}]}, "Action": "ENABLE"}


def ref_value(ref: str) -> Data:
    return {"Type": "OPTION_REF_ID", "RefId": ref}


def asked_when(enablement: Data, *first: Data) -> ImportedForm:
    return read(one(*first, yes_no("q", Enablement=enablement)))


def is_asked(imported: ImportedForm, answer: Answer, facts: Data | None = None) -> bool:
    asked = next(q.id for q in taken(imported).questions())
    return score(taken(imported), {asked: answer}, facts or {}).states["q"] != "hidden"


@pytest.mark.parametrize(
    ("comparator", "asked"),
    [
        ("IN", {"": False, "a": True, "b": True, "a b": True, "c": False, "a b c": True}),
        ("NOT_IN", {"": True, "a": False, "b": False, "a b": False, "c": True, "a b c": False}),
        ("ALL_IN", {"": False, "a": False, "b": False, "a b": True, "c": False, "a b c": True}),
        ("EXACT", {"": False, "a": False, "b": False, "a b": True, "c": False, "a b c": False}),
    ],
)
def test_comparators_of_options(comparator: str, asked: dict[str, bool]) -> None:
    options = [option_of(ref, 1) for ref in "abc"]
    source = question_of("m", *options, kind="MULTISELECT")
    imported = asked_when(condition(comparator, ref_value("a"), ref_value("b")), source)
    found = {chosen: is_asked(imported, Answer(options=tuple(chosen.split()))) for chosen in asked}
    assert found == asked
    named = "connect.read_comparator" in [code for code, _ in lost(imported)]
    assert named == (comparator in {"ALL_IN", "EXACT"})


@pytest.mark.parametrize(
    ("comparator", "asked"),
    [
        ("GREATER_THAN", [False, False, True]),
        ("GREATER_THAN_OR_EQUAL_TO", [False, True, True]),
        ("LESS_THAN", [True, False, False]),
        ("LESS_THAN_OR_EQUAL_TO", [True, True, False]),
        ("EQUAL_TO", [False, True, False]),
        ("NOT_EQUAL_TO", [True, False, True]),
    ],
)
def test_comparators_of_numbers(comparator: str, asked: list[bool]) -> None:
    source = question_of("m", {"MinValue": 0, "MaxValue": 9, "Score": 10}, kind="NUMERIC")
    value = {"Type": "NUMERIC_VALUE", "NumericValue": 5}
    imported = asked_when(condition(comparator, value), source)
    assert [is_asked(imported, Answer(number=n)) for n in (4, 5, 6)] == asked  # type: ignore[arg-type]


def test_contact_attributes_are_facts_and_other_sources_are_lost() -> None:
    value = {"Type": "STRING_VALUE", "StringValue": "gold"}
    kept = condition("IN", value, Type="CONTACT", ContactAttributeKey="tier")
    imported = asked_when(kept, yes_no("m"))
    assert is_asked(imported, Answer(option="yes"), {"tier": "gold"})
    assert not is_asked(imported, Answer(option="yes"), {"tier": "blue"})
    other = condition("IN", value, Type="CONTACT", ContactField="CHANNEL")
    imported = asked_when(other, yes_no("m"))
    assert is_asked(imported, Answer(option="no"))
    assert "connect.lost_condition" in [code for code, _ in lost(imported)]


def test_actions() -> None:
    first = yes_no("m")
    for action, default, when_yes, when_no in (
        ("ENABLE", "DISABLE", True, False),
        ("DISABLE", "ENABLE", False, True),
        ("ENABLE", "ENABLE", True, True),
        ("DISABLE", "DISABLE", False, False),
    ):
        given = condition("IN", ref_value("yes")) | {"Action": action, "DefaultAction": default}
        imported = asked_when(given, first)
        found = [is_asked(imported, Answer(option=option)) for option in ("yes", "no")]
        assert found == [when_yes, when_no]


def test_keys_without_a_place_are_named_where_they_stood() -> None:
    document = one(yes_no("q")) | {"ReviewConfiguration": {"EligibilityDays": 9}, "AIVersion": "1"}
    document["Items"][0]["Section"]["ScoreThresholds"] = [{"PerformanceCategory": "X"}]
    found = {
        loss.field: loss.values["keys"]
        for loss in read(document).losses
        if loss.code == "connect.lost_keys"
    }
    assert found == {None: "ReviewConfiguration, AIVersion", "Items[0].Section": "ScoreThresholds"}


# --- answers


def test_answers_that_a_question_cannot_have_are_named_and_left_out() -> None:
    number = question_of("n", {"MinValue": 0, "MaxValue": 9, "Score": 10}, kind="NUMERIC")
    form = one(yes_no("q"), number)
    answers: Data = {"q": {"StringValue": "maybe"}, "n": {"NumericValue": 4.5}, "x": {}}
    imported = read_evaluation(form, answers)
    assert imported.answers == {"q": Answer(), "n": Answer()}
    assert [code for code, _ in lost(imported)].count("connect.lost_answer") == 3
    imported = read_evaluation(form, {"q": {"NotApplicable": True}})
    assert imported.answers == {"q": Answer()}  # not enabled


def test_a_score_that_differs_from_ours_is_named() -> None:
    document = {
        "EvaluationForm": one(yes_no("q")),
        "Evaluation": {
            "Answers": {"q": {"Value": {"StringValue": "yes"}}},
            "Notes": {"s": {"Value": "on the section"}},
            "Metadata": {"Score": {"Percentage": 100.0}},
        },
    }
    imported = read(document)
    assert ("connect.lost_note", "Evaluation.Notes.s") in lost(imported)
    assert "connect.different_score" not in [code for code, _ in lost(imported)]
    document["Evaluation"]["Metadata"]["Score"]["Percentage"] = 99
    assert "connect.different_score" in [code for code, _ in lost(read(document))]


# --- what is refused

GAP = question_of(
    "n",
    {"MinValue": 0, "MaxValue": 4, "Score": 1},
    {"MinValue": 6, "MaxValue": 9, "Score": 0},
    kind="NUMERIC",
)
OVERLAP = question_of(
    "n",
    {"MinValue": 0, "MaxValue": 5, "Score": 1},
    {"MinValue": 5, "MaxValue": 9, "Score": 0},
    kind="NUMERIC",
)
Q = "Items[0].Section.Items[0].Question"
OPTIONS = f"{Q}.QuestionTypeProperties"
UNKNOWN_TARGET = {"AutomaticFail": True, "AutomaticFailConfiguration": {"TargetSection": "x"}}
SELF = condition("IN", ref_value("yes"), Type="QUESTION_REF_ID", RefId="q")
NO_QUESTION = condition("IN", ref_value("yes"), Type="QUESTION_REF_ID", RefId="x")


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        ([], "connect.unknown_document", None),
        ({"a": 1}, "connect.unknown_document", None),
        ({"Title": "T"}, "connect.missing", "Items"),
        (one(GAP), "connect.ranges_gap", f"{OPTIONS}.Numeric.Options"),
        (one(OVERLAP), "connect.ranges_overlap", f"{OPTIONS}.Numeric.Options"),
        (one(yes_no("q") | {"Title": " "}), "connect.missing", f"{Q}.Title"),
        (one(yes_no("q") | {"Title": 5}), "connect.wrong_type", f"{Q}.Title"),
        (one(yes_no("q") | {"Title": "a\0b"}), "connect.bad_text", f"{Q}.Title"),
        (one(yes_no("q q")), "connect.bad_ref_id", f"{Q}.RefId"),
        (one(yes_no("s")), "connect.duplicate_ref_id", f"{Q}.RefId"),
        (
            one(yes_no("q") | {"QuestionType": "STARS"}),
            "connect.unknown_value",
            f"{Q}.QuestionType",
        ),
        (
            one(question_of("q", option_of("a", 1), option_of("a", 0))),
            "connect.duplicate_ref_id",
            f"{OPTIONS}.SingleSelect.Options[1].RefId",
        ),
        (
            one(question_of("q", option_of("a", 11), option_of("b", 0))),
            "connect.out_of_range",
            f"{OPTIONS}.SingleSelect.Options[0].Score",
        ),
        (
            one(question_of("q", option_of("a", 1), option_of("b", 0, **UNKNOWN_TARGET))),
            "connect.unknown_reference",
            f"{OPTIONS}.SingleSelect.Options[1].AutomaticFailConfiguration.TargetSection",
        ),
        (
            one(yes_no("q", Enablement=NO_QUESTION)),
            "connect.unknown_reference",
            f"{Q}.Enablement.Condition.Operands[0].Expression.Source.RefId",
        ),
        (one(yes_no("q", Enablement=SELF)), "connect.invalid", Q),
        (
            one(question_of("q", {"Text": "a"}, option_of("yes", 0), Enablement=SELF)),
            "connect.missing",
            f"{OPTIONS}.SingleSelect.Options[0].RefId",
        ),
        (form_of(None, section_of("s")), "connect.missing", "Items[0].Section.Items"),
        (
            {"Title": "T", "Items": [{"Question": yes_no("q")}]},
            "connect.question_outside_section",
            "Items[0].Question",
        ),
        (exported(schemaVersion="2.0"), "connect.unknown_value", "schemaVersion"),
    ],
)
def test_bad_documents_are_refused_with_place_and_code(
    document: Any, code: str, field: str | None
) -> None:
    imported = read(document)
    assert imported.form is None
    assert (code, field) in [(problem.code, problem.field) for problem in imported.problems]
    assert all(problem.place == "form.json" for problem in imported.problems)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "connect.not_json"),
        (b"{", "connect.not_json"),
        (b"\xff\xfe", "connect.not_json"),
        (b'{"Title": NaN}', "connect.not_json"),
        (b'{"Title": "a", "Title": "b"}', "connect.not_json"),
        (b"[" * 100_000, "connect.too_deep"),
        (b"[" * 500 + b"]" * 500, "connect.too_deep"),
        (b" " * 10_000_001, "connect.too_large"),
        (b'{"Title": "a", "Items": 1e999999999}', "connect.wrong_type"),
        (b'{"Title": "a", "Items": ' + b"9" * 5000 + b"}", "connect.not_json"),
    ],
)
def test_bad_bytes_are_refused(content: bytes, code: str) -> None:
    imported = read_connect(content, "form.json", ImportChoices())
    assert imported.form is None
    assert code in codes(imported)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
SMALL = {"Evaluation": {"Answers": {"q": {"Value": {"StringValue": "yes"}}}, "Notes": {}}}
LARGE = exported(
    choice_in_export("a", score={"percentage": 5}),
    {"questionRefId": "n", "questionType": "NUMERIC", "answer": {"value": "2"}},
    {"questionRefId": "d", "questionType": "DATETIME", "answer": {"value": "2026-03-21"}},
)


@st.composite
def broken_documents(draw: st.DrawFn) -> Data:
    """A good document with a few of its values replaced or taken away."""
    form = draw(connect_forms()) if draw(st.booleans()) else one(yes_no("q", Enablement=SELF))
    document = copy.deepcopy(draw(st.sampled_from([LARGE, {"EvaluationForm": form, **SMALL}])))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            holder[key] = draw(JSON)
        elif isinstance(holder, dict):
            holder.pop(key, None)
    return document


def _places(value: Any) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(pairs):
        yield value, key
        if isinstance(part, dict | list):
            yield from _places(part)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken_documents())
def test_no_document_makes_the_reader_raise(document: Data) -> None:
    imported = read(document)
    assert bool(imported.form) != bool(imported.problems)
    for found in (*imported.problems, *imported.losses):
        assert found.code.startswith("connect.")
        assert found.reason
        assert found.remedy
    if imported.form and imported.answers:
        score(imported.form, imported.answers)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=50) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_make_the_reader_raise(content: bytes) -> None:
    assert read_connect(content, "form.json", ImportChoices()).form is None


def test_points_of_a_selection_have_the_limits_that_connect_gives() -> None:
    asked = question_of(
        "m",
        points_of("a", 30),
        points_of("b", 40),
        kind="MULTISELECT",
        ScoringConfiguration={"PointsConfiguration": {"MaxPointValue": 50, "MinPointValue": 10}},
    )
    imported = read_evaluation(one(asked, mode="POINTS_BASED"), {"m": {"StringValues": []}})
    assert score(taken(imported), imported.answers or {}).exact_percent == 20
