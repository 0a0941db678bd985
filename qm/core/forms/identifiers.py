"""Types that the models of forms share: ids, numbers with their ranges, strict models."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

# The grammar of Amazon Connect's RefId, so that ids of other systems can be kept as they are.
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
FormId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Version = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,5}$"),
    # The file's reader takes every number as the text it is, so `version: 1` needs no quotes.
    WithJsonSchema({"type": ["integer", "string"], "pattern": "^[1-9][0-9]{0,5}$", "minimum": 1}),
]
NOT_APPLICABLE: Literal["n/a"] = "n/a"  # no id can be written like this
AnswerId = Identifier | Literal["n/a"]


def _number(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", "minimum": least, "maximum": most})


Points = Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=4), _number(-1000, 1000)]
Weight = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=4), _number(0, 1000)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4), _number(0, 100)]
AnyPercent = Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=4), _number(-1000, 1000)]
Quantity = Annotated[
    Decimal, Field(ge=-(10**9), le=10**9, decimal_places=4), _number(-(10**9), 10**9)
]


class Strict(BaseModel):
    """A part of a form: unknown keys are refused, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
