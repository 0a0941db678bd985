from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from qm.core.sampling.numbers import permanent_number
from qm.core.sampling.policy import Policy
from qm.store import interaction_blocks, populations
from qm.store.engine import open_engine, transaction
from qm.store.tables import (
    Agent,
    Assignment,
    Draw,
    DrawSeed,
    Evaluation,
    FormVersion,
    Pick,
    Recording,
    Replacement,
    SegmentRow,
    Transcript,
    User,
)
from tests.fixtures.imported import AT, add_import, add_people

START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)
AGENTS = {"sara": "orders", "reza": "orders", "leila": "پشتیبانی", "emma": "international"}
EVERYTHING = {
    "leave_out": [
        {
            "reason": "r",
            "when": {
                "any": [
                    {"interaction": name, "is": ["x"]}
                    for name in (
                        *("agent", "channel", "queue", "direction", "language", "outcome"),
                        *("contacts_7d", "hold_s", "wrap_s", "talk_s", "سطح", "score"),
                    )
                ]
            },
        }
    ]
}


def policy(**content: Any) -> Policy:
    return Policy.model_validate({"policy": "monthly", "version": "1", "percent": 5, **content})


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    with transaction(engine) as session:
        add_people(session, AGENTS)
    yield engine
    engine.dispose()


def call(number: int, **values: Any) -> dict[str, Any]:
    return {"id": f"c-{number}", "started_at": START + timedelta(hours=number), **values}


def any_interactions(seed: int, count: int) -> list[dict[str, Any]]:
    """Interactions from before the period to after it, with everything that can be missing."""
    pick = random.Random(seed)
    rows = []
    for number in range(count):
        several = pick.sample(sorted(AGENTS), pick.randrange(1, 4))
        started_at = START + timedelta(microseconds=pick.randrange(-(10**12), 32 * 86_400 * 10**6))
        rows.append(
            {
                "id": f"{pick.choice(['c-', 'گفتگو-', 'é '])}{seed}-{number}",
                "started_at": pick.choice(
                    [started_at, START, END, END - timedelta(microseconds=1)]
                ),
                "agent_id": several[0],
                "team_id": AGENTS[several[0]],
                "participants": [[a, float(pick.randrange(3)), AGENTS[a]] for a in several]
                if pick.random() < 0.3
                else None,
                "channel": pick.choice(["call", "chat", "email"]),
                "queue": pick.choice([None, "sales", "صف"]),
                "direction": pick.choice([None, "inbound", "internal"]),
                "language": pick.choice([None, "fa", "en"]),
                "outcome": pick.choice([None, "حل شد"]),
                "talk_s": pick.choice([None, 12.0, pick.random() * 900]),
                "hold_s": pick.choice([None, 0.1]),
                "wrap_s": pick.choice([None, 35.0]),
                "customer_ref": pick.choice([None, "k-1", "k-2"]),
                "recording_file": pick.choice([None, "", "x.wav"]),
                "attributes": pick.choice([{}, {"سطح": "طلایی"}, {"score": 4, "سطح": None}]),
            }
        )
    return rows


def read(engine: Engine, wanted: Policy | None = None, **more: Any) -> pd.DataFrame:
    with transaction(engine) as session:
        found = populations.population(
            session, START, END, **{"policy": wanted or policy(), "at": AT, **more}
        )
    return found.sort_values("interaction_id").reset_index(drop=True)


def flagged(found: pd.DataFrame, name: str) -> set[str]:
    return set(found.loc[found[name], "interaction_id"])


# --- what is read, from blocks and from rows


@pytest.mark.parametrize("owner", ["imported", "first", "last", "longest"])
def test_blocks_and_rows_tell_the_same(
    engine: Engine, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interaction_blocks, "ROWS_MOST", 70)
    monkeypatch.setattr(populations, "_ROWS_AT_ONCE", 90)
    with transaction(engine) as session:
        for seed in (1, 2, 3):
            add_import(session, any_interactions(seed, 150))
        expected = {
            row.id
            for row in session.execute(text("SELECT id, started_at FROM interaction"))
            if _moment(row.started_at) >= START and _moment(row.started_at) < END
        }
    wanted = policy(owner=owner, **EVERYTHING)
    packed, rows = read(engine, wanted), read(engine, wanted, from_rows=True)
    assert set(packed["interaction_id"]) == expected
    pd.testing.assert_frame_equal(packed, rows)
    assert packed["interaction_id"].dtype == "str"
    assert packed["agent_id"].dtype.categories.dtype == "str"
    assert str(packed["started_at"].dtype) == "datetime64[us, UTC]"


