"""The month's numbers by DuckDB over Parquet files: how fast it could be at all.

The files hold the same rows that `bench.report_pandas` reads, exported before the clock runs.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import create_engine, text

from bench.report_pandas import LENSES, QUERIES, Numbers

_COUNTED = """
CREATE TEMP TABLE counted AS
WITH effective AS (
    SELECT *, pick_id IN (SELECT pick_id FROM replaced WHERE reserve_id IS NULL) AS is_lost
    FROM picks
    WHERE purpose <> 'targeted'
      AND (is_reserve = 0 OR pick_id IN (SELECT reserve_id FROM replaced))
      AND pick_id NOT IN (SELECT pick_id FROM replaced WHERE reserve_id IS NOT NULL)
), firsts AS (
    SELECT * FROM evaluations
    QUALIFY row_number() OVER (PARTITION BY pick_id ORDER BY assignment_id) = 1
), known AS (
    SELECT *, 1 / probability / sum(1 / probability)
        OVER (PARTITION BY draw_id, agent_id, stratum, zone) * zone_size AS in_zone
    FROM effective JOIN firsts USING (pick_id) WHERE NOT is_lost
), sizes AS (
    SELECT draw_id, agent_id, stratum, sum(zone_size) AS whole FROM (
        SELECT DISTINCT draw_id, agent_id, stratum, zone, zone_size FROM effective)
    GROUP BY ALL
), evaluated AS (
    SELECT draw_id, agent_id, stratum, sum(zone_size) AS here FROM (
        SELECT DISTINCT draw_id, agent_id, stratum, zone, zone_size FROM known)
    GROUP BY ALL
), lenses AS (
    SELECT evaluation_id, {lenses} FROM answers WHERE state = 'answered' GROUP BY ALL
)
SELECT known.*, in_zone * whole / here AS weight, lenses.* EXCLUDE (evaluation_id)
FROM known JOIN sizes USING (draw_id, agent_id, stratum)
JOIN evaluated USING (draw_id, agent_id, stratum) LEFT JOIN lenses USING (evaluation_id)
"""
_LENS = """
1 - max((earned_points < possible_points)::INT) FILTER (critical = '{lens}') AS {lens}
"""
_AVERAGE = "sum(weight * {what}) / sum(weight) FILTER ({what} IS NOT NULL)"
_LEVELS = {"centre": "''", "channel": "channel", "team": "team_id", "agent": "agent_id"}
_QUESTIONS = """
SELECT form_id || '@' || form_version || ':' || question_id,
       100 * sum(weight * (earned_points < possible_points)::INT) / sum(weight),
       sum((earned_points < possible_points)::INT)
FROM answers JOIN counted USING (evaluation_id)
WHERE state = 'answered' AND possible_points IS NOT NULL GROUP BY ALL
"""


def export(url: str, month: str, folder: Path) -> None:
    """Write the rows of a month as Parquet files into `folder`."""
    engine = create_engine(url)
    with engine.connect() as connection:
        for name, query in QUERIES.items():
            given = {"month": month} if ":month" in query else None
            rows = pd.read_sql(text(query), connection, params=given)
            rows.to_parquet(folder / f"{name}.parquet", index=False)
    engine.dispose()


def numbers(folder: Path) -> Numbers:
    """Return the numbers of the exported month, as `bench.report_pandas` names them."""
    with import_module("duckdb").connect() as connection:
        for name in QUERIES:
            file = folder / f"{name}.parquet"
            connection.from_parquet(str(file)).create_view(name)
        lenses = ", ".join(_LENS.format(lens=lens) for lens in LENSES)
        connection.execute(_COUNTED.format(lenses=lenses))
        found: Numbers = {}
        for level, who in _LEVELS.items():
            found |= _level(connection, level, who)
        for name, short, count in connection.execute(_QUESTIONS).fetchall():
            found |= {f"question/{name}/short": short, f"question/{name}/count": float(count)}
    return found


def _level(connection: Any, level: str, who: str) -> Numbers:
    shares = {"passed": "(outcome = 'pass')::INT"} | {lens: lens for lens in LENSES}
    columns = ["count(*)", _AVERAGE.format(what="percent")]
    columns += [f"100 * {_AVERAGE.format(what=what)}" for what in shares.values()]
    query = f"SELECT {who}, {', '.join(columns)} FROM counted GROUP BY 1"
    names = ["evaluated", "score", *shares]
    return {
        f"{level}/{line[0]}/{name}": value if value is None else float(value)
        for line in connection.execute(query).fetchall()
        for name, value in zip(names, line[1:], strict=True)
    }
