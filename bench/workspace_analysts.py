"""Analysts at work: each in a tab and a thread of their own, who write down what the page says."""

from __future__ import annotations

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.streamlit_client import Drawn, Tab, sign_in
from bench.workspace_centre import ANALYSTS, PASSWORD

QUESTIONS = 20
OPTIONS = ("full", "part")
_SAVED = "✓ saved"
_SUBMITTED = "Submitted: "
_REFUSED = ("changed in another window", "Another window saved", "is submitted already")


class Storing(NamedTuple):
    """A submitted evaluation: after how many milliseconds the page said so, and was complete."""

    told_ms: float
    complete_ms: float


@dataclass
class Done:
    """What the pages told one analyst.

    `answers` are the options of each assignment that a page called saved; `submitted` the
    assignments that a page called submitted.
    """

    answers: dict[int, dict[str, str]] = field(default_factory=dict)
    submitted: dict[int, Storing] = field(default_factory=dict)
    save_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def next_ms(self) -> float:
        """The middle of the times after which the next evaluation was there."""
        return statistics.median(storing.complete_ms for storing in self.submitted.values())

    def evaluate(
        self, tab: Tab, assignment: int, think_s: float, until: float = float("inf")
    ) -> int:
        """Answer every question and submit; return the assignment that comes next.

        Stops between two answers when it is `until` by the monotonic clock.
        """
        given = self.answers.setdefault(assignment, {})
        for number in range(QUESTIONS):
            place = (assignment + number) % len(OPTIONS)
            drawn = tab.choose(f"answer-{assignment}-q{number}", place)
            if self._is_refused(drawn, _SAVED):
                return assignment
            given[f"q{number}"] = OPTIONS[place]
            self.save_ms.append(drawn.ms)
            self.errors += tab.rest(think_s)
            if time.monotonic() >= until:
                return assignment
        drawn = tab.press(f"submit-{assignment}", waits_for=_SUBMITTED)
        if self._is_refused(drawn, _SUBMITTED):
            return assignment
        self.submitted[assignment] = Storing(drawn.first_seen_ms[_SUBMITTED], drawn.ms)
        return int(tab.parameter("assignment"))

    def _is_refused(self, drawn: Drawn, wanted: str) -> bool:
        found = [*drawn.errors, *(text for text in _REFUSED if drawn.says(text))]
        if not found and not drawn.says(wanted):
            found = [f"the page does not say “{wanted}”"]
        self.errors += found
        return bool(found)


def first_assignment(tab: Tab) -> int:
    """Open the most urgent assignment from the queue, and return it."""
    tab.open("my-queue")
    tab.press("next")
    return int(tab.parameter("assignment"))


def work_together(url: str, seconds: float, think_s: float) -> list[Done]:
    """Let all analysts work for some seconds at once; return what each was told."""
    with ThreadPoolExecutor(len(ANALYSTS)) as threads:
        cookies = list(threads.map(lambda name: sign_in(url, name, PASSWORD), ANALYSTS))
        until = time.monotonic() + seconds
        return list(threads.map(lambda cookie: _work(url, cookie, think_s, until), cookies))


def _work(url: str, cookie: str, think_s: float, until: float) -> Done:
    done, tab = Done(), Tab(url, cookie)
    try:
        assignment = first_assignment(tab)
        while time.monotonic() < until and not done.errors:
            assignment = done.evaluate(tab, assignment, think_s, until)
    except (OSError, TimeoutError, KeyError, ValueError) as error:
        done.errors.append(re.sub(r"\s+", " ", f"{type(error).__name__}: {error}"))
    tab.close()
    return done
