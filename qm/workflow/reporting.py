"""Step 7, the monthly quality report: everything a manager shows and has to defend."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.estimates import Estimate, proportion
from qm.core.figures import Figures, figures_of
from qm.core.forms.form import Form
from qm.core.periods import Period
from qm.core.text import Language
from qm.core.trends import change
from qm.reports.layout import SHEETS
from qm.reports.monthly import MonthlyReport
from qm.store import coverage
from qm.store import quality as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.workflow.published_forms import load_form
from qm.workflow.quality import SideBySide, alphabetical, name_of, side_by_side

_COLUMNS = {sheet.name: [column.name for column in sheet.columns] for sheet in SHEETS}


@dataclass(frozen=True)
class _Names:
    """Names of agents and teams by id, and the present team of each agent."""

    agent: Mapping[str, str]
    team: Mapping[str, str]
    team_of: Mapping[str, str]

    def columns(self, agent_id: str, team_id: str | None = None) -> dict[str, str]:
        team = team_id or self.team_of[agent_id]
        return {
            "agent": self.agent[agent_id],
            "agent_id": agent_id,
            "team": self.team[team],
        }


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
        names = _names(session, language)
        agents = side_by_side(store.agents(session), evaluations, picks, language)
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
            coverage=_coverage(session, month, picks, names),
            draws=_draws(session, month),
            forms=_forms(session, evaluations, language),
        )
        record(session, actor=actor.username, action="report", subject=month, at=now)
    return report


def _table(name: str, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    columns = _COLUMNS[name]
    return pd.DataFrame(
        [[row[column] for column in columns] for row in rows], columns=columns, dtype=object
    )


def _names(session: Session, language: Language) -> _Names:
    agents = store.agents(session)
    return _Names(
        agent={agent.id: name_of(agent, language) for agent in agents},
        team={team.id: name_of(team, language) for team in store.teams(session)},
        team_of={agent.id: agent.team_id for agent in agents},
    )


def _overview(
    evaluations: pd.DataFrame, picks: pd.DataFrame, period: Period, names: _Names
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
    return _table("overview", rows)


def _teams(tables: Iterable[pd.DataFrame], names: _Names) -> list[str]:
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


def _agents(agents: SideBySide, names: _Names) -> pd.DataFrame:
    rows = [names.columns(line.agent.id) | line.figures.row() for line in agents.agents]
    return _table("agents", rows)


def _shares(
    evaluations: pd.DataFrame, picks: pd.DataFrame, agents: SideBySide, names: _Names
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
    return _table("shares", rows)


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
        }
        for measure, share in shares.items()
    ]


def _questions(session: Session, month: str, language: Language) -> pd.DataFrame:
    outcomes = store.question_outcomes(session, month)
    rows: list[dict[str, object]] = []
    for key, group in outcomes.groupby(["form_id", "form_version"]):
        form_id, version = cast("tuple[str, str]", key)
        form = load_form(session, form_id, version)
        by_question: dict[Any, Any] = group.set_index("question_id").to_dict("index")
        rows += _question_rows(form, by_question, language)
    return _table("questions", rows)


def _question_rows(
    form: Form, outcomes: Mapping[str, Mapping[str, int]], language: Language
) -> Iterable[dict[str, object]]:
    """A line per question; what earns no points was answered, never in full or short."""
    scored = {question.id: question for question in form.scored_questions()}
    for question in form.questions():
        outcome = outcomes[question.id]
        own = scored.get(question.id)
        full, short = outcome["full"], outcome["short"]
        share = proportion([True] * short + [False] * full)
        points = {} if own else dict.fromkeys(("full", "short", "fatal"))
        yield {
            **outcome,
            **points,
            "form": form.key,
            "number": form.number_of(question.id),
            "section": form.part_of(question.id)[-1].title.in_language(language),
            "question": question.text.in_language(language),
            "critical": own.critical if own else None,
            "short_percent": share.value,
            "short_low": share.low,
            "short_high": share.high,
        }


def _coaching(session: Session, month: str, names: _Names, language: Language) -> pd.DataFrame:
    notes = store.coaching_notes(session, month)
    rows = []
    records: list[dict[Any, Any]] = notes.to_dict("records")
    for note in records:
        name = (note["author_name_fa"] if language == "fa" else None) or note["author_name"]
        author = name or note["author"]
        person = names.columns(note["agent_id"], note["team_id"])
        rows.append({**note, **person, "score": note["percent"], "author": author})
    return _table("coaching", rows)


def _coverage(session: Session, month: str, picks: pd.DataFrame, names: _Names) -> pd.DataFrame:
    frames = coverage.frames(session, month).set_index("agent_id")
    counts = ["evaluated", "scored", "open", "unassigned"]
    became = picks.groupby("agent_id")[counts].sum().reindex(frames.index, fill_value=0)
    rows = []
    for agent_id in sorted(frames.index, key=lambda agent: alphabetical(names.agent[agent])):
        frame, agent = frames.loc[agent_id], became.loc[agent_id]
        evaluated = agent["evaluated"]
        rows.append(
            {
                **names.columns(agent_id),
                **{count: agent[count] for count in counts},
                "frame_size": int(frame["frame_size"]),
                "picked": int(frame["picked"]),
                "missing": max(int(frame["picked"]) - evaluated, 0),
                "evaluated_percent": 100 * evaluated / int(frame["frame_size"]),
            }
        )
    return _table("coverage", rows)


def _draws(session: Session, month: str) -> pd.DataFrame:
    rows = [
        {
            **draw.model_dump(),
            "draw": draw.id,
            "excluded": ", ".join(f"{why}: {n}" for why, n in draw.excluded.items()),
            "policy": json.dumps(draw.policy, sort_keys=True, ensure_ascii=False),
        }
        for draw in coverage.draws(session, month)
    ]
    return _table("draws", rows)


def _forms(session: Session, evaluations: pd.DataFrame, language: Language) -> pd.DataFrame:
    rows = []
    for key, group in evaluations.groupby(["form_id", "form_version", "form_sha256"]):
        form_id, version, sha256 = cast("tuple[str, str, str]", key)
        form = load_form(session, form_id, version)
        title = form.title.in_language(language)
        rows.append({"form": form.key, "title": title, "evaluations": len(group), "sha256": sha256})
    return _table("forms", rows)