def _moment(value: Any) -> datetime:
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


@pytest.mark.parametrize("from_rows", [False, True])
def test_a_population_is_what_was_imported(engine: Engine, from_rows: bool) -> None:
    with transaction(engine) as session:
        add_import(
            session,
            [
                call(1, talk_s=0.1, queue="صف", recording_file="a.wav", attributes={"score": "4"}),
                call(2, agent_id="leila", team_id="پشتیبانی", channel="chat"),
            ],
        )
    found = read(engine, policy(**EVERYTHING), from_rows=from_rows)
    assert found["talk_s"].tolist()[0] == 0.1, "the float of the table, no shorter one"
    rows = found.astype(object).where(found.notna(), None)
    columns = ["interaction_id", "agent_id", "team_id", "channel", "queue", "talk_s", "recorded"]
    assert rows[columns].to_numpy().tolist() == [
        ["c-1", "sara", "orders", "call", "صف", 0.1, True],
        ["c-2", "leila", "پشتیبانی", "chat", None, None, False],
    ]
    assert rows["score"].tolist() == ["4", None]
    assert rows["contacts_7d"].tolist() == [0, 0]


@pytest.mark.parametrize("from_rows", [False, True])
def test_an_empty_period_has_the_same_columns(engine: Engine, from_rows: bool) -> None:
    wanted = policy(**EVERYTHING)
    empty = read(engine, wanted, from_rows=from_rows)
    assert empty.empty
    with transaction(engine) as session:
        add_import(session, [call(1)])
    full = read(engine, wanted, from_rows=from_rows)
    assert list(empty) == list(full)
    assert empty["interaction_id"].dtype == "str"


def test_only_what_the_policy_names_is_read(engine: Engine) -> None:
    always = {"interaction_id", "agent_id", "team_id", "started_at", "number"}
    always |= {"recorded", "evaluated", "drawn"}
    assert set(read(engine)) == always
    spread = policy(spread={"over": ["channel", "duration", "part_of_day"]})
    assert set(read(engine, spread)) == {*always, "channel", "talk_s"}


@pytest.mark.parametrize(
    ("owner", "agent", "team"),
    [
        ("imported", "reza", "orders"),
        ("first", "sara", "orders"),
        ("last", "emma", "international"),
        ("longest", "leila", "پشتیبانی"),
    ],
)
def test_the_policy_says_whose_an_interaction_is(
    engine: Engine, owner: str, agent: str, team: str
) -> None:
    parts = [["sara", 5.0, "orders"], ["leila", 9.0, "پشتیبانی"], ["reza", 9.0, "orders"]]
    parts.append(["emma", 1.0, "international"])
    with transaction(engine) as session:
        add_import(session, [call(1, agent_id="reza", participants=parts), call(2)])
    found = read(engine, policy(owner=owner))
    assert found.loc[0, ["agent_id", "team_id"]].tolist() == [agent, team]
    assert found.loc[1, ["agent_id", "team_id"]].tolist() == ["sara", "orders"]


# --- numbers


def test_numbers_are_stored_where_the_seed_was_committed_to(engine: Engine) -> None:
    with transaction(engine) as session:
        for period, day in (("2026-10", START), ("2026-11", END)):
            session.add(seed(period, day, day + timedelta(days=10)))
        add_import(session, [call(1), call(2), call(24 * 10), call(24 * 31)])
    found = read(engine, seed_id=1)
    numbers = dict(zip(found["interaction_id"], found["number"], strict=True))
    assert numbers["c-1"] == permanent_number("seed of 2026-10", "c-1")
    assert numbers["c-2"] == permanent_number("seed of 2026-10", "c-2")
    assert np.isnan(numbers["c-240"]), "after the seed's period"
    for more in ({"seed_id": 2}, {}, {"seed_id": 1, "from_rows": True}):
        assert read(engine, **more)["number"].isna().all()


def seed(period: str, start: datetime, end: datetime) -> DrawSeed:
    return DrawSeed(
        period=period,
        starts_at=start,
        ends_at=end,
        seed=f"seed of {period}",
        seed_sha256="0",
        committed_at=AT,
        committed_by="test",
    )


# --- what a draw may know


