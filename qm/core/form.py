"""Evaluation forms as data: what a form may hold, and the rules it must keep."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from qm.core.text import Wording

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")]
Channel = Literal["call", "chat", "email"]
CHANNELS: tuple[Channel, ...] = ("call", "chat", "email")
Lens = Literal["customer", "business", "compliance"]
LENSES: tuple[Lens, ...] = ("customer", "business", "compliance")
Points = Annotated[Decimal, Field(ge=0, le=1000, max_digits=9, decimal_places=4)]
Weight = Annotated[Decimal, Field(ge=0, le=1000, max_digits=9, decimal_places=4)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Strict):
    """One possible answer of a question."""

    id: Identifier
    label: Wording
    points: Points
    fatal: bool = Field(default=False, description="Choosing it decides the outcome: failed.")


class Condition(_Strict):
    """Holds when an earlier question was answered with one of the named options."""

    question: Identifier
    answered: tuple[Identifier, ...] = Field(min_length=1)


class Question(_Strict):
    """A question with graded options; yes/no is a question with two."""

    id: Identifier
    text: Wording
    guidance: Wording | None = Field(default=None, description="What earns which answer.")
    weight: Weight = Decimal(1)
    critical: Lens | None = Field(
        default=None, description="Counted in the critical accuracy of this lens."
    )
    not_applicable: bool = Field(default=False, description="May be answered with N/A.")
    when: Condition | None = Field(default=None, description="Shown only when this holds.")
    options: tuple[Option, ...] = Field(min_length=2, max_length=12)

    @property
    def possible_points(self) -> Decimal:
        """The points of the best option."""
        return max(option.points for option in self.options)

    def option(self, option_id: str) -> Option | None:
        """Return the option with this id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


class Section(_Strict):
    """Questions that are weighted together."""

    id: Identifier
    title: Wording
    weight: Weight
    questions: tuple[Question, ...] = Field(min_length=1)


class Form(_Strict):
    """One version of an evaluation form."""

    form: Identifier
    version: Version
    channel: Channel
    title: Wording
    description: Wording | None = None
    pass_percent: Annotated[Decimal, Field(ge=0, le=100)] = Field(
        description="A score from here on passes."
    )
    places: Annotated[int, Field(ge=0, le=4)] = Field(
        default=1, description="Decimals of the score, rounded half up after the last sum."
    )
    not_applicable: Literal["redistribute"] = Field(
        default="redistribute",
        description="N/A questions leave; their weight goes to the others in proportion.",
    )
    fatal: Literal["zero", "keep"] = Field(
        default="keep",
        description="After a fatal answer the outcome is failed and the score zero or kept.",
    )
    sections: tuple[Section, ...] = Field(min_length=1)

    @property
    def key(self) -> str:
        """Id and version in one text, such as `inbound-call@1`."""
        return f"{self.form}@{self.version}"

    def questions(self) -> Iterator[Question]:
        """Yield every question in the order of the form."""
        for section in self.sections:
            yield from section.questions

    def question(self, question_id: str) -> Question | None:
        """Return the question with this id, or None."""
        return next((q for q in self.questions() if q.id == question_id), None)

    def number_of(self, question_id: str) -> int:
        """Return the place of the question in the form, counted from 1."""
        return [question.id for question in self.questions()].index(question_id) + 1

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> "Form":
        broken = list(_broken_rules(self))
        if broken:
            raise ValueError("; ".join(broken))
        return self


def _broken_rules(form: Form) -> Iterator[str]:
    yield from _twice("section", [section.id for section in form.sections])
    yield from _twice("question", [question.id for question in form.questions()])
    if not any(section.weight for section in form.sections):
        yield "the weights of the sections sum to nothing: give at least one section a weight"
    for section in form.sections:
        if section.weight and not any(question.weight for question in section.questions):
            yield f"the weights of the questions in section “{section.id}” sum to nothing"
    earlier: dict[str, Question] = {}
    for question in form.questions():
        yield from _twice(
            f"option of question “{question.id}”", [option.id for option in question.options]
        )
        if not question.possible_points:
            yield f"no option of question “{question.id}” earns points"
        yield from _broken_condition(question, earlier)
        earlier[question.id] = question


def _broken_condition(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    if question.when is None:
        return
    asked = earlier.get(question.when.question)
    if asked is None:
        yield (
            f"question “{question.id}” depends on “{question.when.question}”, "
            "which is not an earlier question"
        )
        return
    for option_id in question.when.answered:
        if asked.option(option_id) is None:
            yield (
                f"question “{question.id}” depends on option “{option_id}”, "
                f"which question “{asked.id}” does not have"
            )


def _twice(what: str, ids: list[str]) -> Iterator[str]:
    for identifier in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"the id “{identifier}” is used by more than one {what}"
