"""The supervisor: keeps worker processes at it, and gives back what a dead one had."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from qm.config import Settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import N_, BadInput, Problem, explain
from qm.jobs.children import Child, Children
from qm.jobs.database import LOST, Outage
from qm.jobs.messages import Message
from qm.jobs.reports import reports_looked_after
from qm.jobs.timing import Timing
from qm.speech.machine import cores, device_of
from qm.store.engine import open_engine
from qm.workflow.transcription import Outcome
from qm.workflow.transcription_workers import bury, bury_dead, database_time, open_work

WORKERS_DIE = explain(
    "transcription.workers_die",
    N_("The worker processes end as soon as they are started (exit code {code})."),
    N_("Read what they said last; check the machine's memory and the speech model."),
)

Progress = Callable[[int, int, str], None]

_MOST_DEATHS = 5
_LISTEN_S = 0.25  # how soon a signal is answered
_LOOK_SHARE = 0.05  # of the supervisor's time: the longer a look takes, the rarer it is


@dataclass(frozen=True)
class TranscriptionSummary:
    """How many recordings ended in which way; those without words with their reasons.

    `put_off` are those that will be tried again later.
    """

    done: int
    reused: int
    failed: tuple[Outcome, ...]
    put_off: tuple[Outcome, ...]


def run_transcriptions(
    settings: Settings,
    *,
    processes: int | None = None,
    timing: Timing = Timing(),  # noqa: B008 (it never changes)
    on_progress: Progress | None = None,
) -> TranscriptionSummary:
    """Transcribe until nothing is left to do, as `run_worker` does with `until_empty`."""
    return run_worker(
        settings,
        processes=processes,
        until_empty=True,
        timing=timing,
        on_progress=on_progress,
    )


def run_worker(
    settings: Settings,
    *,
    processes: int | None = None,
    until_empty: bool = False,
    timing: Timing = Timing(),  # noqa: B008 (it never changes)
    on_progress: Progress | None = None,
) -> TranscriptionSummary:
    """Work on the queue until told to end, and return what became of the recordings.

    Beside that the monthly report is looked after, where this does not end by itself. Any number
    of these may run at a time, on any machine that reaches the database. `processes` recordings
    are worked on at a time, by default as many as the settings say. SIGTERM and SIGINT end it:
    what is running is given back. With `until_empty` it ends, too, as soon as nothing can be
    begun and nothing runs anywhere; what is held or put off stays. `on_progress` gets done, total
    and the interaction just ended. Raises `BadInput` where the speech model cannot be had, or
    every process ends as soon as it is started.
    """
    engine = open_engine(settings.database)
    most = processes or process_count(settings)
    threads = settings.speech_threads or max(1, cores() // most)
    children = Children(settings, most, threads, timing)
    supervisor = _Supervisor(engine, settings, children, timing, on_progress)
    try:
        with _told_to_end() as is_told, _reports(settings, timing, until_empty=until_empty):
            return supervisor.run(most, is_told, until_empty=until_empty)
    finally:
        engine.dispose()


def _reports(
    settings: Settings, timing: Timing, *, until_empty: bool
) -> AbstractContextManager[None]:
    """Who only empties the queue of recordings leaves the reports to others."""
    return nullcontext() if until_empty else reports_looked_after(settings, timing.reports_s)


def process_count(settings: Settings) -> int:
    """Return how many recordings a worker with these settings hears at a time."""
    if settings.speech_processes:
        return settings.speech_processes
    return 1 if device_of(settings.speech_device) == "cuda" else cores()


class _Supervisor:
    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        children: Children,
        timing: Timing,
        on_progress: Progress | None,
    ) -> None:
        self._engine = engine
        self._tries = settings.speech_tries
        self._children = children
        self._timing = timing
        self._on_progress = on_progress
        self._outage = Outage("supervisor")
        self._ended: dict[str, Outcome] = {}
        self._looked_at: datetime | None = None
        self._buries_from: datetime | None = None
        self._left = 0  # what may be begun or runs
        self._total = 0  # it never falls: what ended leaves the queue before it is told here

    def run(
        self, most: int, is_told: Callable[[], bool], *, until_empty: bool
    ) -> TranscriptionSummary:
        """Work until told to end, or until the queue is empty."""
        next_look = 0.0
        try:
            while not is_told():
                said = self._children.listen(0 if time.monotonic() >= next_look else _LISTEN_S)
                if said:
                    self._take(*said)
                elif time.monotonic() >= next_look:
                    began = time.monotonic()
                    is_seen = self._look(until_empty=until_empty)
                    pause_s = self._timing.poll_s if until_empty else self._timing.beat_s
                    pause_s = max(pause_s, (time.monotonic() - began) / _LOOK_SHARE)
                    next_look = time.monotonic() + pause_s
                    if until_empty and is_seen and not self._left:
                        break
                    self._children.start(self._left if until_empty else most)
        finally:
            for child, message in self._children.end():
                if not isinstance(message, Problem):  # the first one is being raised already
                    self._take(child, message)
        return self._summary()

    def _look(self, *, until_empty: bool) -> bool:
        """See what there is to do and whether others have died; False: the database is away."""
        try:
            now = database_time(self._engine)
            if self._may_bury(now):
                patience_s = self._timing.patience_s
                for outcome in bury_dead(
                    self._engine, COMMAND_LINE, now=now, patience_s=patience_s, tries=self._tries
                ):
                    self._note(outcome)
            there = open_work(self._engine, COMMAND_LINE, now=now)
            self._left = there.due + there.running
            self._total = max(self._total, len(self._ended) + self._left)
        except LOST as error:
            if until_empty and self._outage.lasts_s >= self._timing.outage_s:
                raise
            self._outage.began(error)
            return False
        self._outage.ended()
        return True

    def _may_bury(self, now: datetime) -> bool:
        """False for a while after the machine slept, or the database was away.

        Then no worker could show that it lives; each such pause would cost a recording a try.
        """
        patience = timedelta(seconds=self._timing.patience_s)
        if self._looked_at is not None and now - self._looked_at > patience / 2:
            self._buries_from = now + patience
        self._looked_at = now
        return self._buries_from is None or now >= self._buries_from

    def _take(self, child: Child, message: Message | None) -> None:
        if isinstance(message, Problem):
            raise BadInput(message)
        if message is not None:
            self._note(message)
            return
        if child.process.returncode == 0:
            return
        try:
            now = database_time(self._engine)
            id_ = child.worker_id
            left = bury(self._engine, COMMAND_LINE, id_, now=now, tries=self._tries)
        except LOST as error:  # those who miss the worker will give it back
            self._outage.began(error)
            return
        for outcome in left:
            self._note(outcome)
        if not left and self._children.deaths_in_a_row >= _MOST_DEATHS:
            values = {"code": child.process.returncode}
            raise BadInput(Problem(WORKERS_DIE, "qm worker", values=values))

    def _note(self, outcome: Outcome) -> None:
        if outcome.result in {"given_back", "lost"}:
            return
        self._ended[outcome.interaction_id] = outcome
        self._left = max(self._left - 1, 0)
        self._total = max(self._total, len(self._ended) + self._left)
        if self._on_progress:
            self._on_progress(len(self._ended), self._total, outcome.interaction_id)

    def _summary(self) -> TranscriptionSummary:
        def ended(result: str) -> tuple[Outcome, ...]:
            found = [outcome for outcome in self._ended.values() if outcome.result == result]
            return tuple(sorted(found, key=lambda outcome: outcome.interaction_id))

        return TranscriptionSummary(
            len(ended("done")), len(ended("reused")), ended("failed"), ended("put_off")
        )


@contextmanager
def _told_to_end() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether this process was told to end, by SIGTERM or Ctrl-C."""
    told = [False]

    def tell(_number: int, _frame: object) -> None:
        told[0] = True

    if threading.current_thread() is not threading.main_thread():  # signals are not ours there
        yield lambda: told[0]
        return
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, tell) for number in numbers}
    try:
        yield lambda: told[0]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
