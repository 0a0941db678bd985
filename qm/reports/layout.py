"""The sheets of the monthly report: their columns and headings."""

from dataclasses import dataclass
from typing import Literal

from qm.core.problems import N_

Kind = Literal["text", "word", "whole", "decimal", "moment"]


@dataclass(frozen=True)
class Column:
    """A column: the report's name for it, its heading, what its cells hold, its width.

    A "word" is a code of `words.WORDS`; "moment" is an aware time, shown on the centre's clocks.
    """

    name: str
    heading: str
    kind: Kind = "decimal"
    width: int = 11


@dataclass(frozen=True)
class Sheet:
    """A table of the report, by the name of its attribute."""

    name: str
    title: str
    columns: tuple[Column, ...]


_SCORE = (
    Column("score", N_("Mean score")),
    Column("margin", N_("Margin ±")),
    Column("score_low", N_("Lower end")),
    Column("score_high", N_("Upper end")),
    Column("score_n", N_("n"), "whole", 7),
    Column("design_effect", N_("Design effect"), width=12),
    Column("effective_n", N_("Effective n"), width=12),
    Column("note", N_("Note"), "word", 24),
)
_COUNTS = (
    Column("picked", N_("Picks"), "whole", 9),
    Column("evaluated", N_("Evaluated"), "whole"),
    Column("missing", N_("Missing picks"), "whole", 13),
    Column("without_score", N_("Without a score"), "whole", 10),
    Column("beside", N_("Outside the averages"), "whole", 12),
    Column("fatal", N_("With a fatal error"), "whole"),
)
_AGENT = (
    Column("agent", N_("Agent"), "text", 22),
    Column("agent_id", N_("Agent id"), "text", 18),
    Column("team", N_("Team"), "text", 18),
)

SHEETS = (
    Sheet(
        "overview",
        N_("Overview"),
        (
            Column("level", N_("Level"), "word", 14),
            Column("team", N_("Team"), "text", 18),
            Column("channel", N_("Channel"), "word", 12),
            *_SCORE,
            Column("change", N_("Change from the month before"), width=14),
            Column("change_low", N_("Lower end")),
            Column("change_high", N_("Upper end")),
            Column("verdict", N_("What the change says"), "word", 26),
            *_COUNTS,
        ),
    ),
    Sheet("agents", N_("Agents"), (*_AGENT, *_SCORE, *_COUNTS)),
    Sheet(
        "shares",
        N_("Passed and critical accuracy"),
        (
            Column("level", N_("Level"), "word", 14),
            Column("team", N_("Team"), "text", 18),
            Column("agent", N_("Agent"), "text", 22),
            Column("measure", N_("Measure"), "word", 28),
            Column("count", N_("Right"), "whole", 9),
            Column("n", N_("of"), "whole", 9),
            Column("percent", N_("Percent")),
            Column("low", N_("Lower end")),
            Column("high", N_("Upper end")),
            Column("effective_n", N_("Effective n"), width=12),
        ),
    ),
    Sheet(
        "questions",
        N_("Questions"),
        (
            Column("form", N_("Form"), "text", 18),
            Column("number", N_("No."), "whole", 6),
            Column("section", N_("Section"), "text", 20),
            Column("question", N_("Question"), "text", 52),
            Column("critical", N_("Critical for"), "word", 14),
            Column("answered", N_("Answered"), "whole"),
            Column("full", N_("Full points"), "whole"),
            Column("short", N_("Short of full points"), "whole"),
            Column("short_percent", N_("Short, percent")),
            Column("short_low", N_("Lower end")),
            Column("short_high", N_("Upper end")),
            Column("not_applicable", N_("Not applicable"), "whole"),
            Column("fatal", N_("Fatal answers"), "whole"),
        ),
    ),
    Sheet(
        "coaching",
        N_("Coaching"),
        (
            Column("created_at", N_("Written"), "moment", 18),
            *_AGENT,
            Column("interaction_id", N_("Interaction"), "text", 18),
            Column("score", N_("Score")),
            Column("text", N_("Feedback"), "text", 60),
            Column("author", N_("Author"), "text", 18),
            Column("state", N_("State"), "word", 12),
            Column("discussed_at", N_("Discussed"), "moment", 18),
            Column("lead_comment", N_("Team lead's comment"), "text", 40),
        ),
    ),
    Sheet(
        "coverage",
        N_("Sample coverage"),
        (
            *_AGENT,
            Column("frame_size", N_("Interactions in the frame"), "whole", 14),
            Column("picked", N_("Picks"), "whole"),
            Column("evaluated", N_("Evaluated"), "whole"),
            Column("scored", N_("With a score"), "whole"),
            Column("open", N_("Assigned, not evaluated"), "whole", 14),
            Column("unassigned", N_("Not assigned"), "whole"),
            Column("missing", N_("Missing picks"), "whole"),
            Column("replaced", N_("Replaced picks"), "whole"),
            Column("lost", N_("Without a reserve"), "whole", 12),
            Column("evaluated_percent", N_("Evaluated, percent of the frame"), width=16),
        ),
    ),
    Sheet(
        "exclusions",
        N_("Left out of the frame"),
        (
            Column("draw", N_("Draw"), "whole", 7),
            Column("period", N_("Period"), "text", 12),
            Column("reason", N_("Rule"), "text", 22),
            Column("label", N_("Reason"), "text", 50),
            Column("interactions", N_("Interactions"), "whole", 14),
        ),
    ),
    Sheet(
        "draws",
        N_("Draws"),
        (
            Column("draw", N_("Draw"), "whole", 7),
            Column("at", N_("Drawn"), "moment", 18),
            Column("by", N_("By"), "text", 16),
            Column("period", N_("Period"), "text", 12),
            Column("extends_id", N_("Extends draw"), "whole", 10),
            Column("seed", N_("Seed"), "text", 36),
            Column("seed_sha256", N_("SHA-256 of the seed"), "text", 34),
            Column("committed_at", N_("Seed committed to"), "moment", 18),
            Column("frame_size", N_("Interactions in the frame"), "whole", 14),
            Column("excluded", N_("Left out of the frame"), "text", 20),
            Column("frame_sha256", N_("SHA-256 of the frame"), "text", 34),
            Column("picks_sha256", N_("SHA-256 of the picks"), "text", 34),
            Column("policy", N_("Policy"), "text", 60),
            Column("policy_sha256", N_("SHA-256 of the policy"), "text", 34),
        ),
    ),
    Sheet(
        "forms",
        N_("Forms"),
        (
            Column("form", N_("Form"), "text", 20),
            Column("title", N_("Title"), "text", 36),
            Column("evaluations", N_("Evaluations"), "whole", 12),
            Column("sha256", N_("SHA-256 of the form"), "text", 34),
        ),
    ),
)
