"""The sheets of the monthly report: their columns, headings and the words in their cells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from persiantools.jdatetime import JalaliDateTime

from qm.core.centre import Centre
from qm.core.problems import N_
from qm.core.text import Language, localise_digits, number
from qm.reports.files import printable
from qm.reports.monthly import MonthlyReport

Kind = Literal["text", "word", "whole", "decimal", "moment"]
Translate = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """A column: the report's name for it, its heading, what its cells hold, its width.

    A "word" is a code of `WORDS`; "moment" is an aware time, shown on the centre's clocks.
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
    Column("note", N_("Note"), "word", 24),
)
_COUNTS = (
    Column("picked", N_("Picks"), "whole", 9),
    Column("evaluated", N_("Evaluated"), "whole"),
    Column("missing", N_("Missing picks"), "whole", 9),
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
            Column("evaluated_percent", N_("Evaluated, percent of the frame"), width=16),
        ),
    ),
    Sheet(
        "draws",
        N_("Draws"),
        (
            Column("draw", N_("Draw"), "whole", 7),
            Column("at", N_("Drawn"), "moment", 18),
            Column("by", N_("By"), "text", 16),
            Column("seed", N_("Seed"), "text", 36),
            Column("frame_size", N_("Interactions in the frame"), "whole", 14),
            Column("excluded", N_("Left out of the frame"), "text", 20),
            Column("frame_sha256", N_("SHA-256 of the frame"), "text", 34),
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

WORDS = {
    "centre": N_("Contact centre"),
    "team": N_("Team"),
    "channel": N_("Channel"),
    "call": N_("Call"),
    "chat": N_("Chat"),
    "email": N_("E-mail"),
    "customer": N_("Customer"),
    "business": N_("Business"),
    "compliance": N_("Compliance"),
    "agent": N_("Agent"),
    "passed": N_("Passed"),
    "customer_accuracy": N_("Customer-critical accuracy"),
    "business_accuracy": N_("Business-critical accuracy"),
    "compliance_accuracy": N_("Compliance-critical accuracy"),
    "no_data": N_("No score yet"),
    "one_value": N_("One score: no margin"),
    "no_spread": N_("Equal scores: no margin"),
    "all_counted": N_("All interactions counted"),
    "up": N_("Higher, beyond noise"),
    "down": N_("Lower, beyond noise"),
    "no_change": N_("No change beyond noise"),
    "too_few": N_("Too few scores to tell"),
    "open": N_("Open"),
    "discussed": N_("Discussed"),
}

DEFINITIONS = (
    (
        N_("Mean score"),
        N_(
            "Each evaluated interaction counts for as many as it was drawn from "
            "(its agent's interactions in the frame over the evaluated ones)."
        ),
    ),
    (
        N_("Margin ±, lower and upper end"),
        N_(
            "The 95-percent interval: where the mean of all the month's interactions lies, had all "
            "been evaluated. It takes missing picks to be like the evaluated ones."
        ),
    ),
    (N_("n"), N_("How many scored evaluations the mean rests on.")),
    (
        N_("Missing picks"),
        N_("Drawn interactions that nobody has evaluated; they are in no average."),
    ),
    (
        N_("Without a score"),
        N_("Evaluations where no question applied; counted, and in no average."),
    ),
    (
        N_("Outside the averages"),
        N_(
            "Targeted evaluations and the second ones of double-scored interactions: they were "
            "not drawn by chance, or would count twice."
        ),
    ),
    (
        N_("Passed, critical accuracy"),
        N_(
            "Share of evaluations that passed; share in which every critical question that applied got "
            "full points, with Wilson's 95-percent interval."
        ),
    ),
    (
        N_("Change from the month before"),
        N_(
            "The difference of the two means with its 95-percent interval (Welch). It is called a "
            "change only where the interval leaves zero out."
        ),
    ),
    (
        N_("Order of agents"),
        N_(
            "By name. Agents are not ranked: with few evaluations each, places would be chance. "
            "They can be told apart where the analysis of variance rejects equal means (at 5 "
            "percent) and at least half of their differences is not noise (rankability ≥ 0.5)."
        ),
    ),
    (
        N_("Short of full points"),
        N_("Answers that earned less than the best option of the question."),
    ),
)

_SEPARATIONS = {
    "apart": N_("The agents' scores differ by more than noise (rankability {rankability})."),
    "not_apart": N_("The agents cannot be told apart by these scores (rankability {rankability})."),
    "too_few": N_("There are too few scores to tell the agents apart."),
}


def headlines(report: MonthlyReport, _: Translate) -> list[str]:
    """Return what stands above the tables: the title, what was measured, and by whom."""
    figures, language = report.figures, report.language
    period = report.period.label(language)
    lines = [_("Monthly quality report, {period}").format(period=period)]
    if report.is_empty:
        lines.append(_("No evaluation was submitted for this month: there is no average."))
    if figures.picked:
        text = _("{evaluated} of {picked} picks were evaluated, {missing} are missing.")
        counts = {"picked": figures.picked, "missing": figures.missing}
        lines.append(text.format(evaluated=figures.picked - figures.missing, **counts))
    else:
        lines.append(_("No interaction was drawn for this month."))
    if not report.is_empty:
        separation = report.separation
        rankability = number(separation.rankability, language, 2)
        lines.append(_(_SEPARATIONS[separation.verdict]).format(rankability=rankability))
    made = _("Made on {moment} by {name}.")
    at = moment(report.made_at, report.centre, language)
    lines.append(made.format(moment=at, name=report.made_by))
    return [localise_digits(line, language) for line in lines]


def word(code: str, _: Translate) -> str:
    """Return the word for a code, or the code itself where it is none of ours."""
    return _(WORDS[code]) if code in WORDS else printable(code)


def moment(at: datetime, centre: Centre, language: Language) -> str:
    """Return day and time on the centre's clocks and calendar, in an order that sorts as text."""
    local = at.astimezone(centre.zone)
    if centre.calendar == "jalali":
        text = str(JalaliDateTime(local).strftime("%Y/%m/%d %H:%M"))
    else:
        text = f"{local:%Y-%m-%d %H:%M}"
    return localise_digits(text, language)
