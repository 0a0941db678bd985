"""Flat lists of criteria, as small centres keep them, → forms.

One row is one question. The headings may be English or Persian, in any order; `csv_columns`
declares them. Only the question is needed:

    section,question,options,weight,fatal
    Opening,Did the agent greet?,Yes=1; Partly=0.5; No=0,2,
    ,Was the identity verified?,,3,yes

With a column of weights the form is scored by them (weighted-questions), without one by points.
"""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from qm.core.forms.question_rules import DUPLICATE_ID
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Language, search_key
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.exchange.lists.cells import NO, fill_question
from qm.exchange.lists.columns import Name
from qm.exchange.lists.lists import List, ListRow, read_list
from qm.exchange.new_ids import new_id
from qm.exchange.sheets.validation import path_of, validated
from qm.intake.files import shown
from qm.intake.yaml_files import YamlPath

QUESTION_EMPTY = explain(
    "list.question_empty",
    N_("The row has no question."),
    N_("Write what is asked, or clear the row."),
)
CELL_NOT_USED = explain(
    "list.cell_not_used",
    N_("“{value}” was not taken over: a question of this type has none."),
    N_("Choose another type if it matters."),
)

_ONE_SECTION: dict[Language, str] = {"en": "Questions", "fa": "پرسش‌ها"}
_COLUMN_OF: dict[str, Name] = {
    "title": "section",
    "text": "question",
    "guidance": "guidance",
    "weight": "weight",
    "points": "points",
    "id": "id",
}
_Data = dict[str, Any]


def read_csv(content: bytes, place: str, choices: ImportChoices) -> ImportedForm:
    """Return the form that a flat list of criteria is, or what is wrong with it, row by row.

    Never raises for bad content. The title is the file's name; `choices` give the rest. Losses
    are columns that are not known.
    """
    try:
        found = read_list(content, place)
    except BadInput as bad:
        return ImportedForm(None, bad.problems)
    reading = _Reading(found, place, choices)
    data = reading.form()
    form, wrong = validated(data, place)
    problems = found.problems + [
        located
        for located in (reading.located(path, problem) for path, problem in wrong)
        if located.row or not found.problems  # a form without its bad rows may lack everything
    ]
    if problems:
        problems.sort(key=lambda problem: problem.row or 0)
        return ImportedForm(None, _each_cell_once(problems), tuple(found.losses))
    return ImportedForm(form, (), tuple(found.losses))


class _Reading:
    """The list while it becomes a form; `rows` tell from which row each question came."""

    def __init__(self, found: List, place: str, choices: ImportChoices) -> None:
        self.found, self.place, self.choices = found, place, choices
        self.rows: dict[YamlPath, int] = {}
        self.ids: set[str] = {row.cells["id"] for row in found.rows if "id" in row.cells}

    def form(self) -> _Data:
        title = shown(PurePath(place_name(self.place)).stem) or "form"
        sections: dict[str, _Data] = {}
        above = _ONE_SECTION[self.choices.language]
        for row in self.found.rows:
            above = row.cells.get("section", above)
            if "question" not in row.cells:
                self._tell_missing(row)
                continue
            key = search_key(above)
            if key not in sections:
                self.rows["sections", len(sections)] = row.row
                sections[key] = self._section(above, sections)
            place = [*sections].index(key), len(sections[key]["questions"])
            self.rows["sections", place[0], "questions", place[1]] = row.row
            sections[key]["questions"].append(self._question(row))
        weighted = "weight" in self.found.headings
        return {
            "form": self.choices.form_id or new_id(title, (), "form"),
            "version": self.choices.version,
            "channel": self.choices.channel,
            "title": self._said(title),
            "scoring": "weighted-questions" if weighted else "points",
            "sections": [*sections.values()],
        }

    def located(self, path: YamlPath, problem: Problem) -> Problem:
        """Return the problem with the row and the heading of what it is about."""
        known = (path[:n] for n in range(len(path), 0, -1) if path[:n] in self.rows)
        row = self.rows.get(next(known, ()))
        steps = [step for step in path[2:] if isinstance(step, str)]
        name: Name | None = _COLUMN_OF.get(steps[-1]) if steps else None
        if "options" in path and "options" in self.found.headings:
            name = "options"
        heading = self.found.headings.get(name, name) if name else None
        values = dict(problem.values)
        if problem.code == DUPLICATE_ID and name == "id":
            first = self.rows.get(path_of(str(values["first"])))
            values |= {"first": f"{first}:{first}"}  # as spreadsheets call a row
        return Problem(problem.code, self.place, row, heading or problem.field, values)

    def _section(self, title: str, others: dict[str, _Data]) -> _Data:
        taken = {section["id"] for section in others.values()}
        section_id = new_id(title, taken, f"s{len(others) + 1}")
        return {"id": section_id, "title": self._said(title), "questions": []}

    def _question(self, row: ListRow) -> _Data:
        cells = row.cells
        question_id = cells.get("id") or new_id(cells["question"], self.ids, f"q{row.row - 1}")
        self.ids.add(question_id)
        data: _Data = {"id": question_id, "text": self._said(cells["question"])}
        for bad in fill_question(cells, self.choices, data):
            heading = self.found.headings.get(bad.column, bad.column)
            problem = Problem(bad.code, self.place, row.row, heading, bad.values)
            self.found.problems.append(problem)
        self._tell_unused(row, data)
        return data

    def _tell_missing(self, row: ListRow) -> None:
        if row.cells.keys() - {"section"}:  # a row may give just the name of a section
            heading = self.found.headings["question"]
            self.found.problems.append(Problem(QUESTION_EMPTY, self.place, row.row, heading))

    def _tell_unused(self, row: ListRow, data: _Data) -> None:
        kind = data["type"]
        unused: tuple[Name, ...] = ()
        if kind in {"text", "date", "information"}:
            unused = ("options", "weight", "points", "critical", "fatal")
            unused += ("na", "required", "guidance") if kind == "information" else ()
        for name in unused:
            value = row.cells.get(name, "")
            if value and search_key(value) not in NO:
                heading = self.found.headings[name]
                values = {"value": value[:60]}
                self.found.losses.append(
                    Problem(CELL_NOT_USED, self.place, row.row, heading, values)
                )

    def _said(self, text: str) -> _Data:
        return {self.choices.language: text}


def place_name(place: str) -> str:
    """Return the file's name in a place such as `a folder/list.csv`."""
    return place.replace("\\", "/").rsplit("/", 1)[-1]


def _each_cell_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    told: dict[tuple[int | None, str], Problem] = {}
    for problem in problems:
        told.setdefault((problem.row, problem.field or problem.code), problem)
    return tuple(told.values())
