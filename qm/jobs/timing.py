"""How patient workers are; all in seconds."""

from dataclasses import dataclass

from qm.workflow.transcription_results import TRY_AGAIN_S
from qm.workflow.transcription_workers import PATIENCE_S


@dataclass(frozen=True)
class Timing:
    """The pauses of workers and their supervisor; only tests need others than these.

    A worker shows every `beat_s` that it lives, and who was not seen for `patience_s` is dead.
    Whoever has nothing to do looks again after `poll_s`, for all processes together. A worker
    that is told to end has `grace_s` to finish. One that died is started again after the first,
    second, … of `restart_s`, a recording that was put off is tried again after those of
    `try_again_s`. Who works until the queue is empty gives a lost database up after `outage_s`.
    Every `reports_s` it is looked whether a report is to be closed or delivered.
    """

    beat_s: float = 5.0
    patience_s: float = PATIENCE_S
    poll_s: float = 1.0
    grace_s: float = 5.0
    restart_s: tuple[float, ...] = (0, 1, 5, 30, 60)
    try_again_s: tuple[float, ...] = TRY_AGAIN_S
    outage_s: float = 60.0
    reports_s: float = 60.0
