"""Facts written by hand: the small centre of tests/reports/case.py, and any other."""

from typing import Any

import pandas as pd

from qm.core.quality.facts import AskedQuestion, Facts
from qm.core.text import Wording

PLAIN: dict[str, Any] = {
    "period": "1405-08",
    "agent_id": "sara",
    "team_id": "orders",
    "channel": "call",
    "queue": "sales",
    "form_id": "inbound",
    "form_version": "1",
    "evaluator": "mina",
    "percent": 80.0,
    "no_score": None,
    "is_counted": True,
    "draw_id": 1,
    "stratum": "",
    "zone": 1,
    "stands_for": 10.0,
    "results": "FFF",
}
BESIDE = {"is_counted": False, **dict.fromkeys(("draw_id", "stratum", "zone", "stands_for"))}


def question(name: str, number: int, **own: Any) -> AskedQuestion:
    """Return a question of form inbound@1, unless it says otherwise."""
    known = {
        "form_id": "inbound",
        "form_version": "1",
        "section_id": "talk",
        "section": Wording(en="Talk"),
        "text": Wording(en=name.capitalize()),
        "critical": None,
        "is_scored": True,
    }
    return AskedQuestion(**{**known, **own, "question_id": name, "number": number})


QUESTIONS = (
    question("closing", 3),
    question("greeting", 1, critical="customer"),
    question("identity", 2, critical="compliance", section_id="law", section=Wording(en="Law")),
)
PICKS = ["period", "agent_id", "team_id", "channel", "picked", "evaluated"]


def facts(
    *rows: dict[str, Any],
    picks: tuple[tuple[str, str, int, int], ...] = (),
    questions: dict[tuple[str, str], tuple[AskedQuestion, ...]] | None = None,
) -> Facts:
    """Return facts with these rows, each plain but for what it says; outcomes pass from 80 on.

    `picks`: agent, team, picked, evaluated.
    """
    told = []
    for number, row in enumerate(rows, start=1):
        percent = row.get("percent", 80.0)
        outcome = None if percent is None else "pass" if percent >= 80 else "fail"
        given = {"evaluation_id": number, "outcome": outcome, "calculated_percent": percent}
        told.append({**PLAIN, **given, **row})
    columns = [*PLAIN, "evaluation_id", "outcome", "calculated_percent"]
    evaluations = pd.DataFrame(told, columns=columns, dtype=object)
    drawn = [("1405-08", agent, team, "call", *numbers) for agent, team, *numbers in picks]
    return Facts(
        evaluations.astype({"is_counted": bool}),
        pd.DataFrame(drawn, columns=PICKS),
        questions or {("inbound", "1"): QUESTIONS},
    )


def small_centre() -> Facts:
    """Return Aban 1405 of tests/reports/case.py; letters are closing, greeting, identity."""
    reza = {"agent_id": "reza"}
    ali = {"agent_id": "ali", "team_id": "support", "stands_for": 5.0, "evaluator": "nima"}
    return facts(
        {"results": "SFF"},
        {"percent": 90.0, "results": "SFF"},
        {"percent": 100.0, "results": "FFF"},
        {"percent": 70.0, "results": "SSF"},
        {"percent": 20.0, "results": "SSS", **BESIDE},
        {"percent": 0.0, "results": "SSS", **BESIDE},
        {**reza, "percent": 60.0, "results": "SSs"},
        {**reza, "percent": 70.0, "results": "NFF"},
        {**ali, "percent": 90.0, "results": "SFF", "queue": None},
        {**ali, "percent": None, "results": "NNN", "queue": None},
        picks=(
            ("sara", "orders", 4, 4),
            ("reza", "orders", 2, 2),
            ("ali", "support", 3, 2),
            ("omid", "support", 2, 0),
        ),
    )
