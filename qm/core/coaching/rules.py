"""What a centre sets about coaching, as data: the triggers that propose it, and due dates."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qm.core.forms.identifiers import Identifier, Strict
from qm.core.problems import N_, BadInput, Problem, explain

KIND = "coaching"
"""The kind under which the store keeps these rules."""

Days = Annotated[int, Field(ge=1, le=365)]
Count = Annotated[int, Field(ge=1, le=100)]

TRIGGER_TWICE = explain(
    "coaching.trigger_twice",
    N_("Two triggers have the id “{trigger}”."),
    N_("Give each trigger an id of its own."),
)
NO_WINDOW = explain(
    "coaching.no_window",
    N_("The trigger does not say within how many evaluations or days the misses are counted."),
    N_("Give `evaluations`, `days` or both."),
)


class FatalTrigger(Strict):
    """A fatal answer in an evaluation that was published in the last `within_days` days."""

    kind: Literal["fatal"]
    id: Identifier
    within_days: Days = 30


class MissesTrigger(Strict):
    """`misses` of one question in the last `evaluations` that answered it, or `days`, or both.

    A miss is an answer short of full points that was in the agent's hands. `questions` limits
    the trigger to these ids; without any it watches all.
    """

    kind: Literal["misses"]
    id: Identifier
    misses: Annotated[int, Field(ge=2, le=100)] = 3
    evaluations: Count | None = None
    days: Days | None = None
    questions: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _has_window(self) -> Self:
        if self.evaluations is None and self.days is None:
            raise BadInput(Problem(NO_WINDOW, "", field="triggers"))
        return self


class DropTrigger(Strict):
    """The last `recent` scores lie below the agent's own baseline, by more than chance.

    The baseline are the scores of contacts in the `baseline_days` before, at least `baseline` of
    them. See `qm.core.coaching.triggers` for the test.
    """

    kind: Literal["drop"]
    id: Identifier
    recent: Annotated[int, Field(ge=4, le=100)] = 6
    baseline: Annotated[int, Field(ge=4, le=100)] = 8
    baseline_days: Days = 180


Trigger = Annotated[FatalTrigger | MissesTrigger | DropTrigger, Field(discriminator="kind")]

_DEFAULT_TRIGGERS: tuple[Trigger, ...] = (
    FatalTrigger(kind="fatal", id="fatal"),
    MissesTrigger(kind="misses", id="repeated-miss", misses=3, evaluations=6, days=90),
    DropTrigger(kind="drop", id="drop"),
)


class CoachingRules(Strict):
    """The triggers, within how many days steps are due, and the time around a talk to compare."""

    triggers: tuple[Trigger, ...] = _DEFAULT_TRIGGERS
    review_within_days: Days = 2
    acknowledge_within_days: Days = 7
    discuss_within_days: Days = 14
    compare_days: Days = 90

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [trigger.id for trigger in self.triggers]
        for trigger_id in ids:
            if ids.count(trigger_id) > 1:
                values = {"trigger": trigger_id}
                raise BadInput(Problem(TRIGGER_TWICE, "", field="triggers", values=values))
        return self
