"""The month's numbers by a plain pandas script: read all answers, pivot them, average.

What an analyst would write who may read the database: nothing of the project is used, so that
equal numbers mean that two programs agree.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import create_engine, text

Numbers = dict[str, float | None]
"""Numbers of a month by name, `LEVEL/WHO/MEASURE`; None where nothing was measured."""

LEVELS = {"team": "team_id", "channel": "channel", "agent": "agent_id"}
LENSES = ("customer", "business", "compliance")
MEASURES = ("score", "passed", *LENSES)

_PICKS = """
SELECT p.id AS pick_id, p.draw_id, p.agent_id, p.team_id, p.stratum, p.zone, p.zone_size,
       p.inclusion_probability AS probability, p.purpose, i.channel,
       CAST(p.is_reserve AS INTEGER) AS is_reserve
FROM pick p JOIN interaction i ON i.id = p.interaction_id
WHERE p.month = :month
"""
_EVALUATIONS = """
SELECT e.id AS evaluation_id, e.assignment_id, a.pick_id, e.form_id, e.form_version,
       e.percent, e.outcome
FROM evaluation e JOIN assignment a ON a.id = e.assignment_id
WHERE e.period = :month AND e.is_latest AND e.kind = 'official'
"""
_ANSWERS = """
SELECT n.evaluation_id, n.question_id, n.state, n.earned_points, n.possible_points, n.critical
FROM answer n JOIN evaluation e ON e.id = n.evaluation_id
WHERE e.period = :month AND e.is_latest AND e.kind = 'official'
"""
QUERIES = {
    "picks": _PICKS,
    "evaluations": _EVALUATIONS,
    "answers": _ANSWERS,
    "replaced": "SELECT pick_id, reserve_id FROM replacement",
}
"""All that is read: the rows of a month, by what they are."""

_ZONE = ["draw_id", "agent_id", "stratum", "zone"]


def numbers(url: str, month: str) -> Numbers:
    """Return the numbers of a month, of the centre, its channels, teams, agents and questions."""
    engine, given = create_engine(url), {"month": month}
    with engine.connect() as connection:
        picks, evaluations, answers, replaced = (
            pd.read_sql(text(query), connection, params=given if ":month" in query else None)
            for query in QUERIES.values()
        )
    engine.dispose()
    rows = _counted(picks, evaluations, replaced)
    answered = answers[answers["state"] == "answered"].copy()
    graded = answered["possible_points"].notna()
    is_short = (answered["earned_points"] < answered["possible_points"]).astype(float)
    answered["short"] = is_short.where(graded)
    rows = rows.join(_error_free(answered), on="evaluation_id")
    pivot = answered.pivot(index="evaluation_id", columns="question_id", values="short")
    found = {f"centre//{name}": value for name, value in _measures(rows).items()}
    for level, column in LEVELS.items():
        for who, group in rows.groupby(column):
            measured = _measures(group).items()
            found |= {f"{level}/{who}/{name}": value for name, value in measured}
    return found | _questions(rows, pivot)


def _counted(
    picks: pd.DataFrame, evaluations: pd.DataFrame, replaced: pd.DataFrame
) -> pd.DataFrame:
    """Return the first evaluation of each sampled pick in effect, with what it stands for."""
    used = replaced["reserve_id"].dropna()
    picks = picks[picks["purpose"] != "targeted"]
    in_effect = (picks["is_reserve"] == 0) | picks["pick_id"].isin(used)
    is_lost = picks["pick_id"].isin(replaced.loc[replaced["reserve_id"].isna(), "pick_id"])
    in_effect &= ~picks["pick_id"].isin(replaced["pick_id"])
    zones = picks[in_effect | is_lost]
    first = evaluations.sort_values("assignment_id").drop_duplicates("pick_id")
    rows = picks[in_effect].merge(first, on="pick_id")
    inverse = 1 / rows["probability"]
    share = inverse / inverse.groupby([rows[name] for name in _ZONE]).transform("sum")
    whole, here = (
        part.drop_duplicates(_ZONE).groupby(_ZONE[:3])["zone_size"].sum() for part in (zones, rows)
    )
    factor = (whole / here).rename("factor").reset_index()
    rows["weight"] = share * rows["zone_size"] * rows.merge(factor, on=_ZONE[:3])["factor"]
    return rows


def _error_free(answered: pd.DataFrame) -> pd.DataFrame:
    """Return per evaluation and lens 1 where no critical question fell short, 0 where one did."""
    critical = answered[answered["critical"].notna()]
    return 1 - critical.pivot_table(
        index="evaluation_id", columns="critical", values="short", aggfunc="max"
    ).reindex(columns=list(LENSES))


def _measures(rows: pd.DataFrame) -> Numbers:
    passed = (rows["outcome"] == "pass").astype(float).where(rows["outcome"].notna())
    shares = {"passed": passed} | {lens: rows[lens] for lens in LENSES}
    columns = {"score": rows["percent"]} | {name: 100 * share for name, share in shares.items()}
    found = {name: _average(values, rows["weight"]) for name, values in columns.items()}
    return {**found, "evaluated": float(len(rows))}


def _average(values: pd.Series, weights: pd.Series) -> float | None:
    known = values.notna()
    if not known.any():
        return None
    return float((values[known] * weights[known]).sum() / weights[known].sum())


def _questions(rows: pd.DataFrame, pivot: pd.DataFrame) -> Numbers:
    found: Numbers = {}
    for (form, version), group in rows.groupby(["form_id", "form_version"]):
        asked = pivot.reindex(group["evaluation_id"]).dropna(axis="columns", how="all")
        for question in asked:
            short = pd.Series(asked[question].to_numpy(), group.index)
            name = f"question/{form}@{version}:{question}"
            found[f"{name}/short"] = _average(100 * short, group["weight"])
            found[f"{name}/count"] = float(short.sum())
    return found
