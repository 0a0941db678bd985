"""A form → the rows of its workbook, and the workbook with what helps to fill it in."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter

from qm.core.forms.form import Form
from qm.core.forms.gradables import Fatal
from qm.core.forms.identifiers import Strict
from qm.core.problems import N_, Problem, explain
from qm.core.text import Language
from qm.exchange.sheets.cells import default_text, written
from qm.exchange.sheets.conditions import condition_text
from qm.exchange.sheets.layout import (
    BANDS,
    FORM,
    HEADER,
    OPTIONS,
    QUESTIONS,
    RANGES,
    READ_ME,
    REASONS,
    SECTIONS,
    SHEETS,
    Column,
    Sheet,
)
from qm.exchange.sheets.settings import SETTINGS
from qm.locale import translator

TEXT_CUT = explain(
    "sheets.text_cut",
    N_("A text has {characters} characters; a cell holds {most}."),
    N_("The rest was left out of the workbook: shorten the text in the form."),
)
TEXT_CHANGED = explain(
    "sheets.text_changed",
    N_("A text holds characters that no spreadsheet keeps."),
    N_("They were left out of the workbook; nobody sees them on a screen."),
)

# Control characters, and what spreadsheets write in their place.
_NOT_KEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]|x005F_|_x000D_")
_LONGEST_TEXT = 32_767  # in UTF-16 units
_LAST_CHECKED_ROW = 5_000  # rows below are filled in without a list to choose from
_SHOWN_ALWAYS = {"type", "weight", "points"}
_ACCENT = "#0F6E84"

Cells = dict[str, str | Decimal | None]


@dataclass
class _Writing:
    place: str
    losses: list[Problem] = field(default_factory=list)

    def kept(self, text: str, sheet: str, row: int, column: str) -> str:
        """Return what a cell can hold of the text."""
        place = f"{self.place} › {sheet}"
        kept = _NOT_KEPT.sub("", text)
        if kept != text:
            self.losses.append(Problem(TEXT_CHANGED, place, row, column))
        if (length := _units(kept)) > _LONGEST_TEXT:
            values = {"characters": length, "most": _LONGEST_TEXT}
            self.losses.append(Problem(TEXT_CUT, place, row, column, values))
            kept = kept.encode("utf-16-le")[: 2 * _LONGEST_TEXT].decode("utf-16-le", "ignore")
        return kept


def workbook_of(form: Form, place: str, language: Language) -> tuple[bytes, list[Problem]]:
    """Return the workbook of a form and what a cell could not hold."""
    made, writing = io.BytesIO(), _Writing(place)
    with xlsxwriter.Workbook(made, {"in_memory": True}) as file:
        book = _Book(file, writing, is_persian=language == "fa")
        for sheet, rows in _rows_by_sheet(form):
            book.add(sheet, rows)
        book.add_read_me()
    return made.getvalue(), writing.losses


# --- rows


def _rows_by_sheet(form: Form) -> Iterator[tuple[Sheet, list[Cells]]]:
    ids = {question.id for question in form.everything_asked()}
    items = [(part, item) for part in form.parts() for item in part.questions]
    asked = [*form.header, *(item for _, item in items)]
    parents = {inner.id: section.id for section in form.sections for inner in section.sections}

    def rows(sheet: Sheet, key: str) -> list[Cells]:
        return [
            {**_cells(sheet, thing, ids), "question": question.id}
            for question in asked
            for thing in getattr(question, key, ())
        ]

    yield FORM, list(_settings(form))
    yield HEADER, [_cells(HEADER, item, ids) for item in form.header]
    yield (
        SECTIONS,
        [{**_cells(SECTIONS, p, ids), "parent": parents.get(p.id)} for p in form.parts()],
    )
    yield QUESTIONS, [{**_cells(QUESTIONS, item, ids), "section": p.id} for p, item in items]
    yield OPTIONS, rows(OPTIONS, "options")
    yield RANGES, rows(RANGES, "ranges")
    yield REASONS, rows(REASONS, "reasons")
    yield BANDS, [_cells(BANDS, band, ids) for band in form.bands]


def _settings(form: Form) -> Iterator[Cells]:
    for setting in SETTINGS:
        value = getattr(form, setting.name)
        if setting.kind == "text":
            yield {
                "setting": setting.name,
                "en": value.en if value else None,
                "fa": value.fa if value else None,
            }
        else:
            yield {"setting": setting.name, "value": written(value)}


def _cells(sheet: Sheet, thing: Strict, ids: set[str]) -> Cells:
    """Return the cells of a part of the form; defaults stay empty where that reads well."""
    data = thing.model_dump(exclude_defaults=True)
    for name in _SHOWN_ALWAYS & type(thing).model_fields.keys():
        data[name] = getattr(thing, name)
    condition = getattr(thing, "when", None)
    if condition is not None:
        data["when"] = condition_text(condition, ids)
    if "default" in data:
        data["default"] = default_text(data["default"])
    if "fatal" in data:
        is_plain = not isinstance(getattr(thing, "fatal", None), Fatal)
        data["fatal"] = {"scope": True} if is_plain else {"scope": "form", **data["fatal"]}
    return {column.name: written(_at(data, column)) for column in sheet.columns}


def _at(data: dict[str, Any], column: Column) -> Any:
    value: Any = data
    for step in column.path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# --- the workbook


class _Book:
    """The workbook being written."""

    def __init__(self, file: Any, writing: _Writing, *, is_persian: bool) -> None:
        self.file, self.writing, self.is_persian = file, writing, is_persian
        body = {"valign": "top", "text_wrap": True}
        self.formats = {
            "text": file.add_format({**body, "num_format": "@"}),
            "number": file.add_format({"valign": "top"}),
            "heading": file.add_format(
                {"bold": True, "bottom": 2, "bottom_color": _ACCENT, "valign": "top"}
            ),
            "needed": file.add_format(
                {
                    "bold": True,
                    "bottom": 2,
                    "bottom_color": _ACCENT,
                    "valign": "top",
                    "font_color": _ACCENT,
                }
            ),
        }

    def add(self, sheet: Sheet, rows: list[Cells]) -> None:
        """Add a sheet with its rows."""
        columns = _in_reading_order(sheet.columns) if self.is_persian else sheet.columns
        worksheet = self._worksheet(sheet.name)
        for place, column in enumerate(columns):
            shape = "number" if column.kind == "number" else "text"
            worksheet.set_column(place, place, column.width, self.formats[shape])
            heading = self.formats["needed" if column.is_required else "heading"]
            worksheet.write_string(0, place, column.name, heading)
            for number, cells in enumerate(rows, start=1):
                self._write(worksheet, sheet, (number, place), column, cells.get(column.name))
            if column.choices and column.kind != "words":
                _offer(worksheet, (1, _LAST_CHECKED_ROW), place, list(column.choices))
            if column.name in {"section", "parent"}:
                _offer(worksheet, (1, _LAST_CHECKED_ROW), place, "=sections!$A$2:$A$1000")
        if sheet is FORM:
            for number, setting in enumerate(SETTINGS, start=1):
                if setting.choices:
                    _offer(worksheet, (number, number), 1, list(setting.choices))
        worksheet.freeze_panes(1, 2 if sheet.link else 1)

    def add_read_me(self) -> None:
        """Add the sheet that says what each column means, in both languages."""
        worksheet = self._worksheet(READ_ME)
        languages: tuple[Language, Language] = ("fa", "en") if self.is_persian else ("en", "fa")
        for place, (name, width) in enumerate(
            [("sheet", 12), ("column", 22), *((lang, 70) for lang in languages), ("choices", 60)]
        ):
            worksheet.set_column(place, place, width, self.formats["text"])
            worksheet.write_string(0, place, name, self.formats["heading"])
        for number, (sheet, column, meaning, choices) in enumerate(_explanations(), start=1):
            texts = [translator(language)(meaning) for language in languages]
            for place, text in enumerate([sheet, column, *texts, ", ".join(choices)]):
                worksheet.write_string(number, place, text, self.formats["text"])
        worksheet.freeze_panes(1, 2)

    def _worksheet(self, name: str) -> Any:
        worksheet = self.file.add_worksheet(name)
        if self.is_persian:
            worksheet.right_to_left()
        # Ids such as 1 are texts; the mark for “number stored as text” would only disturb.
        worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        return worksheet

    def _write(
        self,
        worksheet: Any,
        sheet: Sheet,
        at: tuple[int, int],
        column: Column,
        value: str | Decimal | None,
    ) -> None:
        if isinstance(value, Decimal):
            worksheet.write_number(*at, float(value), self.formats["number"])
        elif value is not None:
            text = self.writing.kept(value, sheet.name, at[0] + 1, column.name)
            worksheet.write_string(*at, text, self.formats["text"])


def _offer(worksheet: Any, rows: tuple[int, int], place: int, source: Any) -> None:
    """Offer a list to choose from; other contents are warned of, not refused."""
    rule = {"validate": "list", "source": source, "error_type": "warning"}
    worksheet.data_validation(rows[0], place, rows[1], place, rule)


def _in_reading_order(columns: tuple[Column, ...]) -> list[Column]:
    """Return the columns with the Persian text before the English one."""
    ordered = list(columns)
    for place, column in enumerate(columns[:-1]):
        if column.path[-1] == "en" and columns[place + 1].path[-1] == "fa":
            ordered[place : place + 2] = columns[place + 1], column
    return ordered


def _explanations() -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    for sheet in SHEETS:
        yield sheet.name, "", sheet.meaning, ()
        for column in sheet.columns:
            yield sheet.name, column.name, column.meaning, column.choices
        for setting in SETTINGS if sheet is FORM else ():
            yield sheet.name, setting.name, setting.meaning, setting.choices
