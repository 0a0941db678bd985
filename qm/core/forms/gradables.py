"""What earns points: options and ranges, and what a fatal one decides."""

from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from qm.core.forms.identifiers import Identifier, Points, Quantity, Strict
from qm.core.text import Wording

NotApplicablePolicy = Literal["redistribute", "split-equally", "full-marks", "zero"]
FatalEffect = Literal["zero", "keep"]
Requirement = Literal["comment", "evidence", "reason"]
_ZERO = Decimal(0)


class Fatal(Strict):
    """What a fatal answer decides, where it differs from `fatal: true`."""

    scope: Literal["form", "section"] = Field(
        default="form", description="What fails: the whole form, or one section."
    )
    section: Identifier | None = Field(
        default=None, description="The section that fails; by default the question's own."
    )
    effect: FatalEffect | None = Field(
        default=None, description="zero or keep the score; by default what the form says."
    )


class Gradable(Strict):
    """What every option and range has."""

    points: Points = _ZERO
    fatal: Annotated[bool, Field(strict=True)] | Fatal = Field(
        default=False, description="Choosing it decides the outcome: failed."
    )
    bonus: bool = Field(
        default=False, strict=True, description="Its points are extra: not part of the maximum."
    )
    requires: tuple[Requirement, ...] = Field(
        default=(), description="What must be given with this answer."
    )

    @property
    def fatality(self) -> Fatal | None:
        """What choosing it decides, or None where it is not fatal."""
        if isinstance(self.fatal, Fatal):
            return self.fatal
        return Fatal() if self.fatal else None


class Option(Gradable):
    """One possible answer of a question."""

    id: Identifier
    label: Wording
    guidance: Wording | None = Field(default=None, description="What earns this answer.")


class Range(Gradable):
    """A stretch of numbers, both ends included, and the points it earns."""

    at_least: Quantity
    at_most: Quantity

    def holds(self, value: Decimal) -> bool:
        """Whether `value` lies in the range."""
        return self.at_least <= value <= self.at_most


class Reason(Strict):
    """A root cause that an answer which loses points can name."""

    id: Identifier
    label: Wording


class Grade(NamedTuple):
    """What an answer earned, and by which options or ranges."""

    points: Decimal
    chosen: tuple[Gradable, ...] = ()