def test_imports_after_the_last_one_are_left_out(engine: Engine) -> None:
    with transaction(engine) as session:
        first = add_import(session, [call(1)])
        add_import(session, [call(2)])
    for from_rows in (False, True):
        known = read(engine, last_import_run_id=first, from_rows=from_rows)
        assert known["interaction_id"].tolist() == ["c-1"]
        assert len(read(engine, from_rows=from_rows)) == 2


def test_a_top_up_knows_what_is_new(engine: Engine) -> None:
    with transaction(engine) as session:
        first = add_import(session, [call(1)])
        session.add(draw(last_import_run_id=first))
        session.add(draw(at=AT))  # from before draws noted the last import
        add_import(session, [call(2)], at=AT + timedelta(days=1))
    for extends_id in (1, 2):
        for from_rows in (False, True):
            found = read(engine, extends_id=extends_id, from_rows=from_rows)
            assert found["is_new"].tolist() == [False, True]
    assert "is_new" not in read(engine)


def draw(**values: Any) -> Draw:
    given = {"period": "2026-10", "seed": "s", "policy": {}, "policy_sha256": "0", "at": AT}
    given |= {"frame_sha256": "0", "frame_size": 1, "by": "x"}
    return Draw(**{**given, **values})


def pick(draw_id: int, interaction_id: str, *, is_reserve: bool = False) -> Pick:
    return Pick(
        draw_id=draw_id,
        interaction_id=interaction_id,
        agent_id="sara",
        team_id="orders",
        month="2026-10",
        stratum="",
        zone=1,
        zone_size=1,
        number=0.5,
        inclusion_probability=1,
        purpose="random",
        rank=1,
        is_reserve=is_reserve,
    )


def test_picks_of_other_draws_count_as_drawn(engine: Engine) -> None:
    with transaction(engine) as session:
        add_import(session, [call(number) for number in range(1, 8)])
        session.add(draw(starts_at=START, ends_at=END))
        session.flush()
        session.add(draw(starts_at=START, ends_at=END, extends_id=1))
        session.add(draw(period="2026-W41", starts_at=START, ends_at=START + timedelta(days=7)))
        session.add(draw(period="2026-W50", starts_at=END, ends_at=END + timedelta(days=7)))
        session.flush()
        session.add_all([pick(1, "c-1"), pick(1, "c-2"), pick(2, "c-3"), pick(3, "c-4")])
        session.add_all([pick(3, "c-5", is_reserve=True), pick(4, "c-7")])
    assert flagged(read(engine), "drawn") == {"c-1", "c-2", "c-3", "c-4"}
    assert flagged(read(engine, extends_id=2), "drawn") == {"c-4"}
    assert flagged(read(engine, before_draw_id=2), "drawn") == {"c-1", "c-2"}
    assert flagged(read(engine, before_draw_id=2, extends_id=1), "drawn") == set()
    with transaction(engine) as session:
        made = {"reason": "r", "by": "x", "at": AT + timedelta(hours=1)}
        session.add(Replacement(pick_id=4, reserve_id=5, **made))
        session.add(Replacement(pick_id=1, reserve_id=None, **made))
    assert flagged(read(engine), "drawn") == {"c-1", "c-2", "c-3", "c-4"}, "as it was then"
    later = read(engine, at=AT + timedelta(hours=2))
    assert flagged(later, "drawn") == {"c-2", "c-3", "c-5"}


def test_only_earlier_evaluations_count(engine: Engine) -> None:
    with transaction(engine) as session:
        add_import(session, [call(1), call(2), call(3)])
        session.add(draw())
        session.add(
            User(username="mina", name="M", role="analyst", password_hash="-", created_at=AT)
        )
        session.add(
            FormVersion(
                form_id="call",
                version="1",
                channel="call",
                sha256="0",
                source="",
                published_at=AT,
                published_by="x",
            )
        )
        session.flush()
        for number, submitted_at in ((1, AT - timedelta(days=1)), (2, AT)):
            evaluate(session, number, submitted_at)
    assert flagged(read(engine), "evaluated") == {"c-1"}
    assert flagged(read(engine, at=AT + timedelta(seconds=1)), "evaluated") == {"c-1", "c-2"}


