"""The words of the monthly report: its opening lines, its summary, its codes and moments."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache

from persiantools.jdatetime import JalaliDate

from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.core.problems import N_, Sentence
from qm.core.text import Language, localise_digits, number
from qm.reports.codes import WORDS, form_named
from qm.reports.files import printable
from qm.reports.monthly import PrintedReport, in_words

Translate = Callable[[str], str]

HIDES = N_(
    "What rests on fewer than {fewest} evaluations is not shown: it would tell of few people."
)
"""What small groups lose; on the cover and beside the methods."""

_SEPARATIONS = {
    "apart": N_(
        "The agents' scores differ by more than noise (rankability {rankability}, p = {p})."
    ),
    "not_apart": N_(
        "The agents cannot be told apart by these scores (rankability {rankability}, p = {p})."
    ),
    "too_few": N_("There are too few scores to tell the agents apart."),
}


def headlines(report: PrintedReport, _: Translate) -> list[str]:
    """Return what stands above the tables: the title, what was measured, and by whom."""
    figures, language = report.figures, report.language
    period = report.period.label(language)
    lines = [_("Monthly quality report, {period}").format(period=period)]
    if report.is_empty:
        lines.append(_("No evaluation was submitted for this month: there is no average."))
    if figures.picked and figures.missing is not None:
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
    lines.append(made.format(moment=at, name=_maker(report, _)))
    lines.append(_how_it_stands(report, _))
    lines = [localise_digits(line, language) for line in lines]
    return [*lines, *_hashes(report, _)]


def scope_lines(report: PrintedReport, _: Translate) -> list[str]:
    """Return whose interactions the report is about, how they were drawn, and what is hidden."""
    hidden = [Sentence(HIDES, {"fewest": report.smallest_group})]
    scope = [*report.scope, *(hidden if report.smallest_group > 1 else [])]
    return [in_words(sentence, report.language, _) for sentence in scope]


def summary_lines(report: PrintedReport, _: Translate) -> list[str]:
    """Return what the month came to, in a few sentences."""
    return [in_words(sentence, report.language, _) for sentence in report.summary]


def form_names(report: PrintedReport, _: Translate) -> Mapping[str, str]:
    """Return what the month's form versions are called, by key."""
    forms = report.tables.get("forms")
    if forms is None:
        return {}
    return {
        key: in_words(form_named(key, title), report.language, _)
        for key, title in zip(forms["form"], forms["title"], strict=True)
    }


def standing(report: PrintedReport, _: Translate) -> str:
    """Return whether it is a draft, or which number, as short as a badge."""
    if report.number is None:
        return _("Draft")
    return localise_digits(_("No. {number}").format(number=report.number), report.language)


def _maker(report: PrintedReport, _: Translate) -> str:
    return _("Command line") if report.made_by == COMMAND_LINE.username else report.made_by


def _how_it_stands(report: PrintedReport, _: Translate) -> str:
    if report.number is None:
        return _("Draft, not closed: its numbers may still change.")
    if report.number == 1:
        closed = _("Closed as number 1; corrections would follow as revisions.")
        return f"{closed} {word(report.reason, _)}".rstrip()
    text = _("Revision {number}: {reason} See “What changed”.")
    return text.format(number=report.number, reason=printable(report.reason))


def _hashes(report: PrintedReport, _: Translate) -> list[str]:
    """Their digits stay Latin: they are compared by machines."""
    told = (
        (N_("SHA-256 of the data: {sha256}"), report.data_sha256),
        (N_("SHA-256 of this report: {sha256}"), report.content_sha256),
    )
    return [_(text).format(sha256=sha256) for text, sha256 in told if sha256]


def word(code: str, _: Translate) -> str:
    """Return the word for a code, or the code itself where it is none of ours."""
    return _(WORDS[code]) if code in WORDS else printable(code)


def moment(at: datetime, centre: Centre, language: Language) -> str:
    """Return day and time on the centre's clocks and calendar, in an order that sorts as text."""
    local = at.astimezone(centre.zone)
    text = f"{_day(local.date(), centre.calendar)} {local:%H:%M}"
    return localise_digits(text, language)


@lru_cache(maxsize=1024)  # an appendix has a hundred thousand moments of a few days
def _day(day: date, calendar: str) -> str:
    return str(JalaliDate(day).strftime("%Y/%m/%d")) if calendar == "jalali" else str(day)
