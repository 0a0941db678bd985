"""The sheets about agents, evaluators, disputes and coaching."""

from qm.core.problems import N_
from qm.reports.sheets.columns import (
    AGENT,
    COUNTS,
    EVALUATOR,
    LEVEL,
    NOTE,
    QUESTION,
    SCORE,
    TEAM,
    Column,
    Sheet,
    interval,
    whole,
)

AGENTS = Sheet(
    "agents",
    N_("Agents"),
    (
        *AGENT,
        *SCORE,
        *interval("shrunk", N_("Shrunken mean")),
        Column("borrowed_percent", N_("Borrowed, percent"), width=12),
        Column("standing", N_("Standing"), "word", 24),
        *interval("rank", N_("Rank")),
        Column("lowest_quarter_percent", N_("Lowest quarter, percent"), width=12),
        *COUNTS,
    ),
    ("agent",),
)
FUNNEL = Sheet(
    "funnel",
    N_("Agents' passes beside chance"),
    (
        *AGENT,
        Column("effective_n", N_("Effective n"), width=12),
        Column("passed", N_("Passed")),
        Column("target", N_("All agents"), width=11),
        Column("low_95", N_("Lower 95-percent limit"), width=13),
        Column("high_95", N_("Upper 95-percent limit"), width=13),
        Column("low_998", N_("Lower 99.8-percent limit"), width=13),
        Column("high_998", N_("Upper 99.8-percent limit"), width=13),
        Column("place", N_("Place in the funnel"), "word", 24),
    ),
    ("agent",),
)
EVALUATORS = Sheet(
    "evaluators",
    N_("Evaluators"),
    (
        EVALUATOR,
        whole("evaluated", N_("Evaluated")),
        *interval("given", N_("Mean score given")),
        *interval("spread", N_("Spread of the scores")),
        *interval("leniency", N_("Leniency, points")),
        *interval(
            "not_applicable_more", N_("More often not applicable, percentage points"), n=True
        ),
        *interval("double_scored", N_("Double scored: difference"), n=True),
        *interval("full_marks", N_("Scores of 100, percent")),
        Column("median_minutes", N_("Median minutes of work"), width=12),
        whole("comparable", N_("Comparable group"), 12),
    ),
    ("evaluator",),
)
DISPUTES = Sheet(
    "disputes",
    N_("Disputes"),
    (
        LEVEL,
        TEAM,
        EVALUATOR,
        whole("published", N_("Published evaluations")),
        whole("raised", N_("Disputes raised")),
        *interval("rate", N_("Disputed, percent")),
        whole("upheld", N_("Score kept")),
        whole("changed", N_("Score changed")),
        *interval("overturned", N_("Overturned, percent")),
        Column("days_to_decide", N_("Median days to decide"), width=12),
        whole("open", N_("Open")),
        whole("overdue", N_("Overdue")),
    ),
    ("level", "team", "evaluator"),
)
DISPUTED = Sheet(
    "disputed_questions",
    N_("Disputed questions"),
    (
        *QUESTION,
        whole("raised", N_("Disputed")),
        whole("upheld", N_("Score kept")),
        whole("changed", N_("Score changed")),
        whole("open", N_("Open")),
        *interval("overturned", N_("Overturned, percent")),
    ),
)
COACHED = Sheet(
    "coached",
    N_("Coaching in numbers"),
    (
        LEVEL,
        TEAM,
        whole("notes", N_("Notes")),
        whole("notes_open", N_("Notes open")),
        whole("notes_overdue", N_("Notes overdue")),
        Column("completed", N_("Talked about, percent"), width=12),
        whole("held", N_("Talks held")),
        whole("cancelled", N_("Talks cancelled")),
        whole("planned", N_("Talks planned")),
        whole("overdue", N_("Talks overdue")),
        Column("held_on_time", N_("Held in time, percent"), width=12),
        whole("made", N_("Commitments")),
        whole("commitments_open", N_("Commitments open")),
        whole("commitments_overdue", N_("Commitments overdue")),
        *interval("kept", N_("Kept, percent")),
        Column("kept_on_time", N_("Kept in time, percent"), width=12),
    ),
    ("level", "team"),
)
EFFECT = Sheet(
    "coaching_effect",
    N_("Before and after the talks"),
    (
        whole("talked_about", N_("Questions talked about"), 14),
        whole("compared", N_("With interactions before and after"), 14),
        whole("fewer", N_("Fewer misses, beyond noise"), 14),
        whole("more", N_("More misses, beyond noise"), 14),
        Column("before", N_("Misses before, percent"), width=13),
        Column("after", N_("Misses after, percent"), width=13),
        *interval("difference", N_("Difference, percentage points")),
        NOTE,
    ),
)
COACHING = Sheet(
    "coaching",
    N_("Coaching"),
    (
        Column("created_at", N_("Written"), "moment", 18),
        *AGENT,
        Column("interaction_id", N_("Interaction"), "text", 18),
        Column("score", N_("Score")),
        Column("text", N_("Feedback"), "text", 60),
        Column("author", N_("Author"), "text", 18),
        Column("state", N_("State"), "word", 12),
        Column("discussed_at", N_("Discussed"), "moment", 18),
        Column("lead_comment", N_("Team lead's comment"), "text", 40),
    ),
)
