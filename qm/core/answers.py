"""What an evaluator records: answers, comments and the evidence behind them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator


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
    """One question's answer: an option, or N/A, or (with both unset) only a comment so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    option: str | None = None
    not_applicable: bool = False
    comment: Annotated[str, Field(max_length=4000)] = ""
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Answer":
        if self.option is not None and self.not_applicable:
            raise ValueError("an answer is an option or N/A, not both")
        return self


Answers = Mapping[str, Answer]
ANSWERS_JSON: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])
