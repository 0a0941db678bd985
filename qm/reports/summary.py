"""The report in a few sentences: what was looked at, and what came out, from the numbers alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qm.core.change.difference import Change, change
from qm.core.estimates import Estimate
from qm.core.forms.questions import LENSES
from qm.core.periods import Period
from qm.core.problems import N_, Sentence
from qm.core.quality.coaching import CoachingFigures
from qm.core.quality.disputes import DisputeFigures
from qm.core.quality.figures import Figures
from qm.reports.codes import WORDS, form_named

_MOST_NAMED = 12
_MOST_MOVED = 6


@dataclass(frozen=True)
class Told:
    """What the summary is told from: the centre's figures of the month and of the one before.

    Small groups are hidden in them already. `same_forms`: both months have the same form
    versions. `signals` is the report's table of them.
    """

    figures: Figures
    before: Figures
    same_forms: bool
    disputes: DisputeFigures
    coaching: CoachingFigures
    signals: pd.DataFrame
    fewest: int


def summary_of(told: Told, pareto: pd.DataFrame) -> tuple[Sentence, ...]:
    """Return what the month came to, a sentence per matter; what nobody measured is left out."""
    if not told.figures.evaluated:
        return (Sentence(N_("Nothing was evaluated, so nothing can be said of the month.")),)
    return (
        _score(told.figures.score, told.fewest),
        *_change(told),
        *_shares(told.figures),
        *_dearest(pareto),
        _signals(told.signals),
        *_disputes(told.disputes),
        *_coaching(told.coaching),
    )


def _score(score: Estimate, fewest: int) -> Sentence:
    values: dict[str, object] = {"value": score.value, "n": score.n, "margin": score.margin}
    if score.note == "too_few_to_show":
        text = N_("The quality score is not shown: it rests on fewer than {fewest} evaluations.")
        return Sentence(text, {"fewest": fewest})
    if score.value is None:
        return Sentence(N_("There is no quality score: in no evaluation did a question apply."))
    if score.note == "all_counted":
        text = N_(
            "The quality score is {value:.1f}. All {n} interactions were evaluated: no margin."
        )
        return Sentence(text, values)
    if score.margin is None:
        text = N_("The quality score is {value:.1f} (n = {n}), which tells no margin.")
        return Sentence(text, values)
    return Sentence(N_("The quality score is {value:.1f} ± {margin:.1f} (n = {n})."), values)


def _change(told: Told) -> Iterator[Sentence]:
    """Yield how the score moved; nothing where there is none now."""
    before, now = told.before.score, told.figures.score
    if now.value is None:
        return
    if before.note == "too_few_to_show":
        yield Sentence(N_("The score of the month before rests on too few evaluations to show."))
    elif before.value is None:
        yield Sentence(N_("There is no score of the month before to compare it with."))
    elif not told.same_forms:
        text = N_(
            "A form changed since the month before ({before:.1f} then): the two scores are "
            "on two yardsticks, and their difference is no change."
        )
        yield Sentence(text, {"before": before.value})
    else:
        yield _moved(change(before, now))


_MOVED = {
    ("up", True): N_("Up {points:.1f} points from the month before, more than noise explains."),
    ("down", True): N_("Down {points:.1f} points from the month before, more than noise explains."),
    ("up", False): N_(
        "Up {points:.1f} points from the month before, within noise: less than {detectable:.1f} "
        "points cannot be told from chance."
    ),
    ("down", False): N_(
        "Down {points:.1f} points from the month before, within noise: less than "
        "{detectable:.1f} points cannot be told from chance."
    ),
}
_UNSURE = {
    "up": N_("Up {points:.1f} points from the month before; too few scores to call it a change."),
    "down": N_(
        "Down {points:.1f} points from the month before; too few scores to call it a change."
    ),
}
_ALIKE = N_("As in the month before.")


def _moved(moved: Change) -> Sentence:
    difference = moved.difference or 0.0
    values = {"points": abs(difference), "detectable": moved.detectable}
    way = "up" if difference > 0 else "down"
    if round(difference, 1) == 0 and moved.verdict not in {"up", "down"}:
        return Sentence(_ALIKE)
    if moved.verdict == "too_few":
        return Sentence(_UNSURE[way], values)
    return Sentence(_MOVED[way, moved.verdict in {"up", "down"}], values)


_MEASURED = N_("{measure}: {percent:.1f} % ({low:.1f} to {high:.1f}, n = {n}).")


def _shares(figures: Figures) -> Iterator[Sentence]:
    """Yield passes and critical accuracies; of a lens that never applied, nothing."""
    shares: Mapping[str, Estimate] = {
        "passed": figures.passed,
        **{f"{lens}_accuracy": figures.critical[lens] for lens in LENSES},
    }
    for name, share in shares.items():
        if share.value is not None:
            values = {"percent": share.value, "low": share.low, "high": share.high, "n": share.n}
            yield Sentence(_MEASURED, {"measure": Sentence(WORDS[name]), **values})
    fatal = figures.fatal_rate
    if fatal.count == 0:
        yield Sentence(N_("No evaluation had a fatal answer."))
    elif fatal.value is not None:
        text = N_(
            "Evaluations with a fatal answer: {count}; weighted by the draw {percent:.1f} % of the "
            "interactions."
        )
        yield Sentence(text, {"count": fatal.count, "percent": fatal.value})


def _dearest(pareto: pd.DataFrame) -> Iterator[Sentence]:
    if len(pareto):
        text = N_(
            "Most points are lost at “{question}”: {points:.1f} points of the quality score, "
            "{percent:.0f} % of all that is lost."
        )
        first = pareto.iloc[0]
        values = {"points": first["cost"], "percent": first["percent"]}
        yield Sentence(text, {"question": first["question"], **values})


def _signals(signals: pd.DataFrame) -> Sentence:
    """Tell how many there are and about whom, in the order of their table."""
    if not len(signals):
        return Sentence(N_("No signal: nothing moved more than noise does."))
    by_subject = signals.drop_duplicates(["level", "team", "agent"])
    levels, teams, agents = by_subject["level"], by_subject["team"], by_subject["agent"]
    who = [
        {"team": team, "agent": agent}.get(level, Sentence(WORDS[level]))
        for level, team, agent in zip(levels, teams, agents, strict=True)
    ]
    values = {"count": len(signals), "who": tuple(who[:_MOST_MOVED])}
    if len(who) <= _MOST_MOVED:
        return Sentence(N_("Signals beyond noise: {count}. They are about: {who}."), values)
    text = N_("Signals beyond noise: {count}. They are about: {who} and {more} more.")
    return Sentence(text, {**values, "more": len(who) - _MOST_MOVED})


def _disputes(disputes: DisputeFigures) -> Iterator[Sentence]:
    if disputes.raised:
        decided = disputes.upheld + disputes.changed
        text = N_("Disputes: {raised}; decided: {decided}; score changed: {changed}.")
        values = {"raised": disputes.raised, "decided": decided, "changed": disputes.changed}
        yield Sentence(text, values)
    elif disputes.published:
        yield Sentence(N_("No evaluation was disputed."))


def _coaching(coaching: CoachingFigures) -> Iterator[Sentence]:
    if coaching.held or coaching.planned or coaching.overdue or coaching.made:
        text = N_(
            "Coaching talks: {held} held, {overdue} overdue; commitments: {made} made, {open} "
            "open, {late} overdue."
        )
        values = {
            "held": coaching.held,
            "overdue": coaching.overdue,
            "made": coaching.made,
            "open": coaching.commitments_open,
            "late": coaching.commitments_overdue,
        }
        yield Sentence(text, values)


def scope_of(
    period: Period, figures: Figures, tables: Mapping[str, pd.DataFrame]
) -> tuple[Sentence, ...]:
    """Return whose interactions the report is about, how they were drawn and on which forms."""
    overview, agents = tables["overview"], tables["agents"]
    channels = overview[overview["level"] == "channel"]["channel"]
    teams = int((overview["level"] == "team").sum())
    whose = [
        Sentence(
            N_("Interactions of {period}. Agents: {agents}; teams: {teams}; channels: {channels}."),
            {
                "period": period,
                "agents": len(agents),
                "teams": teams,
                "channels": tuple(Sentence(WORDS.get(each, each)) for each in channels),
            },
        )
    ]
    if overview["level"].eq("centre").all():  # nobody was drawn or evaluated
        whose = [Sentence(N_("Interactions of {period}."), {"period": period})]
    return (*whose, *_sample(figures, tables["plan"].iloc[0]), *_forms(tables["forms"]))


def _sample(figures: Figures, plan: "pd.Series[Any]") -> Iterator[Sentence]:
    if plan["frame_size"]:
        text = N_(
            "Drawn by chance: {picked} of {frame} interactions; {excluded} more were left out of "
            "the draw by its rules. Averages speak for those that could be drawn."
        )
        values = {"picked": plan["picked"], "frame": plan["frame_size"]}
        yield Sentence(text, {**values, "excluded": plan["excluded"] or 0})
    if figures.evaluated or figures.beside:
        text = N_("In the averages: {evaluated} evaluations; outside them: {beside}.")
        yield Sentence(text, {"evaluated": figures.evaluated, "beside": figures.beside})


def _forms(forms: pd.DataFrame) -> Iterator[Sentence]:
    names = tuple(map(form_named, forms["form"], forms["title"]))
    if not names:
        return
    if len(names) <= _MOST_NAMED:
        yield Sentence(N_("Forms: {forms}."), {"forms": names})
    else:
        yield Sentence(N_("Form versions: {count}."), {"count": len(names)})
