"""Background work: a supervisor and its worker processes, the only processes that qm starts.

What is to be done, who does it and what came of it stands in our own tables alone.
"""

from qm.jobs.reports import ReportRound, look_after_reports
from qm.jobs.supervisor import TranscriptionSummary, run_transcriptions, run_worker
from qm.jobs.timing import Timing

__all__ = [
    "ReportRound",
    "Timing",
    "TranscriptionSummary",
    "look_after_reports",
    "run_transcriptions",
    "run_worker",
]
