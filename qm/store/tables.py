"""Every table of the database, and the metadata that migrations compare with."""

from qm.store.base import Base
from qm.store.tables_coaching import (
    CoachingNote,
    CoachingProposal,
    CoachingSession,
    Commitment,
    SessionTopic,
)
from qm.store.tables_evaluation import (
    AnswerRow,
    Assignment,
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
from qm.store.tables_life import (
    Dispute,
    DisputedQuestion,
    EvaluationLife,
    LifeStep,
    RulesVersion,
)
from qm.store.tables_people import (
    Agent,
    AnalystProfile,
    ApiToken,
    AuditEvent,
    Invitation,
    Leave,
    SignIn,
    SignInFailure,
    Team,
    TeamMembership,
    User,
)
from qm.store.tables_reports import MonthFigures, ReportDelivery, ReportVersion
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
    "ApiToken",
    "Assignment",
    "AuditEvent",
    "CoachingNote",
    "CoachingProposal",
    "CoachingSession",
    "Commitment",
    "Dispute",
    "DisputedQuestion",
    "Draft",
    "Draw",
    "DrawCoverage",
    "DrawSeed",
    "Evaluation",
    "EvaluationLife",
    "FormVersion",
    "ImportRun",
    "Interaction",
    "InteractionBlock",
    "Invitation",
    "Leave",
    "LifeStep",
    "MonthFigures",
    "Pick",
    "PolicyVersion",
    "PrivacyVersion",
    "Recording",
    "Replacement",
    "ReportDelivery",
    "ReportVersion",
    "RulesVersion",
    "SearchLine",
    "SegmentRow",
    "SessionTopic",
    "SignIn",
    "SignInFailure",
    "Team",
    "TeamMembership",
    "Transcript",
    "TranscriptionPause",
    "User",
    "Worker",
    "metadata",
]
