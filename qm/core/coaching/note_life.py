"""The life of a coaching note after its evaluation is submitted: states, steps, due dates."""

from datetime import datetime, timedelta
from typing import Literal, get_args

from qm.core.coaching.rules import CoachingRules

NoteState = Literal["review", "returned", "shared", "acknowledged", "discussed", "replaced"]
NOTE_STATES: tuple[NoteState, ...] = get_args(NoteState)

SEEN_BY_AGENT: tuple[NoteState, ...] = ("shared", "acknowledged", "discussed")
"""The states in which the agent sees a note, once its evaluation is published."""

NoteStep = Literal["approve", "return", "replace", "acknowledge", "discuss"]

_STEPS: dict[tuple[NoteState, NoteStep], NoteState] = {
    ("review", "approve"): "shared",
    ("review", "return"): "returned",
    ("review", "replace"): "replaced",
    ("returned", "replace"): "replaced",
    ("shared", "acknowledge"): "acknowledged",
    ("shared", "discuss"): "discussed",
    ("acknowledged", "discuss"): "discussed",
}


def state_after(state: NoteState, step: NoteStep) -> NoteState | None:
    """Return the state that a step leads to, None where the step cannot be taken."""
    return _STEPS.get((state, step))


def note_due_at(state: NoteState, since: datetime, rules: CoachingRules) -> datetime | None:
    """Return when the next step of a note in this state since then is due, None: nothing waits."""
    days = {
        "review": rules.review_within_days,
        "returned": rules.review_within_days,
        "shared": rules.acknowledge_within_days,
        "acknowledged": rules.discuss_within_days,
    }.get(state)
    return None if days is None else since + timedelta(days=days)
