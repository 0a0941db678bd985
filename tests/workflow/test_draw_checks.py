from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from qm.core.problems import BadInput, NotAllowed
from qm.core.sampling.verification import Verification, content_sha256
from qm.store.engine import open_engine, transaction
from qm.store.tables import (
    Draw,
    DrawCoverage,
    DrawSeed,
    Interaction,
    Pick,
    Replacement,
)
from qm.workflow.draw_checks import verify_draw
from qm.workflow.draw_seeds import reveal_seed
from tests.fixtures.small_centre import (
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SARA,
    SmallCentre,
    build,
)
from tests.workflow.drawn_month import START, commit, draw, import_more, policy_of, stored_picks


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def verify(centre: SmallCentre, draw_id: int = 1, **more: Any) -> Verification:
    return verify_draw(centre.engine, MANAGER, draw_id, **more)


def outcomes(found: Verification) -> dict[str, str]:
    """The worst outcome of each kind of check."""
    order = ["ok", "note", "wrong"]
    worst: dict[str, str] = {}
    for check in found.checks:
        before = worst.get(check.name, "ok")
        worst[check.name] = max(before, check.outcome, key=order.index)
    return worst


def test_a_draw_is_what_it_says(centre: SmallCentre) -> None:
    commit(centre)
    draw(centre)
    seen: list[tuple[int, int]] = []
    found = verify(centre, on_progress=lambda done, total: seen.append((done, total)))
    assert found.is_right
    assert set(outcomes(found).values()) == {"ok"}
    assert set(outcomes(found)) == {
        "seed", "committed_in_time", "policy", "frame", "left_out", "picks", "picks_hash",
        "coverage",
    }  # fmt: skip
    assert seen[-1] == (3, 3)
    assert seen == sorted(seen)


IS_SARA_0 = col(Interaction.id) == "sara-0"


def set_one(table: Any, values: dict[str, Any], *where: Any) -> Callable[[Any], None]:
    return lambda session: session.execute(update(table).where(*where).values(**values))


def first_pick(session: Any) -> Pick:
    return session.scalars(select(Pick).order_by(col(Pick.id))).first()


def swap_pick(session: Any) -> None:
    taken = set(session.scalars(select(Pick.interaction_id)))
    agent = first_pick(session).agent_id
    free = sorted({f"{agent}-{n}" for n in range(10)} - taken)
    first_pick(session).interaction_id = free[0]


def drop_pick(session: Any) -> None:
    session.delete(first_pick(session))


def change_number(session: Any) -> None:
    first_pick(session).number += 1e-9


def make_reserve_a_pick(session: Any) -> None:
    reserve = session.scalars(select(Pick).where(col(Pick.is_reserve))).first()
    reserve.is_reserve = False


def change_policy(session: Any) -> None:
    row = session.scalars(select(Draw)).one()
    row.policy = {**row.policy, "percent": "25"}


def unreadable_policy(session: Any) -> None:
    row = session.scalars(select(Draw)).one()
    row.policy = {**row.policy, "percent": "many"}


TAMPERED: dict[str, tuple[Callable[[Any], None], set[str], str]] = {
    "another interaction": (swap_pick, {"picks", "picks_hash"}, "not among its picks"),
    "a pick taken away": (drop_pick, {"picks", "picks_hash"}, "not among its picks"),
    "a number": (change_number, {"picks", "picks_hash"}, "“number” of 1 picks"),
    "a reserve promoted": (make_reserve_a_pick, {"picks", "picks_hash"}, "“is_reserve” of 1"),
    "the policy": (change_policy, {"policy"}, "The policy is not the one"),
    "the seed": (
        set_one(Draw, {"seed": "a luckier one"}),
        {"seed", "picks"},
        "not the one that was committed to",
    ),
    "the commitment": (
        set_one(DrawSeed, {"seed_sha256": "0" * 64}, col(DrawSeed.period) == "1405-08"),
        {"seed"},
        "SHA-256",
    ),
    "a row moved in time": (
        set_one(Interaction, {"started_at": START + timedelta(days=20)}, IS_SARA_0),
        {"frame"},
        "The frame is another: 30 interactions",
    ),
    "a row taken out": (
        set_one(Interaction, {"started_at": START - timedelta(days=1)}, IS_SARA_0),
        {"frame", "coverage"},
        "29 interactions",
    ),
    "a row given away": (
        set_one(Interaction, {"agent_id": "neda"}, IS_SARA_0),
        {"frame", "coverage"},
        "neda 1405-08",
    ),
    "what was counted": (
        set_one(DrawCoverage, {"picked": 3}, DrawCoverage.agent_id == "sara"),
        {"coverage"},
        "sara 1405-08",
    ),
    "what was left out": (set_one(Draw, {"excluded": {"short": 4}}), {"left_out"}, "short 4"),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with a draw, to be copied."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "qm.db").write_bytes(migrated_sqlite.read_bytes())
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder)
    commit(centre)
    draw(centre)
    with centre.engine.connect() as connection:
        # Back into one file: a copy without its write-ahead log would lack the draw.
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    centre.engine.dispose()
    return folder / "qm.db"


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_is_changed_afterwards_is_named(drawn: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "qm.db").write_bytes(drawn.read_bytes())
    assert_named(SmallCentre(open_engine(f"sqlite:///{tmp_path / 'qm.db'}"), tmp_path), name)


