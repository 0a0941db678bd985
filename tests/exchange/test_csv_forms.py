from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    ScaleQuestion,
    TextQuestion,
)
from qm.core.problems import Problem
from qm.core.scoring.score import score
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.form_yaml import form_text
from qm.exchange.lists.columns import COLUMNS, HEADINGS
from qm.exchange.lists.reading import read_csv
from qm.intake.form_files import read_form

ENGLISH = ImportChoices()
PERSIAN = ImportChoices(form_id="tamas", version="2", channel="chat", language="fa")

LIST = """\
Category,Criteria,Description,Options,Weight,Critical,Fatal,N/A,Owner
Opening,Did the agent greet?,By name,Yes=1; Partly=0.5; No=0,20,,,,Ali
,Was the identity verified?,,,30,yes,yes,yes,
Closing,Did the agent thank?,,,50%,customer,,,
"""
PERSIAN_LIST = """\
وزن\tبخش\tپرسش\tراهنما\tگزینه‌ها\tنامرتبط
۲۰\tآغاز\tآیا سلام کرد؟\tبا نام\tبله=۱؛ تا حدی=۰٫۵؛ خیر=۰\tبله
۱۰\t\tآیا خود را معرفی کرد؟\t\t\t
"""


def read(text: str, choices: ImportChoices = ENGLISH, encoding: str = "utf-8") -> ImportedForm:
    return read_csv(text.encode(encoding), "sent in/My list.csv", choices)


def form_in(found: ImportedForm) -> Form:
    assert found.problems == ()
    assert found.form
    return found.form


def problem_in(text: str) -> Problem:
    found = read(text)
    assert found.form is None
    (problem,) = found.problems
    assert problem.reason
    assert problem.remedy
    return problem


def test_a_list_becomes_a_form() -> None:
    found = read(LIST)
    form = form_in(found)
    assert (form.key, form.channel, form.title.en) == ("my-list@1", "call", "My list")
    assert [(section.id, len(section.questions)) for section in form.sections] == [
        ("opening", 2),
        ("closing", 1),
    ]
    greet, verify, thank = form.questions()
    assert isinstance(greet, ChoiceQuestion)
    assert (greet.id, greet.weight) == ("did-the-agent-greet", 20)
    assert greet.guidance
    assert greet.guidance.en == "By name"
    assert [(o.id, o.label.en, o.points) for o in greet.options] == [
        ("yes", "Yes", 1),
        ("partly", "Partly", Decimal("0.5")),
        ("no", "No", 0),
    ]
    assert isinstance(verify, ChoiceQuestion)
    assert (verify.critical, verify.not_applicable) == ("business", True)
    assert [option.fatal for option in verify.options] == [False, True]
    assert isinstance(thank, ChoiceQuestion)
    assert (thank.weight, thank.critical) == (50, "customer")
    (loss,) = found.losses
    assert (loss.code, loss.row, loss.field) == ("list.column_not_read", 1, "Owner")
    assert read_form(form_text(form), "x").form == form


def test_weights_decide_the_score() -> None:
    form = form_in(read(LIST))
    greet, verify, thank = (question.id for question in form.questions())
    answers = {
        greet: Answer(option="partly"),
        verify: Answer(option="yes"),
        thank: Answer(option="no"),
    }
    assert form.scoring == "weighted-questions"
    assert score(form, answers).percent == 40  # 20 · ½ + 30


def test_a_persian_list_becomes_a_persian_form() -> None:
    form = form_in(read(PERSIAN_LIST, PERSIAN))
    assert (form.key, form.channel, form.title.fa) == ("tamas@2", "chat", "My list")
    greet, introduce = form.questions()
    assert isinstance(greet, ChoiceQuestion)
    assert isinstance(introduce, ChoiceQuestion)
    assert (greet.text.fa, greet.weight, greet.not_applicable) == ("آیا سلام کرد؟", 20, True)
    assert [(o.id, o.label.fa, o.points) for o in greet.options] == [
        ("yes", "بله", 1),
        ("partly", "تا حدی", Decimal("0.5")),
        ("no", "خیر", 0),
    ]
    assert [option.label.fa for option in introduce.options] == ["بله", "خیر"]
    assert form.sections[0].title.fa == "آغاز"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_give_the_same_form(encoding: str) -> None:
    assert read(PERSIAN_LIST, PERSIAN, encoding) == read(PERSIAN_LIST, PERSIAN)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_give_the_same_form(delimiter: str) -> None:
    rows = [["Question", "Max score", "Section"], ["Greeted?", "5", "A"], ["Thanked?", "10", "A"]]
    form = form_in(read("\r\n".join(delimiter.join(row) for row in rows)))
    assert form.scoring == "points"
    first, second = form.questions()
    cards = score(form, {first.id: Answer(option="yes"), second.id: Answer(option="no")})
    assert cards.percent == Decimal("33.3")  # 5 of 15


