"""What readers of Amazon Connect documents pass on: sections and questions before assembly."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from qm.core.forms.form import Form
from qm.core.forms.methods import Scoring
from qm.exchange.connect import findings
from qm.exchange.connect.documents import Part, Report

Mode = Literal["QUESTION_ONLY", "SECTION_ONLY", "POINTS_BASED", "UNSCORED"]
SCORING: dict[Mode, Scoring] = {
    "QUESTION_ONLY": "weighted-questions",
    "SECTION_ONLY": "weighted-sections",
    "POINTS_BASED": "points-with-bonus",
    "UNSCORED": "unscored",
}
MOST_PER_QUESTION = 10  # points, in the percentage modes
MOST_POINTS = 100  # of an option, where points are counted
_OURS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_THEIRS = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass
class ReadQuestion:
    """A question as the form language writes it, and what decides how much it weighs.

    `earns` tells whether its best answer has points; `enablement` is its condition, unread.
    """

    ref: str
    path: str
    data: dict[str, Any]
    is_scored: bool = False
    earns: bool = False
    weight: Decimal | None = None
    excluded: bool = False
    enablement: Part | None = None


@dataclass
class ReadSection:
    """A section with what stands in it; nested as deep as the document nests."""

    ref: str
    path: str
    title: str
    guidance: str | None = None
    weight: Decimal | None = None
    excluded: bool = False
    enablement: Part | None = None
    questions: list[ReadQuestion] = field(default_factory=list)
    sections: list["ReadSection"] = field(default_factory=list)

    def everything(self) -> "list[ReadSection]":
        """Return the section and all below it."""
        return [self, *(part for inner in self.sections for part in inner.everything())]

    def all_questions(self) -> list[ReadQuestion]:
        """Return the questions of the section and of all below it."""
        return [question for part in self.everything() for question in part.questions]


@dataclass
class Reading:
    """A form under way: how it scores, and the sections that were read."""

    report: Report
    mode: Mode
    language: str
    sections: list[ReadSection] = field(default_factory=list)
    form: Form | None = None

    def wording(self, text: str | None) -> dict[str, str] | None:
        """Return the text as a wording of the document's language."""
        return None if text is None else {self.language: text}


def ref_id(part: Part, key: str = "RefId") -> str | None:
    """Return the RefId under `key` as an id of ours, or None with a problem."""
    ref = part.text(key, required=True)
    if ref is None:
        return None
    if not _THEIRS.fullmatch(ref):
        part.report.problem(findings.BAD_REF_ID, part.at(key), ref=ref[:60])
        return None
    identifier = our_id(ref)
    if identifier != ref:
        part.report.lose(findings.LOST_REF_ID, part.at(key), ref=ref, id=identifier)
    return identifier


def our_id(ref: str) -> str:
    """Return the id for a RefId: the same, or with an x before where it begins with a sign."""
    return ref if _OURS.fullmatch(ref) else f"x{ref}"[:40]


def filled(**values: Any) -> dict[str, Any]:
    """Return the values that are not None."""
    return {key: value for key, value in values.items() if value is not None}
