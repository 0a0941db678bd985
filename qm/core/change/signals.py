"""What a signal says: what was seen, of whom, since when, how sure, and in which evaluations."""

from dataclasses import dataclass
from typing import Literal

from qm.core.periods import Period
from qm.core.problems import Sentence

SignalKind = Literal["out_of_limits", "drift", "failures", "funnel"]
Level = Literal["centre", "team", "agent"]
Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Subject:
    """Whose series it is: the centre's, a team's or an agent's; of one form version ("id@1")."""

    level: Level
    name: str = ""
    form: str = ""


@dataclass(frozen=True)
class Signal:
    """Something that noise alone rarely does.

    `kind` is what saw it: out_of_limits and drift on means of scores (XmR and EWMA charts),
    failures (Bernoulli CUSUM) and funnel on an agent's failures. `direction` is that of the
    mean, or of the share that fails. `since` is the period in which it began, as far as the
    chart can tell. `size` is how far from the centre line, in points or percentage points; it is
    looked at because it is large, so the true one is smaller as a rule.
    How sure: `months_between_false_alarms` is how rarely this chart of one subject alarms by
    chance; `p_value`, where many subjects were looked at together, how likely this is by chance
    for one of them. `evaluation_ids` are the evaluations since then, or of the period.
    """

    kind: SignalKind
    subject: Subject
    since: Period
    direction: Direction
    size: float
    months_between_false_alarms: float | None
    p_value: float | None
    evaluation_ids: tuple[int, ...]
    words: Sentence


@dataclass(frozen=True)
class TooFew:
    """A series that is too short, or without spread, to tell anything: `have` of `needed`."""

    subject: Subject
    have: int
    needed: int
    words: Sentence