def assert_named(centre: SmallCentre, name: str) -> None:
    tamper, wrong, words = TAMPERED[name]
    with transaction(centre.engine) as session:
        tamper(session)
    found = verify(centre)
    assert not found.is_right
    named = {check.name for check in found.checks if check.outcome == "wrong"}
    assert wrong <= named
    assert words in " ".join(str(c.words) for c in found.checks if c.outcome == "wrong")


@pytest.mark.postgres
def test_it_is_named_on_the_other_database_too(postgres_database: str, tmp_path: Path) -> None:
    centre = build(postgres_database, tmp_path)
    commit(centre)
    draw(centre)
    assert_named(centre, "another interaction")
    assert_named(centre, "a row given away")
    assert_named(centre, "the seed")


def test_a_late_seed_is_noted_and_the_draw_still_repeats(centre: SmallCentre) -> None:
    commit(centre, policy_of(version="7"), now=START + timedelta(days=1), late=True)
    draw(centre)
    reveal_seed(centre.engine, MANAGER, PERIOD, now=NOW + timedelta(hours=1))
    import_more(centre, [f"late-{n}" for n in range(9)])
    draw(centre, now=NOW + timedelta(days=1), extend=True)
    first, second = verify(centre, 1), verify(centre, 2)
    assert first.is_right
    assert outcomes(first)["committed_in_time"] == "note"
    assert outcomes(first)["committed_policy"] == "note"
    assert second.is_right
    assert outcomes(second)["revealed_before"] == "note"
    assert outcomes(second)["extends"] == "note"


def test_what_comes_after_a_draw_does_not_change_it(centre: SmallCentre) -> None:
    """Evaluations, replacements, imports and draws of later days are left out of the repetition."""
    policy = policy_of(
        leave_out=[
            {"reason": "evaluated", "when": {"interaction": "evaluated", "is": ["yes"]}},
            {"reason": "drawn", "when": {"interaction": "drawn", "is": ["yes"]}},
        ]
    )
    commit(centre, policy)
    draw(centre, policy)
    rows = stored_picks(centre)
    with transaction(centre.engine) as session:
        session.add(
            Replacement(
                pick_id=rows[0].id or 0,
                reserve_id=rows[1].id,
                reason="silent",
                at=NOW + timedelta(days=1),
                by="mina",
            )
        )
    import_more(centre, [f"late-{n}" for n in range(20)])
    draw(centre, policy, now=NOW + timedelta(days=2), extend=True)
    assert verify(centre, 1).is_right
    assert verify(centre, 2).is_right


def test_a_draw_from_before_says_why_it_cannot_be_verified(centre: SmallCentre) -> None:
    draw(centre)
    with transaction(centre.engine) as session:
        row = session.scalars(select(Draw)).one()
        row.last_import_run_id = row.starts_at = row.ends_at = None
    with pytest.raises(BadInput) as refused:
        verify(centre)
    assert refused.value.problems[0].code == "draw.unverifiable"
    with pytest.raises(BadInput) as refused:
        verify(centre, 99)
    assert refused.value.problems[0].code == "draw.unknown"


def test_a_policy_that_is_none_any_more_is_told(centre: SmallCentre) -> None:
    draw(centre)
    with transaction(centre.engine) as session:
        unreadable_policy(session)
    with pytest.raises(BadInput, match=r"percent: .*decimal.* \[draw\.policy_broken\]"):
        verify(centre)


def test_analysts_may_verify_and_agents_may_not(centre: SmallCentre) -> None:
    draw(centre)
    assert verify_draw(centre.engine, MINA, 1).is_right
    with pytest.raises(NotAllowed):
        verify_draw(centre.engine, SARA, 1)


def test_the_hash_of_a_stored_policy_is_the_policys_own() -> None:
    policy = policy_of(likelier=[{"when": {"interaction": "queue", "is": ["a"]}, "times": "2.5"}])
    for each in (POLICY, policy):
        assert content_sha256(each.model_dump(mode="json", by_alias=True)) == each.sha256()
