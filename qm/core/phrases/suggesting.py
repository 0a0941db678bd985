"""What the words of an interaction suggest as answers; nothing counts before a person says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qm.core.forms.answer_values import answer_of_text, value_text
from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.questions import Question
from qm.core.phrases.judging import Finding
from qm.core.phrases.rules import Rule


@dataclass(frozen=True)
class Suggestion:
    """An answer that a rule suggests.

    `is_heard` tells whether it rests on something that was said, `line` and `start_s` where that
    was; what was not heard has no place. `value` is the answer as a short text.
    """

    rule: Rule
    question_id: str
    answer: Answer
    value: str
    is_heard: bool
    line: int | None = None
    start_s: float | None = None


def suggestions(form: Form, findings: Iterable[Finding]) -> dict[str, Suggestion]:
    """Return what is suggested, by question.

    Nothing where it cannot be told whether something was said: the absence of words in a
    transcript with many wrong ones says nothing. Answers that this version of the form does not
    take are left out.
    """
    return {each.question_id: each for finding in findings for each in _suggested(form, finding)}


def _suggested(form: Form, finding: Finding) -> Iterator[Suggestion]:
    if finding.state not in {"said", "not_said"}:
        return
    is_heard = finding.state == "said"
    place = finding.said[0] if finding.said else None
    for wish in finding.rule.suggests:
        text = wish.found if is_heard else wish.missing
        question = form.question(wish.question) if wish.form == form.form else None
        answer = None if text is None or question is None else answer_taken(question, text)
        if answer is not None:
            yield Suggestion(
                rule=finding.rule,
                question_id=wish.question,
                answer=answer,
                value=value_text(answer) or "",
                is_heard=is_heard,
                line=place.line if place else None,
                start_s=place.start_s if place else None,
            )


def answer_taken(question: Question, text: str) -> Answer | None:
    """Return the answer that `text` writes, None where the question does not take it."""
    try:
        answer = answer_of_text(question, text)
        if answer.not_applicable:
            return answer if question.allows_not_applicable else None
        question.grade(answer)
    except ValueError:
        return None
    return answer
