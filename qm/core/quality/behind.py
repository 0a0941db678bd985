"""What limits the evaluations behind a number, as a page's address carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from qm.core.forms.questions import Lens
from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.core.quality.counts import DECIDED
from qm.core.quality.facts import Facts, FormResults
from qm.core.quality.results import ANSWERED, EARNED_FULL, FATAL, FELL_SHORT, GRADED, Result

Found = Literal["short", "fatal", "full", "not_applicable", "applied", "answered", "decided"]
Outcome = Literal["pass", "fail"]
Measured = Literal["score", "outcome"]
Flags = npt.NDArray[np.bool_]

_MOST_MONTHS = 36
_MOST_LETTERS = 100
_CODES: Mapping[str, tuple[str, ...]] = {
    "result": get_args(Found),
    "outcome": get_args(Outcome),
    "lens": get_args(Lens),
    "measured": get_args(Measured),
    "weekday": tuple(map(str, range(7))),
    "hour": tuple(map(str, range(24))),
}
_ANY_OF: Mapping[Found, tuple[Result, ...]] = {
    "short": FELL_SHORT,
    "fatal": FATAL,
    "full": EARNED_FULL,
    "not_applicable": (Result.NOT_APPLICABLE,),
    "applied": GRADED,
    "answered": ANSWERED,
    "decided": DECIDED,
}
_OF_EVALUATIONS = ("team_id", "agent_id", "channel", "form_id", "form_version", "evaluator")


@dataclass(frozen=True)
class Behind:
    """The evaluations of some months that a number rests on, within limits; None is no limit.

    Only evaluations that averages rest on. `queue` "" are those of no queue. `measured` leaves
    out those without a score, or without an outcome. `result` is what became of the question, of
    any of the lens's critical questions, or of any question at all: `applied` where it earned
    points, `short` of full points, `full` where nothing that applied fell short, `answered` and
    `decided` as `qm.core.quality.questions` counts them. A question or lens without a result
    means that it applied. `weekday` (0 is Monday) and `hour` are those at which the interaction
    began, on the clocks of the centre.
    """

    periods: tuple[str, ...]
    team_id: str | None = None
    agent_id: str | None = None
    channel: str | None = None
    queue: str | None = None
    form_id: str | None = None
    form_version: str | None = None
    evaluator: str | None = None
    question_id: str | None = None
    result: Found | None = None
    outcome: Outcome | None = None
    lens: Lens | None = None
    measured: Measured | None = None
    weekday: int | None = None
    hour: int | None = None

    @property
    def limits(self) -> tuple[str, ...]:
        """The names of the limits beside the months, in order."""
        own = (field.name for field in fields(self) if field.name != "periods")
        return tuple(name for name in own if getattr(self, name) is not None)

    def address(self) -> dict[str, str]:
        """Return the query parameters with which the page Evaluations shows the list."""
        return {
            "months": ",".join(self.periods),
            **{name: str(getattr(self, name)) for name in self.limits},
        }

    @classmethod
    def read(cls, params: Mapping[str, str]) -> "Behind | None":
        """Return what the query parameters ask for; None where they ask for no such list.

        Or for one that cannot be: whoever wrote the address by hand sees the plain list.
        """
        months = tuple(dict.fromkeys(params.get("months", "").split(",")))
        names = [field.name for field in fields(cls) if field.name != "periods"]
        given = {name: params[name] for name in names if name in params}
        if len(months) > _MOST_MONTHS or not all(map(_is_month, months)):
            return None
        if not all(_may_be(name, text) for name, text in given.items()):
            return None
        limits: dict[str, Any] = dict(given)
        limits |= {name: int(given[name]) for name in ("weekday", "hour") if name in given}
        return cls(months, **limits)

    def of(self, facts: Facts, zone: ZoneInfo) -> Facts:
        """Return the very evaluations that the number rests on."""
        limits = {name: getattr(self, name) for name in _OF_EVALUATIONS if name in self.limits}
        found = facts.counted.where(period=self.periods, **limits)
        found = _kept(found, self._in_rows(found.evaluations, zone))
        if {"question_id", "lens", "result"} & set(self.limits):
            found = _kept(found, self._in_results(found))
        return found

    def _in_rows(self, rows: pd.DataFrame, zone: ZoneInfo) -> Flags:
        wanted = np.ones(len(rows), dtype=bool)
        if self.queue is not None:
            wanted &= (rows["queue"].fillna("") == self.queue).to_numpy(dtype=bool)
        if self.outcome is not None:
            wanted &= (rows["outcome"].fillna("") == self.outcome).to_numpy(dtype=bool)
        if self.measured is not None:
            column = {"score": "percent", "outcome": "outcome"}[self.measured]
            wanted &= rows[column].notna().to_numpy(dtype=bool)
        if self.weekday is not None or self.hour is not None:
            began = pd.to_datetime(rows["started_at"], utc=True).dt.tz_convert(zone)
            for value, at in ((self.weekday, began.dt.day_of_week), (self.hour, began.dt.hour)):
                if value is not None:
                    wanted &= (at == value).to_numpy(dtype=bool)
        return wanted

    def _in_results(self, found: Facts) -> Flags:
        wanted = np.zeros(len(found.evaluations), dtype=bool)
        forms = found.evaluations[["form_id", "form_version"]].drop_duplicates()
        for form in forms.itertuples(index=False, name=None):
            results = found.codes(form)
            wanted[results.rows] = self._has(results)
        return wanted

    def _has(self, results: FormResults) -> Flags:
        columns = [
            (self.question_id is None or question.question_id == self.question_id)
            and (self.lens is None or question.critical == self.lens)
            for question in results.questions
        ]
        result = self.result or "applied"
        has = np.any(results.are(_ANY_OF[result])[:, columns], axis=1)
        if result != "full":
            return np.asarray(has)
        return np.asarray(has & ~np.any(results.are(FELL_SHORT)[:, columns], axis=1))


def _kept(facts: Facts, wanted: Flags) -> Facts:
    rows = facts.evaluations[wanted].reset_index(drop=True)
    return Facts(rows, facts.picks, facts.questions)


def _is_month(text: str) -> bool:
    try:
        return str(Period.parse(text).require_month()) == text
    except BadInput:
        return False


def _may_be(name: str, text: str) -> bool:
    if name in _CODES:
        return text in _CODES[name]
    return len(text) <= _MOST_LETTERS and (bool(text) or name == "queue")
