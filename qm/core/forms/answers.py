"""What an evaluator records: answers, comments and the evidence behind them."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from qm.core.text import MOST_LETTERS


class Evidence(BaseModel):
    """A stretch of the interaction that an answer rests on.

    Seconds count from the start of the recording; both are None for written channels, where
    `segment` (the message's place, from 0) tells where to look.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    segment: Annotated[int, Field(ge=0)]
    start_s: float | None = None
    end_s: float | None = None
    quote: Annotated[str, Field(max_length=2000)] = ""


class Answer(BaseModel):
    """One question's answer: a value of the question's kind, or N/A, or nothing but remarks yet.

    `options` is the selection of a multiple choice; an empty one says “none of these”, None says
    nothing. `reasons` are root causes of lost points. `outside_control` tags a finding that was
    not in the agent's hands: it counts for the process and not for the agent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    option: str | None = None
    options: tuple[str, ...] | None = None
    number: Annotated[Decimal, Field(allow_inf_nan=False)] | None = None
    text: Annotated[str, Field(max_length=MOST_LETTERS)] | None = None
    date: dt.date | None = None
    not_applicable: bool = False
    comment: Annotated[str, Field(max_length=MOST_LETTERS)] = ""
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()
    outside_control: bool = False

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Answer":
        given = [self.option, self.options, self.number, self.text, self.date]
        values = sum(value is not None for value in given)
        if values + self.not_applicable > 1:
            raise ValueError("an answer is one value or N/A, not both")
        if self.options is not None and len(set(self.options)) < len(self.options):
            raise ValueError("an option is chosen once")
        return self

    @property
    def is_given(self) -> bool:
        """Whether there is a value; N/A is none."""
        return (
            self.option is not None
            or self.number is not None
            or self.options is not None
            or self.text is not None
            or self.date is not None
        )


Answers = Mapping[str, Answer]
ANSWERS_JSON: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])
