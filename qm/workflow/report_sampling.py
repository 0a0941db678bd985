"""The part of the monthly report that tells how the interactions were drawn."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from sqlmodel import Session

from qm.core.text import Language, Wording
from qm.store import coverage
from qm.store.coverage import DrawOfMonth
from qm.workflow.quality import alphabetical
from qm.workflow.report_tables import Names, as_table


def coverage_table(session: Session, month: str, picks: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return what was planned and what came of it, per agent in the frame of a draw of the month.

    `picks` are the month's, as `coverage.picks` gives them.
    """
    frames = coverage.frames(session, month).set_index("agent_id")["frame_size"]
    replaced = coverage.replaced(session, month)
    counts = ["picked", "evaluated", "scored", "open", "unassigned", "lost"]
    became = picks.groupby("agent_id")[counts].sum().reindex(frames.index, fill_value=0)
    rows = []
    for agent_id in sorted(frames.index, key=lambda agent: alphabetical(names.agent[agent])):
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


def exclusions_table(found: Iterable[DrawOfMonth], language: Language) -> pd.DataFrame:
    """Return what each draw left out of its frame, in the policy's words where it has them."""
    rows = [
        {
            "draw": of_month.draw.id,
            "period": of_month.draw.period,
            "reason": reason,
            "label": _label(of_month.draw.policy, reason, language),
            "interactions": count,
        }
        for of_month in found
        for reason, count in of_month.draw.excluded.items()
    ]
    return as_table("exclusions", rows)


def _label(policy: Mapping[str, Any], reason: str, language: Language) -> str | None:
    labels = {rule["reason"]: rule.get("label") for rule in policy.get("leave_out", [])}
    label = labels.get(reason)
    return Wording.model_validate(label).in_language(language) if label else None


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
