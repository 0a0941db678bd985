"""The worker processes of one supervisor: started, listened to, missed and started again."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from uuid import uuid4

from qm.config import Settings
from qm.jobs.messages import Message, Order, received
from qm.jobs.timing import Timing
from qm.speech.machine import worker_environment

_ROOT = Path(__file__).parents[2]  # where the child finds this package, whatever folder it is in


class Child:
    """A worker process and its id; what it says lands in the queue that all children share."""

    def __init__(self, order: Order, heard: "Queue[tuple[Child, Message | None]]") -> None:
        self.worker_id = order.worker_id
        self._heard = heard
        paths = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qm.jobs.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={
                **os.environ,
                **worker_environment(),
                "PYTHONPATH": paths,
            },
            process_group=0,  # Ctrl-C is for the supervisor, which tells its children in order
        )
        if self.process.stdin:
            with suppress(BrokenPipeError):  # it has ended already, which the listener tells
                order.send(self.process.stdin)
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self._heard.put((self, received(line)))
        self.process.wait()
        self._heard.put((self, None))


class Children:
    """At most `most` worker processes."""

    def __init__(self, settings: Settings, most: int, threads: int, timing: Timing) -> None:
        self._settings = settings
        self._most = most
        self._threads = threads
        self._timing = timing
        self._heard: Queue[tuple[Child, Message | None]] = Queue()
        self._alive: list[Child] = []
        self._deaths = 0
        self._next_start = 0.0

    def start(self, wanted: int) -> None:
        """Start what lacks of the wanted processes, after a pause where the last ones died."""
        while len(self._alive) < min(wanted, self._most) and time.monotonic() >= self._next_start:
            order = Order(
                worker_id=uuid4().hex,
                settings=self._settings,
                threads=self._threads,
                poll_s=self._timing.poll_s * self._most,
                timing=self._timing,
            )
            self._alive.append(Child(order, self._heard))

    def listen(self, seconds: float) -> tuple[Child, Message | None] | None:
        """Return what a child says within some seconds; None as its message: it has ended."""
        try:
            child, message = self._heard.get(seconds > 0, seconds)
        except Empty:
            return None
        if message is None:
            self._alive.remove(child)
            self._note_end(child)
        else:
            self._deaths = 0
        return child, message

    @property
    def deaths_in_a_row(self) -> int:
        """How many have died since one of them last said something."""
        return self._deaths

    def _note_end(self, child: Child) -> None:
        if child.process.returncode == 0:
            return
        pauses = self._timing.restart_s
        self._next_start = time.monotonic() + pauses[min(self._deaths, len(pauses) - 1)]
        self._deaths += 1

    def end(self) -> list[tuple[Child, Message | None]]:
        """Tell all to end and return the last they say; those that do not end are killed."""
        for child in self._alive:
            child.process.terminate()
        deadline = time.monotonic() + 2 * self._timing.grace_s + 1
        last = []
        while self._alive:
            if said := self.listen(max(0.05, deadline - time.monotonic())):
                last.append(said)
            elif time.monotonic() >= deadline:
                for child in self._alive:
                    child.process.kill()
        return last
