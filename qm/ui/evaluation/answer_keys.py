"""Which key gives which answer: printed on the controls, in the order in which these stand."""

from qm.core.forms.answers import Answer
from qm.core.forms.questions import ChoiceQuestion, MultipleChoiceQuestion, Question, ScaleQuestion
from qm.ui.evaluation.choosing import MOST_IN_SIGHT, MOST_STEPS, offers_not_applicable

NOT_APPLICABLE_KEY = "N"
NO_KEY = ""


def keys_of(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return the key of every button of a question's answers; `NO_KEY` beyond the ninth.

    A field and a menu have no buttons but that of N/A, if it stands beside them.
    """
    left_out = (NOT_APPLICABLE_KEY,) if offers_not_applicable(question, answer) else ()
    if isinstance(question, ChoiceQuestion):
        keys = _numbered(len(question.options))
        return (*keys, *left_out) if len(keys) + len(left_out) <= MOST_IN_SIGHT else ()
    if isinstance(question, MultipleChoiceQuestion):
        return (*_numbered(len(question.options)), "0", *left_out)
    if isinstance(question, ScaleQuestion):
        steps = range(question.lowest, question.highest + 1)
        if len(steps) > MOST_STEPS:
            return ()
        return (*(str(step) if 0 <= step <= 9 else NO_KEY for step in steps), *left_out)
    return left_out


def place_of(question: Question, answer: Answer) -> int | None:
    """Return the place of the button that gives this answer; None where no single one does."""
    keys = keys_of(question, answer)
    if answer.not_applicable:
        return keys.index(NOT_APPLICABLE_KEY) if NOT_APPLICABLE_KEY in keys else None
    if isinstance(question, ChoiceQuestion) and keys and answer.option is not None:
        return [option.id for option in question.options].index(answer.option)
    if isinstance(question, ScaleQuestion) and keys and answer.number is not None:
        return int(answer.number) - question.lowest
    return None


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(place) if place <= 9 else NO_KEY for place in range(1, count + 1))
