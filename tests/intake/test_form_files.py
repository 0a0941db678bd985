"""Form files: every way to get one wrong is told by code, line and path; nothing crashes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from qm.core.forms.conditions import Answered
from qm.core.forms.form import schema_text
from qm.core.forms.questions import ChoiceQuestion
from qm.core.problems import CATALOGUE, BadInput, Problem
from qm.intake import model_codes, yaml_files
from qm.intake.form_files import form_paths, read_form, text_sha256
from qm.intake.form_lock import read_lock
from qm.intake.yaml_files import MAX_BYTES, MAX_EVENTS, read_text, read_yaml

FORMS = Path(__file__).parents[2] / "forms"

GOOD = """\
form: small
version: 1
channel: call
title: {en: Small, fa: کوچک}
pass_percent: 75
sections:
  - id: first
    title: {en: First, fa: نخست}
    weight: 100
    questions:
      - id: greeting
        text: {en: Greeted?, fa: سلام کرد؟}
        weight: 2.5
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 1}
          - {id: no, label: {en: No, fa: خیر}, points: 0}
      - id: closing
        text: {en: Closed?, fa: پایان داد؟}
        when: {question: greeting, answered: [yes]}
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 1}
          - {id: no, label: {en: No, fa: خیر}, points: 0}
"""


def problems(text: str) -> list[Problem]:
    form, found, _ = read_form(text, "small.yaml")
    assert (form is None) == bool(found)
    for problem in found:
        assert problem.place == "small.yaml"
        assert problem.reason
        assert problem.remedy
    return list(found)


def one(text: str) -> tuple[str, int | None, str | None]:
    (problem,) = problems(text)
    return problem.code, problem.row, problem.field


def test_a_good_form_is_read_without_guessing_types() -> None:
    form, found, warnings = read_form(GOOD, "small.yaml")
    assert (found, warnings) == ((), ())
    assert form is not None
    assert form.version == "1"
    first, second = form.questions()
    assert isinstance(first, ChoiceQuestion)
    assert [o.id for o in first.options] == ["yes", "no"]
    assert first.options[1].label.en == "No"
    assert str(first.weight) == "2.5"
    assert isinstance(second.when, Answered)
    assert second.when.answered == ("yes",)


@pytest.mark.parametrize("version", ["1", "'1'", '"1"'])
def test_a_version_may_be_quoted_or_not(version: str) -> None:
    form, _, _ = read_form(GOOD.replace("version: 1", f"version: {version}"), "small.yaml")
    assert form is not None
    assert form.key == "small@1"


BAD = {
    "misspelt key": ("weight: 2.5", "wieght: 2.5", "form.misspelt_key", 13, "questions[0].wieght"),
    "unknown key": ("weight: 2.5", "colour: red", "form.unknown_key", 13, "questions[0].colour"),
    "missing key": ("    title: {en: First, fa: نخست}\n", "", "form.missing_key", 7, "[0].title"),
    "misspelt top key": ("channel:", "chanel:", "form.misspelt_key", 3, "chanel"),
    "duplicate id": ("id: closing", "id: greeting", "form.duplicate_id", 17, "questions[1].id"),
    "zero weights": ("weight: 100", "weight: 0", "form.zero_weights", 6, "sections"),
    "zero points": ("points: 1}", "points: 0}", "form.no_points", 14, "questions[0].options"),
    "missing question": ("question: greeting", "question: g", "form.condition_unknown", 19, None),
    "circle": ("question: greeting", "question: closing", "form.condition_circle", 19, "[1].when"),
    "missing option": ("[yes]", "[yes, maybe]", "form.condition_option", 19, "answered[1]"),
    "version 1.10": ("version: 1", "version: 1.10", "form.bad_version", 2, "version"),
    "version 0": ("version: 1", "version: 0", "form.bad_version", 2, "version"),
    "bad id": ("id: greeting", "id: Greeting!", "form.bad_id", 11, "questions[0].id"),
    "bad channel": ("channel: call", "channel: fax", "form.bad_choice", 3, "channel"),
    "no number": ("weight: 2.5", "weight: heavy", "form.bad_number", 13, "weight"),
    "not a number": ("weight: 2.5", "weight: .nan", "form.bad_number", 13, "weight"),
    "infinite number": ("weight: 2.5", "weight: Infinity", "form.bad_number", 13, "weight"),
    "negative number": ("weight: 2.5", "weight: -1", "form.out_of_range", 13, "weight"),
    "too large number": ("pass_percent: 75", "pass_percent: 101", "form.out_of_range", 5, None),
    "too precise": ("weight: 2.5", "weight: 2.00001", "form.too_precise", 13, "weight"),
    "yes is no flag": ("weight: 2.5", "required: yes", "form.not_flag", 13, "required"),
    "yes is not fatal": ("points: 0}", "fatal: yes}", "form.not_flag", 16, "options[1].fatal"),
    "yes is no policy": (
        "weight: 2.5",
        "not_applicable: yes",
        "form.bad_choice",
        13,
        "questions[0].not_applicable",
    ),
    "no such scope": (
        "points: 0}",
        "fatal: {scope: all}}",
        "form.bad_choice",
        16,
        "options[1].fatal.scope",
    ),
    "misspelt key of fatal": (
        "points: 0}",
        "fatal: {scop: form}}",
        "form.misspelt_key",
        16,
        "options[1].fatal.scop",
    ),
    "fatal without a value": ("points: 0}", "fatal: }", "form.no_value", 16, "options[1].fatal"),
    "bad default": ("weight: 2.5", "default: a b", "form.bad_id", 13, "questions[0].default"),
    "unknown default": ("weight: 2.5", "default: maybe", "form.bad_default", 13, "default"),
    "unknown type": ("weight: 2.5", "type: stars", "form.bad_choice", 13, "questions[0].type"),
    "no type": ("weight: 2.5", "type:", "form.no_value", 13, "questions[0].type"),
    "a key of another type": (
        "weight: 2.5",
        "type: text",
        "form.unknown_key",
        14,
        "questions[0].options",
    ),
    "a question that is a text": (
        "      - id: closing\n",
        "      - closing\n      - id: closing\n",
        "form.not_mapping",
        17,
        "questions[1]",
    ),
    "a bad id in a condition": ("[yes]", "[y y]", "form.bad_id", 19, "when.answered[0]"),
    "a condition that is a text": (
        "{question: greeting, answered: [yes]}",
        "greeting",
        "form.not_mapping",
        19,
        "questions[1].when",
    ),
    "an unknown key in a condition": (
        "{question: greeting, answered: [yes]}",
        "{all: [{question: greeting, answered: [yes]}, {not: {qestion: a, answered: [b]}}]}",
        "form.misspelt_key",
        19,
        "when.all[1].not.qestion",
    ),
    "a misspelt kind of condition": (
        "{question: greeting, answered: [yes]}",
        "{interacton: talk_s, at_least: 3}",
        "form.misspelt_key",
        19,
        "when.interacton",
    ),
    "an empty list of conditions": (
        "{question: greeting, answered: [yes]}",
        "{any: []}",
        "form.too_few",
        19,
        "when.any",
    ),
    "a condition on an attribute that asks nothing": (
        "{question: greeting, answered: [yes]}",
        "{interaction: queue}",
        "form.condition_empty",
        19,
        "when",
    ),
    "a bad attribute": (
        "{question: greeting, answered: [yes]}",
        '{interaction: " a", is: [x]}',
        "form.bad_attribute",
        19,
        "when.interaction",
    ),
    "a bad form id": ("form: small", "form: Small", "form.bad_form_id", 1, "form"),
    "no day": ("pass_percent: 75", "effective_from: soon", "form.bad_day", 5, "effective_from"),
    "no time": (
        "pass_percent: 75",
        "effective_from: 2026-03-21T10:00",
        "form.bad_day",
        5,
        "effective_from",
    ),
    "a Solar Hijri day": (
        "pass_percent: 75",
        "effective_from: 1405-01-01",
        "form.hijri_day",
        5,
        "effective_from",
    ),
    "a Solar Hijri day that no Gregorian month has": (
        "pass_percent: 75",
        "effective_from: ۱۴۰۵-۰۲-۳۱",
        "form.hijri_day",
        5,
        "effective_from",
    ),
    "too many": ("[yes]", f"[{'yes, ' * 257}]", "form.too_many", 19, "when.answered"),
    "a number beyond all measure": (
        "weight: 2.5",
        "weight: 1e999999",
        "form.out_of_range",
        13,
        None,
    ),
    "a number below all measure": (
        "weight: 2.5",
        "weight: 1e-999999",
        "form.too_precise",
        13,
        None,
    ),
    "a very long number": (
        "pass_percent: 75",
        f"places: {'9' * 5000}",
        "form.bad_number",
        5,
        "places",
    ),
    "no value": ("weight: 2.5", "weight:", "form.no_value", 13, "weight"),
    "true is no text": ("{en: First,", "{en: true,", "form.not_text", 8, "title.en"),
    "text is no wording": ("{en: First, fa: نخست}", "First", "form.not_mapping", 8, "title"),
    "text is no list": ("[yes]", "yes", "form.not_list", 19, "when.answered"),
    "empty list": ("[yes]", "[]", "form.condition_empty", 19, "when"),
    "blank text": ("{en: First, fa: نخست}", '{en: " "}', "form.blank_text", 8, "title"),
    "no language": ("{en: First, fa: نخست}", "{}", "form.blank_text", 8, "title"),
    "other language": ("{en: First,", "{de: Erstens,", "form.unknown_key", 8, "title.de"),
    "duplicate key": ("pass_percent:", "channel:", "yaml.duplicate_key", 5, None),
    "anchor": ("[yes]", "&a [yes]", "yaml.not_plain", 19, None),
    "alias": ("[yes]", "*a", "yaml.not_plain", 19, None),
    "tag": ("[yes]", "!!python/object:os.system [yes]", "yaml.not_plain", 19, None),
    "merge key": ("weight: 2.5", "<<: {weight: 1}", "form.unknown_key", 13, None),
    "key that is a list": ("weight: 2.5", "? [weight]\n        : 1", "yaml.key", 13, None),
    "second document": ("version: 1", "version: 1\n---", "yaml.several_documents", 3, None),
    "unclosed bracket": ("[yes]", "[yes", "yaml.syntax", 19, None),
    "unclosed quote": ("First,", '"First,', "yaml.syntax", None, None),
    "tab": ("    weight: 100", "\tweight: 100", "yaml.syntax", 9, None),
    "lone surrogate": ("First,", '"\\ud800",', "yaml.control_character", 8, None),
    "escaped nul": ("First,", '"\\0",', "yaml.control_character", 8, None),
    "nul": ("First", "Fi\0rst", "yaml.control_character", 8, None),
    "impossible escape": ("First,", '"\\UFFFFFFFF",', "yaml.syntax", 8, None),
}


@pytest.mark.parametrize(("good", "bad", "code", "row", "field"), BAD.values(), ids=BAD.keys())
def test_a_wrong_form_is_told_by_code_line_and_path(
    good: str, bad: str, code: str, row: int | None, field: str | None
) -> None:
    assert good in GOOD
    found = problems(GOOD.replace(good, bad, 1))
    assert [problem.code for problem in found][:1] == [code]
    if row is not None:
        assert found[0].row == row
    if field is not None:
        assert (found[0].field or "").endswith(field)


def test_a_union_tells_one_problem() -> None:
    """A flag or a mapping, an option or n/a: what is wrong is told once, not once per branch."""
    for good, bad in (
        ("points: 0}", "fatal: yes}"),
        ("points: 0}", "fatal: {scope: all}}"),
        ("points: 0}", "fatal: [1]}"),
        ("weight: 2.5", "not_applicable: sometimes"),
        ("weight: 2.5", "default: a b"),
        ("weight: 2.5", "type: stars"),
        ("[yes]", "[y y]"),
        ("greeting, answered: [yes]}", "greeting, answered: [yes]}\n        not_applicable: [1]"),
    ):
        assert len(problems(GOOD.replace(good, bad, 1))) == 1


def test_a_choice_is_answered_with_what_can_be_chosen() -> None:
    (problem,) = problems(GOOD.replace("weight: 2.5", "not_applicable: sometimes"))
    assert problem.remedy == (
        "Write one of: true, false, redistribute, split-equally, full-marks, zero."
    )
    (problem,) = problems(GOOD.replace("weight: 2.5", "type: stars"))
    assert problem.remedy.startswith("Write one of: choice, choices, number, ")
    (problem,) = problems(GOOD.replace("weight: 2.5", "colour: 1\n        type: choice"))
    assert "default" in problem.remedy
    assert "most" not in problem.remedy  # which only a selection has


def test_a_key_of_a_number_question_is_answered_with_those_of_numbers() -> None:
    text = GOOD.replace("weight: 2.5", "type: number\n        at_least: 0\n        at_mots: 9")
    found = [(p.code, p.field, p.remedy) for p in problems(text)]
    assert (
        "form.misspelt_key",
        "sections[0].questions[0].at_mots",
        "Did you mean “at_most”?",
    ) in found
    assert [code for code, *_ in found] == ["form.misspelt_key", "form.unknown_key"]


def test_a_key_may_look_like_the_name_of_a_type() -> None:
    text = GOOD.replace("weight: 2.5", "type:choice: 1")
    assert one(text) == ("form.unknown_key", 13, "sections[0].questions[0].type:choice")
    text = GOOD.replace("{question: greeting, answered: [yes]}", "{when:all: [a]}")
    assert {(p.code, p.field) for p in problems(text)} == {
        ("form.unknown_key", "sections[0].questions[1].when.when:all"),
        ("form.missing_key", "sections[0].questions[1].when.question"),
    }


def test_of_many_problems_the_first_are_told_and_the_rest_counted() -> None:
    found = problems(GOOD + "".join(f"key_{place}: 1\n" for place in range(500)))
    assert len(found) == 201
    assert (found[-1].code, found[-1].values) == ("form.more", {"count": 300})


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    (problem,) = problems(GOOD.replace("weight: 2.5", "wieght: 2.5"))
    assert problem.remedy == "Did you mean “weight”?"
    assert str(problem).startswith("small.yaml, row 13, sections[0].questions[0].wieght: ")


def test_a_misspelt_key_is_not_called_missing_too() -> None:
    assert one(GOOD.replace("channel:", "chanel:")) == ("form.misspelt_key", 3, "chanel")


def test_weights_of_a_section_that_sum_to_nothing() -> None:
    text = GOOD.replace("weight: 2.5", "weight: 0").replace(
        "        when: {question: greeting, answered: [yes]}\n", "        weight: 0\n"
    )
    assert one(text) == ("form.zero_weights_in_section", 9, "sections[0].weight")


def test_every_problem_is_told_at_once_from_top_to_bottom() -> None:
    text = GOOD.replace("channel: call", "channel: fax").replace("points: 1", "points: x")
    assert [(p.code, p.row) for p in problems(text)] == [
        ("form.bad_choice", 3),
        ("form.bad_number", 15),
        ("form.bad_number", 21),
    ]


NO_FORM = [
    ("", "yaml.empty"),
    ("# nothing but a comment\n", "yaml.empty"),
    ("just a text", "form.not_mapping"),
    ("- a\n- list", "form.not_mapping"),
    ("null", "form.not_mapping"),
    ("x" * (MAX_BYTES + 1), "yaml.too_large"),
    ("x" * 10_000_000, "yaml.too_large"),
    ("[" * 1000, "yaml.too_deep"),
    ("a: " + "{a: " * 1000, "yaml.too_deep"),
    ("a: !!" + "x" * 900_000, "yaml.not_plain"),
    ("a: [" + "x," * MAX_EVENTS, "yaml.too_many_parts"),
]


@pytest.mark.parametrize(("text", "code"), NO_FORM, ids=lambda text: str(text)[:20])
def test_what_is_no_form_at_all(text: str, code: str) -> None:
    assert [problem.code for problem in problems(text)] == [code]


def test_a_missing_translation_only_warns() -> None:
    form, found, warnings = read_form(GOOD.replace(", fa: نخست", ""), "small.yaml")
    assert form is not None
    assert found == ()
    assert [(w.code, w.row, w.field) for w in warnings] == [
        ("form.missing_translation", 8, "sections[0].title")
    ]


def test_a_file_is_read_whatever_its_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    unix, windows = tmp_path / "unix.yaml", tmp_path / "windows.yaml"
    unix.write_bytes(GOOD.encode())
    windows.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_text(windows) == read_text(unix) == GOOD
    assert text_sha256(GOOD) == text_sha256(read_text(windows))


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (GOOD.encode("utf-16"), "yaml.encoding", 1),
        (b"a: 1\nb: \xff\n", "yaml.encoding", 2),
        (b"a" * (MAX_BYTES + 1), "yaml.too_large", None),
        (None, "yaml.unreadable", None),
    ],
    ids=["utf-16", "broken byte", "too large", "missing"],
)
def test_a_file_that_is_no_text(
    tmp_path: Path, content: bytes | None, code: str, row: int | None
) -> None:
    path = tmp_path / "form.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_text(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.place) == (code, row, "form.yaml")


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), max_size=20)
VALUES = st.recursive(
    st.one_of(WORDS, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(value=VALUES)
def test_what_another_writer_quotes_is_read_back_unchanged(value: object) -> None:
    written = json.dumps(value, ensure_ascii=False)  # JSON is YAML
    assert read_yaml(written, "x").value == value


WITHOUT_A_FORM_TEXT = {"yaml.unreadable", "yaml.encoding"}  # told by tests that read files


def test_every_code_is_told_by_a_case() -> None:
    told = {code for _good, _bad, code, _row, _field in BAD.values()}
    told |= {code for _text, code in NO_FORM} | WITHOUT_A_FORM_TEXT
    told |= {"form.more", "form.invalid"}  # the latter by a policy
    for module in (model_codes, yaml_files):
        registered = {code for code in vars(module).values() if isinstance(code, str)}
        assert registered & CATALOGUE.keys() <= told


# --- the forms of this repository


@pytest.mark.parametrize("path", form_paths(FORMS), ids=lambda path: path.name)
def test_our_forms_are_clean_bilingual_and_locked(path: Path) -> None:
    text = read_text(path)
    form, found, warnings = read_form(text, path.name)
    assert (found, warnings) == ((), ())
    assert form is not None
    assert form.title.fa
    assert form.title.en
    assert sum(section.weight for section in form.sections) == 100
    questions = [q for q in form.questions() if isinstance(q, ChoiceQuestion)]
    assert questions == list(form.questions())
    assert 12 <= len(questions) <= 20
    assert all(q.guidance and q.guidance.fa and q.guidance.en for q in questions)
    assert {q.critical for q in questions} >= {"customer", "business", "compliance"}
    assert any(option.fatal for q in questions for option in q.options)
    assert any(q.when for q in questions)
    assert any(q.not_applicable for q in questions)
    assert read_lock(FORMS / "LOCK")[form.key] == text_sha256(text)


def test_the_schema_for_editors_is_up_to_date_and_accepts_our_forms() -> None:
    written = (FORMS / "schema.json").read_text(encoding="utf-8")
    assert written == schema_text(), (
        "write it again: python -c 'from qm.core.forms.form import schema_text; "
        'print(schema_text(), end="")\' > forms/schema.json'
    )
    yaml = YAML(typ="safe", pure=True)
    schema = Draft202012Validator(yaml.load(written))
    for path in form_paths(FORMS):
        first, *_ = path.read_text(encoding="utf-8").splitlines()
        assert first == "# yaml-language-server: $schema=schema.json"
        assert list(schema.iter_errors(yaml.load(path))) == []
    assert not schema.is_valid(yaml.load(GOOD.replace("weight: 2.5", "wieght: 2.5")))
