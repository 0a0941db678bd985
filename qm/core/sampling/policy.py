"""The sampling policy as data: what is drawn, how it is spread, and what becomes of a pick."""

import hashlib
import json
import math
from datetime import time
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, model_validator

from qm.core.forms.conditions import Condition
from qm.core.forms.identifiers import FormId, Identifier, Percent, Strict, Version
from qm.core.periods import Calendar, PeriodKind
from qm.core.problems import BadInput
from qm.core.sampling.policy_rules import broken_rules
from qm.core.text import Wording

SpreadOver = Literal["channel", "queue", "duration", "part_of_day"]
Owner = Literal["imported", "first", "last", "longest"]
CarryOver = Literal["none", "within_period"]

Times = Annotated[
    Decimal,
    Field(ge=1, le=100, decimal_places=2),
    WithJsonSchema({"type": "number", "minimum": 1, "maximum": 100}),
]
Minutes = Annotated[
    Decimal,
    Field(gt=0, le=480),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 480}),
]
Share = Annotated[
    Percent,
    Field(gt=0),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100}),
]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Exclusion(Strict):
    """Interactions that no random draw may pick, and why."""

    reason: Identifier = Field(description="A short id of the reason; draws count by it.")
    label: Wording | None = Field(default=None, description="The reason in words, for people.")
    when: Condition = Field(
        description="Which interactions: attributes of the import, and the facts that qm adds: "
        "recorded (there is a recording file), evaluated and drawn (before this draw), each yes "
        "or no, and contacts_7d (earlier contacts of the same customer in seven days)."
    )


class Spread(Strict):
    """How an agent's picks are spread; everything else is left to the permanent numbers."""

    time_zones: Annotated[bool, Field(strict=True)] = Field(
        default=True,
        description="One pick from each of as many time zones of equal size as there are picks.",
    )
    over: tuple[SpreadOver, ...] = Field(
        default=(),
        max_length=4,
        description="First divide the picks over these, in proportion to the interactions.",
    )
    duration_s: tuple[Annotated[int, Field(ge=1, le=86_400)], ...] = Field(
        default=(120, 600),
        max_length=10,
        description="Talking times in seconds at which the next duration band begins.",
    )
    day_starts: tuple[Clock, ...] = Field(
        default=("06:00", "12:00", "18:00"),
        max_length=12,
        description="Clock times of the centre at which the next part of the day begins.",
    )


class NewAgents(Strict):
    """Agents whose first interaction lies less than `days` before the period's end."""

    days: int = Field(ge=1, le=730)
    times: Times = Field(description="Their percentage and minimum are multiplied by this.")


class Likelier(Strict):
    """Interactions that are drawn more often than others; their weight corrects for it."""

    when: Condition
    times: Times = Field(description="How many times as likely as an interaction without a rule.")


class Quota(Strict):
    """Interactions wanted for their own sake, kept apart from every average."""

    quota: Identifier
    label: Wording | None = None
    when: Condition | None = Field(default=None, description="Which interactions.")
    phrases: tuple[Annotated[str, Field(max_length=200)], ...] = Field(
        default=(),
        max_length=100,
        description="At least one of these is in the words of the interaction.",
    )
    max_per_period: int = Field(ge=1, le=10_000)
    max_per_agent: int | None = Field(default=None, ge=1, le=1_000)


class ReplacementReason(Strict):
    """Why a pick may be exchanged for the next in its zone."""

    reason: Identifier
    label: Wording


class Replacements(Strict):
    """What may be done about a pick that cannot be evaluated."""

    reasons: tuple[ReplacementReason, ...] = Field(default=(), max_length=30)
    max_percent: Percent = Field(
        default=Decimal(10),
        description="Share of the period's picks assigned to an analyst that they may exchange.",
    )
    reserves_per_pick: int = Field(
        default=1, ge=0, le=20, description="So many reserves for each pick wait in its zone."
    )


class Policy(Strict):
    """How the interactions of a period are drawn, assigned and replaced."""

    policy: FormId
    version: Version
    period: PeriodKind = "month"
    calendar: Calendar | None = Field(
        default=None, description="The calendar of the period; the centre's where not given."
    )
    percent: Share = Field(
        description="Percent of each agent's interactions in the period, rounded up."
    )
    min_per_agent: int = Field(default=0, ge=0, le=10_000)
    max_per_agent: int | None = Field(default=None, ge=1, le=10_000)
    owner: Owner = Field(
        default="imported", description="Whose an interaction with several agents is."
    )
    leave_out: tuple[Exclusion, ...] = Field(default=(), max_length=50)
    spread: Spread = Spread()
    new_agents: NewAgents | None = None
    likelier: tuple[Likelier, ...] = Field(default=(), max_length=20)
    double_scored_percent: Percent = Field(
        default=Decimal(0),
        description="Percent of the random picks that two analysts score, unknown to both.",
    )
    targeted: tuple[Quota, ...] = Field(default=(), max_length=50)
    replacements: Replacements = Replacements()
    carry_over: CarryOver = Field(
        default="within_period",
        description="Whether a top-up makes good what earlier draws of the period fell short of.",
    )
    due_days: int = Field(default=7, ge=1, le=90, description="Days from assignment to due date.")
    due_days_after_period: int | None = Field(
        default=None,
        ge=0,
        le=90,
        description="No evaluation is due later than so many days after the period's end.",
    )
    minutes_per_evaluation: Minutes = Field(
        default=Decimal(20), description="Working time of one evaluation, for planning."
    )

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> "Policy":
        # Not a ValueError: pydantic would fold the problems into one text.
        if broken := list(broken_rules(self)):
            raise BadInput(broken)
        return self

    @property
    def key(self) -> str:
        """The policy's id and version, such as monthly@2."""
        return f"{self.policy}@{self.version}"

    def sha256(self) -> str:
        """Return the hash of the policy's canonical JSON."""
        canonical = json.dumps(
            self.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    def picks_of(self, interactions: int, *, is_new: bool = False) -> int:
        """Return how many of an agent's `interactions` are picked.

        min(N, max, max(min, ⌈percent·N⌉)), computed exactly: 5 % of 40 is 2, not 3. For a new
        agent percent and minimum are multiplied first; the maximum holds for everyone.
        """
        times = Fraction(self.new_agents.times) if self.new_agents and is_new else Fraction(1)
        share = math.ceil(Fraction(self.percent) * times * interactions / 100)
        wanted = max(math.ceil(self.min_per_agent * times), share)
        if self.max_per_agent is not None:
            wanted = min(wanted, self.max_per_agent)
        return min(wanted, interactions)

    def day_times(self) -> list[time]:
        """Return the clock times at which parts of the day begin."""
        return [time.fromisoformat(text) for text in self.spread.day_starts]


def policy_schema_text() -> str:
    """Return the JSON Schema of policy files, which editors check and complete with."""
    schema = Policy.model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
