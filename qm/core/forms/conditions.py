"""Conditions: when a section or question is asked, by answers and by the interaction itself.

A condition reads like a sentence and nests: `{question: solved, answered: [no]}`,
`{interaction: talk_s, at_least: 300}`, `{all: […]}`, `{any: […]}`, `{not: …}`. Questions are
named by id, never by position.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, Field, Tag, model_validator

from qm.core.forms.identifiers import AnswerId, Identifier, Quantity, Strict

ATTRIBUTES = (
    "channel",
    "queue",
    "direction",
    "language",
    "talk_s",
    "hold_s",
    "wrap_s",
    "outcome",
    "agent",
    "team",
)
Facts = Mapping[str, str | float | None]
NO_FACTS: Facts = {}
# The centre's own columns may have any name that a heading of a file can have.
_Attribute = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S(?:.*\S)?$")]
_T = TypeVar("_T")


class _Bounds(Strict):
    at_least: Quantity | None = None
    at_most: Quantity | None = None

    def within(self, value: Decimal) -> bool:
        """Whether `value` lies between the bounds, both included."""
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


class Answered(_Bounds):
    """Holds when a question was answered so; never while that question is hidden or open.

    `answered` names options (one of them suffices), or `n/a`; `at_least` and `at_most` bound
    the number that was given to a number or scale question.
    """

    question: Identifier
    answered: tuple[AnswerId, ...] = Field(default=(), max_length=256)

    @model_validator(mode="after")
    def _asks_something(self) -> "Answered":
        if not self.answered and self.at_least is None and self.at_most is None:
            raise ValueError("write `answered`, `at_least` or `at_most` beside `question`")
        return self


class InteractionIs(_Bounds):
    """Holds when an attribute of the interaction has one of the values, or lies in the bounds.

    Attributes are those of the import (`channel`, `queue`, `talk_s` …) and the centre's own
    columns. An attribute that the interaction does not have makes it false.
    """

    interaction: _Attribute
    # "is" is a keyword of Python.
    one_of: tuple[str, ...] = Field(default=(), alias="is", max_length=256)

    @model_validator(mode="after")
    def _asks_something(self) -> "InteractionIs":
        if not self.one_of and self.at_least is None and self.at_most is None:
            raise ValueError("write `is`, `at_least` or `at_most` beside `interaction`")
        return self

    def matches(self, facts: Facts) -> bool:
        """Whether the interaction of these facts is so."""
        fact = facts.get(self.interaction)
        if fact is None:
            return False
        if self.one_of:
            return str(fact) in self.one_of
        try:
            value = Decimal(str(fact))
        except InvalidOperation:
            return False
        return value.is_finite() and self.within(value)


class All(Strict):
    """Holds when every condition holds."""

    all: tuple["Condition", ...] = Field(min_length=1, max_length=100)


class AnyOf(Strict):
    """Holds when at least one condition holds."""

    any: tuple["Condition", ...] = Field(min_length=1, max_length=100)


class Not(Strict):
    """Holds when the condition does not."""

    negated: "Condition" = Field(alias="not")


def _kind(content: Any) -> str:
    if not isinstance(content, Mapping):
        kinds: dict[type, str] = {
            All: "all",
            AnyOf: "any",
            Not: "not",
            InteractionIs: "interaction",
        }
        return f"when:{kinds.get(type(content), 'question')}"
    named = (kind for kind in ("all", "any", "not", "interaction") if kind in content)
    return f"when:{next(named, 'question')}"


Condition = Annotated[
    Annotated[Answered, Tag("when:question")]
    | Annotated[InteractionIs, Tag("when:interaction")]
    | Annotated[All, Tag("when:all")]
    | Annotated[AnyOf, Tag("when:any")]
    | Annotated[Not, Tag("when:not")],
    Discriminator(_kind),
]
Leaf = Answered | InteractionIs

All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def holds(condition: Condition, truth_of: Callable[[Leaf], _T]) -> _T:
    """Return the truth of `condition`, given that of its leaves.

    The truth is a bool, or an array of bools for many evaluations at once.
    """
    if isinstance(condition, All):
        return reduce(operator.and_, (holds(part, truth_of) for part in condition.all))
    if isinstance(condition, AnyOf):
        return reduce(operator.or_, (holds(part, truth_of) for part in condition.any))
    if isinstance(condition, Not):
        # `^ True` negates a bool and an array of bools alike.
        negated: _T = operator.xor(holds(condition.negated, truth_of), True)
        return negated
    return truth_of(condition)


def leaves(condition: Condition, path: str = "when") -> Iterator[tuple[str, Leaf]]:
    """Yield the leaves of a condition with the path of each, as a form file would write it."""
    if isinstance(condition, All | AnyOf):
        word: Literal["all", "any"] = "all" if isinstance(condition, All) else "any"
        parts = condition.all if isinstance(condition, All) else condition.any
        for place, part in enumerate(parts):
            yield from leaves(part, f"{path}.{word}[{place}]")
    elif isinstance(condition, Not):
        yield from leaves(condition.negated, f"{path}.not")
    else:
        yield path, condition


def asked_questions(condition: Condition) -> Iterator[str]:
    """Yield the ids of the questions whose answers the condition depends on."""
    for _path, leaf in leaves(condition):
        if isinstance(leaf, Answered):
            yield leaf.question
