"""What figures are computed from, without reading an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import select
from sqlmodel import Session, col

from qm.core.estimates import stands_for
from qm.core.quality.facts import Facts
from qm.store.columns import at_once
from qm.store.sampled_picks import sampled_picks
from qm.store.scopes import EVERYONE, Scope
from qm.store.stored_evaluations import QuestionsOf, questions_in, read_evaluations
from qm.store.tables import Assignment, Evaluation, Interaction, Pick

_KEY = ["period", "agent_id", "team_id", "channel"]
_COUNTS = ["picked", "evaluated", "scored", "lost"]

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Rows:
    """What of facts changes only when an evaluation, a replacement or a draw is added.

    `evaluations` as `Facts` has them, with assignment_id and pick_id; `picks` too, but for who
    has those to be evaluated yet: these are `waiting`, by pick_id, with the columns that picks
    are counted by. `found` is what was computed of them.
    """

    evaluations: pd.DataFrame
    picks: pd.DataFrame
    waiting: pd.DataFrame
    found: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def together(cls, parts: "Sequence[Rows]") -> "Rows":
        """Return the rows of several months as if they had been read at once."""
        if len(parts) == 1:
            return parts[0]
        evaluations, picks, waiting = (
            pd.concat([getattr(part, name) for part in parts], ignore_index=True)
            for name in ("evaluations", "picks", "waiting")
        )
        return cls(
            evaluations.sort_values("evaluation_id", ignore_index=True),
            picks.sort_values(_KEY, ignore_index=True),
            waiting.sort_values("pick_id", ignore_index=True),
        )


def load_rows(
    session: Session,
    periods: Sequence[str],
    scope: Scope = EVERYONE,
    *,
    questions_of: QuestionsOf,
) -> Rows:
    """Return the official evaluations of these periods in their latest revision, with the picks.

    `is_counted` are evaluations of picks in effect with a known inclusion probability, of a
    double-scored pick the first one. `stands_for` is as `qm.core.estimates.stands_for` has it:
    picks not evaluated yet are taken to be like the evaluated ones of their zone and stratum.
    The picks are those of the periods; a replaced pick with a reserve is the reserve.
    `questions_of` is asked for the questions of each form version that occurs.
    """
    evaluations = read_evaluations(session, periods, scope, questions_of)
    picks = sampled_picks(session, periods, scope)
    return rows_of(session, evaluations, picks, periods, scope)


def rows_of(
    session: Session,
    evaluations: pd.DataFrame,
    picks: pd.DataFrame,
    periods: Sequence[str],
    scope: Scope = EVERYONE,
    *known: pd.DataFrame,
) -> Rows:
    """Return the rows of what was read: evaluations with their counts, and the sampled picks.

    `known` are picks whose channel need not be looked up: pick_id and channel.
    """
    rows = evaluations.copy(deep=False)
    pick = pd.Index(picks["pick_id"]).get_indexer(rows["pick_id"])
    is_own = _is_own(picks, periods, scope)
    is_evaluated = _marked(len(picks), pick[pick >= 0])
    is_evaluated[~is_own] = _evaluated_elsewhere(session, picks[~is_own], scope)
    weights, is_lost = _weights(picks, is_evaluated), picks["is_lost"].to_numpy()
    rows["is_counted"] = _is_first(rows, pick) & np.append(weights > 0, False)[pick]
    scored = _marked(len(picks), pick[(pick >= 0) & rows["percent"].notna().to_numpy()])
    own = picks.loc[is_own, ["pick_id", "period", "agent_id", "team_id"]]
    own = own.assign(
        channel=_channels(session, own["pick_id"], [rows, *known]),
        picked=True,
        evaluated=(is_evaluated & ~is_lost)[is_own],
        scored=(scored & ~is_lost)[is_own],
        lost=is_lost[is_own],
    )
    waiting = own.loc[~own["evaluated"] & ~own["lost"], ["pick_id", *_KEY]]
    numbers = _counted(own, _COUNTS)
    return Rows(
        _with_zones(rows, picks, pick, weights),
        numbers,
        waiting.astype(dict.fromkeys(_KEY, "str")).reset_index(drop=True),
    )


def facts_of(session: Session, rows: Rows, questions_of: QuestionsOf) -> Facts:
    """Return the facts: with who has the waiting picks now, and the questions of the forms."""
    waiting = rows.waiting.assign(open=_are_assigned(session, rows.waiting["pick_id"]))
    waiting["unassigned"] = ~waiting["open"]
    states = _counted(waiting, ["open", "unassigned"])
    picks = rows.picks.merge(states, how="left", on=_KEY).fillna({"open": 0, "unassigned": 0})
    picks = picks.astype({"open": int, "unassigned": int})
    facts = Facts(
        # A table of its own: the others', who are given the same rows, see no column set in it.
        rows.evaluations.drop(columns=["assignment_id", "pick_id"]),
        picks[[*_KEY, *_COUNTS[:-1], "open", "unassigned", "lost"]],
        questions_in(rows.evaluations, questions_of),
    )
    return facts.with_found(rows.found)


def _is_own(picks: pd.DataFrame, periods: Sequence[str], scope: Scope) -> npt.NDArray[np.bool_]:
    """Return which picks' evaluations are asked for; others are of the same zones."""
    is_own = picks["period"].isin(list(periods)).to_numpy()
    return is_own if scope.team_id is None else is_own & (picks["team_id"] == scope.team_id)


