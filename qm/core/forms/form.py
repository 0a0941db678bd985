"""Evaluation forms as data: what a form holds, and how its parts are found."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, model_validator

from qm.core.forms.conditions import Condition
from qm.core.forms.form_rules import broken_rules
from qm.core.forms.gradables import FatalEffect, NotApplicablePolicy
from qm.core.forms.identifiers import (
    AnyPercent,
    FormId,
    Identifier,
    Percent,
    Points,
    Strict,
    Version,
    Weight,
)
from qm.core.forms.methods import METHODS, Method, Scoring
from qm.core.forms.questions import HeaderField, InformationBlock, Item, Question, ScoredQuestion
from qm.core.problems import BadInput
from qm.core.text import Wording

Channel = Literal["call", "chat", "email"]
CHANNELS: tuple[Channel, ...] = ("call", "chat", "email")
Day = Annotated[dt.date, WithJsonSchema({"type": "string", "format": "date"})]


class Subsection(Strict):
    """Questions that belong together inside a section."""

    id: Identifier
    title: Wording
    guidance: Wording | None = None
    weight: Weight = Decimal(1)
    when: Condition | None = Field(default=None, description="Asked only when this holds.")
    not_applicable: bool = Field(
        default=False, strict=True, description="May be left out as a whole with N/A."
    )
    questions: tuple[Item, ...] = Field(default=(), max_length=500)


class Section(Subsection):
    """Questions and subsections that are weighted together."""

    sections: tuple[Subsection, ...] = Field(default=(), max_length=100)


class Band(Strict):
    """A named stretch of scores: from its percentage up to the next band."""

    id: Identifier
    label: Wording
    from_percent: AnyPercent


class Form(Strict):
    """One version of an evaluation form."""

    form: FormId
    version: Version
    channel: Channel
    title: Wording
    description: Wording | None = None
    effective_from: Day | None = Field(
        default=None, description="Interactions from this day on are evaluated with this version."
    )
    effective_to: Day | None = Field(
        default=None, description="The last day of interactions that this version is for."
    )
    scoring: Scoring = Field(
        default="weighted-sections", description="How answers become the score."
    )
    start_points: Annotated[Points, Field(ge=0)] = Field(
        default=Decimal(0), description="Points an evaluation begins with (methods by points)."
    )
    lowest_percent: Annotated[AnyPercent, Field(le=0)] = Field(
        default=Decimal(0), description="No score is below this."
    )
    highest_percent: Annotated[AnyPercent, Field(ge=100)] = Field(
        default=Decimal(100), description="No score is above this, whatever the bonus."
    )
    pass_percent: Percent | None = Field(default=None, description="A score from here on passes.")
    bands: tuple[Band, ...] = Field(default=(), max_length=20)
    places: Annotated[int, Field(ge=0, le=4)] = Field(
        default=1, description="Decimals of the score, rounded half up after the last sum."
    )
    not_applicable: NotApplicablePolicy = Field(
        default="redistribute",
        description=(
            "What becomes of the weight of N/A questions: it goes to the others in proportion, or "
            "in equal parts; or the question counts with full marks, or with zero."
        ),
    )
    fatal: FatalEffect = Field(
        default="keep",
        description="After a fatal answer the outcome is failed and the score zero or kept.",
    )
    critical_gate_percent: Percent | None = Field(
        default=None,
        description="A critical question below this share of its points makes the score zero.",
    )
    outside_control: bool = Field(
        default=True,
        strict=True,
        description="Findings may be tagged as outside the agent's control.",
    )
    header: tuple[HeaderField, ...] = Field(
        default=(), max_length=50, description="Facts to record before the questions; unscored."
    )
    sections: tuple[Section, ...] = Field(min_length=1, max_length=100)

    @property
    def key(self) -> str:
        """Id and version in one text, such as `inbound-call@1`."""
        return f"{self.form}@{self.version}"

    def __hash__(self) -> int:
        return hash((self.form, self.version))

    @property
    def method(self) -> Method:
        """The parts of the algebra that the form's way of scoring is made of."""
        return METHODS[self.scoring]

    def parts(self) -> Iterator[Section | Subsection]:
        """Yield every section, each followed by its subsections."""
        for section in self.sections:
            yield section
            yield from section.sections

    def questions(self) -> Iterator[Question]:
        """Yield every question of the sections in the order of the form, without the header."""
        for part in self.parts():
            yield from questions_in(part)

    def scored_questions(self) -> Iterator[ScoredQuestion]:
        """Yield the questions whose answers earn points."""
        if self.scoring != "unscored":
            for question in self.questions():
                if question.is_scored:
                    yield question  # type: ignore[misc]

    def everything_asked(self) -> Iterator[Question]:
        """Yield the fields of the header, then the questions."""
        yield from self.header
        yield from self.questions()

    def question(self, question_id: str) -> Question | None:
        """Return the question or header field with this id, or None."""
        return self._by_id.get(question_id)

    def number_of(self, question_id: str) -> int:
        """Return the place of the question in the form, counted from 1."""
        return self._numbers[question_id]

    def part_of(self, question_id: str) -> tuple[Section | Subsection, ...]:
        """Return the section of a question and, where it is in one, the subsection.

        Empty for fields of the header.
        """
        return self._parts_by_question.get(question_id, ())

    def scored_inside(self, part: Section | Subsection) -> list[str]:
        """Return the ids of the scored questions in a section with its subsections."""
        inner = part.sections if isinstance(part, Section) else ()
        return [q.id for place in (part, *inner) for q in questions_in(place) if q.is_scored]

    @cached_property
    def _by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.everything_asked()}

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {question.id: place for place, question in enumerate(self.questions(), start=1)}

    @cached_property
    def _parts_by_question(self) -> Mapping[str, tuple[Section | Subsection, ...]]:
        return {
            question.id: path
            for section in self.sections
            for path in ((section,), *((section, inner) for inner in section.sections))
            for question in questions_in(path[-1])
        }

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> "Form":
        # Not a ValueError: pydantic would fold the problems into one text.
        if broken := list(broken_rules(self)):
            raise BadInput(broken)
        return self


def questions_in(part: Section | Subsection) -> Iterator[Question]:
    """Yield the questions that stand in a section itself, without its information blocks."""
    for item in part.questions:
        if not isinstance(item, InformationBlock):
            yield item


def schema_text() -> str:
    """Return the JSON Schema of form files, which editors check and complete with."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Form.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