def test_every_type_of_question_can_be_written() -> None:
    found = read(
        "question,type,options,weight,fatal\n"
        "How friendly?,scale,1-5,2,\n"
        "Which steps?,multiple choice,First (1) | Second: 2 | Wrong=-1,1,\n"
        "What else?,text,,3,\n"
        "Look here,information,,,\n"
        "When?,date,,,\n"
        "Disclosed?,yes/no,Never=1; Once=0.5; Often=0,1,Once\n"
    )
    scale, steps, text, _when, disclosed = form_in(found).questions()
    assert isinstance(scale, ScaleQuestion)
    assert (scale.lowest, scale.highest, scale.weight) == (1, 5, 2)
    assert isinstance(steps, MultipleChoiceQuestion)
    assert [option.points for option in steps.options] == [1, 2, -1]
    assert isinstance(text, TextQuestion)
    assert isinstance(disclosed, ChoiceQuestion)
    assert [bool(option.fatal) for option in disclosed.options] == [False, True, False]
    assert [(loss.code, loss.row, loss.field) for loss in found.losses] == [
        ("list.cell_not_used", 4, "weight")
    ]


def test_ids_are_unique_and_those_given_are_kept() -> None:
    form = form_in(read("id,question\n,Greeted?\n,Greeted?\ngreeted,Greeted?\n,سلام کرد؟\n"))
    assert [question.id for question in form.questions()] == [
        "greeted-2",
        "greeted-3",
        "greeted",
        "q4",
    ]


@pytest.mark.parametrize(
    ("text", "code", "row", "field"),
    [
        ("question,weight\nA?,two\n", "form.bad_number", 2, "weight"),
        ("question,weight\nA?,1\nB?,2000\n", "form.out_of_range", 3, "weight"),
        ("question,options\nA?,Yes; No\n", "list.bad_option", 2, "options"),
        ("question,options\nA?,Yes=1\n", "form.too_few", 2, "options"),
        ("question,options\nA?,Yes=1; No=0.00001\n", "form.too_precise", 2, "options"),
        ("question,type\nA?,essay\n", "form.bad_choice", 2, "type"),
        ("question,type,options\nA?,scale,low to high\n", "list.bad_scale", 2, "options"),
        ("Frage,question,fatal\n,A?,Maybe\n", "list.no_such_answer", 2, "fatal"),
        ("question,critical\nA?,important\n", "form.bad_choice", 2, "critical"),
        ("question,NA\nA?,perhaps\n", "form.bad_choice", 2, "NA"),
        ("question,id\nA?,a b\n", "form.bad_id", 2, "id"),
        ("question,id\nA?,a\nB?,a\n", "form.duplicate_id", 3, "id"),
        ("question,weight\nA?,1\n,2\n", "list.question_empty", 3, "question"),
        ("question,weight\nA?,1,2\n", "import.cell_count", 2, None),
        ('question\nA?\n"B\n', "import.quotes", 3, None),
        ("question,Criteria\nA?,B?\n", "import.duplicate_column", 1, "Criteria"),
        ("weight,points\n1,2\n", "import.missing_column", 1, "question"),
        ("question\nA\x07?\n", "sheets.control_character", 2, "question"),
        ("question\n", "list.no_questions", None, None),
        ("", "import.missing_column", 1, "question"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(
    text: str, code: str, row: int | None, field: str | None
) -> None:
    problem = problem_in(text)
    assert (problem.code, problem.row, problem.field) == (code, row, field)
    assert problem.place == "sent in/My list.csv"


def test_everything_wrong_is_told_at_once() -> None:
    found = read("question,weight,options\nA?,two,Yes\nB?,-1,\n,1,\n")
    assert [(problem.row, problem.field) for problem in found.problems] == [
        (2, "options"),
        (2, "weight"),
        (3, "weight"),
        (4, "question"),
    ]


def test_bytes_that_are_no_utf8_are_refused() -> None:
    found = read_csv("question\nسلام\n".encode("cp1256"), "f.csv", ENGLISH)
    assert [problem.code for problem in found.problems] == ["yaml.encoding"]


def test_more_rows_than_a_form_can_have_are_refused() -> None:
    assert problem_in("question\n" + "A?\n" * 2_001).code == "list.too_many_rows"


def test_a_heading_names_one_column() -> None:
    assert len(HEADINGS) == len(set(HEADINGS)) >= 40
    assert {column.name for column in COLUMNS} >= {"section", "question", "options", "weight"}


cells = st.one_of(
    st.sampled_from(
        ["", "yes", "no", "1", "2.5", "-3", "Yes=1; No=0", "1-5", "scale", "text", "x"]
    ),
    st.text(max_size=8),
)
rows = st.lists(st.lists(cells, min_size=1, max_size=6), max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(HEADINGS), max_size=6), rows, st.sampled_from(",;\t"))
def test_any_list_is_read_or_refused(
    headings: list[str], rows: list[list[str]], delimiter: str
) -> None:
    lines = [delimiter.join(line) for line in [["question", *headings], *rows]]
    check(read_csv("\n".join(lines).encode("utf-8", "replace"), "f.csv", PERSIAN))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check(read_csv(content, "f.csv", ENGLISH))
    check(read_csv(b"question,options\n" + content, "f.csv", ENGLISH))


def check(found: ImportedForm) -> None:
    assert (found.form is None) == bool(found.problems)
    assert all(problem.reason and problem.remedy for problem in (*found.problems, *found.losses))
    if found.form:
        assert read_form(form_text(found.form), "x").form == found.form
