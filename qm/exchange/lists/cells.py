"""The cells of one row of a flat list → a question's data."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from qm.core.forms.questions import LENSES
from qm.core.problems import N_, explain
from qm.core.text import Language, latin_digits, search_key
from qm.exchange.exchanged import ImportChoices
from qm.exchange.lists.columns import Name
from qm.exchange.new_ids import new_id
from qm.intake.model_codes import BAD_CHOICE, BAD_NUMBER

BAD_OPTION = explain(
    "list.bad_option",
    N_("“{option}” does not say what the answer earns."),
    N_("Write every answer with its points, like: Yes=1; Partly=0.5; No=0."),
)
BAD_SCALE = explain(
    "list.bad_scale",
    N_("“{value}” does not say where the scale begins and ends."),
    N_("Write both ends as whole numbers, like: 1-5."),
)
NO_SUCH_ANSWER = explain(
    "list.no_such_answer",
    N_("“{value}” is neither yes nor no nor one of the answers."),
    N_("Write yes (the worst answer is meant), no, or one of: {choices}."),
)
_YES = {"yes", "y", "true", "1", "x", "✓", "بله", "آری", "دارد"}
NO = {"no", "n", "false", "0", "-", "خیر", "نه", "ندارد"}
_TYPES = {
    "choice": ("", "choice", "yes/no", "single choice", "select", "گزینه‌ای", "بله/خیر"),
    "choices": ("choices", "multiple choice", "multiple", "multiselect", "چندگزینه‌ای"),
    "scale": ("scale", "rating", "مقیاس", "طیف"),
    "text": ("text", "comment", "free text", "متن"),
    "date": ("date", "تاریخ"),
    "information": ("information", "info", "note", "اطلاع"),
}
_TYPE_OF = {search_key(name): type_ for type_, names in _TYPES.items() for name in names}
_YES_NO: dict[Language, tuple[str, str]] = {"en": ("Yes", "No"), "fa": ("بله", "خیر")}
_IDS_OF_ANSWERS = {"بله": "yes", "خیر": "no", "تا حدی": "partly", "کامل": "fully"}
_OPTION = re.compile(r"(.+?)\s*[=:(]\s*([-+−]?[0-9]+(?:[.,][0-9]+)?)\s*\)?")
_ENDS = re.compile(r"([-−]?[0-9]+)\s*(?:-|–|\.\.|to|تا)\s*([-−]?[0-9]+)")
_DECIMAL_COMMA = re.compile(r"^([-+]?[0-9]+),([0-9]{1,2})$")
_SEPARATORS = re.compile(r"[;؛|\n]")
_SCORED = {"choice", "choices", "scale"}

Cells = dict[Name, str]
_Data = dict[str, Any]


class BadCell(Exception):  # noqa: N818 (named for the fact)
    """A cell that cannot be what its column asks for."""

    def __init__(self, code: str, column: Name, /, **values: object) -> None:
        super().__init__(code)
        self.code, self.column, self.values = code, column, values


def fill_question(cells: Cells, choices: ImportChoices, data: _Data) -> Iterator[BadCell]:
    """Put what the cells say into the question's data; yield the cells that say nothing usable."""
    data["type"] = "choice"
    for fill in _FILLERS:
        try:
            fill(cells, choices, data)
        except BadCell as bad:
            yield bad


def _type(cells: Cells, _choices: ImportChoices, data: _Data) -> None:
    text = cells.get("type", "")
    kind = _TYPE_OF.get(search_key(text))
    if kind is None:
        raise BadCell(BAD_CHOICE, "type", value=text[:60], choices=", ".join(_TYPES))
    data["type"] = kind


def _guidance(cells: Cells, choices: ImportChoices, data: _Data) -> None:
    if "guidance" in cells and data["type"] != "information":
        data["guidance"] = {choices.language: cells["guidance"]}


