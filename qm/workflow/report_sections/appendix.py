"""The appendix: every evaluation of the month, made column by column."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlmodel import Session

from qm.core.quality.counts import with_counts
from qm.core.text import Wording
from qm.reports.layout import SHEETS
from qm.store.life import names_of
from qm.workflow.report_sections.month import Month
from qm.workflow.report_sections.people import hidden_evaluators

_SHEET = next(sheet for sheet in SHEETS if sheet.is_appendix)
_SCORED = ("score", "outcome", "fatal")


def evaluations_table(session: Session, month: Month) -> pd.DataFrame:
    """Return a row per evaluation of the month, in the order of their numbers.

    What repeats is a category, so that a hundred thousand rows stay small. Of members of small
    groups the scores are left out: added up they would tell what is hidden elsewhere.
    """
    rows = with_counts(month.facts)
    evaluators = rows["evaluator"].unique()
    people = names_of(session, evaluators.tolist())
    of_evaluators = {name: people.get(name) or Wording(en=name) for name in evaluators}
    forms = (rows["form_id"] + "@" + rows["form_version"]).astype("str")
    is_scored = rows["percent"].notna().to_numpy()
    is_shown = ~_is_hidden(rows, month)
    columns = {
        "evaluation_id": _numbers(rows["evaluation_id"]),
        "interaction_id": rows["interaction_id"].astype(object),
        "started_at": _moments(rows["started_at"]),
        "agent": _named(rows["agent_id"], month.names.agent),
        "agent_id": _named(rows["agent_id"]),
        "team": _named(rows["team_id"], month.names.team),
        "channel": _named(rows["channel"]),
        "queue": _named(rows["queue"]),
        "form": _named(forms),
        "evaluator": _named(rows["evaluator"], of_evaluators),
        "submitted_at": _moments(rows["submitted_at"]),
        "score": _numbers(rows["percent"], is_scored & is_shown),
        "outcome": _named(rows["outcome"].where(is_shown)),
        "fatal": _numbers(rows["fatal"], is_shown),
        "counted": _named(rows["is_counted"].map({True: "counted", False: "beside"})),
        "stands_for": _numbers(rows["stands_for"], rows["stands_for"].notna().to_numpy()),
    }
    return pd.DataFrame(columns, columns=[column.name for column in _SHEET.columns])


def _is_hidden(rows: pd.DataFrame, month: Month) -> npt.NDArray[np.bool_]:
    """Return which evaluations belong to a team, agent, form, channel or the like not shown."""
    found = np.zeros(len(rows), dtype=bool)
    for column in ("team_id", "agent_id", "channel", "queue"):
        hidden = {key[0] for key in month.hidden(column)}
        found |= rows[column].isin(hidden).to_numpy(dtype=bool)
    for form_id, version in month.hidden("form"):
        is_of_it = (rows["form_id"] == form_id) & (rows["form_version"] == version)
        found |= is_of_it.to_numpy(dtype=bool)
    return found | rows["evaluator"].isin(hidden_evaluators(month)).to_numpy(dtype=bool)


def _named(column: "pd.Series[Any]", names: Mapping[str, Wording] | None = None) -> pd.Categorical:
    codes, values = pd.factorize(column, sort=True)
    told = [names[value] if names else value for value in values]
    return pd.Categorical.from_codes(codes, pd.Index(told, dtype=object))


def _numbers(
    column: "pd.Series[Any]", is_there: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.object_]:
    numbers: npt.NDArray[np.object_] = np.array(column.tolist(), dtype=object)
    if is_there is not None:
        numbers[~is_there] = None
    return numbers


def _moments(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return aware times as Python's, in UTC."""
    times = pd.to_datetime(column, utc=True)
    moments = [None if at is pd.NaT else at for at in times.dt.to_pydatetime()]
    return pd.Series(moments, index=column.index, dtype=object)
