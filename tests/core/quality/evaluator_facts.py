"""Simulated months in which evaluators of known severity score agents of known quality."""

from typing import Any

import numpy as np
import pandas as pd

from qm.core.quality.facts import Facts
from tests.core.quality.small_facts import QUESTIONS

ZONE = {"draw_id": 1, "stratum": "", "zone": 1}


def evaluations(rows: pd.DataFrame, **own: Any) -> Facts:
    """Return facts of these rows, which have agent_id, evaluator, percent and what differs."""
    known: dict[str, Any] = {
        "interaction_id": [f"i{k}" for k in range(len(rows))],
        "channel": "call",
        "form_id": "inbound",
        "form_version": "1",
        "active_s": None,
        "is_counted": True,
        "stands_for": 10.0,
        "results": "FFF",
        **ZONE,
    }
    missing = {name: value for name, value in known.items() if name not in rows}
    table = rows.assign(**{**missing, **own})
    return Facts(table, pd.DataFrame(), {("inbound", "1"): QUESTIONS})


def month(
    seed: int, severity: list[float], *, agents: int = 40, each: int = 6, mixing: float = 1.0
) -> pd.DataFrame:
    """Return a month of calls and chats; `mixing` 0 ties each agent to one evaluator."""
    random = np.random.default_rng(seed)
    n = agents * each
    agent = np.repeat(np.arange(agents), each)
    own = agent % len(severity)
    evaluator = np.where(random.random(n) < mixing, random.integers(0, len(severity), n), own)
    is_chat = random.random(n) < 0.3
    quality = 80 + 5 * random.standard_normal(agents) + 6 * (np.arange(agents) % len(severity) == 0)
    score = quality[agent] + np.array(severity)[evaluator] - 4 * is_chat
    return pd.DataFrame(
        {
            "agent_id": [f"a{k:02}" for k in agent],
            "evaluator": [f"e{k}" for k in evaluator],
            "channel": np.where(is_chat, "chat", "call"),
            "percent": score + 6 * random.standard_normal(n),
        }
    )
