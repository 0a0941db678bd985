"""Between the core's values and the rows of a submitted evaluation."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from qm.core.forms.answer_values import answer_of_text, value_text
from qm.core.forms.answers import Answer, Answers, Evidence
from qm.core.forms.conditions import ATTRIBUTES, Facts
from qm.core.forms.form import Form
from qm.core.forms.questions import Question
from qm.core.personal_data.masking import masked
from qm.core.personal_data.rules import PrivacyRules
from qm.core.quality.results import packed_results
from qm.core.scoring.scorecards import Entry, Scorecard, State
from qm.store.evaluations import Context
from qm.store.tables import Agent, AnswerRow, Evaluation, Interaction, Team


def facts_of(interaction: Interaction, agent: Agent, team: Team) -> dict[str, str | float]:
    """Return the attributes of an interaction that conditions may ask for, those it has.

    `agent` and `team` are ids. A column of the centre's own never hides one of ours.
    """
    known = {name: getattr(interaction, name, None) for name in ATTRIBUTES}
    known |= {"agent": agent.id, "team": team.id}
    own = {name: fact for name, fact in interaction.attributes.items() if name not in ATTRIBUTES}
    return {**own, **{name: fact for name, fact in known.items() if fact is not None}}


def evaluation_row(
    context: Context,
    form: Form,
    form_sha256: str,
    card: Scorecard,
    facts: Facts,
    *,
    coaching: str,
    now: datetime,
) -> Evaluation:
    """Return the evaluation of an assignment, with the score that `card` gives."""
    return Evaluation(
        assignment_id=context.assignment.id or 0,
        interaction_id=context.interaction.id,
        agent_id=context.pick.agent_id,
        team_id=context.pick.team_id,
        channel=context.interaction.channel,
        queue=context.interaction.queue,
        started_at=context.interaction.started_at,
        period=context.pick.month,
        purpose=context.purpose,
        inclusion_probability=context.pick.inclusion_probability,
        form_id=context.assignment.form_id,
        form_version=context.assignment.form_version,
        form_sha256=form_sha256,
        evaluator=context.assignment.evaluator,
        kind=context.assignment.kind,
        facts=dict(facts),
        coaching=coaching,
        submitted_at=now,
        **scored(form, card),
    )


def scored(form: Form, card: Scorecard) -> dict[str, Any]:
    """Return what an evaluation keeps of its scorecard, as columns and values."""
    return {
        "percent": _float(card.percent),
        "calculated_percent": _float(card.calculated_percent),
        "no_score": card.no_score,
        "outcome": card.outcome,
        "band": card.band,
        "process_percent": _float(card.process.percent),
        "process_outcome": card.process.outcome,
        "results": packed_results(form, card),
    }


def answer_rows(form: Form, answers: Answers, card: Scorecard) -> list[AnswerRow]:
    """Return a row per question and header field: the answer and the ledger line it earned.

    Nothing is kept of what was entered in questions that are hidden now.
    """
    entries = {entry.question_id: entry for entry in card.entries}
    return [
        _row(question.id, card.states[question.id], answers, entries.get(question.id))
        for question in form.everything_asked()
    ]


def with_suggestions(rows: list[AnswerRow], suggested: Mapping[str, str]) -> list[AnswerRow]:
    """Return the rows with what the words of the interaction suggested to questions asked."""
    for row in rows:
        if row.state != State.HIDDEN.value:
            row.suggested = suggested.get(row.question_id)
    return rows


def answers_of(form: Form, rows: Iterable[AnswerRow]) -> dict[str, Answer]:
    """Return the answers that stored rows hold, also remarks on questions left unanswered."""
    by_question = {row.question_id: row for row in rows}
    return {
        question.id: answer
        for question in form.everything_asked()
        if (row := by_question.get(question.id)) and (answer := _answer(question, row)) != Answer()
    }


def with_masked_quotes(answers: Answers, rules: PrivacyRules) -> dict[str, Answer]:
    """Return answers whose quotes of the transcript hold masks in place of personal data."""
    return {
        question_id: answer.model_copy(
            update={
                "evidence": tuple(
                    item.model_copy(update={"quote": masked(item.quote, rules)})
                    for item in answer.evidence
                )
            }
        )
        for question_id, answer in answers.items()
    }


def masked_answers(answers: Answers, rules: PrivacyRules) -> dict[str, Answer]:
    """Return answers whose comments and quotes hold masks in place of personal data."""
    return {
        question_id: answer.model_copy(update={"comment": masked(answer.comment, rules)})
        for question_id, answer in with_masked_quotes(answers, rules).items()
    }


def _row(question_id: str, state: State, answers: Answers, entry: Entry | None) -> AnswerRow:
    answer = Answer() if state is State.HIDDEN else answers.get(question_id, Answer())
    return AnswerRow(
        evaluation_id=0,
        question_id=question_id,
        section_id=entry.section_id if entry else "",
        state=state.value,
        option_id=answer.option,
        value=value_text(answer),
        outside_control=answer.outside_control,
        reasons=list(answer.reasons),
        earned_points=_float(entry.earned_points) if entry else None,
        possible_points=_float(entry.possible_points) if entry else None,
        weight_percent=str(entry.weight_percent) if entry else "0",
        contribution=str(entry.contribution) if entry else "0",
        critical=entry.critical if entry else None,
        is_fatal=entry.is_fatal if entry else False,
        comment=answer.comment,
        evidence=[evidence.model_dump(mode="json") for evidence in answer.evidence],
    )


def _answer(question: Question, row: AnswerRow) -> Answer:
    remarks = {
        "comment": row.comment,
        "evidence": tuple(Evidence.model_validate(item) for item in row.evidence),
        "reasons": tuple(row.reasons),
        "outside_control": row.outside_control,
    }
    given = Answer() if row.value is None else answer_of_text(question, row.value)
    return given.model_copy(update=remarks)


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
