"""The overview of a month: what those who run the centre, or a team, look at first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.change.breaks import Break, form_breaks
from qm.core.estimates import Estimate
from qm.core.estimates.ratios import counted_share
from qm.core.periods import Period
from qm.core.quality.behind import Behind
from qm.core.quality.facts import Facts
from qm.core.quality.figures import NO_FIGURES, Figures, figures_by
from qm.core.quality.hours import Hours, hours_of
from qm.core.quality.suppressing import suppressed
from qm.core.report_rules import KIND, ReportRules
from qm.store.coverage import frames
from qm.store.engine import transaction
from qm.store.rules import rules_in_force
from qm.store.scopes import scope_of
from qm.store.teams import all_teams
from qm.workflow.month_figures import CENTRE, FiguresOfMonth, Level, figures_of_levels
from qm.workflow.overview_groups import (
    Beside,
    Groups,
    Strictness,
    channels_beside,
    evaluators_beside,
    teams_beside,
)
from qm.workflow.overview_questions import QuestionCost, question_costs
from qm.workflow.quality_facts import quality_facts

HEADLINES = ("score", "passed", "customer", "business", "compliance", "fatal_rate", "defects")
"""The figures that are compared with the month before, as `Figures.estimates` names them."""

_NOTHING_BEFORE = FiguresOfMonth(NO_FIGURES, ())


@dataclass(frozen=True)
class Planned:
    """What was drawn and what came of it; `frame` are the interactions that draws could pick from.

    `frame` is None of a team: draws are the centre's.
    """

    picked: int
    evaluated: int
    open: int
    unassigned: int
    lost: int
    frame: int | None
    achieved: Estimate
    achieved_before: Estimate


@dataclass(frozen=True)
class Overview:
    """A month of the centre, or of the team `team_id`, beside the month before.

    `figures` are those of `HEADLINES`. `versions` are the form versions that came or went: what
    was measured with them is no common yardstick for both months. `evaluators` is None for those
    who may not see them. What rests on fewer than `fewest` evaluations is hidden.
    """

    period: Period
    before: Period
    team_id: str | None
    evaluated: int
    figures: Mapping[str, Beside]
    versions: tuple[Break, ...]
    planned: Planned
    hours: Hours
    questions: tuple[QuestionCost, ...]
    teams: Groups
    channels: Groups
    evaluators: tuple[Strictness, ...] | None
    fewest: int

    def behind(self, **limits: Any) -> Behind:
        """Return the evaluations of the month, within these limits of `Behind`."""
        return Behind((str(self.period),), **{"team_id": self.team_id, **limits})


def overview(engine: Engine, actor: Actor, period: Period, *, centre: Centre) -> Overview:
    """Return the month's overview: a lead's of the own team, everybody else's of the centre.

    The month before is read from the kept figures. Raises `NotAllowed` without the right.
    """
    actor.require("see_overview")
    scope, before = scope_of(actor), period.shift(-1)
    teams_before, whole_before = _figures_before(engine, before, scope.team_id)
    with transaction(engine) as session:
        facts = quality_facts(session, [str(period)], scope)
        fewest = rules_in_force(session, KIND, ReportRules).smallest_group
        figures = suppressed(figures_by(facts)[()], fewest)
        earlier = suppressed(whole_before.figures, fewest)
        return Overview(
            period=period,
            before=before,
            team_id=scope.team_id,
            evaluated=figures.evaluated,
            figures=_beside(figures, earlier),
            versions=form_breaks({before: _keys(whole_before.forms), period: _keys(_forms(facts))}),
            planned=_planned(session, facts, period, scope.team_id, earlier),
            hours=hours_of(facts, centre.zone, fewest),
            questions=question_costs(session, facts) if figures.evaluated >= fewest else (),
            teams=teams_beside(facts, teams_before, all_teams(session), fewest),
            channels=channels_beside(facts, fewest),
            evaluators=evaluators_beside(facts) if actor.may("export_report") else None,
            fewest=fewest,
        )


def _figures_before(
    engine: Engine, period: Period, team_id: str | None
) -> tuple[Mapping[str, FiguresOfMonth], FiguresOfMonth]:
    """Return the figures of the teams, and of all that is in sight, in the month before."""
    wanted: dict[Level, Collection[str] | None]
    wanted = {"team": None, "centre": None} if team_id is None else {"team": [team_id]}
    of_level = figures_of_levels(engine, [str(period)], wanted)
    teams = of_level["team"][str(period)]
    if team_id is not None:
        return teams, teams.get(team_id, _NOTHING_BEFORE)
    return teams, of_level["centre"][str(period)].get(CENTRE, _NOTHING_BEFORE)


def _beside(now: Figures, before: Figures) -> dict[str, Beside]:
    after, earlier = now.estimates, before.estimates
    return {name: Beside(after[name], earlier[name]) for name in HEADLINES}


def _forms(facts: Facts) -> tuple[str, ...]:
    rows = facts.counted.evaluations[["form_id", "form_version"]].drop_duplicates()
    return tuple(sorted("@".join(form) for form in rows.itertuples(index=False, name=None)))


def _keys(forms: Sequence[str]) -> list[tuple[str, str]]:
    return [(form, version) for form, _, version in (name.partition("@") for name in forms)]


def _planned(
    session: Session, facts: Facts, period: Period, team_id: str | None, before: Figures
) -> Planned:
    names = ["picked", "evaluated", "open", "unassigned", "lost"]
    sums = {name: int(facts.picks[name].sum()) for name in names}
    drawn = before.picked or 0
    frame = int(frames(session, str(period))["frame_size"].sum()) if team_id is None else None
    return Planned(
        **sums,
        frame=frame,
        achieved=counted_share(sums["evaluated"], sums["picked"]),
        achieved_before=counted_share(drawn - (before.missing or 0), drawn),
    )
