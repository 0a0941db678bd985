"""Step 7, the monthly quality report: everything a manager shows and has to defend."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.report_rules import KIND, ReportRules
from qm.reports.monthly import MonthlyReport
from qm.reports.summary import Told, scope_of, summary_of
from qm.store import coverage
from qm.store.audit import record
from qm.store.engine import snapshot, transaction
from qm.store.rules import rules_in_force
from qm.workflow.quality_facts import quality_facts
from qm.workflow.report_sections import people, questions, sample, trends
from qm.workflow.report_sections.appendix import evaluations_table
from qm.workflow.report_sections.life import life_of
from qm.workflow.report_sections.month import Month
from qm.workflow.report_sections.overview import overview_table, shares_table
from qm.workflow.report_sections.signals import signals_of, signals_table
from qm.workflow.report_sections.trends import Past, past_of
from qm.workflow.report_tables import as_table, names_in


def monthly_report(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    centre: Centre,
    now: datetime,
) -> MonthlyReport:
    """Return the quality report of a month, as the database stands now, in no language yet.

    A month without evaluations gives a report that says so (`is_empty`).
    """
    actor.require("export_report")
    past = past_of(engine, period)
    with snapshot(engine) as session:
        report = built_report(session, period, past, by=actor.username, centre=centre, now=now)
    with transaction(engine) as session:
        record(session, actor=actor.username, action="report", subject=str(period), at=now)
    return report


def built_report(
    session: Session, period: Period, past: Past, *, by: str, centre: Centre, now: datetime
) -> MonthlyReport:
    """Return the report of a month as `session` sees the database; `past` are the months before.

    A frozen report is this one, so everything is in an order that the data decide.
    """
    month = _month(session, period, centre, now)
    drawn, costs = coverage.draws(session, str(period)), questions.costs_of(session, month)
    sampled, life = sample.drawn_of(session, month, drawn), life_of(session, month)
    series = trends.series_of(month, past)
    signals = signals_of(session, month, series)
    tables = {
        "overview": overview_table(month),
        "shares": shares_table(month),
        "months": trends.months_table(month, series),
        "signals": signals_table(month, signals),
        "pareto": questions.pareto_table(month, costs),
        "agents": people.agents_table(month),
        "funnel": people.funnel_table(month),
        "questions": questions.questions_table(month),
        "hours": questions.hours_table(month),
        "evaluators": people.evaluators_table(session, month),
        **life.tables,
        "plan": sample.plan_table(month, sampled),
        "coverage": sample.coverage_table(session, str(period), month.facts.picks, month.names),
        "replacements": sample.replacements_table(month, sampled, drawn),
        "exclusions": sample.exclusions_table(drawn),
        "draws": sample.draws_table(drawn),
        "forms": questions.forms_table(session, month),
        "changes": as_table("changes", []),
        "evaluations": evaluations_table(session, month),
    }
    told = Told(
        figures=month.figures,
        before=month.figures_before,
        same_forms=trends.same_forms(series["centre", ""], period),
        disputes=life.disputes,
        coaching=life.coaching,
        signals=tables["signals"],
        fewest=month.fewest,
    )
    return MonthlyReport(
        period=period,
        centre=centre,
        made_at=now,
        made_by=by,
        figures=month.figures,
        separation=people.separation_of(month),
        tables=tables,
        scope=scope_of(period, month.figures, tables),
        summary=summary_of(told, tables["pareto"]),
        smallest_group=month.fewest,
    )


def _month(session: Session, period: Period, centre: Centre, now: datetime) -> Month:
    # What is computed of them is let go with the report: of a large centre 150 MiB.
    return Month(
        period=period,
        facts=quality_facts(session, [str(period)]).with_found({}),
        before=quality_facts(session, [str(period.shift(-1))]).with_found({}),
        names=names_in(session),
        centre=centre,
        now=now,
        fewest=rules_in_force(session, KIND, ReportRules).smallest_group,
    )
