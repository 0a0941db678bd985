from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms.form import Form
from qm.core.forms.questions import ChoiceQuestion, NumberQuestion
from qm.core.problems import Problem
from qm.exchange.exchanged import ImportedForm
from qm.exchange.sheets.workbooks import read_sheets, write_sheets
from qm.intake.form_files import read_form
from tests.fixtures.any_form import any_form

FORMS = Path(__file__).parents[2] / "forms"
SLOW = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def small_form(**changes: Any) -> Form:
    """Every kind of thing that a form may hold, once."""
    content: dict[str, Any] = {
        "form": "small",
        "version": "3",
        "channel": "chat",
        "title": {"en": "Small", "fa": "کوچک"},
        "effective_from": "2026-03-21",
        "bands": [{"id": "good", "label": {"fa": "خوب"}, "from_percent": "80.5"}],
        "header": [{"id": "ticket", "type": "text", "text": {"en": "Ticket"}, "required": True}],
        "sections": [
            {
                "id": "opening",
                "title": {"en": "Opening"},
                "questions": [
                    {
                        "id": "greeting",
                        "text": {"en": "Greeted?", "fa": "سلام کرد؟"},
                        "weight": 2,
                        "critical": "customer",
                        "not_applicable": "full-marks",
                        "reasons": [{"id": "rushed", "label": {"en": "Rushed"}}],
                        "options": [
                            {"id": "yes", "label": {"en": "=1+1"}, "points": "2.5"},
                            {
                                "id": "no",
                                "label": {"en": "1.10"},
                                "fatal": {"scope": "section", "effect": "zero"},
                                "requires": ["comment", "evidence"],
                            },
                        ],
                        "default": "yes",
                    },
                    {"id": "hint", "type": "information", "text": {"en": "Look\nhere"}},
                ],
                "sections": [
                    {
                        "id": "details",
                        "title": {"en": "Details"},
                        "not_applicable": True,
                        "questions": [
                            {
                                "id": "wait",
                                "type": "number",
                                "text": {"en": "Seconds?"},
                                "at_least": 0,
                                "at_most": 90,
                                "unit": {"en": "s"},
                                "ranges": [
                                    {"at_least": 0, "at_most": 20, "points": 1},
                                    {"at_least": 21, "at_most": 90, "points": 0},
                                ],
                                "when": {"question": "greeting", "answered": ["yes", "n/a"]},
                            }
                        ],
                    }
                ],
            }
        ],
    }
    return Form.model_validate(content | changes)


SMALL = write_sheets(small_form(), "en").content


@pytest.fixture
def small() -> bytes:
    return SMALL


def edited(content: bytes, edit: Callable[[openpyxl.Workbook], object]) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    edit(workbook)
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def cell(workbook: openpyxl.Workbook, sheet: str, row: int, column: str) -> Any:
    heading = [found.value for found in workbook[sheet][1]]
    return workbook[sheet].cell(row, heading.index(column) + 1)


def with_cells(content: bytes, **values: object) -> bytes:
    """The workbook with other values: `questions__2__weight=…`."""

    def edit(workbook: openpyxl.Workbook) -> None:
        for where, value in values.items():
            sheet, row, column = where.split("__")
            cell(workbook, sheet, int(row), column).value = value

    return edited(content, edit)


def problem_in(content: bytes) -> Problem:
    found = read_sheets(content, "f.xlsx")
    assert found.form is None
    (problem,) = found.problems
    assert problem.reason
    assert problem.remedy
    return problem


def at(problem: Problem) -> tuple[str, int | None, str | None]:
    return problem.place.removeprefix("f.xlsx › "), problem.row, problem.field


# --- there and back


@pytest.mark.parametrize("name", ["inbound-call", "chat", "email"])
def test_published_forms_survive_the_workbook(name: str) -> None:
    form = read_form((FORMS / f"{name}.yaml").read_text(encoding="utf-8"), name).form
    assert form
    exported = write_sheets(form, "en")
    assert exported.file_name == f"{name}-1.xlsx"
    assert read_sheets(exported.content, "f.xlsx") == ImportedForm(form)


@SLOW
@given(any_form())
def test_any_form_survives_the_workbook(form: Form) -> None:
    exported = write_sheets(form, "en")
    assert exported.losses == ()
    assert read_sheets(exported.content, "f.xlsx") == ImportedForm(form)


