"""Which charts stand beside which table of the report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qm.core.problems import N_
from qm.core.text import number
from qm.reports.charts import AnyChart, Look
from qm.reports.charts.compared import (
    Compared,
    FunnelDot,
    FunnelLimit,
    funnel_chart,
    intervals_chart,
)
from qm.reports.charts.hours import HourCell, hours_chart
from qm.reports.charts.months import MonthMean, months_chart
from qm.reports.charts.pareto import POINTS_LOST, Cause, pareto_chart
from qm.reports.charts.svg import svg_of
from qm.reports.monthly import PrintedReport
from qm.reports.words import form_names, word

_MOST_LINES = 40  # more groups than this fill no page that one would look at
_FUNNEL_LEVELS = {"95": "95%", "998": "99.8%"}

Charts = Iterator[tuple[AnyChart, str]]


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, and what it shows in words."""

    svg: str
    said: str


def pictures_of(report: PrintedReport, sheet: str, look: Look) -> list[Picture]:
    """Return the charts that stand above a sheet's table; none where there is nothing to see."""
    return [Picture(svg_of(chart), said) for chart, said in charts_of(report, sheet, look)]


def charts_of(report: PrintedReport, sheet: str, look: Look) -> list[tuple[AnyChart, str]]:
    """Return the charts of a sheet, each with what it shows in words, for a page or paper."""
    frame = report.tables.get(sheet)
    if sheet not in _CHARTS or frame is None:
        return []
    return [(chart, look.translate(said)) for chart, said in _CHARTS[sheet](report, frame, look)]


def _groups(report: PrintedReport, frame: pd.DataFrame, look: Look) -> Charts:
    for level, said in (
        ("team", N_("Quality score of the teams with 95-percent intervals; dashed: all of them.")),
        ("channel", N_("Quality score of the channels with 95-percent intervals; dashed: all.")),
        (
            "queue",
            N_("Quality score of the queues with 95-percent intervals; dashed: all of them."),
        ),
    ):
        rows = frame[frame["level"] == level]
        tell = look.translate if level == "channel" else None
        yield from _compared(report, rows, level, said, look, tell)


def _agents(report: PrintedReport, frame: pd.DataFrame, look: Look) -> Charts:
    said = N_(
        "Quality score of the agents by name, with 95-percent intervals; dashed: all of them."
    )
    yield from _compared(report, frame, "agent", said, look)


def _compared(
    report: PrintedReport,
    frame: pd.DataFrame,
    name: str,
    said: str,
    look: Look,
    translate: Callable[[str], str] | None = None,
) -> Charts:
    groups = [
        Compared(
            word(row[name], translate) if translate else row[name],
            row["score"],
            row["score_low"],
            row["score_high"],
            row["score_n"],
        )
        for row in _scored(frame)
    ]
    if 1 < len(groups) <= _MOST_LINES:
        yield intervals_chart(look, groups, report.figures.score.value), said


def _months(_report: PrintedReport, frame: pd.DataFrame, look: Look) -> Charts:
    months = frame[frame["level"] == "centre"]
    means = [
        MonthMean(
            look.words(row["month"]),
            row["score"],
            row["score_low"] if row["score_low"] is not None else row["score"],
            row["score_high"] if row["score_high"] is not None else row["score"],
            "",
            row["yardstick"],
        )
        for row in _scored(months)
    ]
    if len(means) > 1:
        order = [look.words(month) for month in months["month"]]
        yield (
            months_chart(look, order, means),
            N_(
                "Quality score of all by month, with 95-percent intervals; the line ends where a "
                "form changed."
            ),
        )


def _pareto(report: PrintedReport, frame: pd.DataFrame, look: Look) -> Charts:
    rows = _records(frame)
    forms = form_names(report, look.translate)
    causes = [Cause(_named(row, report, forms), row["cost"]) for row in rows if row["cost"]]
    if causes:
        yield (
            pareto_chart(look, causes, title=POINTS_LOST),
            N_("The questions that lower the quality score the most, and their running share."),
        )


def _named(row: Mapping[Any, Any], report: PrintedReport, forms: Mapping[str, str]) -> str:
    place = number(row["number"], report.language, 0)
    return f"{place}. {row['question']} – {forms.get(row['form'], row['form'])}"


def _hours(_report: PrintedReport, frame: pd.DataFrame, look: Look) -> Charts:
    cells = [
        HourCell(word(row["weekday"], look.translate), row["hour"], row["score"], row["evaluated"])
        for row in _records(frame)
        if row["evaluated"]
    ]
    if any(cell.value is not None for cell in cells):
        days = [word(day, look.translate) for day in dict.fromkeys(frame["weekday"])]
        yield (
            hours_chart(look, cells, days),
            N_("Quality score and n by weekday and hour at which the interactions began."),
        )


def _funnel(_report: PrintedReport, frame: pd.DataFrame, look: Look) -> Charts:
    rows = [row for row in _records(frame) if row["passed"] is not None]
    if len(rows) <= 1 or rows[0]["target"] is None:
        return
    dots = [
        FunnelDot(row["agent"], row["effective_n"], row["passed"], row["place"] != "inside")
        for row in rows
    ]
    limits = [
        FunnelLimit(shown, row["effective_n"], row[f"low_{level}"], row[f"high_{level}"])
        for level, shown in _FUNNEL_LEVELS.items()
        for row in sorted(rows, key=lambda row: row["effective_n"])
    ]
    title = look.translate(N_("Passed, percent"))
    yield (
        funnel_chart(look, dots, limits, rows[0]["target"], title),
        N_(
            "Agents' passes by how many evaluations they rest on; between the dashed lines noise "
            "explains them, diamonds lie outside."
        ),
    )


def _scored(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return [row for row in _records(frame) if row["score"] is not None]


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return list(frame.to_dict("records"))


_CHARTS: Mapping[str, Callable[[PrintedReport, pd.DataFrame, Look], Charts]] = {
    "overview": _groups,
    "months": _months,
    "pareto": _pareto,
    "hours": _hours,
    "agents": _agents,
    "funnel": _funnel,
}
