"""Disputes: an agent's objection to answers of an evaluation, until somebody else decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.life.deciding import may_dispute_again
from qm.core.life.revising import undue
from qm.core.life.states import State, Step
from qm.core.life.timing import due_at
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.store import evaluations as store
from qm.store import life as lives
from qm.store.engine import transaction
from qm.store.tables import Dispute, DisputedQuestion, Evaluation
from qm.workflow.coaching_proposals import propose_for
from qm.workflow.evaluation_life import BY_RULE, log_step
from qm.workflow.evaluation_rows import answers_of
from qm.workflow.life_matters import Case, case_for, not_too_long, written
from qm.workflow.life_steps import Deed, take_step
from qm.workflow.published_forms import load_form
from qm.workflow.revisions import revise

NO_QUESTION = explain(
    "dispute.no_question",
    N_("Nothing is disputed."),
    N_("Choose at least one question and say why its answer is wrong."),
)
UNKNOWN_QUESTION = explain(
    "dispute.unknown_question",
    N_("The evaluation has no answered question “{question}”."),
    N_("Choose questions of this evaluation."),
)
UNDECIDED = explain(
    "dispute.undecided",
    N_("Not decided yet ({count}): {questions}."),
    N_("Uphold or change the answer of every disputed question."),
)
NOT_DISPUTED = explain(
    "dispute.not_disputed",
    N_("Nobody disputes question {question}."),
    N_("Leave it as it is; the QA lead can correct it apart from the dispute."),
)


@dataclass(frozen=True)
class Decision:
    """What becomes of a disputed answer, and why: it stands (None), or `answer` takes its place."""

    reason: str
    answer: Answer | None = None


def raise_dispute(
    engine: Engine,
    actor: Actor,
    evaluation_id: int,
    reasons: Mapping[str, str],
    *,
    now: datetime,
) -> int:
    """Dispute answers of a published evaluation, each with its reason; return the dispute's id.

    Only its agent may, within the window and as often as the rules say. Raises `BadInput` with
    what is missing or refused, `NotAllowed` for others.
    """
    with transaction(engine) as session:
        case = case_for(session, actor, evaluation_id, "dispute", now=now)
        evaluation, life = case.evaluation, case.life
        told = _told_reasons(session, evaluation, reasons)
        life.disputes += 1
        deed = Deed(actor.username, now, detail={"questions": list(told)})
        take_step(session, life, evaluation, "dispute", "disputed", case.rules, deed)
        dispute = Dispute(
            assignment_id=evaluation.assignment_id,
            evaluation_id=evaluation_id,
            agent_id=evaluation.agent_id,
            team_id=evaluation.team_id,
            round=life.disputes,
            raised_by=actor.username,
            raised_at=now,
            due_at=life.due_at or now,
        )
        session.add(dispute)
        session.flush()
        dispute_id = dispute.id or 0
        session.add_all(
            DisputedQuestion(dispute_id=dispute_id, question_id=question_id, reason=reason)
            for question_id, reason in told.items()
        )
        log_step(
            session,
            actor,
            "evaluation_disputed",
            evaluation,
            now,
            dispute=dispute_id,
            **deed.detail,
        )
        return dispute_id


def _told_reasons(
    session: Session, evaluation: Evaluation, reasons: Mapping[str, str]
) -> dict[str, str]:
    place = evaluation.interaction_id
    if not reasons:
        raise BadInput(Problem(NO_QUESTION, place))
    form = load_form(session, evaluation.form_id, evaluation.form_version)
    answered = answers_of(form, store.answers_of(session, evaluation.id or 0))
    asked = {question.id: form.number_of(question.id) for question in form.questions()}
    for question_id in reasons:
        if question_id not in answered or question_id not in asked:
            values = {"question": question_id}
            raise BadInput(Problem(UNKNOWN_QUESTION, place, values=values))
    ordered = sorted(reasons, key=lambda question_id: asked[question_id])
    return {id_: written(reasons[id_], place, question=asked[id_]) for id_ in ordered}


def pass_on(engine: Engine, actor: Actor, dispute_id: int, comment: str, *, now: datetime) -> None:
    """Leave a dispute to the next approver, with what one thinks of it."""
    with transaction(engine) as session:
        dispute, case = _case_of(session, actor, dispute_id, "pass_on", now)
        reason = written(comment, case.evaluation.interaction_id)
        dispute.stage += 1
        dispute.due_at = due_at("disputed", case.rules, now) or now
        session.add(dispute)
        detail = {"dispute": dispute_id, "stage": dispute.stage}
        deed = Deed(actor.username, now, reason, detail)
        take_step(session, case.life, case.evaluation, "pass_on", "disputed", case.rules, deed)
        log_step(session, actor, "dispute_passed_on", case.evaluation, now, **detail)


def decide_dispute(
    engine: Engine,
    actor: Actor,
    dispute_id: int,
    decisions: Mapping[str, Decision],
    comment: str = "",
    *,
    now: datetime,
) -> Evaluation:
    """Decide every disputed question and return the evaluation as it stands now.

    Where an answer changes that is a new revision, scored from its answers. A change may make
    the form ask more: then `decisions` answers that, too. Never the evaluator of any revision
    decides. Raises `BadInput` with what is missing or refused, `NotAllowed` for others.
    """
    with transaction(engine) as session:
        is_changed = any(decision.answer is not None for decision in decisions.values())
        step: Step = "change" if is_changed else "uphold"
        dispute, case = _case_of(session, actor, dispute_id, step, now)
        why = not_too_long(comment, case.evaluation.interaction_id)
        _decide_questions(session, case, dispute, decisions)
        after = _revised(session, actor, case, decisions, why, now) if is_changed else None
        dispute.state = "changed" if after else "upheld"
        dispute.decided_by, dispute.decided_at, dispute.comment = actor.username, now, why
        dispute.new_evaluation_id = after.id if after else None
        session.add(dispute)
        _close_or_publish(session, actor, case, step, after or case.evaluation, why, now)
        return after or case.evaluation


def _case_of(
    session: Session, actor: Actor, dispute_id: int, step: Step, now: datetime
) -> tuple[Dispute, Case]:
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotAllowed(f"dispute {dispute_id} is not yours to read")
    case = case_for(session, actor, dispute.evaluation_id, step, now=now)
    session.refresh(dispute)
    return dispute, case


def _decide_questions(
    session: Session, case: Case, dispute: Dispute, decisions: Mapping[str, Decision]
) -> None:
    """Note what becomes of each disputed question, with its reason."""
    place = case.evaluation.interaction_id
    form = load_form(session, case.evaluation.form_id, case.evaluation.form_version)
    rows = lives.questions_of(session, dispute.id or 0)
    if left := [
        form.number_of(row.question_id) for row in rows if row.question_id not in decisions
    ]:
        values = {"count": len(left), "questions": left}
        raise BadInput(Problem(UNDECIDED, place, values=values))
    old = answers_of(form, store.answers_of(session, case.evaluation.id or 0))
    new = {id_: each.answer for id_, each in decisions.items() if each.answer is not None}
    for question_id in undue(new, [row.question_id for row in rows], old):
        raise BadInput(Problem(NOT_DISPUTED, place, values={"question": question_id}))
    for row in rows:
        decision = decisions[row.question_id]
        number = form.number_of(row.question_id)
        row.decision = "upheld" if decision.answer is None else "changed"
        row.decision_reason = written(decision.reason, place, question=number)
        session.add(row)


def _revised(
    session: Session,
    actor: Actor,
    case: Case,
    decisions: Mapping[str, Decision],
    why: str,
    now: datetime,
) -> Evaluation:
    changes = {
        question_id: decision.answer.model_copy(update={"comment": decision.reason.strip()})
        for question_id, decision in decisions.items()
        if decision.answer is not None
    }
    reason = why or " · ".join(answer.comment for answer in changes.values())
    after = revise(session, case.evaluation, changes, by=actor.username, reason=reason, now=now)
    propose_for(session, [after.agent_id], by=BY_RULE, now=now)
    return after


def _close_or_publish(
    session: Session,
    actor: Actor,
    case: Case,
    step: Step,
    stands: Evaluation,
    why: str,
    now: datetime,
) -> None:
    # Nothing waits for an agent who cannot sign in any more.
    is_open = may_dispute_again(case.rules, case.life.disputes) and lives.is_reachable(
        session, stands.agent_id
    )
    to_state: State = "published" if is_open else "closed"
    if is_open:
        case.life.published_at = now
    detail = {"before": case.evaluation.percent, "after": stands.percent}
    deed = Deed(actor.username, now, why, detail)
    take_step(session, case.life, stands, step, to_state, case.rules, deed)
    log_step(session, actor, "dispute_decided", stands, now, decision=step, **detail)
