"""The words of the monthly report: its opening lines, its codes and what its numbers mean."""

from collections.abc import Callable
from datetime import datetime

from persiantools.jdatetime import JalaliDateTime

from qm.core.centre import Centre
from qm.core.problems import N_
from qm.core.text import Language, localise_digits, number
from qm.reports.files import printable
from qm.reports.monthly import MonthlyReport

Translate = Callable[[str], str]

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
    "review": N_("Under review"),
    "returned": N_("Returned to the author"),
    "shared": N_("Shared with the agent"),
    "acknowledged": N_("Acknowledged"),
    "discussed": N_("Discussed"),
}

DEFINITIONS = (
    (
        N_("Mean score"),
        N_(
            "Each evaluated interaction counts for as many as it stands for: the interactions of "
            "its time zone over the evaluated ones. Zones where nothing was evaluated are made up "
            "for by the others of the same agent and stratum."
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
        N_("Design effect, effective n"),
        N_(
            "Agents are drawn at different rates (a minimum or maximum of picks), so evaluations "
            "count for different numbers of interactions. The design effect (Kish) says by how "
            "much that inflates the variance, 1 meaning not at all; the effective n is n over it: "
            "as many evaluations would say as much, had all counted alike."
        ),
    ),
    (
        N_("Missing picks"),
        N_("Drawn interactions that nobody has evaluated; they are in no average."),
    ),
    (
        N_("Replaced picks, without a reserve"),
        N_(
            "Picks that could not be evaluated, exchanged for the next number of the same zone. "
            "Where the zone had none left, the pick stays missing."
        ),
    ),
    (
        N_("Without a score"),
        N_("Evaluations where no question applied; counted, and in no average."),
    ),
    (
        N_("Outside the averages"),
        N_(
            "Targeted evaluations, the second ones of double-scored interactions and those of "
            "replaced picks: they were not drawn by chance, or would count twice."
        ),
    ),
    (
        N_("Passed, critical accuracy"),
        N_(
            "Share of evaluations that passed; share in which every critical question that applied "
            "got full points, with Wilson's 95-percent interval."
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
        N_(
            "Answers that earned less than the best option of the question. Their share is "
            "weighted like the mean score, with Wilson's 95-percent interval."
        ),
    ),
    (
        N_("Left out of the frame"),
        N_(
            "Interactions that no draw could pick, by the first rule of the policy that applied; "
            "averages say nothing about them."
        ),
    ),
    (
        N_("Seed"),
        N_(
            "What the draw's random numbers are made of. Its SHA-256 can be published before the "
            "period; the seed stands here once it is revealed. With seed, policy and frame anyone "
            "can draw again and must find the same picks."
        ),
    ),
)

_SEPARATIONS = {
    "apart": N_(
        "The agents' scores differ by more than noise (rankability {rankability}, p = {p})."
    ),
    "not_apart": N_(
        "The agents cannot be told apart by these scores (rankability {rankability}, p = {p})."
    ),
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
        values = {"rankability": separation.rankability, "p": separation.p_value}
        shown = {name: number(value, language, 2) for name, value in values.items()}
        lines.append(_(_SEPARATIONS[separation.verdict]).format(**shown))
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
