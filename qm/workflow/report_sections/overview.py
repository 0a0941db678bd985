"""The centre and its parts beside the month before; passes and accuracies."""

from collections.abc import Iterator, Mapping

import pandas as pd

from qm.core.change.difference import change
from qm.core.estimates import Estimate
from qm.core.quality.figures import NO_FIGURES, Figures
from qm.core.quality.groups import Key
from qm.workflow.report_sections.month import Month
from qm.workflow.report_tables import as_table

_LEVELS = (("channel", "channel"), ("form", "form"), ("queue", "queue"), ("team", "team_id"))
_CHANGE = ("change", "change_low", "change_high", "verdict")


def overview_table(month: Month) -> pd.DataFrame:
    """Return the centre, then each channel, form, queue and team, with the change in each."""
    return as_table("overview", _rows(month))


def _rows(month: Month) -> Iterator[dict[str, object]]:
    place = dict.fromkeys(("team", "channel", "form", "queue"))
    yield _row({"level": "centre", **place}, month.figures, month.figures_before)
    for level, column in _LEVELS:
        before = month.groups_before(column)
        for key, figures in month.groups(column).items():
            if key[0] is None:  # of no queue
                continue
            told = {"level": level, **place, level: _named(month, level, key)}
            yield _row(told, figures, before.get(key, NO_FIGURES))


def _named(month: Month, level: str, key: Key) -> object:
    if level == "team":
        return month.names.team[str(key[0])]
    return "@".join(map(str, key)) if level == "form" else key[0]


def _row(place: Mapping[str, object], figures: Figures, before: Figures) -> dict[str, object]:
    return {**place, **figures.row(), **_change_columns(before, figures)}


def _change_columns(before: Figures, after: Figures) -> dict[str, object]:
    if before.score.value is None or after.score.value is None:
        return dict.fromkeys(_CHANGE)
    moved = change(before.score, after.score)
    return dict(zip(_CHANGE, (moved.difference, moved.low, moved.high, moved.verdict), strict=True))


def shares_table(month: Month) -> pd.DataFrame:
    """Return the centre's shares, then each team's, then each agent's; by name, never by value.

    Of agents without defects per opportunity, which hardly anybody's few evaluations tell.
    """
    rows = _shares({"level": "centre", "team": None, "agent": None}, month.figures, _ALL)
    for key, figures in month.groups("team_id").items():
        team = {"level": "team", "team": month.names.team[str(key[0])], "agent": None}
        rows += _shares(team, figures, _ALL)
    for key, figures in month.groups("agent_id").items():
        who = month.names.columns(str(key[0]))
        rows += _shares({"level": "agent", **who}, figures, _OF_AGENTS)
    return as_table("shares", rows)


_OF_AGENTS = {
    "passed": "passed",
    "customer_accuracy": "customer",
    "business_accuracy": "business",
    "compliance_accuracy": "compliance",
}
_ALL = {
    **_OF_AGENTS,
    "fatal_rate": "fatal_rate",
    "defects": "defects",
    "customer_defects": "customer_defects",
    "business_defects": "business_defects",
    "compliance_defects": "compliance_defects",
    "not_applicable": "not_applicable",
}


def _shares(
    place: Mapping[str, object], figures: Figures, measures: Mapping[str, str]
) -> list[dict[str, object]]:
    found = figures.estimates
    return [{**place, **_share(name, found[key])} for name, key in measures.items()]


def _share(measure: str, share: Estimate) -> dict[str, object]:
    is_hidden = share.note == "too_few_to_show"
    return {
        "measure": measure,
        "count": None if is_hidden else share.count or 0,
        "n": share.n,
        "percent": share.value,
        "low": None if share.low is None else max(0.0, share.low),
        "high": None if share.high is None else min(100.0, share.high),
        "effective_n": None if is_hidden else share.effective_n,
    }
