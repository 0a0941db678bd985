"""The kinds of questions a form may ask, and the points their answers earn."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from qm.core.forms.answers import Answer
from qm.core.forms.conditions import Condition
from qm.core.forms.gradables import (
    Gradable,
    Grade,
    NotApplicablePolicy,
    Option,
    Range,
    Reason,
    Requirement,
)
from qm.core.forms.identifiers import AnswerId, Identifier, Points, Quantity, Strict, Weight
from qm.core.text import Wording

Lens = Literal["customer", "business", "compliance"]
LENSES: tuple[Lens, ...] = ("customer", "business", "compliance")
_ZERO = Decimal(0)


class _Asked(Strict):
    """What everything in a section has."""

    id: Identifier
    text: Wording
    when: Condition | None = Field(default=None, description="Asked only when this holds.")


class _Question(_Asked):
    guidance: Wording | None = Field(default=None, description="What earns which answer.")
    required: bool = Field(
        default=True, strict=True, description="Must be answered before the form is submitted."
    )
    not_applicable: Annotated[bool, Field(strict=True)] | NotApplicablePolicy = Field(
        default=False,
        description="May be answered with N/A; names the policy where it differs from the form's.",
    )
    requires: tuple[Requirement, ...] = Field(
        default=(), description="What must be given with every answer."
    )

    @property
    def is_scored(self) -> bool:
        """Whether its answers earn points."""
        return False

    @property
    def allows_not_applicable(self) -> bool:
        """Whether it may be answered with N/A."""
        return self.not_applicable is not False


class _Scored(_Question):
    weight: Weight = Decimal(1)
    critical: Lens | None = Field(
        default=None, description="Counted in the critical accuracy of this lens."
    )
    bonus: bool = Field(
        default=False, strict=True, description="Its points are extra: not part of the maximum."
    )
    reasons: tuple[Reason, ...] = Field(
        default=(), max_length=50, description="Root causes to choose from when points are lost."
    )

    @property
    def is_scored(self) -> bool:
        """Whether its answers earn points."""
        return True

    @property
    def gradables(self) -> tuple[Gradable, ...]:
        """The options or ranges that earn points; a scale has none."""
        return ()

    @property
    def least_points(self) -> Decimal:
        """The points of the worst answer."""
        return min(part.points for part in self.gradables)

    @property
    def possible_points(self) -> Decimal:
        """The points of the best answer; bonus points do not count."""
        points = [part.points for part in self.gradables if not part.bonus]
        return _ZERO if self.bonus else max(points, default=_ZERO)

    def grade(self, answer: Answer) -> Grade:
        """Return what `answer` earns; raises ValueError for one the question cannot have."""
        raise NotImplementedError


class _Choosing(_Scored):
    options: tuple[Option, ...]

    @property
    def gradables(self) -> tuple[Gradable, ...]:
        """The options."""
        return self.options

    def option(self, option_id: str) -> Option | None:
        """Return the option with this id, or None."""
        return next((option for option in self.options if option.id == option_id), None)

    def _chosen(self, option_id: str) -> Option:
        option = self.option(option_id)
        if option is None:
            raise ValueError(f"question “{self.id}” has no option “{option_id}”")
        return option


class ChoiceQuestion(_Choosing):
    """One answer of several; yes/no is a question with two."""

    type: Literal["choice"] = "choice"
    options: tuple[Option, ...] = Field(min_length=2, max_length=256)
    default: AnswerId | None = Field(default=None, description="The answer a new evaluation has.")

    def grade(self, answer: Answer) -> Grade:
        """Return what the chosen option earns."""
        if answer.option is None:
            raise ValueError(f"question “{self.id}” is answered with one option")
        option = self._chosen(answer.option)
        return Grade(option.points, (option,))


class MultipleChoiceQuestion(_Choosing):
    """Any number of answers, also none; their points add up, between the two bounds."""

    type: Literal["choices"]
    options: tuple[Option, ...] = Field(min_length=1, max_length=256)
    least: Points | None = Field(default=None, description="Earns at least these points.")
    most: Points | None = Field(default=None, description="Earns at most these points.")
    default: tuple[AnswerId, ...] | None = Field(
        default=None, description="The answer a new evaluation has."
    )

    @property
    def least_points(self) -> Decimal:
        """The points of the worst selection."""
        return self._bounded(sum((min(o.points, _ZERO) for o in self.options), _ZERO))

    @property
    def possible_points(self) -> Decimal:
        """The points of the best selection; bonus points do not count."""
        if self.bonus:
            return _ZERO
        plain = (max(o.points, _ZERO) for o in self.options if not o.bonus)
        return self._bounded(sum(plain, _ZERO))

    def grade(self, answer: Answer) -> Grade:
        """Return what the chosen options earn together."""
        if answer.options is None:
            raise ValueError(f"question “{self.id}” is answered with a list of options")
        chosen = tuple(self._chosen(option_id) for option_id in answer.options)
        return Grade(self._bounded(sum((option.points for option in chosen), _ZERO)), chosen)

    def _bounded(self, points: Decimal) -> Decimal:
        if self.most is not None:
            points = min(points, self.most)
        return points if self.least is None else max(points, self.least)


class NumberQuestion(_Scored):
    """A number that falls into one of the ranges; without ranges it is only recorded."""

    type: Literal["number"]
    at_least: Quantity
    at_most: Quantity
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    unit: Wording | None = None
    ranges: tuple[Range, ...] = Field(default=(), max_length=100)
    default: Quantity | Literal["n/a"] | None = Field(
        default=None, description="The answer a new evaluation has."
    )

    @property
    def is_scored(self) -> bool:
        """Whether there are ranges that earn points."""
        return bool(self.ranges)

    @property
    def gradables(self) -> tuple[Gradable, ...]:
        """The ranges."""
        return self.ranges

    def grade(self, answer: Answer) -> Grade:
        """Return what the number's range earns."""
        number = answer.number
        if number is None or not self.at_least <= number <= self.at_most:
            bounds = f"{self.at_least} to {self.at_most}"
            raise ValueError(f"question “{self.id}” is answered with a number from {bounds}")
        if number != round(number, self.decimals):
            raise ValueError(f"question “{self.id}” takes {self.decimals} decimals at most")
        found = next((part for part in self.ranges if part.holds(number)), None)
        if found is None and self.ranges:
            raise ValueError(f"question “{self.id}” has no range for {number}")
        return Grade(found.points, (found,)) if found else Grade(_ZERO)


