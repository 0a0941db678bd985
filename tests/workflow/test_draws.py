from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core import sampling
from qm.core.problems import BadInput, NotAllowed
from qm.store.draws import interactions_between
from qm.store.engine import transaction
from qm.store.tables import Assignment, AuditEvent, Interaction, Pick
from qm.workflow.draws import assign_picks, draw_period, list_draws
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SmallCentre,
    build,
)


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def draw(centre: SmallCentre, now: datetime = NOW, seed: str = "seed") -> "object":
    return draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=now, seed=seed)


def test_a_draw_stores_all_that_repeats_it(centre: SmallCentre) -> None:
    summary = draw_period(
        centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed"
    )
    assert list(summary.coverage["picked"]) == [2, 2, 2]
    assert not summary.is_running
    with transaction(centre.engine) as session:
        frame = interactions_between(session, *PERIOD.bounds(CENTRE.zone))
        stored = sampling.Policy.model_validate(summary.draw.policy)
        again = sampling.draw(frame, stored, summary.draw.seed)
        picks = session.scalars(select(Pick).order_by(col(Pick.id))).all()
    assert again.frame_sha256 == summary.draw.frame_sha256
    assert stored.sha256() == summary.draw.policy_sha256
    assert [(p.interaction_id, p.rank, p.is_reserve) for p in picks] == list(
        again.picks[["interaction_id", "rank", "is_reserve"]].itertuples(index=False, name=None)
    )
    assert [p.number for p in picks] == list(again.picks["number"])
    assert {p.inclusion_probability for p in picks} == {0.2}
    assert {p.purpose for p in picks} == {"random"}


def test_a_period_is_drawn_once(centre: SmallCentre) -> None:
    draw(centre)
    with pytest.raises(BadInput) as refused:
        draw(centre, seed="a better one")
    assert refused.value.problems[0].code == "draw.exists"
    assert len(list_draws(centre.engine, MANAGER)) == 1


def test_calls_without_a_recording_are_left_out_and_counted(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        for row in session.scalars(select(Interaction).where(col(Interaction.agent_id) == "neda")):
            row.recording_file = None
    summary = draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW)
    assert summary.draw.excluded == {"no_recording": 8}
    assert summary.draw.frame_size == 22
    assert dict(zip(summary.coverage["agent_id"], summary.coverage["frame_size"], strict=True)) == {
        "neda": 2,
        "reza": 10,
        "sara": 10,
    }


def test_a_month_that_has_not_ended_says_so(centre: SmallCentre) -> None:
    summary = draw_period(
        centre.engine,
        MANAGER,
        PERIOD,
        POLICY,
        centre=CENTRE,
        now=PERIOD.bounds(CENTRE.zone)[1] - timedelta(hours=1),
    )
    assert summary.is_running
    assert len(summary.draw.seed) == 32


def test_an_empty_month_is_refused(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        draw_period(centre.engine, MANAGER, PERIOD.shift(-5), POLICY, centre=CENTRE, now=NOW)
    assert refused.value.problems[0].code == "draw.empty"


def test_picks_are_assigned_once_and_balanced(centre: SmallCentre) -> None:
    draw(centre)
    summary = assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    assert summary.by_analyst == {"kaveh": 3, "mina": 3}
    assert not summary.problems
    again = assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    assert again.by_analyst == {"kaveh": 0, "mina": 0}
    with transaction(centre.engine) as session:
        rows = session.execute(select(Assignment, Pick).join(Pick)).all()
    assert len(rows) == 6
    assert not any(pick.is_reserve for _assignment, pick in rows)
    assert {a.due_at for a, _pick in rows} == {NOW + timedelta(days=7)}
    pairs = Counter((a.evaluator, pick.agent_id) for a, pick in rows)
    assert set(pairs.values()) == {1}


def test_assigning_needs_a_draw(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    assert refused.value.problems[0].code == "draw.missing"


def test_a_channel_without_a_form_is_told(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        for row in session.scalars(select(Interaction).where(col(Interaction.channel) == "chat")):
            row.channel = "email"
    draw_period(
        centre.engine,
        MANAGER,
        PERIOD,
        POLICY.model_copy(update={"min_per_agent": 10}),
        centre=CENTRE,
        now=NOW,
    )
    summary = assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    assert [problem.code for problem in summary.problems] == ["assign.no_form"]
    assert summary.problems[0].values == {"channel": "email", "picks": 6}
    assert sum(summary.by_analyst.values()) == 24


def test_an_analyst_may_not_draw(centre: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        draw_period(centre.engine, MINA, PERIOD, POLICY, centre=CENTRE, now=NOW)
    with pytest.raises(NotAllowed):
        assign_picks(centre.engine, MINA, PERIOD, centre=CENTRE, now=NOW)


def test_what_was_done_is_in_the_log(centre: SmallCentre) -> None:
    draw_period(centre.engine, ADMIN, PERIOD, POLICY, centre=CENTRE, now=NOW)
    assign_picks(centre.engine, ADMIN, PERIOD, centre=CENTRE, now=NOW)
    with transaction(centre.engine) as session:
        events = session.scalars(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    assert [e.action for e in events if e.subject == "1405-08"] == ["draw", "assign"]
