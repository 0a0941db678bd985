"""The sheets and columns of a form as a workbook, declared once: writer, reader and read-me."""

from typing import Literal, NamedTuple

from qm.core.forms.questions import LENSES, QUESTION_TYPES
from qm.core.problems import N_

Kind = Literal["text", "word", "words", "number", "day", "flag", "condition", "raw"]
READ_ME = "read me"
NOTES = "notes"  # a column of this name is everybody's own, in every sheet

POLICIES = ("redistribute", "split-equally", "full-marks", "zero")
YES_NO = ("yes", "no")


class Column(NamedTuple):
    """A column: its name in the first row and its place in the data of a form.

    A `flag` holds yes or no, or another of its `choices`; a `raw` cell is what its row makes of
    it. An empty cell is the default.
    """

    name: str
    path: tuple[str, ...]
    kind: Kind
    width: int
    meaning: str
    choices: tuple[str, ...] = ()
    is_required: bool = False


class Sheet(NamedTuple):
    """A sheet with its columns; `link` is the column that names what a row belongs to."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    link: str | None = None

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)


def _wording(name: str, width: int, meaning: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_en", (name, "en"), "text", width, meaning),
        Column(f"{name}_fa", (name, "fa"), "text", width, meaning),
    )


_ID = Column(
    "id",
    ("id",),
    "word",
    18,
    N_("A short name for good: Latin letters, digits, dots, dashes, underscores"),
    is_required=True,
)
_WHEN = Column(
    "when",
    ("when",),
    "condition",
    32,
    N_("Asked only when this holds, like: solved = no | partly and not (queue = orders)."),
)
_WEIGHT = Column("weight", ("weight",), "number", 9, N_("The weight; empty is 1."))
_REQUIRES = Column(
    "requires",
    ("requires",),
    "words",
    18,
    N_("What must be given with the answer: comment, evidence, reason (with commas)."),
    ("comment", "evidence", "reason"),
)
_BONUS = Column(
    "bonus", ("bonus",), "flag", 9, N_("Extra points that are not in the maximum."), YES_NO
)
_QUESTION = Column(
    "question",
    ("question",),
    "word",
    18,
    N_("The id of the question; an empty cell repeats the one above."),
    is_required=True,
)

_ASKED = (
    _ID,
    Column(
        "type", ("type",), "word", 13, N_("The kind of question; empty is choice."), QUESTION_TYPES
    ),
    *_wording("text", 44, N_("What is asked, in English and in Persian; one of the two suffices.")),
    *_wording("guidance", 44, N_("What earns which answer.")),
    _WEIGHT,
    Column(
        "critical",
        ("critical",),
        "word",
        12,
        N_("Counted in the critical accuracy of this lens."),
        LENSES,
    ),
    Column(
        "not_applicable",
        ("not_applicable",),
        "flag",
        14,
        N_("Whether N/A is an answer; or what becomes of its weight, where the form differs."),
        (*YES_NO, *POLICIES),
    ),
    Column(
        "required",
        ("required",),
        "flag",
        10,
        N_("Must be answered; empty is yes, for texts and days no."),
        YES_NO,
    ),
    _REQUIRES,
    _BONUS,
    _WHEN,
    Column(
        "default",
        ("default",),
        "word",
        14,
        N_("The answer a new evaluation has: an option, a number or n/a; several with spaces."),
    ),
    Column("at_least", ("at_least",), "number", 10, N_("Of a number: the smallest.")),
    Column("at_most", ("at_most",), "number", 10, N_("Of a number: the largest.")),
    Column("decimals", ("decimals",), "number", 10, N_("Of a number: how many decimals.")),
    *_wording("unit", 12, N_("Of a number: its unit.")),
    Column("lowest", ("lowest",), "number", 10, N_("Of a scale: its lower end.")),
    Column("highest", ("highest",), "number", 10, N_("Of a scale: its upper end.")),
    *_wording("lowest_label", 16, N_("Of a scale: what its lower end means.")),
    *_wording("highest_label", 16, N_("Of a scale: what its upper end means.")),
    Column("least", ("least",), "number", 9, N_("Of choices: earns at least these points.")),
    Column("most", ("most",), "number", 9, N_("Of choices: earns at most these points.")),
)
_EARNED = (
    Column("points", ("points",), "number", 9, N_("What it earns; empty is 0.")),
    Column(
        "fatal",
        ("fatal", "scope"),
        "flag",
        9,
        N_("Decides the outcome: yes; or of the form or the section alone."),
        (*YES_NO, "form", "section"),
    ),
    Column(
        "fatal_section",
        ("fatal", "section"),
        "word",
        14,
        N_("The section that fails, where it is another one."),
    ),
    Column(
        "fatal_effect",
        ("fatal", "effect"),
        "word",
        12,
        N_("Makes the score zero or keeps it, where the form says otherwise."),
        ("zero", "keep"),
    ),
    _BONUS,
    _REQUIRES,
)

FORM = Sheet(
    "form",
    N_("Settings of the form, one on each row."),
    (
        Column("setting", ("setting",), "word", 24, N_("The setting."), is_required=True),
        Column("value", ("value",), "raw", 24, N_("Its value; empty is the default.")),
        Column("en", ("en",), "text", 50, N_("Its text in English.")),
        Column("fa", ("fa",), "text", 50, N_("Its text in Persian.")),
    ),
)
HEADER = Sheet("header", N_("Facts to record before the questions; not scored."), _ASKED)
SECTIONS = Sheet(
    "sections",
    N_("Sections and subsections in their order."),
    (
        _ID,
        Column("parent", ("parent",), "word", 18, N_("Of a subsection: the id of its section.")),
        *_wording("title", 36, N_("The section's name.")),
        *_wording("guidance", 44, N_("What to look at in this section.")),
        _WEIGHT,
        Column(
            "not_applicable",
            ("not_applicable",),
            "flag",
            14,
            N_("May be left out as a whole with N/A."),
            YES_NO,
        ),
        _WHEN,
    ),
)
QUESTIONS = Sheet(
    "questions",
    N_("Questions and information blocks in their order."),
    (
        Column(
            "section",
            ("section",),
            "word",
            18,
            N_("The id of the section or subsection; an empty cell repeats the one above."),
            is_required=True,
        ),
        *_ASKED,
    ),
    link="section",
)
OPTIONS = Sheet(
    "options",
    N_("The answers of choice questions, best first."),
    (
        _QUESTION,
        _ID,
        *_wording("label", 28, N_("What the answer is called.")),
        *_EARNED,
        *_wording("guidance", 44, N_("What earns this answer.")),
    ),
    link="question",
)
RANGES = Sheet(
    "ranges",
    N_("Stretches of numbers and the points they earn."),
    (
        _QUESTION,
        Column(
            "at_least", ("at_least",), "number", 10, N_("From this number on."), is_required=True
        ),
        Column("at_most", ("at_most",), "number", 10, N_("Up to this number."), is_required=True),
        *_EARNED,
    ),
    link="question",
)
REASONS = Sheet(
    "reasons",
    N_("Root causes to choose from when a question loses points."),
    (_QUESTION, _ID, *_wording("label", 36, N_("What the cause is called."))),
    link="question",
)
BANDS = Sheet(
    "bands",
    N_("Named stretches of scores."),
    (
        _ID,
        *_wording("label", 28, N_("What the band is called.")),
        Column(
            "from_percent",
            ("from_percent",),
            "number",
            13,
            N_("From this score up to the next band."),
            is_required=True,
        ),
    ),
)
SHEETS = (FORM, HEADER, SECTIONS, QUESTIONS, OPTIONS, RANGES, REASONS, BANDS)
NEEDED = (FORM, SECTIONS, QUESTIONS)
