"""The part of the monthly report that tells how the interactions were drawn."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlmodel import Session

from qm.core.quality.coverage import Coverage, Drawn, coverage_by
from qm.core.text import Wording
from qm.store import coverage
from qm.store.coverage import DrawOfMonth
from qm.workflow.report_sections.month import Month
from qm.workflow.report_tables import Names, as_table


def drawn_of(session: Session, month: Month, found: Sequence[DrawOfMonth]) -> Drawn:
    """Return what the month's coverage is counted from; agents' frames in their present teams."""
    period = str(month.period)
    excluded = [item for each in found for item in each.draw.excluded.items()]
    frames = coverage.frames(session, period)
    teams = [month.names.team_of[agent_id] for agent_id in frames["agent_id"]]
    return Drawn(
        month.facts.picks,
        frames.assign(team_id=pd.Series(teams, index=frames.index, dtype="str")),
        coverage.replaced_by_reason(session, [period]),
        pd.DataFrame(excluded, columns=["reason", "interactions"]),
    )


def plan_table(month: Month, drawn: Drawn) -> pd.DataFrame:
    """Return what was planned and achieved, of the centre and of each team."""
    rows = [{"level": "centre", "team": None, **_plan_row(coverage_by(drawn)[()])}]
    for key, own in coverage_by(drawn, "team_id").items():
        rows.append({"level": "team", "team": month.names.team[str(key[0])], **_plan_row(own)})
    return as_table("plan", rows)


def _plan_row(own: Coverage) -> dict[str, Any]:
    counts = ("evaluated", "scored", "open", "unassigned", "lost")
    return {
        **{name: getattr(own, name) for name in counts},
        "frame_size": own.frame,
        "picked": own.planned,
        "excluded": None if own.excluded is None else sum(own.excluded.values()),
        "replaced": None if own.replaced is None else sum(own.replaced.values()),
        "achieved": own.achieved.value,
        "evaluated_percent": own.of_interactions.value,
    }


def replacements_table(month: Month, drawn: Drawn, found: Iterable[DrawOfMonth]) -> pd.DataFrame:
    """Return why picks were replaced or lost, by team, in the words of the newest policy."""
    labels = {
        rule["reason"]: rule.get("label")
        for of_month in found
        for rule in of_month.draw.policy.get("replacements", {}).get("reasons", [])
    }
    counts = drawn.replaced.groupby(["reason", "team_id"], as_index=False)["picks"].sum()
    rows = [
        {
            "reason": reason,
            "label": _wording(labels.get(reason)),
            "team": month.names.team[team_id],
            "picks": int(picks),
        }
        for reason, team_id, picks in counts.itertuples(index=False, name=None)
    ]
    return as_table("replacements", rows)


def coverage_table(session: Session, month: str, picks: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return what was planned and what came of it, per agent in the frame of a draw of the month.

    `picks` are the month's, as `Facts.picks` has them.
    """
    frames = coverage.frames(session, month).set_index("agent_id")["frame_size"]
    replaced = coverage.replaced(session, month)
    counts = ["picked", "evaluated", "scored", "open", "unassigned", "lost"]
    became = picks.groupby("agent_id")[counts].sum().reindex(frames.index, fill_value=0)
    rows = []
    for agent_id in frames.index:
        frame_size, agent = int(frames[agent_id]), became.loc[agent_id]
        rows.append(
            {
                **names.columns(agent_id),
                **{count: int(agent[count]) for count in counts},
                "frame_size": frame_size,
                "missing": int(agent["picked"] - agent["evaluated"]),
                "replaced": replaced.get(agent_id, 0),
                "evaluated_percent": 100 * int(agent["evaluated"]) / frame_size
                if frame_size
                else None,
            }
        )
    return as_table("coverage", rows)


def exclusions_table(found: Iterable[DrawOfMonth]) -> pd.DataFrame:
    """Return what each draw left out of its frame, in the policy's words where it has them."""
    rows = [
        {
            "draw": of_month.draw.id,
            "period": of_month.draw.period,
            "reason": reason,
            "label": _label(of_month.draw.policy, reason),
            "interactions": count,
        }
        for of_month in found
        for reason, count in of_month.draw.excluded.items()
    ]
    return as_table("exclusions", rows)


def _label(policy: Mapping[str, Any], reason: str) -> Wording | None:
    labels = {rule["reason"]: rule.get("label") for rule in policy.get("leave_out", [])}
    return _wording(labels.get(reason))


def _wording(label: Mapping[str, str] | None) -> Wording | None:
    return Wording.model_validate(label) if label else None


def draws_table(found: Iterable[DrawOfMonth]) -> pd.DataFrame:
    """Return what it takes to draw again; of a seed that is not revealed only the hash."""
    rows = [
        {
            **of_month.draw.model_dump(),
            "draw": of_month.draw.id,
            "seed": of_month.seed,
            "seed_sha256": of_month.seed_sha256,
            "committed_at": of_month.committed_at,
            "excluded": ", ".join(f"{why}: {n}" for why, n in of_month.draw.excluded.items()),
            "policy": json.dumps(of_month.draw.policy, sort_keys=True, ensure_ascii=False),
        }
        for of_month in found
    ]
    return as_table("draws", rows)
