"""The sheets about what the numbers rest on: the sample, the forms, every evaluation."""

from qm.core.problems import N_
from qm.reports.sheets.columns import (
    AGENT,
    AGENT_NAME,
    CHANNEL,
    EVALUATOR,
    FORM,
    LEVEL,
    QUEUE,
    TEAM,
    Column,
    Sheet,
    whole,
)

_FRAME = whole("frame_size", N_("Interactions in the frame"), 14)
_BECAME = (
    whole("picked", N_("Picks")),
    whole("evaluated", N_("Evaluated")),
    whole("scored", N_("With a score")),
    whole("open", N_("Assigned, not evaluated"), 14),
    whole("unassigned", N_("Not assigned")),
)
_LOST = whole("lost", N_("Without a reserve"), 12)
_EVALUATED_PERCENT = Column("evaluated_percent", N_("Evaluated, percent of the frame"), width=16)

PLAN = Sheet(
    "plan",
    N_("Planned and achieved"),
    (
        LEVEL,
        TEAM,
        _FRAME,
        whole("excluded", N_("Left out of the frame"), 12),
        *_BECAME,
        whole("replaced", N_("Replaced picks")),
        _LOST,
        Column("achieved", N_("Achieved, percent of the picks"), width=14),
        _EVALUATED_PERCENT,
    ),
    ("level", "team"),
)
COVERAGE = Sheet(
    "coverage",
    N_("Sample coverage"),
    (
        *AGENT,
        _FRAME,
        *_BECAME,
        whole("missing", N_("Missing picks")),
        whole("replaced", N_("Replaced picks")),
        _LOST,
        _EVALUATED_PERCENT,
    ),
    ("agent",),
)
REPLACEMENTS = Sheet(
    "replacements",
    N_("Replaced picks"),
    (
        Column("reason", N_("Rule"), "text", 22),
        Column("label", N_("Reason"), "text", 50),
        TEAM,
        whole("picks", N_("Picks")),
    ),
    ("reason", "team"),
)
EXCLUSIONS = Sheet(
    "exclusions",
    N_("Left out of the frame"),
    (
        whole("draw", N_("Draw"), 7),
        Column("period", N_("Period"), "text", 12),
        Column("reason", N_("Rule"), "text", 22),
        Column("label", N_("Reason"), "text", 50),
        whole("interactions", N_("Interactions"), 14),
    ),
)
DRAWS = Sheet(
    "draws",
    N_("Draws"),
    (
        whole("draw", N_("Draw"), 7),
        Column("at", N_("Drawn"), "moment", 18),
        Column("by", N_("By"), "text", 16),
        Column("period", N_("Period"), "text", 12),
        whole("extends_id", N_("Extends draw"), 10),
        Column("seed", N_("Seed"), "text", 36),
        Column("seed_sha256", N_("SHA-256 of the seed"), "text", 34),
        Column("committed_at", N_("Seed committed to"), "moment", 18),
        _FRAME,
        Column("excluded", N_("Left out of the frame"), "text", 20),
        Column("frame_sha256", N_("SHA-256 of the frame"), "text", 34),
        Column("picks_sha256", N_("SHA-256 of the picks"), "text", 34),
        Column("policy", N_("Policy"), "text", 60, is_key=True),
        Column("policy_sha256", N_("SHA-256 of the policy"), "text", 34),
    ),
)
FORMS = Sheet(
    "forms",
    N_("Forms"),
    (
        FORM,
        Column("title", N_("Title"), "text", 36, is_key=True),
        whole("evaluations", N_("Evaluations"), 12),
        Column("sha256", N_("SHA-256 of the form"), "text", 34),
    ),
)
CHANGES = Sheet(
    "changes",
    N_("What changed"),
    (
        Column("what", N_("Change"), "word", 30),
        Column("level", N_("Level"), "word", 12),
        TEAM,
        AGENT_NAME,
        Column("interaction_id", N_("Interaction"), "text", 20),
        Column("measure", N_("Measure"), "word", 26),
        Column("before", N_("Before")),
        Column("after", N_("After")),
        Column("reason", N_("Why"), "text", 50),
        Column("by", N_("By"), "text", 18),
        Column("at", N_("When"), "moment", 18),
    ),
)
EVALUATIONS = Sheet(
    "evaluations",
    N_("Every evaluation"),
    (
        whole("evaluation_id", N_("Evaluation"), 12),
        Column("interaction_id", N_("Interaction"), "text", 20),
        Column("started_at", N_("Begun"), "moment", 18),
        *AGENT,
        CHANNEL,
        QUEUE,
        FORM,
        EVALUATOR,
        Column("submitted_at", N_("Submitted"), "moment", 18),
        Column("score", N_("Score")),
        Column("outcome", N_("Outcome"), "word", 12),
        whole("fatal", N_("Fatal answers")),
        Column("counted", N_("In the averages"), "word", 12),
        Column("stands_for", N_("Stands for"), width=10),
    ),
    is_appendix=True,
)
