"""The sheets about the quality of the month and of the months before it."""

from qm.core.problems import N_
from qm.reports.sheets.columns import (
    AGENT_NAME,
    CHANNEL,
    COUNTS,
    FORM,
    HIGH,
    LEVEL,
    LOW,
    QUESTION,
    QUEUE,
    SCORE,
    TEAM,
    Column,
    Sheet,
    interval,
    whole,
)

_CRITICAL = Column("critical", N_("Critical for"), "word", 14)

OVERVIEW = Sheet(
    "overview",
    N_("Overview"),
    (
        LEVEL,
        TEAM,
        CHANNEL,
        FORM,
        QUEUE,
        *SCORE,
        Column("change", N_("Change from the month before"), width=14),
        Column("change_low", LOW),
        Column("change_high", HIGH),
        Column("verdict", N_("What the change says"), "word", 26),
        *COUNTS,
    ),
    ("level", "team", "form", "queue"),
)
SHARES = Sheet(
    "shares",
    N_("Passed and critical accuracy"),
    (
        LEVEL,
        TEAM,
        AGENT_NAME,
        Column("measure", N_("Measure"), "word", 28),
        whole("count", N_("Found"), 9),
        whole("n", N_("of"), 9),
        Column("percent", N_("Percent")),
        Column("low", LOW),
        Column("high", HIGH),
        Column("effective_n", N_("Effective n"), width=12),
    ),
    ("level", "team", "agent"),
)
MONTHS = Sheet(
    "months",
    N_("Trends"),
    (
        LEVEL,
        TEAM,
        Column("period", N_("Period"), "text", 10, is_key=True),
        Column("month", N_("Month"), "text", 14),
        *interval("score", N_("Quality score"), n=True),
        *interval("passed", N_("Passed")),
        *interval("customer", N_("Customer-critical accuracy")),
        *interval("business", N_("Business-critical accuracy")),
        *interval("compliance", N_("Compliance-critical accuracy")),
        Column("forms", N_("Form versions"), "text", 26, is_key=True),
        Column("yardstick", N_("Yardstick"), "whole", 10),
    ),
    ("level", "team"),
)
PARETO = Sheet(
    "pareto",
    N_("What costs the most points"),
    (
        whole("rank", N_("Place"), 7),
        *QUESTION,
        _CRITICAL,
        whole("short", N_("Short of full points")),
        Column("cost", N_("Points lost")),
        Column("percent", N_("Share of all")),
        Column("cumulative_percent", N_("Running share")),
    ),
)
QUESTIONS = Sheet(
    "questions",
    N_("Questions"),
    (
        *QUESTION,
        _CRITICAL,
        whole("answered", N_("Answered")),
        whole("full", N_("Full points")),
        whole("short", N_("Short of full points")),
        Column("short_percent", N_("Short, percent")),
        Column("short_low", LOW),
        Column("short_high", HIGH),
        whole("not_applicable", N_("Not applicable")),
        Column("not_applicable_percent", N_("Not applicable, percent"), width=13),
        Column("not_applicable_low", LOW),
        Column("not_applicable_high", HIGH),
        whole("fatal", N_("Fatal answers")),
    ),
)
HOURS = Sheet(
    "hours",
    N_("Weekdays and hours"),
    (
        Column("weekday", N_("Weekday"), "word", 14),
        whole("hour", N_("Hour"), 8),
        whole("evaluated", N_("Evaluated")),
        Column("score", N_("Quality score")),
    ),
)
SIGNALS = Sheet(
    "signals",
    N_("Signals of the month"),
    (
        LEVEL,
        TEAM,
        AGENT_NAME,
        Column("signal", N_("Signal"), "word", 26),
        Column("direction", N_("Direction"), "word", 12),
        Column("since", N_("Since"), "text", 14),
        Column("size", N_("Size")),
        whole("evaluations", N_("Evaluations"), 12),
        Column("by_chance", N_("By chance once in"), "whole", 12),
        Column("said", N_("What was seen"), "text", 70),
    ),
)
