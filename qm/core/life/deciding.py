"""Who may take which step of an evaluation's life now, and why not."""

from dataclasses import dataclass
from datetime import datetime

from qm.core.access import Actor, Right
from qm.core.life.rules import LifeRules
from qm.core.life.states import STEPS, TRANSITIONS, State, Step
from qm.core.life.timing import window_ends
from qm.core.problems import N_, explain

NOT_YOURS = explain(
    "life.not_yours",
    N_("This step of the evaluation is not yours to take."),
    N_("Ask whoever the centre's rules name for it."),
)
WRONG_STATE = explain(
    "life.wrong_state",
    N_("The evaluation has moved on: this step is not possible any more."),
    N_("Reload the page to see where it stands."),
)
OWN_WORK = explain(
    "life.own_work",
    N_("You evaluated this yourself."),
    N_("Somebody else has to take this step."),
)
ONLY_QA_LEAD = explain(
    "life.only_qa_lead",
    N_("This evaluation is for the QA lead to look at before the agent sees it."),
    N_("Leave it to the QA lead."),
)
WINDOW_CLOSED = explain(
    "dispute.window_closed",
    N_("The days for disputing this evaluation are over."),
    N_("Talk to your team lead; the QA lead can still correct it."),
)
NO_ROUNDS_LEFT = explain(
    "dispute.no_rounds_left",
    N_("This evaluation was disputed as often as the centre's rules allow."),
    N_("Talk to your team lead; the QA lead can still correct it."),
)
OTHER_APPROVER = explain(
    "dispute.other_approver",
    N_("The dispute waits for another approver."),
    N_("Leave it to whoever decides at this stage."),
)
LAST_STAGE = explain(
    "dispute.last_stage",
    N_("There is nobody after you to pass the dispute on to."),
    N_("Decide it."),
)
NOT_LAST_STAGE = explain(
    "dispute.not_last_stage",
    N_("At this stage a dispute is upheld or passed on, not changed."),
    N_("Pass it on with what you think of it."),
)

_DECISIONS: frozenset[Step] = frozenset({"pass_on", "uphold", "change"})
_RIGHTS: dict[Step, tuple[Right, ...]] = {
    "return": ("review_evaluations", "publish_evaluations"),
    "publish": ("publish_evaluations",),
    "acknowledge": ("answer_evaluations",),
    "dispute": ("answer_evaluations",),
    "pass_on": ("decide_disputes",),
    "uphold": ("decide_disputes",),
    "change": ("decide_disputes",),
    "correct": ("review_evaluations",),
    "close": ("publish_evaluations",),
}
"""Any of these rights lets a person take the step; the evaluator submits, and takes that back."""


@dataclass(frozen=True)
class Matter:
    """An evaluation as far as its next step depends on it.

    `authors` evaluated or corrected any of its revisions; `evaluator` has its assignment.
    `stage` is that of its open dispute.
    """

    state: State
    agent_id: str
    team_id: str
    evaluator: str
    authors: frozenset[str]
    published_at: datetime | None = None
    disputes: int = 0
    stage: int = 0
    needs_review: bool = False


def refusal(
    step: Step, actor: Actor, matter: Matter, rules: LifeRules, now: datetime
) -> str | None:
    """Return the code of why the actor may not take the step now, None where they may."""
    if not _has_right(step, actor, matter):
        return NOT_YOURS
    if matter.state not in TRANSITIONS[step][0]:
        return WRONG_STATE
    if step in _DECISIONS:
        return _refused_decision(step, actor, matter, rules)
    if step == "dispute":
        return _refused_dispute(matter, rules, now)
    return _refused_by_four_eyes(step, actor, matter, rules)


def steps_open(actor: Actor, matter: Matter, rules: LifeRules, now: datetime) -> frozenset[Step]:
    """Return the steps that the actor may take now."""
    return frozenset(step for step in STEPS if refusal(step, actor, matter, rules, now) is None)


def may_dispute_again(rules: LifeRules, disputes: int) -> bool:
    """Whether a round is left after as many as were begun."""
    return disputes < rules.dispute_rounds


def _has_right(step: Step, actor: Actor, matter: Matter) -> bool:
    if step in {"submit", "resubmit"}:
        return actor.username == matter.evaluator
    if step == "return" and actor.username == matter.evaluator:
        return True  # who sent it off too soon takes it back, until somebody published it
    is_within = actor.sees(team_id=matter.team_id, agent_id=matter.agent_id)
    return is_within and any(actor.may(right) for right in _RIGHTS[step])


def _refused_by_four_eyes(step: Step, actor: Actor, matter: Matter, rules: LifeRules) -> str | None:
    if step not in {"publish", "correct"}:
        return None
    if actor.username in matter.authors:
        return OWN_WORK
    is_for_qa_lead = matter.needs_review or rules.publication == "by_qa_lead"
    if step == "publish" and is_for_qa_lead and not actor.may("review_evaluations"):
        return ONLY_QA_LEAD
    return None


def _refused_decision(step: Step, actor: Actor, matter: Matter, rules: LifeRules) -> str | None:
    if actor.username in matter.authors:
        return OWN_WORK
    # An administrator stands in, so that no dispute is stuck where a role has nobody.
    if actor.role not in {rules.approver(matter.stage), "admin"}:
        return OTHER_APPROVER
    is_last = rules.is_last(matter.stage)
    if step == "pass_on" and is_last:
        return LAST_STAGE
    if step == "change" and not is_last:
        return NOT_LAST_STAGE
    return None


def _refused_dispute(matter: Matter, rules: LifeRules, now: datetime) -> str | None:
    if not may_dispute_again(rules, matter.disputes):
        return NO_ROUNDS_LEFT
    if matter.published_at is None or now > window_ends(rules, matter.published_at):
        return WINDOW_CLOSED
    return None
