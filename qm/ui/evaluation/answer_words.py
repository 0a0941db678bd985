"""Answers and questions in words, as the ledger and the lists show them."""

from collections.abc import Iterable

from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
)
from qm.core.scoring.scorecards import State
from qm.ui import wording
from qm.ui.evaluation.days import day_in_words
from qm.ui.here import Here


def answer_in_words(page: Here, question: Question, answer: Answer, state: State) -> str:
    """Return what was answered, or how the question stands where nothing was."""
    if state not in {State.ANSWERED, State.OUTSIDE_CONTROL}:
        return wording.state(page._, state.value)
    said = _value(page, question, answer)
    if state is State.OUTSIDE_CONTROL:
        return f"{said} · {wording.state(page._, state.value)}"
    return said


def _value(page: Here, question: Question, answer: Answer) -> str:
    if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion):
        ids = answer.options if answer.option is None else (answer.option,)
        options = [option for option in question.options if option.id in (ids or ())]
        labels = page.listed(option.label.in_language(page.language) for option in options)
        return labels or page._("None of these")
    if isinstance(question, NumberQuestion | ScaleQuestion) and answer.number is not None:
        places = question.decimals if isinstance(question, NumberQuestion) else 0
        unit = question.unit if isinstance(question, NumberQuestion) else None
        number = page.number(float(answer.number), places)
        return f"{number} {unit.in_language(page.language)}" if unit else number
    if isinstance(question, DateQuestion) and answer.date is not None:
        return day_in_words(page, answer.date)
    return answer.text or ""


def called(page: Here, form: Form, question_id: str) -> str:
    """Return how a question is called in short: its number, or the text of a header field."""
    if form.part_of(question_id):
        return page.digits(str(form.number_of(question_id)))
    field = form.question(question_id)
    if field is None:
        return question_id
    return page._("“{quote}”").format(quote=field.text.in_language(page.language))


def called_together(page: Here, form: Form, question_ids: Iterable[str]) -> str:
    """Return how several questions are called; neighbours are joined: “1–3, 7”."""
    runs: list[list[int]] = []
    named = []
    for question_id in question_ids:
        if not form.part_of(question_id):
            named.append(called(page, form, question_id))
        elif runs and form.number_of(question_id) == runs[-1][-1] + 1:
            runs[-1].append(form.number_of(question_id))
        else:
            runs.append([form.number_of(question_id)])
    for run in runs:
        ends = [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(number) for number in run]
        named += [page.digits(end) for end in ends]
    return page.listed(named)