def _evaluated_elsewhere(
    session: Session, picks: pd.DataFrame, scope: Scope
) -> npt.NDArray[np.bool_]:
    """Return which of these picks have an evaluation, in whatever month or team."""
    query = (
        select(col(Assignment.pick_id))
        .join(Evaluation, col(Evaluation.assignment_id) == col(Assignment.id))
        .where(*scope.evaluations())
    )
    found: set[int] = set()
    for ids in at_once(picks["pick_id"].tolist()):
        found.update(session.scalars(query.where(col(Assignment.pick_id).in_(ids))))
    return picks["pick_id"].isin(found).to_numpy()


def _weights(picks: pd.DataFrame, is_evaluated: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return for how many interactions each pick stands, 0 where it stands for none."""
    is_likely = (picks["inclusion_probability"] > 0).to_numpy()
    is_there = is_evaluated & ~picks["is_lost"].to_numpy()
    weights = np.zeros(len(picks))
    found = stands_for(picks.assign(is_evaluated=is_there)[is_likely])
    weights[found.index.to_numpy()] = found.to_numpy()
    return weights


def _is_first(rows: pd.DataFrame, pick: Places) -> npt.NDArray[np.bool_]:
    """Return which evaluation is that of its pick's first assignment."""
    order = np.argsort(rows["assignment_id"].to_numpy(), kind="stable")
    is_first = np.zeros(len(rows), dtype=bool)
    _, first = np.unique(pick[order], return_index=True)
    is_first[order[first]] = True
    return is_first


def _with_zones(
    rows: pd.DataFrame, picks: pd.DataFrame, pick: Places, weights: npt.NDArray[np.float64]
) -> pd.DataFrame:
    """Return the evaluations with the zones of the counted ones."""
    is_counted = rows["is_counted"].to_numpy()
    place = np.where(is_counted, pick, -1)
    for name in ("draw_id", "zone"):
        values = np.append(picks[name].to_numpy(), 0)[place]
        rows[name] = pd.arrays.IntegerArray(values, ~is_counted)
    rows["stratum"] = picks["stratum"].astype("str").reindex(place).array
    rows["stands_for"] = np.append(weights, np.nan)[place]
    return rows


def _channels(
    session: Session, picks: "pd.Series[int]", known: Sequence[pd.DataFrame]
) -> pd.Categorical:
    """Return the channel of each pick's interaction, known of some."""
    found = pd.concat([rows[["pick_id", "channel"]] for rows in known])
    found = found.drop_duplicates("pick_id", ignore_index=True)
    channels = found["channel"].reindex(pd.Index(found["pick_id"]).get_indexer(picks)).array
    unknown = np.flatnonzero(~picks.isin(found["pick_id"]))
    query = select(col(Pick.id), col(Interaction.channel)).join(
        Interaction, col(Interaction.id) == col(Pick.interaction_id)
    )
    by_pick: dict[int, str] = {}
    for ids in at_once(picks.iloc[unknown].tolist()):
        by_pick |= {row[0]: row[1] for row in session.execute(query.where(col(Pick.id).in_(ids)))}
    channels[unknown] = [by_pick[pick_id] for pick_id in picks.iloc[unknown]]
    return pd.Categorical(channels)


def _counted(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the sums of these columns, a row per period, agent, team and channel."""
    numbers = rows.groupby(_KEY, observed=True)[columns].sum().astype(int).reset_index()
    return numbers.astype(dict.fromkeys(_KEY, "str"))


def _are_assigned(session: Session, picks: "pd.Series[int]") -> npt.NDArray[np.bool_]:
    """Return which of these picks somebody has to evaluate."""
    query = select(col(Assignment.pick_id)).where(
        col(Assignment.state) != "withdrawn", col(Assignment.kind) == "official"
    )
    found: set[int] = set()
    for ids in at_once(picks.tolist()):
        found.update(session.scalars(query.where(col(Assignment.pick_id).in_(ids))))
    return picks.isin(found).to_numpy()


def _marked(count: int, places: Places) -> npt.NDArray[np.bool_]:
    marked = np.zeros(count, dtype=bool)
    marked[places] = True
    return marked
