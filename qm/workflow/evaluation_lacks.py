"""What keeps an evaluation from being submitted, and remarks that no form allows."""

from sqlmodel import Session

from qm.core.forms.answers import Answers
from qm.core.forms.completeness import Missing, lacks
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.scoring.scorecards import Scorecard
from qm.store.evaluations import Context, has_evaluated

UNANSWERED = explain(
    "evaluation.unanswered",
    N_("Not answered yet ({count}): {questions}."),
    N_("Answer them or mark them N/A where the form allows it, then submit."),
)
COMMENT_MISSING = explain(
    "evaluation.comment_missing",
    N_("A comment is required with these answers ({count}): {questions}."),
    N_("Write what you saw or heard, then submit."),
)
EVIDENCE_MISSING = explain(
    "evaluation.evidence_missing",
    N_("Evidence is required with these answers ({count}): {questions}."),
    N_("Attach the passage that the answer rests on, then submit."),
)
REASON_MISSING = explain(
    "evaluation.reason_missing",
    N_("A reason is required with these answers ({count}): {questions}."),
    N_("Choose why the points were lost, then submit."),
)
WHOLE_SECTION = explain(
    "evaluation.whole_section",
    N_("N/A is possible here for the whole section only ({count}): {questions}."),
    N_("Mark every question of the section N/A, or answer these."),
)

DRAFT_MOVED_ON = explain(
    "evaluation.draft_moved_on",
    N_("This evaluation was changed in another window since you opened it."),
    N_("Reload the page to go on from the newest answers."),
)
SUBMITTED = explain(
    "evaluation.submitted",
    N_("This evaluation is submitted already."),
    N_("Open the next one in your queue."),
)
WITHDRAWN = explain(
    "evaluation.withdrawn",
    N_("This evaluation is yours no more: its pick was replaced, or given to somebody else."),
    N_("Open the next one in your queue."),
)
EVALUATED_ALREADY = explain(
    "evaluation.twice",
    N_("You have evaluated this interaction with this form already."),
    N_("Open the next one in your queue; replace this pick as unsuitable if it stays there."),
)

_CODES: dict[Missing, str] = {
    "answer": UNANSWERED,
    "comment": COMMENT_MISSING,
    "evidence": EVIDENCE_MISSING,
    "reason": REASON_MISSING,
    "whole_section": WHOLE_SECTION,
}


def lacking(form: Form, answers: Answers, card: Scorecard, place: str) -> list[Problem]:
    """Return a problem for each kind of lack, with what it concerns in the form's order.

    Questions are named by their number in the form, fields of the header by their id.
    """
    concerned: dict[Missing, list[int | str]] = {}
    numbers = {question.id: form.number_of(question.id) for question in form.questions()}
    for lack in lacks(form, answers, card):
        concerned.setdefault(lack.missing, []).append(
            numbers.get(lack.question_id, lack.question_id)
        )
    return [
        Problem(code, place, values={"count": len(names), "questions": names})
        for missing, code in _CODES.items()
        if (names := concerned.get(missing))
    ]


def refuse_foreign_remarks(form: Form, answers: Answers) -> None:
    """Raise ValueError for a reason that the question, or a tag that the form does not have."""
    scored = {question.id for question in form.scored_questions()}
    for question in form.everything_asked():
        answer = answers.get(question.id)
        if answer is None:
            continue
        known = {reason.id for reason in getattr(question, "reasons", ())}
        if foreign := set(answer.reasons) - known:
            raise ValueError(f"question “{question.id}” has no reason “{min(foreign)}”")
        if answer.outside_control and not (form.outside_control and question.id in scored):
            raise ValueError(f"question “{question.id}” cannot be tagged as outside control")


def refuse_second_evaluation(session: Session, context: Context) -> None:
    """Raise `BadInput` where the evaluator scored this interaction with this form before.

    A revision of the same assignment is no second evaluation.
    """
    if has_evaluated(session, context.assignment):
        raise BadInput(Problem(EVALUATED_ALREADY, context.interaction.id))