def test_a_form_with_everything_survives_a_spreadsheet_program(small: bytes) -> None:
    # Saved by another writer: shared strings, styles and number types are its own.
    assert read_sheets(edited(small, lambda _: None), "f.xlsx").form == small_form()


def test_texts_are_texts_and_never_formulas(small: bytes) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(small))
    label = cell(workbook, "options", 2, "label_en")
    assert (label.value, label.data_type) == ("=1+1", "s")
    assert cell(workbook, "options", 3, "label_en").value == "1.10"
    assert cell(workbook, "options", 2, "points").value == 2.5


def test_the_workbook_helps_to_fill_it_in(small: bytes) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(small))
    assert workbook.sheetnames == [
        *("form header sections questions options ranges reasons bands".split()),
        "read me",
    ]
    questions = workbook["questions"]
    assert questions.freeze_panes == "C2"
    lists = {rule.formula1 for rule in questions.data_validations.dataValidation}
    assert '"choice,choices,number,scale,text,date,information"' in lists
    assert '"customer,business,compliance"' in lists
    explained = {(row[0], row[1]) for row in workbook["read me"].iter_rows(values_only=True)}
    assert ("options", "points") in explained
    assert ("form", "pass_percent") in explained


def test_sheets_for_a_reader_of_persian_run_from_right_to_left() -> None:
    persian = write_sheets(small_form(), "fa").content
    workbook = openpyxl.load_workbook(io.BytesIO(persian))
    assert all(sheet.sheet_view.rightToLeft for sheet in workbook)
    heading = [found.value for found in workbook["questions"][1]]
    assert heading.index("text_fa") < heading.index("text_en")
    english = openpyxl.load_workbook(io.BytesIO(write_sheets(small_form(), "en").content))
    assert not any(sheet.sheet_view.rightToLeft for sheet in english)


def test_what_no_cell_can_hold_is_told_as_a_loss() -> None:
    exported = write_sheets(small_form(description={"en": "x" * 40_000, "fa": "a\x01b"}), "en")
    assert [loss.code for loss in exported.losses] == ["sheets.text_cut", "sheets.text_changed"]
    found = read_sheets(exported.content, "f.xlsx").form
    assert found
    assert found.description
    assert found.description.en == "x" * 32_767
    assert found.description.fa == "ab"


# --- what spreadsheets make of what is typed


def test_numbers_booleans_percents_and_days_are_read_as_they_were_meant(small: bytes) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        cell(workbook, "questions", 2, "weight").value = 3.0
        cell(workbook, "questions", 2, "required").value = False
        cell(workbook, "questions", 4, "weight").value = "۲٫۵"
        cell(workbook, "options", 3, "label_en").value = 1
        cell(workbook, "form", 7, "value").value = dt.date(2026, 3, 22)
        percent = cell(workbook, "form", 13, "value")
        percent.value, percent.number_format = 0.75, "0%"

    found = read_sheets(edited(small, edit), "f.xlsx")
    form = found.form
    assert form, found.problems
    greeting, wait = form.question("greeting"), form.question("wait")
    assert isinstance(greeting, ChoiceQuestion)
    assert isinstance(wait, NumberQuestion)
    assert (greeting.weight, greeting.required, wait.weight) == (3, False, Decimal("2.5"))
    assert greeting.options[1].label.en == "1"
    assert form.effective_from == dt.date(2026, 3, 22)
    assert form.pass_percent == 75


def test_merged_cells_repeat_the_value_above(small: bytes) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook["options"].merge_cells("A2:A3")
        workbook["questions"].row_dimensions[2].hidden = True

    assert read_sheets(edited(small, edit), "f.xlsx").form == small_form()


def test_names_are_read_in_any_case_and_order(small: bytes) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook["options"].title = "Options "
        sheet = workbook["bands"]
        for row in (1, 2):
            first, last = sheet.cell(row, 1), sheet.cell(row, 4)
            first.value, last.value = last.value, first.value
        sheet["A1"].value = "From Percent"

    assert read_sheets(edited(small, edit), "f.xlsx").form == small_form()


