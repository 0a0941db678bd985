"""A worker process: one recording after the other, by a model that is loaded once.

Its main thread shows that it lives and listens to signals, another one works: the model does not
let the interpreter look up for many seconds. It ends when it is told to, or when its supervisor
is gone.
"""

import os
import random
import signal
import socket
import sys
import threading
import time
from typing import IO

from qm.core.access import COMMAND_LINE
from qm.core.problems import N_, BadInput, Problem, explain
from qm.jobs.database import LOST, Outage, reason_of
from qm.jobs.messages import Message, Order, send
from qm.speech.model_files import find_model
from qm.speech.transcription import SpeechModel
from qm.store.engine import open_engine
from qm.store.tables import Worker
from qm.workflow.playback import prepare_copies
from qm.workflow.transcription import IO_TROUBLE, Abandoned, Claim, claim_recording, hear
from qm.workflow.transcription_results import finish
from qm.workflow.transcription_workers import (
    beat,
    begin_work,
    database_time,
    end_work,
    is_work_there,
)

DATABASE_LOST = explain(
    "transcription.database_lost",
    N_("The database cannot be used ({detail})."),
    N_("Check that it runs and may be written, and the free space; nothing is lost."),
)

_LOOK_UP_S = 0.2  # how soon a signal is answered


class _WorkerProcess:
    def __init__(self, order: Order, channel: IO[str]) -> None:
        self._order = order
        self._channel = channel
        self._engine = open_engine(order.settings.database)
        self._outage = Outage(f"worker {os.getpid()}")
        self._is_told = False  # by a signal, whose handler may do no more
        self._has_failed = False
        self._ending = threading.Event()
        self._claim: Claim | None = None
        self._lost: Claim | None = None
        self._heard_s = 0.0
        self._model: SpeechModel | None = None

    def run(self) -> int:
        """Work until told to end; return the process' exit code.

        After a fault nobody foresaw the recording is not given back here: the supervisor counts
        it as a try, else it would come again for ever.
        """
        signal.signal(signal.SIGTERM, self._tell)
        signal.signal(signal.SIGINT, self._tell)
        threading.Thread(target=self._follow_supervisor, daemon=True).start()
        working = threading.Thread(target=self._work, daemon=True)
        working.start()
        next_beat = 0.0
        while working.is_alive() and not self._is_told:
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + self._order.timing.beat_s
                self._beat()
            working.join(_LOOK_UP_S)
        self._ending.set()
        working.join(self._order.timing.grace_s)
        if self._has_failed:
            return 1
        self._leave()
        return 0

    def _tell(self, _number: int, _frame: object) -> None:
        self._is_told = True

    def _follow_supervisor(self) -> None:
        while os.read(0, 1):  # returns nothing once the supervisor has ended, however it did
            pass
        self._is_told = True

    def _beat(self) -> None:
        claim = self._claim
        try:
            now = database_time(self._engine)
            id_ = self._order.worker_id
            if not beat(self._engine, COMMAND_LINE, id_, claim, self._heard_s, now=now):
                self._lost = claim
        except LOST as error:
            self._outage.began(error)

    def _leave(self) -> None:
        try:
            now = database_time(self._engine)
            end_work(self._engine, COMMAND_LINE, self._order.worker_id, now=now)
        except LOST as error:  # then others take the recording when they miss this worker
            self._outage.began(error)

    def _work(self) -> None:
        try:
            self._outage.outlast(self._begin, self._wait)
            while not self._ending.is_set():
                if not self._outage.outlast(self._one_recording, self._wait):
                    jitter = random.uniform(0.8, 1.2)  # noqa: S311 (nobody gains by guessing it)
                    self._ending.wait(self._order.poll_s * jitter)
        except BadInput as unusable:
            self._send(unusable.problems[0])
        except LOST as error:
            if not self._ending.is_set():
                values = {"detail": reason_of(error)}
                self._send(Problem(DATABASE_LOST, "worker", values=values))
        except BaseException:
            self._has_failed = True
            raise

    def _wait(self, seconds: float) -> bool:
        is_given_up = self._outage.lasts_s > self._order.timing.outage_s
        return self._ending.wait(seconds) or is_given_up

    def _begin(self) -> None:
        now = database_time(self._engine)
        worker = Worker(
            id=self._order.worker_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            model=self._order.settings.speech_model,
            started_at=now,
            seen_at=now,
        )
        begin_work(self._engine, COMMAND_LINE, worker)

    def _one_recording(self) -> bool:
        """Transcribe the most urgent recording; whether there was one."""
        engine = self._engine
        if not is_work_there(engine, COMMAND_LINE, now=database_time(engine)):
            return False
        self._model = self._model or _speech_model(self._order)
        id_, now = self._order.worker_id, database_time(engine)
        claim = claim_recording(engine, COMMAND_LINE, id_, now=now)
        if claim is None:
            return False
        self._heard_s, self._claim = 0.0, claim
        try:
            self._transcribe(claim, self._model)
        except Abandoned:
            pass  # it is given back at the end, or was somebody else's already
        finally:
            self._claim = None
        return True

    def _transcribe(self, claim: Claim, model: SpeechModel) -> None:
        settings = self._order.settings
        heard = self._outage.outlast(
            lambda: hear(
                self._engine,
                COMMAND_LINE,
                claim,
                transcriber=model,
                recordings_folder=settings.recordings_folder,
                default_language=settings.speech_language,
                on_heard=self._on_heard,
            ),
            self._wait,
        )
        outcome = self._outage.outlast(
            lambda: finish(
                self._engine,
                COMMAND_LINE,
                claim,
                heard,
                tries=settings.speech_tries,
                now=database_time(self._engine),
                try_again_s=self._order.timing.try_again_s,
            ),
            self._wait,
        )
        self._send(outcome)
        if outcome.result in {"done", "reused"}:
            self._outage.outlast(lambda: self._prepare_playing(claim), self._wait)

    def _prepare_playing(self, claim: Claim) -> None:
        """Make the copy that is played in the recording's place, so that nobody waits for it."""
        # Here and not above: only a worker that has something to do needs the library.
        from qm.speech.playback import copy_made_here  # noqa: PLC0415

        settings = self._order.settings
        prepare_copies(
            self._engine,
            COMMAND_LINE,
            settings.recordings_folder,
            settings.playback_folder,
            interaction_ids=[claim.interaction_id],
            made=copy_made_here,
        )

    def _on_heard(self, heard_s: float) -> None:
        self._heard_s = heard_s
        if self._ending.is_set() or self._lost is self._claim:
            raise Abandoned

    def _send(self, message: Message) -> None:
        try:
            send(self._channel, message)
        except BrokenPipeError:  # the supervisor is gone, so this process will end, too
            self._is_told = True


def _speech_model(order: Order) -> SpeechModel:
    """Return the settings' model, loaded. Raises `BadInput` where it cannot be had."""
    # Here and not above: only a worker that has something to do needs the library.
    from qm.speech.whisper import Transcriber  # noqa: PLC0415

    settings = order.settings
    try:
        folder = find_model(settings.speech_model, settings.data_folder / "models")
    except OSError as error:
        values = {"detail": str(error)}
        raise BadInput(Problem(IO_TROUBLE, settings.speech_model, values=values)) from error
    model = Transcriber(
        folder,
        label=settings.speech_model,
        device=settings.speech_device,
        compute_type=settings.speech_compute_type,
        batch_size=settings.speech_batch_size,
        beam_size=settings.speech_beam_size,
        hints=settings.speech_hints,
        agent_channel=settings.agent_channel,
        threads=order.threads,
    )
    model.load()
    return model


def main() -> None:
    """Run the process that a supervisor has started: the order comes in, messages go out."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no message
    order = Order.receive(sys.stdin)
    code = _WorkerProcess(order, channel).run()
    sys.stderr.flush()
    os._exit(code)  # the model may still be at it in its thread


if __name__ == "__main__":
    main()
