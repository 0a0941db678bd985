from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pandas as pd
import psycopg
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qm.core.sampling.given import PICK_COLUMNS
from qm.store import draws
from qm.store.engine import open_engine, transaction
from qm.store.tables import Draw, DrawCoverage, DrawSeed, Pick, Replacement
from tests.fixtures.imported import AT, add_import, add_people

REFUSED = (IntegrityError, psycopg.IntegrityError)
AWKWARD = ["c,1", 'c"2', "c\n3", "\\.", "NULL", "گفتگو"]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    with transaction(engine) as session:
        add_people(session, {"sara": "orders", "reza": "orders"})
        add_import(session, [{"id": id_, "started_at": AT} for id_ in AWKWARD])
    yield engine
    engine.dispose()


def picks(ids: list[str] = AWKWARD) -> pd.DataFrame:
    """Picks as the core returns them: categories, and None where there is no quota."""
    count = len(ids)
    frame = {
        "interaction_id": pd.array(ids, dtype="str"),
        "agent_id": pd.Categorical(["sara"] * count),
        "team_id": "orders",
        "month": "2026-10",
        "stratum": ["", *["call"] * (count - 1)],
        "zone": range(count),
        "zone_size": 50,
        "number": [0.1 + 0.2, 1e-17, *[1 / 3] * (count - 2)],
        "inclusion_probability": [0.0, *[0.02] * (count - 1)],
        "purpose": ["targeted", *["random"] * (count - 1)],
        "quota": ["complaints", *[None] * (count - 1)],
        "rank": 1,
        "is_reserve": [False] * (count - 1) + [True],
    }
    return pd.DataFrame(frame)[PICK_COLUMNS]


def coverage() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agent_id": pd.Categorical(["reza", "sara"]),
            "month": ["2026-10", "2026-10"],
            "frame_size": [7, 8],
            "picked": [0, 2],
        }
    )


def add(session: Session, chosen: pd.DataFrame | None = None, **values: Any) -> Draw:
    given = {"period": "2026-10", "seed": "secret", "policy": {}, "policy_sha256": "0", "at": AT}
    given |= {"frame_sha256": "0", "frame_size": 15, "by": "x"}
    chosen = picks() if chosen is None else chosen
    return draws.add_draw(session, Draw(**{**given, **values}), chosen, coverage())


def test_a_draw_comes_back_as_it_was_stored(engine: Engine) -> None:
    with transaction(engine) as session:
        made = add(session)
    with transaction(engine) as session:
        found = draws.picks_of(session, [made.id or 0])
        covered = draws.coverage_of(session, made.id or 0)
    stored = found.set_index("interaction_id").loc[AWKWARD].reset_index()
    expected = picks().astype({"agent_id": object})
    for name in PICK_COLUMNS:
        assert stored[name].tolist() == expected[name].tolist(), name
    assert set(found["draw_id"]) == {made.id}
    assert found["pick_id"].is_unique
    assert found["is_in_effect"].tolist() == (~found["is_reserve"]).tolist()
    assert not found["is_replaced"].any()
    assert covered.to_dict("list") == coverage().to_dict("list")


def test_a_draw_of_nothing_is_stored(engine: Engine) -> None:
    with transaction(engine) as session:
        made = draws.add_draw(session, add_nothing(), picks()[:0], coverage()[:0])
        assert made.id == 1
        assert draws.picks_of(session, [1]).empty


def add_nothing() -> Draw:
    return Draw(
        period="2026-10",
        seed="s",
        policy={},
        policy_sha256="0",
        frame_sha256="0",
        frame_size=0,
        at=AT,
        by="x",
    )


def test_a_failure_leaves_neither_draw_nor_picks(engine: Engine) -> None:
    twice = pd.concat([picks(), picks()])
    with pytest.raises(REFUSED), transaction(engine) as session:
        add(session, twice)
    with transaction(engine) as session:
        for table in (Draw, Pick, DrawCoverage):
            assert session.scalars(select(table)).all() == []


def test_replacements_count_from_their_moment_on(engine: Engine) -> None:
    with transaction(engine) as session:
        add(session)
    with transaction(engine) as session:
        by_name = draws.picks_of(session, [1]).set_index("interaction_id")["pick_id"]
        given = {"reason": "r", "by": "x", "at": AT + timedelta(hours=1)}
        replaced, reserve = int(by_name["NULL"]), int(by_name["گفتگو"])
        session.add(Replacement(pick_id=replaced, reserve_id=reserve, **given))
    with transaction(engine) as session:
        for at, gone in ((AT + timedelta(hours=1), set()), (None, {"NULL"})):
            found = draws.picks_of(session, [1], at=at)
            assert set(found.loc[found["is_replaced"], "interaction_id"]) == gone
            out = gone or {"گفتگو"}
            assert set(found.loc[~found["is_in_effect"], "interaction_id"]) == out


def test_the_draws_of_a_period(engine: Engine) -> None:
    with transaction(engine) as session:
        first = add(session)
        second = add(session, picks(AWKWARD[:2]), extends_id=first.id)
        third = add(session, picks(AWKWARD[:2]), extends_id=second.id)
        add(session, period="2026-11")
    with transaction(engine) as session:
        assert draws.chain(session, third.id or 0) == [first.id, second.id, third.id]
        assert draws.chain(session, first.id or 0) == [first.id]
        latest = draws.draw_of(session, "2026-10")
        assert latest is not None
        assert latest.id == third.id
        assert draws.draw_of(session, "2026-12") is None
        assert draws.draw(session, 99) is None


def test_the_list_keeps_a_seed_until_it_is_revealed(engine: Engine) -> None:
    bounds = {"starts_at": AT, "ends_at": AT, "committed_at": AT, "committed_by": "x"}
    with transaction(engine) as session:
        for period, revealed_at in (("2026-10", None), ("2026-11", AT)):
            seed = {"seed": "secret", "seed_sha256": f"hash {period}", "revealed_at": revealed_at}
            session.add(DrawSeed(period=period, **seed, **bounds))
        session.flush()
        add(session, seed_id=1)
        add(session, seed_id=2, period="2026-11", at=AT + timedelta(hours=1))
        add(session, picks(AWKWARD[:2]), period="2026-09", at=AT - timedelta(hours=1))
    with transaction(engine) as session:
        listed = draws.draws(session)
    assert listed["seed"].tolist() == ["secret", None, "secret"]
    assert listed["seed_sha256"].tolist() == ["hash 2026-11", "hash 2026-10", None]
    assert listed["picks"].tolist() == [5, 5, 1]
    assert listed["assigned"].tolist() == [0, 0, 0]