def _answers(cells: Cells, choices: ImportChoices, data: _Data) -> None:
    kind, text = data["type"], cells.get("options", "")
    if kind == "scale":
        data |= {"lowest": "0", "highest": "1"}  # stay where the cell cannot be read
        data["lowest"], data["highest"] = _ends(text, cells)
    elif kind in {"choice", "choices"}:
        language = choices.language
        yes, no = _YES_NO[language]
        data["options"] = _answers_of([(yes, "1"), (no, "0")], language)
        best = _number(cells, "points", "1")
        answers = _options(text) if text else [(yes, best), (no, "0")]
        data["options"] = _answers_of(answers, language)


def _answers_of(answers: list[tuple[str, str]], language: Language) -> list[_Data]:
    options: list[_Data] = []
    for label, points in answers:
        taken = {option["id"] for option in options}
        known = _IDS_OF_ANSWERS.get(label, f"o{len(taken) + 1}")
        option_id = new_id(label, taken, known)
        options.append({"id": option_id, "label": {language: label}, "points": points})
    return options


def _ends(text: str, cells: Cells) -> tuple[str, str]:
    if not text and "points" in cells:
        return "0", _number(cells, "points", "")
    found = _ENDS.fullmatch(latin_digits(text))
    if found is None:
        raise BadCell(BAD_SCALE, "options", value=text[:60])
    return found[1].replace("−", "-"), found[2].replace("−", "-")


def _options(text: str) -> list[tuple[str, str]]:
    options = []
    for part in filter(None, (part.strip() for part in _SEPARATORS.split(text))):
        found = _OPTION.fullmatch(latin_digits(part))
        if found is None:
            raise BadCell(BAD_OPTION, "options", option=part[:60])
        label = part[: found.end(1)]  # with the digits as they were written
        options.append((label, _plain(found[2])))
    return options


def _weight(cells: Cells, _choices: ImportChoices, data: _Data) -> None:
    if "weight" in cells and data["type"] in _SCORED:
        data["weight"] = _number(cells, "weight", "1")


def _number(cells: Cells, column: Name, otherwise: str) -> str:
    text = _plain(latin_digits(cells.get(column, otherwise)).rstrip("%٪ "))
    try:
        Decimal(text)
    except InvalidOperation:
        raise BadCell(BAD_NUMBER, column, value=cells.get(column, "")[:60]) from None
    return text


def _plain(number: str) -> str:
    """Return the number with a point, where a comma can only stand for one."""
    return _DECIMAL_COMMA.sub(r"\1.\2", number.replace("−", "-"))


def _critical(cells: Cells, choices: ImportChoices, data: _Data) -> None:
    text = search_key(cells.get("critical", ""))
    if not text or text in NO or data["type"] not in _SCORED:
        return
    if text not in _YES and text not in LENSES:
        known = ", ".join(("yes", "no", *LENSES))
        raise BadCell(BAD_CHOICE, "critical", value=text[:60], choices=known)
    data["critical"] = choices.lens if text in _YES else text


def _fatal(cells: Cells, _choices: ImportChoices, data: _Data) -> None:
    text = search_key(cells.get("fatal", ""))
    options = data.get("options", [])
    if not text or not options:
        return
    if text in _YES:
        least = min(Decimal(option["points"]) for option in options)
        meant = [option for option in options if Decimal(option["points"]) == least]
    elif text in NO:
        meant = []
    else:
        labels = [next(iter(option["label"].values())) for option in options]
        meant = [o for o, label in zip(options, labels, strict=True) if search_key(label) == text]
        if not meant:
            known = ", ".join(labels)
            raise BadCell(NO_SUCH_ANSWER, "fatal", value=text[:60], choices=known)
    for option in meant:
        option["fatal"] = True


def _flags(cells: Cells, _choices: ImportChoices, data: _Data) -> None:
    columns: tuple[tuple[Name, str], ...] = (("na", "not_applicable"), ("required", "required"))
    for column, key in columns:
        text = search_key(cells.get(column, ""))
        if text and data["type"] != "information":
            if text not in _YES | NO:
                raise BadCell(BAD_CHOICE, column, value=text[:60], choices="yes, no")
            data[key] = text in _YES


_FILLERS: tuple[Callable[[Cells, ImportChoices, _Data], None], ...] = (
    _type,
    _guidance,
    _answers,
    _weight,
    _critical,
    _fatal,
    _flags,
)
