"""Step 7, the monthly quality report: everything a manager shows and has to defend."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.estimates import Estimate
from qm.core.figures import Figures, QuestionFigures, figures_of, questions_of
from qm.core.forms.form import Form
from qm.core.periods import Period
from qm.core.personal_data.masking import masked
from qm.core.text import Language
from qm.core.trends import change
from qm.reports.monthly import MonthlyReport
from qm.store import coverage
from qm.store import quality as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.teams import all_agents
from qm.workflow.published_forms import load_form
from qm.workflow.quality import SideBySide, alphabetical, side_by_side
from qm.workflow.report_sampling import coverage_table, draws_table, exclusions_table
from qm.workflow.report_tables import Names, as_table, names_in


def monthly_report(
    engine: Engine,
    actor: Actor,
    period: Period,
    *,
    language: Language,
    centre: Centre,
    now: datetime,
) -> MonthlyReport:
    """Return the quality report of a month, as the database stands now.

    A month without evaluations gives a report that says so (`is_empty`).
    """
    actor.require("export_report")
    month, month_before = str(period), str(period.shift(-1))
    with transaction(engine) as session:
        everything = store.evaluations(session, [month_before, month])
        all_picks = coverage.picks(session, [month_before, month])
        evaluations = everything[everything["period"] == month]
        picks = all_picks[all_picks["period"] == month]
        drawn = coverage.draws(session, month)
        names = names_in(session, language)
        agents = side_by_side(all_agents(session), evaluations, picks, language)
        report = MonthlyReport(
            period=period,
            language=language,
            centre=centre,
            made_at=now,
            made_by=actor.username,
            figures=figures_of(evaluations, picks),
            separation=agents.separation,
            overview=_overview(everything, all_picks, period, names),
            agents=_agents(agents, names),
            shares=_shares(evaluations, picks, agents, names),
            questions=_questions(session, month, language),
            coaching=_coaching(session, month, names, language),
            coverage=coverage_table(session, month, picks, names),
            exclusions=exclusions_table(drawn, language),
            draws=draws_table(drawn),
            forms=_forms(session, evaluations, language),
        )
        record(session, actor=actor.username, action="report", subject=month, at=now)
    return report


def _overview(
    evaluations: pd.DataFrame, picks: pd.DataFrame, period: Period, names: Names
) -> pd.DataFrame:
    """The centre, then each channel, then each team by name."""

    def line(level: str, **only: str) -> dict[str, object]:
        before, after = (
            figures_of(_where(evaluations, month, only), _where(picks, month, only))
            for month in (period.shift(-1), period)
        )
        team = names.team[only["team_id"]] if "team_id" in only else None
        place = {"level": level, "team": team, "channel": only.get("channel")}
        return {**place, **after.row(), **_change_columns(before, after)}

    now = [table[table["period"] == str(period)] for table in (evaluations, picks)]
    channels = sorted({*now[0]["channel"], *now[1]["channel"]})
    rows = [
        line("centre"),
        *(line("channel", channel=channel) for channel in channels),
        *(line("team", team_id=team) for team in _teams(now, names)),
    ]
    return as_table("overview", rows)


def _teams(tables: Iterable[pd.DataFrame], names: Names) -> list[str]:
    found = {team_id for table in tables for team_id in table["team_id"]}
    return sorted(found, key=lambda team_id: alphabetical(names.team[team_id]))


def _where(table: pd.DataFrame, period: Period, only: Mapping[str, str]) -> pd.DataFrame:
    wanted = table["period"] == str(period)
    for column, value in only.items():
        wanted &= table[column] == value
    return table[wanted]


def _change_columns(before: Figures, after: Figures) -> dict[str, object]:
    if before.score.value is None or after.score.value is None:
        return dict.fromkeys(("change", "change_low", "change_high", "verdict"))
    moved = change(before.score, after.score)
    return {
        "change": moved.difference,
        "change_low": moved.low,
        "change_high": moved.high,
        "verdict": moved.verdict,
    }


def _agents(agents: SideBySide, names: Names) -> pd.DataFrame:
    rows = [names.columns(line.agent.id) | line.figures.row() for line in agents.agents]
    return as_table("agents", rows)


def _shares(
    evaluations: pd.DataFrame, picks: pd.DataFrame, agents: SideBySide, names: Names
) -> pd.DataFrame:
    """The centre's shares, then each team's, then each agent's; by name, never by value."""
    nobody = {"level": "centre", "team": None, "agent": None}
    rows = _share_rows(nobody, figures_of(evaluations, picks))
    for team_id in _teams([evaluations, picks], names):
        own = (table[table["team_id"] == team_id] for table in (evaluations, picks))
        team = {"level": "team", "team": names.team[team_id], "agent": None}
        rows += _share_rows(team, figures_of(*own))
    for line in agents.agents:
        rows += _share_rows({"level": "agent", **names.columns(line.agent.id)}, line.figures)
    return as_table("shares", rows)


