"""Every table of the database, and the metadata that migrations compare with."""

from qm.store.base import Base
from qm.store.tables_evaluation import (
    AnswerRow,
    Assignment,
    CoachingNote,
    Draft,
    Draw,
    DrawCoverage,
    Evaluation,
    FormVersion,
    Pick,
)
from qm.store.tables_interactions import (
    ImportRun,
    Interaction,
    Recording,
    SegmentRow,
    Transcript,
)
from qm.store.tables_people import Agent, AuditEvent, SignIn, SignInFailure, Team, User

metadata = Base.metadata

__all__ = [
    "Agent",
    "AnswerRow",
    "Assignment",
    "AuditEvent",
    "CoachingNote",
    "Draft",
    "Draw",
    "DrawCoverage",
    "Evaluation",
    "FormVersion",
    "ImportRun",
    "Interaction",
    "Pick",
    "Recording",
    "SegmentRow",
    "SignIn",
    "SignInFailure",
    "Team",
    "Transcript",
    "User",
    "metadata",
]
