from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.periods import Period
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, DrawSeed, PolicyVersion
from qm.workflow.draw_seeds import commit_seed, list_seeds, reveal_seed
from tests.fixtures.small_centre import (
    CENTRE,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SmallCentre,
    build,
)
from tests.workflow.drawn_month import BEFORE, SEED, START, commit, draw, policy_of


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def refused(code: str, what: object, *words: object, **options: object) -> BadInput:
    with pytest.raises(BadInput) as found:
        what(*words, **options)  # type: ignore[operator]
    assert found.value.problems[0].code == code
    return found.value


def test_a_commitment_tells_the_hash_and_hides_the_seed(centre: SmallCentre) -> None:
    made = commit(centre)
    assert made.seed_sha256 == hashlib.sha256(SEED.encode()).hexdigest()
    assert made.policy_sha256 == POLICY.sha256()
    assert (made.seed, made.revealed_at, made.is_late) == (None, None, False)
    assert SEED not in repr(list_seeds(centre.engine, MANAGER))
    with transaction(centre.engine) as session:
        logged = session.scalars(select(AuditEvent)).all()
        assert session.scalars(select(DrawSeed.seed)).all() == [SEED]
    assert SEED not in repr([event.model_dump() for event in logged])


def test_seeds_that_nobody_gives_differ_and_are_long(centre: SmallCentre) -> None:
    for month in (1, 2):
        commit_seed(centre.engine, MANAGER, PERIOD.shift(month), POLICY, centre=CENTRE, now=BEFORE)
    with transaction(centre.engine) as session:
        seeds = session.scalars(select(DrawSeed.seed)).all()
    assert len(set(seeds)) == 2
    assert {len(seed) for seed in seeds} == {64}


def test_a_period_that_has_begun_is_refused_unless_late(centre: SmallCentre) -> None:
    refused("seed.late", commit, centre, now=START + timedelta(seconds=1))
    assert list_seeds(centre.engine, MANAGER) == []
    made = commit(centre, now=START + timedelta(seconds=1), late=True)
    assert made.is_late
    assert not commit_seed(
        centre.engine, MANAGER, PERIOD.shift(1), POLICY, centre=CENTRE, now=START
    ).is_late


def test_a_commitment_is_made_once(centre: SmallCentre) -> None:
    made = commit(centre)
    told = refused("seed.committed", commit, centre, seed="a luckier one")
    assert told.problems[0].values == {"sha256": made.seed_sha256}


@pytest.mark.parametrize("seed", ["", "   ", "a\nb", "x" * 201, "null\x00byte"])
def test_a_seed_that_cannot_be_published_is_refused(centre: SmallCentre, seed: str) -> None:
    refused("seed.length", commit, centre, seed=seed)


def test_a_policy_version_never_changes(centre: SmallCentre) -> None:
    commit(centre)
    changed = policy_of(percent="30")
    refused("policy.changed", draw, centre, changed)
    with transaction(centre.engine) as session:
        stored = session.scalars(select(PolicyVersion)).one()
    assert stored.content == POLICY.model_dump(mode="json", by_alias=True)
    raised = policy_of(percent="30", version="2")
    summary = draw(centre, raised)
    assert summary.is_other_policy
    assert summary.draw.policy_sha256 == raised.sha256()


@pytest.mark.parametrize("text", ["1405-W32", "2026-11"])
def test_a_policy_is_for_its_kind_of_period(centre: SmallCentre, text: str) -> None:
    period = Period.parse(text)
    told = refused(
        "policy.other_period",
        commit_seed,
        centre.engine,
        MANAGER,
        period,
        POLICY,
        centre=CENTRE,
        now=BEFORE,
    )
    assert "1405-07" in str(told)


def test_the_seed_is_revealed_only_after_the_draw(centre: SmallCentre) -> None:
    refused("seed.missing", reveal_seed, centre.engine, MANAGER, PERIOD, now=NOW)
    commit(centre)
    refused("seed.secret", reveal_seed, centre.engine, MANAGER, PERIOD, now=NOW)
    draw(centre)
    assert list_seeds(centre.engine, MANAGER)[-1].seed is None
    revealed = reveal_seed(centre.engine, MANAGER, PERIOD, now=NOW)
    assert (revealed.seed, revealed.revealed_at) == (SEED, NOW)
    again = reveal_seed(centre.engine, MANAGER, PERIOD, now=NOW + timedelta(days=1))
    assert again == revealed


def test_drawing_commits_to_the_periods_that_follow(centre: SmallCentre) -> None:
    commit(centre)
    summary = draw(centre)  # in the first days of the month after
    assert [each.period for each in summary.next_seeds] == ["1405-09", "1405-10"]
    assert [each.is_late for each in summary.next_seeds] == [True, False]
    with transaction(centre.engine) as session:
        known = session.scalars(select(DrawSeed).order_by(col(DrawSeed.id))).all()
    assert len({row.seed for row in known}) == 3
    kept = commit_seed  # who wants to commit to them now learns that it is done
    refused("seed.committed", kept, centre.engine, MANAGER, PERIOD.shift(2), POLICY,
            centre=CENTRE, now=NOW)  # fmt: skip


def test_only_who_runs_draws_commits_and_reveals(centre: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        commit_seed(centre.engine, MINA, PERIOD, POLICY, centre=CENTRE, now=BEFORE)
    with pytest.raises(NotAllowed):
        reveal_seed(centre.engine, MINA, PERIOD, now=NOW)
    assert list_seeds(centre.engine, MINA) == []
