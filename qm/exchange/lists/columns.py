"""The columns that a flat list of criteria may have, by the names that centres give them."""

from typing import Literal, NamedTuple

from qm.core.problems import N_
from qm.core.text import search_key

Name = Literal[
    "section",
    "question",
    "guidance",
    "type",
    "options",
    "weight",
    "points",
    "critical",
    "fatal",
    "na",
    "required",
    "id",
]


class ListColumn(NamedTuple):
    """A column of the list: what it holds, and every heading it may have."""

    name: Name
    meaning: str
    headings: tuple[str, ...]


COLUMNS = (
    ListColumn(
        "section",
        N_("The section; an empty cell repeats the one above."),
        ("section", "category", "group", "area", "بخش", "دسته", "گروه", "محور"),
    ),
    ListColumn(
        "question",
        N_("What is asked."),
        (
            *("question", "criteria", "criterion", "parameter", "item", "text"),
            *("پرسش", "سوال", "سؤال", "معیار", "شاخص"),
        ),
    ),
    ListColumn(
        "guidance",
        N_("What earns which answer."),
        (
            *("guidance", "description", "definition", "instructions", "help"),
            *("راهنما", "توضیح", "توضیحات", "شرح"),
        ),
    ),
    ListColumn(
        "type",
        N_("choice, choices, scale, text, date or information; empty is choice."),
        ("type", "kind", "question type", "نوع"),
    ),
    ListColumn(
        "options",
        N_("The answers and their points: Yes=1; Partly=0.5; No=0. Of a scale: 1-5."),
        ("options", "answers", "choices", "scale", "گزینه‌ها", "پاسخ‌ها", "گزینه", "مقیاس"),
    ),
    ListColumn("weight", N_("The weight of the question."), ("weight", "وزن", "ضریب")),
    ListColumn(
        "points",
        N_("The points of the best answer, where the options are not written out."),
        (
            *("points", "max score", "max points", "maximum", "maximum score", "score"),
            *("امتیاز", "حداکثر امتیاز", "سقف امتیاز", "بیشینه امتیاز"),
        ),
    ),
    ListColumn(
        "critical",
        N_("yes, or customer, business or compliance."),
        ("critical", "lens", "بحرانی", "حیاتی"),
    ),
    ListColumn(
        "fatal",
        N_("yes: the worst answer decides the outcome; or the answer that does."),
        ("fatal", "auto fail", "autofail", "zero tolerance", "مهلک", "خط قرمز"),
    ),
    ListColumn(
        "na",
        N_("yes where N/A is an answer."),
        ("na", "n/a", "not applicable", "n/a allowed", "نامرتبط", "قابل حذف"),
    ),
    ListColumn(
        "required",
        N_("no where it may be left open."),
        ("required", "mandatory", "الزامی", "اجباری"),
    ),
    ListColumn("id", N_("A short name for good."), ("id", "code", "شناسه", "کد")),
)


def _key(heading: str) -> str:
    return search_key(heading).replace("_", " ").replace("-", " ")


_BY_HEADING = {_key(heading): column.name for column in COLUMNS for heading in column.headings}
HEADINGS = tuple(_BY_HEADING)


def column_name(heading: str) -> Name | None:
    """Return the column that a heading names, in any case and language; None for others."""
    return _BY_HEADING.get(_key(heading))
