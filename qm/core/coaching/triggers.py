"""Triggers: what in an agent's evaluations proposes a talk. They propose; people decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qm.core.change.difference import change
from qm.core.coaching.history import Evaluated, QuestionKey
from qm.core.coaching.rules import DropTrigger, FatalTrigger, MissesTrigger, Trigger
from qm.core.estimates import Estimate, weighted_mean


@dataclass(frozen=True)
class Proposed:
    """What a trigger proposes to talk about.

    `key` is the same whenever the same evaluations are looked at. `seen` are the assignments
    behind it, `figures` the numbers (see the functions below).
    """

    trigger: str
    kind: str
    key: str
    seen: tuple[int, ...]
    questions: tuple[QuestionKey, ...] = ()
    figures: Mapping[str, float | int] = field(default_factory=dict)


Used = Mapping[tuple[str, QuestionKey], frozenset[int]]
"""By trigger and question: the assignments whose misses were proposed before."""


def proposals(
    triggers: Iterable[Trigger], history: Sequence[Evaluated], used: Used, *, now: datetime
) -> list[Proposed]:
    """Return what the triggers propose for an agent with this history, all of it up to now."""
    found: list[Proposed] = []
    for trigger in triggers:
        if trigger.kind == "fatal":
            found += _fatal(trigger, history, now)
        elif trigger.kind == "misses":
            found += _misses(trigger, history, used, now)
        else:
            found += _drop(trigger, history)
    return found


def _fatal(
    trigger: FatalTrigger, history: Sequence[Evaluated], now: datetime
) -> Iterable[Proposed]:
    """Each evaluation with a fatal answer is proposed once, whatever its revisions."""
    since = now - timedelta(days=trigger.within_days)
    for each in history:
        if each.fatal and each.published_at >= since:
            questions = tuple((each.form, question) for question in sorted(each.fatal))
            seen = (each.assignment_id,)
            yield Proposed(trigger.id, "fatal", str(each.assignment_id), seen, questions)


def _misses(
    trigger: MissesTrigger, history: Sequence[Evaluated], used: Used, now: datetime
) -> Iterable[Proposed]:
    """Misses that were proposed once are not counted again: only as many new ones propose anew."""
    in_order = sorted(history, key=lambda each: (each.started_at, each.assignment_id))
    asked = {(each.form, question) for each in history for question in each.missed}
    for question in sorted(asked):
        if trigger.questions and question[1] not in trigger.questions:
            continue
        looked_at = _window(trigger, [each for each in in_order if each.has(question)], now)
        known = used.get((trigger.id, question), frozenset())
        missed = [
            each.assignment_id
            for each in looked_at
            if each.misses(question) and each.assignment_id not in known
        ]
        if len(missed) >= trigger.misses:
            key = "/".join([*question, str(max(missed))])
            figures = {"misses": len(missed), "n": len(looked_at)}
            yield Proposed(trigger.id, "misses", key, tuple(missed), (question,), figures)


def _window(
    trigger: MissesTrigger, answered: Sequence[Evaluated], now: datetime
) -> Sequence[Evaluated]:
    if trigger.days is not None:
        since = now - timedelta(days=trigger.days)
        answered = [each for each in answered if each.started_at >= since]
    return answered if trigger.evaluations is None else answered[-trigger.evaluations :]


def _drop(trigger: DropTrigger, history: Sequence[Evaluated]) -> Iterable[Proposed]:
    """Whether the newest full block of scores lies below those before it.

    The scores, in the order in which they were published, are cut into blocks of `recent`, and a
    block is looked at once it is full: looking anew after every score would find a drop by
    chance far more often than one time in forty. Means weighted by the inverse inclusion
    probability, Welch's 95 % interval of their difference; it is proposed where that lies below
    zero. Other form versions are another yardstick: then nothing is compared.
    """
    scored = sorted(
        (each for each in history if each.percent is not None and each.weight is not None),
        key=lambda each: (each.published_at, each.assignment_id),
    )
    full = len(scored) // trigger.recent * trigger.recent
    block = scored[full - trigger.recent : full] if full else []
    if not block:
        return
    since = min(each.started_at for each in block) - timedelta(days=trigger.baseline_days)
    earlier = scored[: full - trigger.recent]
    baseline = [each for each in earlier if each.started_at >= since]
    if len(baseline) < trigger.baseline or not _forms(block) <= _forms(baseline):
        return
    before, after = _mean(baseline), _mean(block)
    found = change(before, after)
    if found.verdict != "down":
        return
    figures = {
        "before": before.value or 0.0,
        "before_n": before.n,
        "after": after.value or 0.0,
        "after_n": after.n,
        "difference": found.difference or 0.0,
        "low": found.low or 0.0,
        "high": found.high or 0.0,
    }
    seen = tuple(each.assignment_id for each in block)
    yield Proposed(trigger.id, "drop", str(seen[-1]), seen, (), figures)


def _forms(evaluated: Iterable[Evaluated]) -> set[tuple[str, str]]:
    return {(each.form, each.version) for each in evaluated}


def _mean(evaluated: Sequence[Evaluated]) -> Estimate:
    scores = [each.percent or 0.0 for each in evaluated]
    return weighted_mean(scores, [each.weight or 1.0 for each in evaluated], [""] * len(scores))
