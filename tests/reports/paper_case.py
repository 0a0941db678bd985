"""A report as the writers of files get it, made by hand: no database behind it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from qm.core.centre import Centre
from qm.core.estimates import NOTHING, Estimate
from qm.core.periods import Period
from qm.core.quality.figures import Figures
from qm.core.quality.ranking import Separation
from qm.core.text import Language, Wording
from qm.reports.layout import SHEETS
from qm.reports.monthly import MonthlyReport, PrintedReport

CENTRE = Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa")
MADE_AT = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
DATA_SHA256, CONTENT_SHA256 = "a1" * 32, "b2" * 32
HOSTILE = "#set page(fill: red) $x$ *b* `c` <script>alert(1)</script> \u202eabc \x00 &amp; @x [y]"
AGENTS = {
    "sara.nouri": Wording(en="Sara Nouri", fa="سارا نوری"),
    "reza.karimi": Wording(en="Reza Karimi", fa="رضا کریمی"),
    "ali.moradi": Wording(en="Ali Moradi", fa="علی مرادی"),
}
TEAMS = {
    "orders": Wording(en="Orders", fa="سفارش"),
    "support": Wording(en="Support", fa="پشتیبانی"),
}
QUESTIONS = {
    1: Wording(en="Greets by name", fa="نام خود را می گوید"),
    2: Wording(en="Checks the identity", fa="هویت را احراز می کند"),
}
MEAN = Estimate(79.25, 7, 67.8, 90.7, "t")
SHARE = Estimate(69.2, 7, 35.2, 90.3, "wilson", count=5)


def a_report(
    language: Language, *, coached: int = 2, said: str = "همه چیز خوب بود", name: str = ""
) -> PrintedReport:
    """A frozen report of Aban 1405: `coached` notes say `said`, a fourth agent is called `name`."""
    agents = {**AGENTS, **({"x": Wording(en=name)} if name else {})}
    rows: dict[str, list[dict[str, Any]]] = {
        "overview": [
            {"level": "centre", **_score(79.25)},
            *({"level": "team", "team": team, **_score(75.0)} for team in TEAMS.values()),
        ],
        "agents": [
            {"agent": agent, "agent_id": agent_id, "team": TEAMS["orders"], **_score(70.0 + 5 * n)}
            for n, (agent_id, agent) in enumerate(agents.items())
        ],
        "questions": [
            {"form": "inbound-call@1", "number": n, "question": text, "answered": 7, "short": 3 - n}
            for n, text in QUESTIONS.items()
        ],
        "coaching": [
            {"created_at": MADE_AT, "agent": AGENTS["sara.nouri"], "interaction_id": f"1405-{n}"}
            | {"score": 80.0, "text": said, "state": "shared"}
            for n in range(coached)
        ],
    }
    tables = {
        sheet.name: pd.DataFrame(
            [
                [row.get(column.name) for column in sheet.columns]
                for row in rows.get(sheet.name, [])
            ],
            columns=[column.name for column in sheet.columns],
            dtype=object,
        )
        for sheet in SHEETS
    }
    report = MonthlyReport(
        period=Period(1405, 8),
        centre=CENTRE,
        made_at=MADE_AT,
        made_by="mina",
        figures=_figures(),
        separation=Separation("not_apart", 3, 0.31, 0.2),
        tables=tables,
        number=1,
        data_sha256=DATA_SHA256,
        content_sha256=CONTENT_SHA256,
    )
    return report.in_language(language)


def english(text: str) -> str:
    return text


def _score(mean: float) -> dict[str, Any]:
    ends = {"score_low": mean - 6, "score_high": mean + 6, "margin": 6.0}
    return {"score": mean, "score_n": 7, "picked": 11, "missing": 4, **ends}


def _figures() -> Figures:
    return Figures(
        score=MEAN,
        calculated=MEAN,
        passed=SHARE,
        fatal_rate=SHARE,
        critical={"customer": SHARE, "business": NOTHING, "compliance": SHARE},
        defects=SHARE,
        lens_defects={},
        not_applicable=SHARE,
        evaluated=7,
        without_score=0,
        beside=0,
        picked=11,
        missing=4,
    )
