"""The evaluations of a drawn month: picks replaced, assigned and evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlmodel import Session, col

from bench.report_forms import CHANGED, CHANNELS, Sheets, sheets_of
from bench.report_rows import add, as_stored
from qm.store.frames import frame_of
from qm.store.picks import in_effect
from qm.store.sampled_picks import SAMPLED
from qm.store.tables import Interaction, Pick

Hashes = Mapping[tuple[str, str], str]
"""The hash of each form version, by form and version."""

_ZONE = ["draw_id", "agent_id", "stratum", "zone"]
_REASONS = ["no_sound", "cut_off", "unintelligible", "not_a_conversation"]
_REPLACED, _WITHOUT_RESERVE = 0.015, 0.2
_SCORES = ["percent", "calculated_percent", "no_score", "outcome", "band"]
_SCORES += ["process_percent", "process_outcome", "results"]


def replace_picks(session: Session, now: datetime) -> None:
    """Replace some picks by the first reserve of their zone, a few by none."""
    rng = np.random.default_rng(1406)
    columns = [*(getattr(Pick, name) for name in _ZONE), Pick.id, Pick.rank, Pick.is_reserve]
    sampled = select(*columns).where(col(Pick.purpose).in_(SAMPLED)).order_by(col(Pick.id))
    picks = frame_of(session, sampled)
    is_reserve = picks["is_reserve"].astype(bool)
    replaced = picks[~is_reserve & (rng.random(len(picks)) < _REPLACED)].drop_duplicates(_ZONE)
    reserves = picks[is_reserve].sort_values("rank").drop_duplicates(_ZONE)
    pairs = replaced.merge(
        reserves[[*_ZONE, "id"]], on=_ZONE, how="left", suffixes=("", "_of_reserve")
    )
    reserve = pairs["id_of_reserve"].astype("Int64")
    reserve = reserve.mask(rng.random(len(pairs)) < _WITHOUT_RESERVE)
    rows = pd.DataFrame({"pick_id": pairs["id"], "reserve_id": reserve})
    rows["reason"] = rng.choice(_REASONS, len(rows))
    fixed = {"comment": "", "by": "bench", "at": f"{now:%Y-%m-%d %H:%M:%S.%f}"}
    add(session, "replacement", rows.assign(**fixed))


def assign_picks(session: Session, analysts: Sequence[str], wanted: int) -> pd.DataFrame:
    """Assign all picks in effect, what is scored twice to two analysts; return the work.

    A row per assignment, with the columns of its pick; `is_done` are those to be evaluated, as
    many as wanted. Raises ValueError where there are fewer picks than that.
    """
    rng = np.random.default_rng(1407)
    names = ("interaction_id", "agent_id", "team_id", "purpose", "inclusion_probability", "month")
    columns: list[Any] = [col(Pick.id).label("pick_id"), *(getattr(Pick, name) for name in names)]
    columns += [Interaction.channel, Interaction.queue, Interaction.started_at]
    query = (
        select(*columns)
        .join(Interaction, col(Interaction.id) == col(Pick.interaction_id))
        .where(in_effect())
        .order_by(col(Pick.id))
    )
    picks = frame_of(session, query)
    picks["place"] = np.arange(len(picks))
    again = picks[picks["purpose"] == "double_scored"].assign(
        place=lambda rows: rows["place"] + len(analysts) // 2
    )
    work = pd.concat([picks, again], ignore_index=True)
    if len(work) < wanted:
        raise ValueError(f"{len(work)} assignments for {wanted} evaluations")
    work["id"] = np.arange(1, len(work) + 1)
    work["evaluator"] = np.array(analysts)[work["place"] % len(analysts)]
    work["is_done"] = False
    work.loc[rng.choice(len(work), wanted, replace=False), "is_done"] = True
    work["form_id"] = work["channel"]
    work["form_version"] = np.where(work["channel"] == CHANGED, "2", "1")
    return work


def add_assignments(session: Session, work: pd.DataFrame, now: datetime) -> None:
    """Store the assignments."""
    columns = ["id", "pick_id", "interaction_id", "evaluator", "form_id", "form_version"]
    at = f"{now:%Y-%m-%d %H:%M:%S.%f}"
    state = np.where(work["is_done"], "done", "open")
    rows = work[columns].assign(state=state, kind="official", assigned_at=at, due_at=at)
    add(session, "assignment", rows)


def evaluations_of(work: pd.DataFrame, sheets: int, now: datetime) -> pd.DataFrame:
    """Return the evaluations of what is done, each with the sheet that was filled in.

    An agent's skill and an analyst's leniency decide, with chance, which `sheet` it is: the
    higher, the better.
    """
    done = work[work["is_done"]].reset_index(drop=True)
    rng = np.random.default_rng(1408)
    skill, leniency = (
        pd.Series(rng.normal(0, spread, done[name].nunique()), sorted(done[name].unique()))
        for name, spread in (("agent_id", 0.12), ("evaluator", 0.05))
    )
    luck = rng.normal(0.5, 0.25, len(done))
    level = luck + done["agent_id"].map(skill) + done["evaluator"].map(leniency)
    minutes = rng.integers(0, 7 * 24 * 60, len(done))
    return done.assign(
        assignment_id=done["id"],
        id=np.arange(1, len(done) + 1),
        revision=1,
        revision_reason=None,
        is_latest=True,
        sheet=np.clip(level * sheets, 0, sheets - 1).astype(int),
        active_s=np.round(rng.lognormal(5.8, 0.5, len(done)), 1),
        submitted_at=pd.Timestamp(now) + pd.to_timedelta(minutes, unit="min"),
    )


def add_evaluations(session: Session, rows: pd.DataFrame, hashes: Hashes, sheets: int) -> None:
    """Store evaluations with the scores of their sheets, and the answers of these."""
    columns = ["id", "assignment_id", "revision", "revision_reason", "is_latest", "agent_id"]
    columns += ["interaction_id", "team_id", "channel", "purpose", "inclusion_probability"]
    columns += ["form_id", "form_version", "evaluator", "active_s", "queue", "sheet"]
    for channel in CHANNELS:
        filled, own = sheets_of(channel, sheets), rows[rows["channel"] == channel]
        version = own["form_version"].iloc[0] if len(own) else "1"
        scores = filled.scores.iloc[own["sheet"]][_SCORES].set_index(own.index)
        stored = own[columns].drop(columns="sheet").join(scores)
        stored["period"] = own["month"]
        for name in ("started_at", "submitted_at"):
            stored[name] = as_stored(own[name])
        fixed = {"kind": "official", "facts": "{}", "coaching": ""}
        add(session, "evaluation", stored.assign(**fixed, form_sha256=hashes[channel, version]))
        _add_answers(session, own, filled)


def _add_answers(session: Session, rows: pd.DataFrame, filled: Sheets) -> None:
    asked = len(filled.answers) // len(filled.scores)
    for start in range(0, len(rows), 10_000):
        some = rows.iloc[start : start + 10_000]
        places = (some["sheet"].to_numpy()[:, None] * asked + np.arange(asked)).ravel()
        answers = filled.answers.iloc[places].drop(columns="sheet")
        add(session, "answer", answers.assign(evaluation_id=np.repeat(some["id"].array, asked)))
