"""What became of each question of an evaluation, packed into one letter each.

Stored with the evaluation, in the alphabetical order of the question ids. An evaluation's revision
and a published form version never change, so neither does this text: everything that is counted
over questions can be counted from it, without reading the answers.
"""

from collections.abc import Iterable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from qm.core.forms.form import Form
from qm.core.scoring.scorecards import Entry, Scorecard, State


class Result(StrEnum):
    """What became of a question.

    `PLAIN` answers earn no points; each of the three may be fatal, too. `NOT_THE_AGENTS` is a
    finding outside the agent's control.
    """

    FULL = "F"
    SHORT = "S"
    PLAIN = "P"
    FATAL_FULL = "f"
    FATAL_SHORT = "s"
    FATAL_PLAIN = "p"
    NOT_THE_AGENTS = "C"
    NOT_APPLICABLE = "N"
    HIDDEN = "H"
    UNANSWERED = "U"


EARNED_FULL = (Result.FULL, Result.FATAL_FULL)
FELL_SHORT = (Result.SHORT, Result.FATAL_SHORT)
GRADED = (*EARNED_FULL, *FELL_SHORT)
ANSWERED = (*GRADED, Result.PLAIN, Result.FATAL_PLAIN)
FATAL = (Result.FATAL_FULL, Result.FATAL_SHORT, Result.FATAL_PLAIN)

_OF_STATE = {
    State.OUTSIDE_CONTROL: Result.NOT_THE_AGENTS,
    State.NOT_APPLICABLE: Result.NOT_APPLICABLE,
    State.HIDDEN: Result.HIDDEN,
    State.UNANSWERED: Result.UNANSWERED,
}


def packed_results(form: Form, card: Scorecard) -> str:
    """Return the results of an evaluation, a letter per question in the order of their ids."""
    entries = {entry.question_id: entry for entry in card.entries}
    ids = sorted(question.id for question in form.questions())
    return "".join(_result(card.states[name], entries.get(name)) for name in ids)


def result_codes(packed: Iterable[str], questions: int) -> npt.NDArray[np.uint8]:
    """Return packed results of one form version as a matrix: a row each, a column per question."""
    text = "".join(packed).encode("ascii")
    return np.frombuffer(text, dtype=np.uint8).reshape(-1, questions)


def is_any_of(codes: npt.NDArray[np.uint8], wanted: Iterable[Result]) -> npt.NDArray[np.bool_]:
    """Return where the matrix holds one of the results."""
    table = np.zeros(256, dtype=bool)
    table[[ord(result) for result in wanted]] = True
    return table[codes]


def _result(state: State, entry: Entry | None) -> Result:
    if state is not State.ANSWERED:
        return _OF_STATE[state]
    if entry is None or entry.possible_points is None:
        plain = Result.PLAIN
    else:
        plain = Result.SHORT if entry.is_short else Result.FULL
    return Result(plain.lower()) if entry is not None and entry.is_fatal else plain