def test_formulas_count_with_the_value_last_calculated(small: bytes) -> None:
    content = with_cells(small, questions__2__weight="=1+1")
    problem = problem_in(content)  # openpyxl calculates nothing
    assert (problem.code, *at(problem)) == ("sheets.not_calculated", "questions", 2, "weight")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            new.writestr(name, data.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"))
    assert read_sheets(made.getvalue(), "f.xlsx").form == small_form()


# --- what is wrong, where, and what to do


@pytest.mark.parametrize(
    ("edit", "code", "where"),
    [
        ({"questions__2__weight": "two"}, "form.bad_number", ("questions", 2, "weight")),
        ({"questions__2__weight": -1}, "form.out_of_range", ("questions", 2, "weight")),
        ({"options__3__points": "1.23456"}, "form.too_precise", ("options", 3, "points")),
        ({"questions__2__type": "chioce"}, "form.bad_choice", ("questions", 2, "type")),
        ({"questions__2__required": "maybe"}, "form.bad_choice", ("questions", 2, "required")),
        ({"questions__2__id": None}, "sheets.empty_cell", ("questions", 2, "id")),
        ({"questions__4__at_most": None}, "sheets.empty_cell", ("questions", 4, "at_most")),
        ({"questions__4__highest": 3}, "sheets.not_for_type", ("questions", 4, "highest")),
        ({"options__2__label_en": None}, "sheets.empty_cell", ("options", 2, "label_en")),
        ({"options__2__question": "greting"}, "sheets.unknown_link", ("options", 2, "question")),
        ({"questions__2__section": "closing"}, "sheets.unknown_link", ("questions", 2, "section")),
        ({"sections__3__parent": "opning"}, "sheets.unknown_link", ("sections", 3, "parent")),
        ({"options__3__id": "yes"}, "form.duplicate_id", ("options", 3, "id")),
        ({"questions__4__when": "greeting no"}, "sheets.condition_test", ("questions", 4, "when")),
        ({"questions__4__when": "hello = no"}, "form.condition_unknown", ("questions", 4, "when")),
        (
            {"questions__4__when": "greeting = si"},
            "form.condition_option",
            ("questions", 4, "when"),
        ),
        ({"form__2__value": "No Id"}, "form.bad_form_id", ("form", 2, "value")),
        ({"form__4__value": "telex"}, "form.bad_choice", ("form", 4, "value")),
        ({"form__4__value": None}, "sheets.empty_cell", ("form", 4, "value")),
        ({"form__4__setting": "chanel"}, "sheets.unknown_setting", ("form", 4, "setting")),
        ({"form__4__setting": "chanel"}, "sheets.missing_setting", ("form", None, "value")),
        ({"bands__2__id": dt.date(2026, 1, 2)}, "sheets.date_cell", ("bands", 2, "id")),
        ({"options__3__fatal": None}, "sheets.fatal_empty", ("options", 3, "fatal")),
        ({"options__3__fatal": "#N/A"}, "sheets.error_cell", ("options", 3, "fatal")),
        ({"form__5__en": "a\u0085b"}, "sheets.control_character", ("form", 5, "en")),
    ],
)
def test_a_wrong_cell_is_told_in_its_place(
    small: bytes, edit: dict[str, object], code: str, where: tuple[str, int | None, str]
) -> None:
    found = read_sheets(with_cells(small, **edit), "f.xlsx")
    assert found.form is None
    assert (code, *where) in [(problem.code, *at(problem)) for problem in found.problems]
    assert all(problem.reason and problem.remedy for problem in found.problems)


def test_everything_wrong_is_told_at_once_from_top_to_bottom(small: bytes) -> None:
    content = with_cells(
        small,
        questions__2__weight="two",
        questions__4__when="greeting = (",
        options__3__points="many",
        form__4__value="telex",
    )
    places = [at(problem) for problem in read_sheets(content, "f.xlsx").problems]
    assert places == [
        ("form", 4, "value"),
        ("questions", 2, "weight"),
        ("questions", 4, "when"),
        ("options", 3, "points"),
    ]


def test_too_few_options_are_told_at_the_question_with_the_sheet_to_fill(small: bytes) -> None:
    problem = problem_in(edited(small, lambda workbook: workbook["options"].delete_rows(3)))
    assert (problem.code, *at(problem)) == ("sheets.too_few_rows", "questions", 2, None)
    assert "“options”" in problem.reason


def test_a_second_question_with_the_same_id_is_told_with_the_row_of_the_first(
    small: bytes,
) -> None:
    found = read_sheets(with_cells(small, questions__3__id="greeting"), "f.xlsx")
    problem = next(p for p in found.problems if p.code == "form.duplicate_id")
    assert (at(problem), problem.values["first"]) == (("questions", 3, "id"), "questions!2:2")


@pytest.mark.parametrize(
    ("sheet", "name", "code"),
    [
        ("questions", "Question", "sheets.misspelt_sheet"),
        ("options", "optionen", "sheets.misspelt_sheet"),
        ("sections", "something else", "sheets.missing_sheet"),
    ],
)
def test_sheets_that_are_not_found_are_told(small: bytes, sheet: str, name: str, code: str) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook[sheet].title = name

    found = read_sheets(edited(small, edit), "f.xlsx")
    assert found.form is None
    assert code in {problem.code for problem in found.problems}


def test_columns_that_are_not_found_are_told(small: bytes) -> None:
    content = with_cells(small, questions__1__text_en="text_english", options__1__id="key")
    found = read_sheets(content, "f.xlsx")
    told = [(problem.code, *at(problem)) for problem in found.problems]
    assert ("sheets.misspelt_column", "questions", 1, "text_english") in told
    assert ("sheets.missing_column", "options", 1, "id") in told
    assert [problem.values["meant"] for problem in found.problems if "meant" in problem.values] == [
        "text_en"
    ]


def test_sheets_and_columns_of_ones_own_are_passed_over_and_told(small: bytes) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook.create_sheet("my ideas").append(["x"])
        workbook["bands"]["E1"].value = "owner"
        workbook["bands"]["F1"].value = "notes"
        workbook["bands"]["H2"].value = "stray"

    found = read_sheets(edited(small, edit), "f.xlsx")
    assert found.form == small_form()
    assert [loss.code for loss in found.losses] == [
        "sheets.sheet_not_read",
        "sheets.column_not_read",
        "sheets.no_heading",
    ]


def test_what_is_no_workbook_or_too_large_is_refused(small: bytes) -> None:
    assert problem_in(b"form: x").code == "sheets.unreadable"
    assert problem_in(small[: len(small) // 2]).code == "sheets.unreadable"
    assert problem_in(bytes(10_000_001)).code == "sheets.too_large"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(61_000_000))
    assert problem_in(bomb.getvalue()).code == "sheets.too_large"


def test_more_rows_and_columns_than_a_form_can_have_are_refused(small: bytes) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook["bands"].cell(10_001, 1).value = "x"
        workbook["ranges"].cell(1, 101).value = "x"

    found = read_sheets(edited(small, edit), "f.xlsx")
    assert [(problem.code, *at(problem)) for problem in found.problems] == [
        ("sheets.too_many_columns", "ranges", None, None),
        ("sheets.too_many_rows", "bands", None, None),
    ]


def test_a_cell_at_the_end_of_the_sheet_costs_nothing(small: bytes) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook["bands"]["XFD1048576"].value = "x"

    assert read_sheets(edited(small, edit), "f.xlsx").form == small_form()


# --- nothing crashes


contents = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(allow_imaginary=False).filter(lambda day: 1950 <= day.year <= 2050),
    st.sampled_from(["yes", "no", "greeting", "opening", "details", "=A1", "#REF!", "n/a", "-"]),
    st.sampled_from(["choice", "text", "number", "information", "scale", "a = b or (", "section"]),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=6),
)
edits = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 6), st.integers(1, 12), contents),
    min_size=1,
    max_size=4,
)


@SLOW
@given(edits)
def test_any_edits_are_read_or_refused(changes: list[tuple[int, int, int, Any]]) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        for sheet, row, column, value in changes:
            workbook.worksheets[sheet].cell(row, column).value = value

    check(read_sheets(edited(SMALL, edit), "f.xlsx"))


@SLOW
@given(st.data())
def test_any_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = bytearray(old.read(name))
            for place in data.draw(st.lists(st.integers(0, len(part) - 1), max_size=1)):
                part[place] = data.draw(st.sampled_from(b'0123456789<>"&;AZaz/='))
            if data.draw(st.integers(0, 30)):  # and now and then a part is missing
                new.writestr(name, bytes(part))
    check(read_sheets(made.getvalue(), "f.xlsx"))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused(content: bytes) -> None:
    check(read_sheets(content, "f.xlsx"))


def check(found: ImportedForm) -> None:
    assert (found.form is None) == bool(found.problems)
    for problem in (*found.problems, *found.losses):
        assert problem.reason
        assert problem.remedy
        assert problem.place.startswith("f.xlsx")
