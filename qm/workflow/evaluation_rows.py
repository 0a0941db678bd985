"""Between the core's values and the rows of a submitted evaluation."""

from collections.abc import Iterable
from datetime import datetime

from qm.core.answers import Answer, Answers, Evidence
from qm.core.form import Form
from qm.core.scoring import Scorecard, State
from qm.store.evaluations import Context
from qm.store.tables import AnswerRow, CoachingNote, Evaluation


def evaluation_row(
    context: Context, form_sha256: str, card: Scorecard, *, coaching: str, now: datetime
) -> Evaluation:
    """Return the evaluation of an assignment, with the score that `card` gives."""
    return Evaluation(
        assignment_id=context.assignment.id or 0,
        interaction_id=context.interaction.id,
        agent_id=context.interaction.agent_id,
        team_id=context.interaction.team_id,
        channel=context.interaction.channel,
        period=context.draw.period,
        purpose=context.pick.purpose,
        inclusion_probability=context.pick.inclusion_probability,
        form_id=context.assignment.form_id,
        form_version=context.assignment.form_version,
        form_sha256=form_sha256,
        evaluator=context.assignment.evaluator,
        percent=None if card.percent is None else float(card.percent),
        calculated_percent=(
            None if card.calculated_percent is None else float(card.calculated_percent)
        ),
        no_score=card.no_score,
        outcome=card.outcome,
        coaching=coaching,
        submitted_at=now,
    )


def answer_rows(form: Form, answers: Answers, card: Scorecard) -> list[AnswerRow]:
    """Return a row per question: what was answered and the ledger line it earned."""
    critical = {question.id: question.critical for question in form.questions()}
    rows = []
    for entry in card.ledger:
        answer = answers.get(entry.question_id, Answer())
        rows.append(
            AnswerRow(
                evaluation_id=0,
                question_id=entry.question_id,
                section_id=entry.section_id,
                state=entry.state.value,
                option_id=entry.option_id,
                earned_points=None if entry.earned_points is None else float(entry.earned_points),
                possible_points=float(entry.possible_points),
                weight_percent=str(entry.weight_percent),
                contribution=str(entry.contribution),
                critical=critical[entry.question_id],
                is_fatal=entry.is_fatal,
                comment=answer.comment,
                evidence=[evidence.model_dump(mode="json") for evidence in answer.evidence],
            )
        )
    return rows


def answers_of(rows: Iterable[AnswerRow]) -> dict[str, Answer]:
    """Return the answers that stored rows hold; hidden questions have none."""
    return {
        row.question_id: Answer(
            option=row.option_id,
            not_applicable=row.state == State.NOT_APPLICABLE.value,
            comment=row.comment,
            evidence=tuple(Evidence.model_validate(item) for item in row.evidence),
        )
        for row in rows
        if row.state in {State.ANSWERED.value, State.NOT_APPLICABLE.value}
    }


def coaching_note(evaluation: Evaluation, text: str, now: datetime) -> CoachingNote:
    """Return the note that carries an evaluation's feedback to its agent."""
    return CoachingNote(
        evaluation_id=evaluation.id or 0,
        agent_id=evaluation.agent_id,
        team_id=evaluation.team_id,
        period=evaluation.period,
        text=text,
        author=evaluation.evaluator,
        created_at=now,
    )