def _share_rows(place: Mapping[str, str | None], figures: Figures) -> list[dict[str, object]]:
    shares: dict[str, Estimate] = {"passed": figures.passed}
    for lens, accuracy in figures.critical.items():
        shares[f"{lens}_accuracy"] = accuracy
    return [
        {
            **place,
            "measure": measure,
            "count": share.count or 0,
            "n": share.n,
            "percent": share.value,
            "low": share.low,
            "high": share.high,
            "effective_n": share.effective_n,
        }
        for measure, share in shares.items()
    ]


def _questions(session: Session, month: str, language: Language) -> pd.DataFrame:
    """Every question of the forms in use, also those that nobody answered."""
    asked = questions_of(store.counted_answers(session, month))
    forms = sorted({(figures.form_id, figures.form_version) for figures in asked})
    rows: list[dict[str, object]] = []
    for form_id, version in forms:
        form = load_form(session, form_id, version)
        own = {f.question_id: f for f in asked if (f.form_id, f.form_version) == (form_id, version)}
        rows += _question_rows(form, own, language)
    return as_table("questions", rows)


def _question_rows(
    form: Form, asked: Mapping[str, QuestionFigures], language: Language
) -> Iterable[dict[str, object]]:
    """A line per question; what earns no points was answered, never in full or short."""
    scored = {question.id: question for question in form.scored_questions()}
    for question in form.questions():
        figures = asked[question.id]
        own = scored.get(question.id)
        counts = {"full": figures.full, "short": figures.short, "fatal": figures.fatal}
        yield {
            "form": form.key,
            "number": form.number_of(question.id),
            "section": form.part_of(question.id)[-1].title.in_language(language),
            "question": question.text.in_language(language),
            "critical": own.critical if own else None,
            "answered": figures.answered,
            **(counts if own else dict.fromkeys(counts)),
            "short_percent": figures.short_share.value,
            "short_low": figures.short_share.low,
            "short_high": figures.short_share.high,
            "not_applicable": figures.not_applicable,
        }


def _coaching(session: Session, month: str, names: Names, language: Language) -> pd.DataFrame:
    notes, rules = store.coaching_notes(session, month), rules_in_force(session)
    rows = []
    records: list[dict[Any, Any]] = notes.to_dict("records")
    for note in records:
        name = (note["author_name_fa"] if language == "fa" else None) or note["author_name"]
        author = name or note["author"]
        person = names.columns(note["agent_id"], note["team_id"])
        written = {field: masked(note[field], rules) for field in ("text", "lead_comment")}
        rows.append({**note, **person, **written, "score": note["percent"], "author": author})
    return as_table("coaching", rows)


def _forms(session: Session, evaluations: pd.DataFrame, language: Language) -> pd.DataFrame:
    rows = []
    for key, group in evaluations.groupby(["form_id", "form_version", "form_sha256"]):
        form_id, version, sha256 = cast("tuple[str, str, str]", key)
        form = load_form(session, form_id, version)
        title = form.title.in_language(language)
        rows.append({"form": form.key, "title": title, "evaluations": len(group), "sha256": sha256})
    return as_table("forms", rows)
