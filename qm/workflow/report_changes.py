"""What differs between a frozen report and the database, as rows of the table of changes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlmodel import Session, SQLModel

from qm.core.estimates.estimate import NOISE
from qm.core.personal_data.masking import masked
from qm.core.report_basis import Differences, Key
from qm.reports.layout import SHEETS
from qm.reports.monthly import MonthlyReport
from qm.store.life import names_of
from qm.store.privacy import rules_in_force
from qm.store.reports import rows_of
from qm.store.tables import Evaluation, Pick, Replacement
from qm.workflow.report_tables import names_in

Change = dict[str, Any]
"""A row of the table of changes; persons and teams by id until `named`."""

_COLUMNS = next(
    tuple(column.name for column in sheet.columns) for sheet in SHEETS if sheet.name == "changes"
)
_TABLES: Mapping[str, type[SQLModel]] = {
    "evaluation": Evaluation,
    "pick": Pick,
    "replacement": Replacement,
}


def changes_of_data(session: Session, found: Differences) -> list[Change]:
    """Return what became of the rows that two bases do not share.

    Evaluations added, corrected (score before and after, who, why) and no longer counted; picks
    replaced and added; and what qm never does: rows altered in place, or gone.
    """
    there = {kind: _rows(session, kind, found) for kind in _TABLES}
    gone = [key for key in found.removed if key[1] not in there[key[0]]]
    # A row that no longer belongs to the month was altered: of its own it never leaves it.
    left = [key for key in found.removed if key[0] != "evaluation" and key not in gone]
    rows = [
        *_evaluations(there["evaluation"], found),
        *_replacements(session, there["replacement"], found),
        *_picks(there["pick"], there["replacement"], found),
        *(_change("row_altered", _place(there, key)) for key in (*found.altered, *left)),
        *(_change("row_missing", {"reason": f"{kind} {number}"}) for kind, number in gone),
    ]
    return _named(session, rows)


def without_hidden(changes: list[Change], report: MonthlyReport) -> list[Change]:
    """Return the changes without scores of evaluations that the report's appendix hides."""
    if report.smallest_group <= 1:
        return changes
    appendix = report.tables["evaluations"]
    shown = set(appendix[appendix["fatal"].notna()]["interaction_id"])
    nothing = {"before": None, "after": None}
    return [row if row["interaction_id"] in shown else {**row, **nothing} for row in changes]


def figures_moved(before: MonthlyReport, after: MonthlyReport) -> list[Change]:
    """Return the scores and shares of the centre, teams and agents that are not what they were."""
    old, new = _figures(before), _figures(after)
    rows = []
    for key in old | new:
        was, place = old.get(key, (None, {}))
        now, place = new.get(key, (None, place))
        if not _same(was, now):
            rows.append(_change("figure_moved", {**place, "before": was, "after": now}))
    return rows


def _rows(session: Session, kind: str, found: Differences) -> dict[int, Any]:
    wanted = (*found.added, *found.removed, *found.altered)
    return rows_of(session, _TABLES[kind], [number for each, number in wanted if each == kind])


def _change(what: str, values: Mapping[str, Any]) -> Change:
    return {**dict.fromkeys(_COLUMNS), "what": what, **values}


def _place(there: Mapping[str, Mapping[int, Any]], key: Key) -> Change:
    row = there[key[0]][key[1]]
    place = {name: getattr(row, name, None) for name in ("interaction_id", "agent_id", "team_id")}
    return {**place, "reason": f"{key[0]} {key[1]}"}


def _evaluations(there: Mapping[int, Evaluation], found: Differences) -> Iterator[Change]:
    old, new = (
        {each.assignment_id: each for each in _those(there, keys, "evaluation")}
        for keys in (found.removed, found.added)
    )
    for assignment_id in sorted(old | new):
        was, now = old.get(assignment_id), new.get(assignment_id)
        last = now or old[assignment_id]
        what = "revised" if was and now else "added" if now else "left_out"
        yield _change(
            f"evaluation_{what}",
            {
                "interaction_id": last.interaction_id,
                "agent_id": last.agent_id,
                "team_id": last.team_id,
                "measure": "score",
                "before": was.percent if was else None,
                "after": now.percent if now else None,
                "reason": now.revision_reason if now else None,
                "by": (now.revised_by or now.evaluator) if now else None,
                "at": now.submitted_at if now else None,
            },
        )


def _replacements(
    session: Session, there: Mapping[int, Replacement], found: Differences
) -> Iterator[Change]:
    added = _those(there, found.added, "replacement")
    picks = rows_of(session, Pick, [each.pick_id for each in added])
    for each in added:
        pick = picks[each.pick_id]
        told = {"reason": each.reason, "by": each.by, "at": each.at}
        yield _change("pick_replaced", {**_whose(pick), **told})


def _picks(
    there: Mapping[int, Pick], replacements: Mapping[int, Replacement], found: Differences
) -> Iterator[Change]:
    """Yield the picks that came without replacing another one."""
    reserves = {each.reserve_id for each in _those(replacements, found.added, "replacement")}
    for pick in _those(there, found.added, "pick"):
        if pick.id not in reserves:
            yield _change("pick_added", _whose(pick))


def _whose(pick: Pick) -> Change:
    return {
        "interaction_id": pick.interaction_id,
        "agent_id": pick.agent_id,
        "team_id": pick.team_id,
    }


def _those(there: Mapping[int, Any], keys: Iterable[Key], kind: str) -> list[Any]:
    return [there[number] for each, number in keys if each == kind and number in there]


def _named(session: Session, rows: list[Change]) -> list[Change]:
    names, rules = names_in(session), rules_in_force(session)
    people = names_of(session, [row["by"] for row in rows if row["by"]])
    for row in rows:
        row["agent"] = names.agent.get(row.pop("agent_id", None))
        row["team"] = names.team.get(row.pop("team_id", None))
        row["by"] = people.get(row["by"])
        row["reason"] = masked(row["reason"], rules) if row["reason"] else None
    return rows


def _figures(report: MonthlyReport) -> dict[tuple[Any, ...], tuple[float | None, Change]]:
    """Return each figure that is compared, with where it stands in the table of changes."""
    found: dict[tuple[Any, ...], tuple[float | None, Change]] = {}
    for name, level, measure, value in _COMPARED:
        table = report.tables.get(name)
        records: list[dict[Any, Any]] = [] if table is None else table.to_dict("records")
        for row in records:
            own = level or row["level"]
            if own in {"channel", "queue"}:  # the same evaluations as the teams'
                continue
            told = measure or row["measure"]
            place = {"team": row["team"], "agent": row.get("agent")}
            # An agent who moved to another team is still the same.
            who = row.get("agent_id") or place["agent"] or place["team"]
            found[own, who, told] = row[value], {**place, "level": own, "measure": told}
    return found


# Table, its level and measure where it has no columns for them, and the column of the figure.
_COMPARED = (
    ("overview", "", "score", "score"),
    ("agents", "agent", "score", "score"),
    ("shares", "", "", "percent"),
)


def _same(was: float | None, now: float | None) -> bool:
    if was is None or now is None:
        return was is now
    return abs(was - now) <= NOISE
