"""An evaluation with its life, loaded and checked for one step of one person."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from qm.core.access import Actor
from qm.core.life.deciding import NOT_YOURS, WRONG_STATE, Matter, refusal
from qm.core.life.rules import LifeRules
from qm.core.life.states import Step
from qm.core.life.timing import needs_review
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.core.text import MOST_LETTERS
from qm.store import evaluations as store
from qm.store import life as lives
from qm.store.rules import life_rules
from qm.store.tables import Evaluation, EvaluationLife

REASON_MISSING = explain(
    "life.reason_missing",
    N_("This needs a reason."),
    N_("Write why, in a sentence that everybody concerned may read."),
)
QUESTION_REASON_MISSING = explain(
    "life.question_reason_missing",
    N_("Question {question} has no reason yet."),
    N_("Write why, in a sentence that everybody concerned may read."),
)
REASON_TOO_LONG = explain(
    "life.reason_too_long",
    N_("The text is longer than {limit} characters."),
    N_("Shorten it."),
)


@dataclass(frozen=True)
class Case:
    """The latest revision of an evaluation, its life, and what its next step depends on."""

    evaluation: Evaluation
    life: EvaluationLife
    matter: Matter
    rules: LifeRules


def load_case(
    session: Session, evaluation: Evaluation, *, now: datetime, locked: bool = False
) -> Case:
    """Return an evaluation with its life, with `locked` kept from others until the end."""
    rules = life_rules(session)
    find = lives.locked_life if locked else lives.life_of
    life = find(session, evaluation.assignment_id)
    if life is None:
        raise NotAllowed(f"evaluation {evaluation.id} was never submitted")
    return Case(evaluation, life, _matter(session, evaluation, life, rules, now), rules)


def case_for(
    session: Session, actor: Actor, evaluation_id: int, step: Step, *, now: datetime
) -> Case:
    """Return the locked case of a step that the actor may take now.

    Raises `NotAllowed` where the evaluation or the step is not theirs, `BadInput` where the step
    is refused for now or the evaluation has a newer revision than the one they saw.
    """
    evaluation = store.find_readable(session, actor, evaluation_id)
    if evaluation is None:
        raise NotAllowed(f"evaluation {evaluation_id} is not yours to read")
    case = load_case(session, evaluation, now=now, locked=True)
    session.refresh(evaluation)
    why = refusal(step, actor, case.matter, case.rules, now)
    if why == NOT_YOURS:
        raise NotAllowed(f"{actor.role} “{actor.username}” may not {step} {evaluation_id}")
    if why is None and not evaluation.is_latest:
        why = WRONG_STATE
    if why is not None:
        raise BadInput(Problem(why, evaluation.interaction_id))
    return case


def written(reason: str, place: str, *, question: int | None = None) -> str:
    """Return a reason without the blanks around it; `BadInput` without one, or for too long a one.

    `question` is the number of the question that it is about, where there are several reasons.
    """
    text = not_too_long(reason, place)
    if text:
        return text
    if question is None:
        raise BadInput(Problem(REASON_MISSING, place))
    raise BadInput(Problem(QUESTION_REASON_MISSING, place, values={"question": question}))


def not_too_long(text: str, place: str) -> str:
    """Return a text without the blanks around it; `BadInput` for one of over 4,000 letters."""
    text = text.strip()
    if len(text) > MOST_LETTERS:
        values = {"limit": MOST_LETTERS}
        raise BadInput(Problem(REASON_TOO_LONG, place, values=values))
    return text


def _matter(
    session: Session,
    evaluation: Evaluation,
    life: EvaluationLife,
    rules: LifeRules,
    now: datetime,
) -> Matter:
    revisions = store.revisions_of(session, evaluation.assignment_id)
    dispute = lives.open_dispute(session, evaluation.assignment_id)
    authors = {each.revised_by or each.evaluator for each in revisions} | {evaluation.evaluator}
    return Matter(
        state=lives.state_of(life, now),
        agent_id=evaluation.agent_id,
        team_id=evaluation.team_id,
        evaluator=evaluation.evaluator,
        authors=frozenset(authors),
        published_at=life.published_at,
        disputes=life.disputes,
        stage=dispute.stage if dispute else 0,
        needs_review=needs_review(rules, evaluation.assignment_id, evaluation.outcome),
    )
