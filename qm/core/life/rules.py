"""The rules of an evaluation's life, as data: windows, rounds, and who approves."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qm.core.problems import N_, BadInput, Problem, explain

KIND = "life"
"""The kind under which the store keeps these rules."""

Publication = Literal["by_lead", "by_qa_lead", "at_once"]
Approver = Literal["lead", "qa_lead", "manager"]

APPROVER_TWICE = explain(
    "life.approver_twice",
    N_("“{role}” approves at two stages."),
    N_("List each role once."),
)

_Days = Annotated[int, Field(ge=1, le=365)]


class LifeRules(BaseModel):
    """What the centre set; the defaults hold before anybody set anything.

    `publication`: who publishes — the agent's team lead (and those above), only the QA lead (and
    those above), or nobody because it is published at submission. Of what is submitted,
    `review_share_percent` (chosen by a hash) and with `review_fatal` every failed evaluation are
    for the QA lead alone to publish. All days run from the step before: `dispute_within_days`
    from publication. `approvers` decide a dispute one after the other; every stage but the last
    upholds or passes on. `hides_agent` and `shows_earlier_scores` are about the evaluator's page;
    with `coaching_review` the lead reads an analyst's notes before the agent does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    publication: Publication = "by_lead"
    review_share_percent: Annotated[float, Field(ge=0, le=100)] = 0
    review_fatal: bool = False
    publish_within_days: _Days = 3
    resubmit_within_days: _Days = 3
    acknowledge_within_days: _Days = 7
    dispute_within_days: _Days = 14
    decide_within_days: _Days = 5
    dispute_rounds: Annotated[int, Field(ge=0, le=5)] = 1
    approvers: Annotated[tuple[Approver, ...], Field(min_length=1, max_length=3)] = ("lead",)
    hides_agent: bool = False
    shows_earlier_scores: bool = False
    coaching_review: bool = True
    self_evaluation: bool = True

    def approver(self, stage: int) -> Approver:
        """Return the role that decides at a stage (from 0); beyond the last one it is the last."""
        return self.approvers[min(stage, len(self.approvers) - 1)]

    def is_last(self, stage: int) -> bool:
        """Whether no other approver follows this stage."""
        return stage >= len(self.approvers) - 1

    @model_validator(mode="after")
    def _approves_once(self) -> Self:
        for place, role in enumerate(self.approvers):
            if role in self.approvers[:place]:
                values = {"role": role}
                raise BadInput(
                    Problem(APPROVER_TWICE, KIND, field=f"approvers[{place}]", values=values)
                )
        return self
