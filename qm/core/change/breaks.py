"""What happened while a series ran: new form versions cut it, talks and speech models are marked.

Scores on two versions of a form are two yardsticks. A curve never joins them, and a chart starts
anew after the break.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Literal

from qm.core.calendars import Calendar
from qm.core.periods import Period
from qm.core.problems import N_, Sentence

BreakKind = Literal["form", "talk", "model"]
FormKey = tuple[str, str]
Versions = Mapping[Period, Collection[FormKey]]
"""The form versions (id, version) behind each period's scores; periods without any may lack."""

_NEW_VERSION = N_("From here on the form “{form}” is version {version}: another yardstick.")
_LAST_VERSION = N_("From here on without version {version} of the form “{form}”.")
_TALK = N_("A coaching talk was held.")
_TALKS = N_("{count} coaching talks were held.")
_MODEL = N_("From here on the speech model “{model}” transcribes.")


@dataclass(frozen=True)
class Break:
    """Something to be marked in a series; only a form's cuts it.

    `at` is the (first) day of it where that is known, else the first of the period.
    """

    kind: BreakKind
    period: Period
    at: date
    what: Sentence

    @property
    def cuts(self) -> bool:
        """Whether what is before and after it are two yardsticks."""
        return self.kind == "form"


def same_yardstick(before: Collection[FormKey], after: Collection[FormKey]) -> bool:
    """Whether no form of both changed its version; which channels came up may differ."""
    shared = {form for form, _ in before} & {form for form, _ in after}
    return not any(form in shared for form, _ in set(before) ^ set(after))


def runs_of(versions: Versions) -> tuple[tuple[Period, ...], ...]:
    """Return the periods that have scores, cut wherever the yardstick changes.

    A period in which the version changed is a run of its own: it holds scores on both.
    """
    used = [period for period in sorted(versions) if versions[period]]
    runs: list[list[Period]] = []
    for period in used:
        if runs and same_yardstick(versions[runs[-1][-1]], versions[period]):
            runs[-1].append(period)
        else:
            runs.append([period])
    return tuple(map(tuple, runs))


def form_breaks(versions: Versions) -> tuple[Break, ...]:
    """Return a break for each version of a form that came or went, where both periods had it."""
    used = [period for period in sorted(versions) if versions[period]]
    found = []
    for before, after in pairwise(used):
        for form, version in _changed(versions[before], versions[after]):
            came = (form, version) in versions[after]
            what = Sentence(
                _NEW_VERSION if came else _LAST_VERSION, {"form": form, "version": version}
            )
            found.append(Break("form", after, after.first_day(), what))
    return tuple(found)


def _changed(before: Collection[FormKey], after: Collection[FormKey]) -> Iterable[FormKey]:
    """Return the versions that came, or (where none of the form came) those that went."""
    shared = {form for form, _ in before} & {form for form, _ in after}
    came = [key for key in sorted(set(after) - set(before)) if key[0] in shared]
    renewed = {form for form, _ in came}
    went = [key for key in sorted(set(before) - set(after)) if key[0] in shared - renewed]
    return [*came, *went]


def talk_marks(held_on: Iterable[date], calendar: Calendar) -> tuple[Break, ...]:
    """Return a mark per month with coaching talks, at the day of its first one."""
    marks = []
    for period, days in groupby(sorted(held_on), key=lambda day: Period.of_day(day, calendar)):
        on = list(days)
        what = Sentence(_TALK) if len(on) == 1 else Sentence(_TALKS, {"count": len(on)})
        marks.append(Break("talk", period, on[0], what))
    return tuple(marks)


def model_changes(first_used: Sequence[tuple[date, str]], calendar: Calendar) -> tuple[Break, ...]:
    """Return a mark for each speech model but the first, at the day it was first used."""
    in_order = sorted(first_used)[1:]
    return tuple(
        Break("model", Period.of_day(day, calendar), day, Sentence(_MODEL, {"model": model}))
        for day, model in in_order
    )