class ScaleQuestion(_Scored):
    """A whole number from the lowest to the highest; it is the points."""

    type: Literal["scale"]
    lowest: Annotated[int, Field(ge=-100, le=100)]
    highest: Annotated[int, Field(ge=-100, le=100)]
    lowest_label: Wording | None = None
    highest_label: Wording | None = None
    default: Annotated[int, Field(ge=-100, le=100)] | Literal["n/a"] | None = Field(
        default=None, description="The answer a new evaluation has."
    )

    @property
    def least_points(self) -> Decimal:
        """The lowest number."""
        return Decimal(self.lowest)

    @property
    def possible_points(self) -> Decimal:
        """The highest number."""
        return _ZERO if self.bonus else Decimal(self.highest)

    def grade(self, answer: Answer) -> Grade:
        """Return the chosen number as points."""
        number = answer.number
        if number is None or not self.lowest <= number <= self.highest or number % 1:
            bounds = f"{self.lowest} to {self.highest}"
            raise ValueError(f"question “{self.id}” is answered with a whole number from {bounds}")
        return Grade(Decimal(int(number)))


class TextQuestion(_Question):
    """A text that is recorded and not scored."""

    type: Literal["text"]
    required: bool = Field(default=False, strict=True)

    def grade(self, answer: Answer) -> Grade:
        """Return no points; raises ValueError where the answer is no text."""
        if answer.text is None:
            raise ValueError(f"question “{self.id}” is answered with a text")
        return Grade(_ZERO)


class DateQuestion(_Question):
    """A day that is recorded and not scored."""

    type: Literal["date"]
    required: bool = Field(default=False, strict=True)

    def grade(self, answer: Answer) -> Grade:
        """Return no points; raises ValueError where the answer is no day."""
        if answer.date is None:
            raise ValueError(f"question “{self.id}” is answered with a day")
        return Grade(_ZERO)


class InformationBlock(_Asked):
    """A text for the evaluator; nothing is asked."""

    type: Literal["information"]


def _kind(content: Any) -> str:
    if isinstance(content, Mapping):
        return f"type:{content.get('type', 'choice')}"
    return f"type:{getattr(content, 'type', 'choice')}"


ScoredQuestion = ChoiceQuestion | MultipleChoiceQuestion | NumberQuestion | ScaleQuestion
Question = ScoredQuestion | TextQuestion | DateQuestion
HeaderField = Annotated[
    Annotated[ChoiceQuestion, Tag("type:choice")]
    | Annotated[MultipleChoiceQuestion, Tag("type:choices")]
    | Annotated[NumberQuestion, Tag("type:number")]
    | Annotated[ScaleQuestion, Tag("type:scale")]
    | Annotated[TextQuestion, Tag("type:text")]
    | Annotated[DateQuestion, Tag("type:date")],
    Discriminator(_kind),
]
Item = Annotated[
    Annotated[ChoiceQuestion, Tag("type:choice")]
    | Annotated[MultipleChoiceQuestion, Tag("type:choices")]
    | Annotated[NumberQuestion, Tag("type:number")]
    | Annotated[ScaleQuestion, Tag("type:scale")]
    | Annotated[TextQuestion, Tag("type:text")]
    | Annotated[DateQuestion, Tag("type:date")]
    | Annotated[InformationBlock, Tag("type:information")],
    Discriminator(_kind),
]
QUESTION_TYPES = ("choice", "choices", "number", "scale", "text", "date", "information")
