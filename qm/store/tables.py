"""Every table of the database, and the metadata that migrations compare with."""

from qm.store.base import Base
from qm.store.tables_evaluation import (
    AnswerRow,
    Assignment,
    CoachingNote,
    Draft,
    Evaluation,
    FormVersion,
)
from qm.store.tables_interactions import (
    ImportRun,
    Interaction,
    InteractionBlock,
    PrivacyVersion,
    Recording,
    SearchLine,
    SegmentRow,
    Transcript,
    TranscriptionPause,
    Worker,
)
from qm.store.tables_people import (
    Agent,
    AnalystProfile,
    AuditEvent,
    Leave,
    SignIn,
    SignInFailure,
    Team,
    User,
)
from qm.store.tables_sampling import (
    Draw,
    DrawCoverage,
    DrawSeed,
    Pick,
    PolicyVersion,
    Replacement,
)

metadata = Base.metadata

__all__ = [
    "Agent",
    "AnalystProfile",
    "AnswerRow",
    "Assignment",
    "AuditEvent",
    "CoachingNote",
    "Draft",
    "Draw",
    "DrawCoverage",
    "DrawSeed",
    "Evaluation",
    "FormVersion",
    "ImportRun",
    "Interaction",
    "InteractionBlock",
    "Leave",
    "Pick",
    "PolicyVersion",
    "PrivacyVersion",
    "Recording",
    "Replacement",
    "SearchLine",
    "SegmentRow",
    "SignIn",
    "SignInFailure",
    "Team",
    "Transcript",
    "TranscriptionPause",
    "User",
    "Worker",
    "metadata",
]
