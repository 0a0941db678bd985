"""Answers that a few words of the transcript decide: they show that the path works, no more."""

import re
from collections.abc import Sequence

from qm.core.conversation import facts
from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form
from qm.core.forms.questions import ChoiceQuestion, Question
from qm.core.scoring.score import score
from qm.core.text import search_key
from qm.core.transcript import Segment

LINES = 4
HOLD_S = 20.0
GREETING_QUESTION, LEAVE_QUESTION, HOLD_QUESTION = "greeting", "summary", "on-hold"

RULE = (
    f"Answers: “{GREETING_QUESTION}” is full where one of the agent's first {LINES} lines greets, "
    f"“{LEAVE_QUESTION}” where one of the last {LINES} takes leave, else the lowest answer; "
    f"“{HOLD_QUESTION}” is yes after {HOLD_S:.0f} seconds of silence; every other question gets "
    "its best answer. The scores show that the path works; they judge nobody."
)

_GREETING = re.compile(r"\b(hello|hi|good (morning|afternoon|evening|day)|welcome|for calling)\b")
_LEAVE = re.compile(r"\b(bye|goodbye|take care|(good|nice|great) (day|one|evening|weekend))\b")


def answers_of(form: Form, segments: Sequence[Segment]) -> dict[str, Answer]:
    """Return an answer for every visible question of the form."""
    answers: dict[str, Answer] = {}
    while unanswered := score(form, answers).unanswered:
        for question in form.questions():
            if question.id in unanswered:
                answers[question.id] = _answer(question, segments)
    return answers


def coaching_of(form: Form, answers: dict[str, Answer]) -> str:
    """Return the questions that got their lowest answer, one a line, as feedback."""
    return "\n".join(
        question.text.in_language("en")
        for question in form.questions()
        if isinstance(question, ChoiceQuestion)
        and question.id in {GREETING_QUESTION, LEAVE_QUESTION}
        and answers[question.id].option == _lowest(question)
    )


def _answer(question: Question, segments: Sequence[Segment]) -> Answer:
    if not isinstance(question, ChoiceQuestion):
        raise TypeError(f"“{question.id}” is no question with options")
    # Where the speakers are not told apart, the lines are those of both.
    lines = [
        (place, line) for place, line in enumerate(segments) if line.speaker in {"agent", "unknown"}
    ]
    if question.id == GREETING_QUESTION:
        return _by_words(question, lines[:LINES], _GREETING)
    if question.id == LEAVE_QUESTION:
        return _by_words(question, lines[-LINES:], _LEAVE)
    if question.id == HOLD_QUESTION:
        silence_s = facts(segments).longest_silence_s
        return Answer(option="yes" if silence_s is not None and silence_s >= HOLD_S else "no")
    return Answer(option=_best(question))


def _by_words(
    question: ChoiceQuestion, lines: Sequence[tuple[int, Segment]], words: re.Pattern[str]
) -> Answer:
    for place, line in lines:
        if words.search(search_key(line.text)):
            cited = Evidence(
                segment=place, start_s=line.start_s, end_s=line.end_s, quote=line.text[:2000]
            )
            return Answer(option=_best(question), evidence=(cited,))
    return Answer(option=_lowest(question))


def _best(question: ChoiceQuestion) -> str:
    return max(question.options, key=lambda option: option.points).id


def _lowest(question: ChoiceQuestion) -> str:
    plain = [option for option in question.options if not option.fatal]
    return min(plain, key=lambda option: option.points).id
