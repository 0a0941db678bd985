"""Corrections: a new revision of a submitted evaluation, scored by the core."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.life.revising import Changed, changed, corrected
from qm.core.personal_data.rules import PrivacyRules
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.scoring.score import score
from qm.store import evaluations as store
from qm.store.tables import AnswerRow, Evaluation
from qm.workflow.evaluation_lacks import (
    UNANSWERED,
    WHOLE_SECTION,
    lacking,
    refuse_foreign_remarks,
)
from qm.workflow.evaluation_rows import (
    answer_rows,
    answers_of,
    masked_answers,
    scored,
    with_suggestions,
)
from qm.workflow.published_forms import load_form

NOTHING_CHANGED = explain(
    "life.nothing_changed",
    N_("No answer is different from before."),
    N_("Change an answer, or leave the evaluation as it is."),
)
IMPOSSIBLE_ANSWER = explain(
    "life.impossible_answer",
    N_("The form has no such answer: {cause}."),
    N_("Choose one of the form's answers."),
)
_BLOCKING = {UNANSWERED, WHOLE_SECTION}


@dataclass(frozen=True)
class Revision:
    """One revision of an evaluation, and what it changed of the one before.

    `delta` is the change of the score in percentage points, None where there is no earlier
    revision to be seen or one of the two has no score. `reason` is masked like every comment.
    """

    evaluation: Evaluation
    changes: tuple[Changed, ...]
    delta: float | None
    reason: str


def revise(
    session: Session,
    before: Evaluation,
    changes: Mapping[str, Answer],
    *,
    by: str,
    reason: str,
    now: datetime,
) -> Evaluation:
    """Store a corrected revision of `before`, with the score that the changed answers give.

    Raises `BadInput` where nothing changes, for answers that the form does not have, and where a
    change makes the form ask something that nobody answered.
    """
    place = before.interaction_id
    form = load_form(session, before.form_id, before.form_version)
    rows = store.answers_of(session, before.id or 0)
    old = answers_of(form, rows)
    new = corrected(old, changes, reason)
    if not changed(form, old, new):
        raise BadInput(Problem(NOTHING_CHANGED, place))
    try:
        refuse_foreign_remarks(form, new)
        card = score(form, new, before.facts)
    except ValueError as error:
        values = {"cause": str(error)}
        raise BadInput(Problem(IMPOSSIBLE_ANSWER, place, values=values)) from error
    if missing := [each for each in lacking(form, new, card, place) if each.code in _BLOCKING]:
        raise BadInput(missing)
    evaluation = Evaluation(
        **before.model_dump(exclude={"id", "revision", "is_latest", "active_s"})
        | scored(form, card)
        | {"revision_reason": reason, "revised_by": by, "submitted_at": now}
    )
    suggested = {row.question_id: row.suggested for row in rows if row.suggested is not None}
    return store.add_evaluation(
        session, evaluation, with_suggestions(answer_rows(form, new, card), suggested)
    )


def revisions_of(
    session: Session, shown: list[Evaluation], form: Form, rules: PrivacyRules
) -> tuple[Revision, ...]:
    """Return revisions of one evaluation, the oldest first, each with what it changed."""
    told: list[Revision] = []
    before: tuple[Evaluation, Mapping[str, Answer]] | None = None
    for evaluation in shown:
        rows: list[AnswerRow] = store.answers_of(session, evaluation.id or 0)
        answers = masked_answers(answers_of(form, rows), rules)
        changes = changed(form, before[1], answers) if before else ()
        delta = _delta(before[0], evaluation) if before else None
        told.append(Revision(evaluation, changes, delta, evaluation.revision_reason or ""))
        before = evaluation, answers
    return tuple(told)


def _delta(before: Evaluation, after: Evaluation) -> float | None:
    if before.percent is None or after.percent is None:
        return None
    return after.percent - before.percent