def evaluate(session: Session, number: int, submitted_at: datetime) -> None:
    session.add(pick(1, f"c-{number}"))
    session.flush()
    form = {"form_id": "call", "form_version": "1", "evaluator": "mina"}
    same = {"interaction_id": f"c-{number}", **form}
    session.add(Assignment(id=number, pick_id=number, assigned_at=AT, due_at=AT, **same))
    session.flush()
    session.add(
        Evaluation(
            assignment_id=number,
            agent_id="sara",
            team_id="orders",
            channel="call",
            period="2026-10",
            purpose="random",
            inclusion_probability=1,
            form_sha256="0",
            submitted_at=submitted_at,
            **same,
        )
    )


# --- facts


def test_earlier_contacts_of_the_same_customer(engine: Engine) -> None:
    hours = {1: -24 * 7, 2: 0, 3: 0, 4: 24 * 7, 5: 24 * 7 + 1, 6: 100, 7: 30}
    customers = {6: "k-2", 7: None}
    with transaction(engine) as session:
        add_import(
            session,
            [
                call(hour, id=f"c-{number}", customer_ref=customers.get(number, "k-1"))
                for number, hour in hours.items()
            ],
        )
    wanted = policy(
        leave_out=[{"reason": "r", "when": {"interaction": "contacts_7d", "is": ["1"]}}]
    )
    for from_rows in (False, True):
        found = read(engine, wanted, from_rows=from_rows)
        contacts = dict(zip(found["interaction_id"], found["contacts_7d"], strict=True))
        assert contacts == {"c-2": 1, "c-3": 1, "c-4": 2, "c-5": 1, "c-6": 0, "c-7": 0}


def test_earlier_contacts_are_those_that_counting_finds(engine: Engine) -> None:
    rows = any_interactions(9, 200)
    with transaction(engine) as session:
        add_import(session, rows)
    wanted = policy(
        leave_out=[{"reason": "r", "when": {"interaction": "contacts_7d", "is": ["1"]}}]
    )
    week = timedelta(days=7)
    expected = {
        one["id"]: sum(
            other["customer_ref"] == one["customer_ref"]
            and one["started_at"] - week <= other["started_at"] < one["started_at"]
            for other in rows
            if one["customer_ref"] is not None
        )
        for one in rows
        if START <= one["started_at"] < END
    }
    found = read(engine, wanted)
    assert dict(zip(found["interaction_id"], found["contacts_7d"], strict=True)) == expected
    assert max(expected.values()) > 5


WORDS = {
    1: [("agent", "Shall I"), ("agent", "cancel it?"), ("customer", "Please.")],
    2: [("customer", "It was UNCANCELLED.")],
    3: [("customer", "سفارشم را لغوش"), ("customer", "مي\u200cكنم!")],
    4: [("customer", "لغو شما را"), ("agent", "میکنم")],
}


def test_phrases_are_found_in_what_was_said(engine: Engine) -> None:
    with transaction(engine) as session:
        add_import(session, [call(number) for number in (*WORDS, 5)])
        for number, said in WORDS.items():
            session.add(Transcript(id=number, origin="whisper", created_at=AT - timedelta(days=1)))
            session.flush()
            recording = {"state": "done", "transcript_id": number, "updated_at": AT}
            session.add(Recording(interaction_id=f"c-{number}", **recording))
            session.add_all(
                SegmentRow(transcript_id=number, position=place, speaker=speaker, text=words)
                for place, (speaker, words) in enumerate(said)
            )
    quotas = {"leaving": ["I Cancel", "لغوش  می‌کنم"], "quiet": ["؟!"]}
    wanted = policy(
        targeted=[
            {"quota": quota, "phrases": phrases, "max_per_period": 5}
            for quota, phrases in quotas.items()
        ]
    )
    for from_rows in (False, True):
        found = read(engine, wanted, from_rows=from_rows)
        assert flagged(found, "says:leaving") == {"c-1", "c-3"}
        assert flagged(found, "says:quiet") == set(), "nothing to look for is found nowhere"
    before = read(engine, wanted, at=AT - timedelta(days=2))
    assert flagged(before, "says:leaving") == set(), "nobody had written it down yet"


def test_new_agents(engine: Engine) -> None:
    with transaction(engine) as session:
        for agent, day in (("sara", -1), ("reza", 0), ("leila", 3)):
            session.get_one(Agent, agent).first_at = START + timedelta(days=day)
    with transaction(engine) as session:
        assert populations.new_agents(session, START) == {"reza", "leila"}


def test_the_last_import(engine: Engine) -> None:
    with transaction(engine) as session:
        assert populations.last_import_run(session) == 0
        run_id = add_import(session, [])
        assert populations.last_import_run(session) == run_id
