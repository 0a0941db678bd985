from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from qm.core.periods import Period
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import open_engine, transaction
from qm.store.tables import (
    Agent,
    AuditEvent,
    Draw,
    DrawCoverage,
    DrawSeed,
    Interaction,
    Pick,
    PolicyVersion,
)
from qm.workflow.draw_checks import verify_draw
from qm.workflow.draw_seeds import reveal_seed
from qm.workflow.draws import draw_period, list_draws
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    FIRST_CALL,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SmallCentre,
    build,
)
from tests.workflow.drawn_month import (
    END,
    SEED,
    START,
    commit,
    draw,
    import_more,
    policy_of,
    stored_picks,
)


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def count(centre: SmallCentre, table: type) -> int:
    with transaction(centre.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_draw_stores_all_that_repeats_it(centre: SmallCentre) -> None:
    commitment = commit(centre)
    summary = draw(centre)
    made = summary.draw
    assert list(summary.coverage["picked"]) == [2, 2, 2]
    assert (summary.is_running, summary.is_seed_new, summary.is_other_policy) == (False,) * 3
    assert (made.starts_at, made.ends_at) == (START, END)
    assert (made.zone_name, made.calendar) == ("Asia/Tehran", "jalali")
    assert (made.last_import_run_id, made.extends_id, made.new_agents) == (1, None, [])
    assert made.policy_sha256 == commitment.policy_sha256 == POLICY.sha256()
    assert summary.commitment == commitment
    stored = stored_picks(centre)
    assert [p.rank for p in stored] == [1, 2] * 6  # a pick and a reserve in each zone
    assert {(p.purpose, p.month, p.inclusion_probability) for p in stored} == {
        ("random", "1405-08", 0.2)
    }
    assert count(centre, DrawCoverage) == 3


def test_the_committed_seed_decides_and_the_file_order_does_not(
    centre: SmallCentre, tmp_path: Path
) -> None:
    commit(centre)
    first = draw(centre).picks
    (tmp_path / "other").mkdir()
    other = build(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other")
    second = draw(other, seed=SEED).picks
    assert first["interaction_id"].tolist() == second["interaction_id"].tolist()
    assert first["number"].tolist() == second["number"].tolist()


def test_a_seed_that_was_not_committed_to_is_refused(centre: SmallCentre) -> None:
    commit(centre)
    with pytest.raises(BadInput) as refused:
        draw(centre, seed="a better one")
    assert refused.value.problems[0].code == "seed.other"
    assert draw(centre, seed=SEED).draw.seed == SEED


def test_a_draw_without_a_commitment_makes_the_seed_and_says_so(centre: SmallCentre) -> None:
    summary = draw(centre)
    assert summary.is_seed_new
    assert summary.commitment.is_late
    assert len(summary.draw.seed) == 64


def test_a_period_is_drawn_once(centre: SmallCentre) -> None:
    draw(centre)
    before = stored_picks(centre)
    with pytest.raises(BadInput) as refused:
        draw(centre)
    assert refused.value.problems[0].code == "draw.exists"
    assert "--extend" in refused.value.problems[0].remedy
    assert stored_picks(centre) == before
    assert len(list_draws(centre.engine, MANAGER)) == 1


def test_a_top_up_draws_only_from_what_was_imported_since(centre: SmallCentre) -> None:
    commit(centre)
    first = draw(centre)
    import_more(centre, [f"late-{n}" for n in range(15)])
    with pytest.raises(BadInput):
        draw(centre)
    added = draw(centre, now=NOW + timedelta(days=3), extend=True)
    assert added.draw.extends_id == first.draw.id
    chosen = added.picks[~added.picks["is_reserve"]]
    # 20 % of sara's 25 are 5, and 2 were drawn.
    assert chosen["agent_id"].tolist() == ["sara"] * 3
    assert chosen["interaction_id"].str.startswith("late-").all()
    assert added.draw.frame_size == 15
    with pytest.raises(BadInput) as refused:
        draw(centre, now=NOW + timedelta(days=4), extend=True)
    assert refused.value.problems[0].code == "draw.nothing_to_add"
    import_more(centre, [f"later-{n}" for n in range(10)], agent="reza")
    third = draw(centre, now=NOW + timedelta(days=5), extend=True)
    assert third.draw.extends_id == added.draw.id
    for made in (first, added, third):
        assert verify_draw(centre.engine, MANAGER, made.draw.id or 0).is_right


def test_only_a_drawn_period_is_extended(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        draw(centre, extend=True)
    assert refused.value.problems[0].code == "draw.nothing_to_extend"
    assert count(centre, DrawSeed) == 0


def test_a_draw_from_before_draws_could_be_verified_is_not_extended(centre: SmallCentre) -> None:
    draw(centre)
    with transaction(centre.engine) as session:
        session.scalars(select(Draw)).one().last_import_run_id = None
    import_more(centre, ["late"])
    with pytest.raises(BadInput) as refused:
        draw(centre, extend=True)
    assert refused.value.problems[0].code == "draw.too_old"


def test_what_the_policy_leaves_out_is_counted_by_reason(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        for row in session.scalars(select(Interaction).where(col(Interaction.agent_id) == "neda")):
            row.recording_file = None
    rules = [
        {"reason": "chats", "when": {"interaction": "channel", "is": ["chat"]}},
        {"reason": "no-recording", "when": {"interaction": "recorded", "is": ["no"]}},
    ]
    summary = draw(centre, policy_of(leave_out=rules))
    assert summary.draw.excluded == {"chats": 6, "no-recording": 8}
    assert summary.draw.frame_size == 16
    assert set(summary.coverage["agent_id"]) == {"reza", "sara"}


def test_a_period_that_has_not_ended_says_so(centre: SmallCentre) -> None:
    assert draw(centre, now=END - timedelta(hours=1)).is_running


def test_an_empty_period_is_refused_and_leaves_nothing(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        draw(centre, period=PERIOD.shift(-5))
    assert refused.value.problems[0].code == "draw.empty"
    for table in (Draw, DrawSeed, PolicyVersion, Pick):
        assert count(centre, table) == 0


def test_agents_that_are_new_are_kept_with_the_draw(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        for agent in session.scalars(select(Agent)):
            days = 5 if agent.id == "neda" else 400
            agent.first_at = END - timedelta(days=days)
    summary = draw(centre, policy_of(new_agents={"days": 60, "times": 2}))
    assert summary.draw.new_agents == ["neda"]
    planned = dict(zip(summary.coverage["agent_id"], summary.coverage["picked"], strict=True))
    assert planned == {"neda": 4, "reza": 2, "sara": 2}


def test_a_week_is_drawn_by_a_policy_for_weeks(centre: SmallCentre) -> None:
    week = Period.containing(FIRST_CALL, "jalali", CENTRE.zone, "week")
    summary = draw(centre, policy_of(period="week"), period=week)
    assert summary.draw.period == str(week)
    assert "-W" in summary.draw.period
    assert set(summary.picks["month"]) == {"1405-08"}
    assert summary.next_seeds[0].period == str(week.shift(1))
    assert verify_draw(centre.engine, MANAGER, 1).is_right


def test_an_analyst_may_not_draw(centre: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        draw_period(centre.engine, MINA, PERIOD, POLICY, centre=CENTRE, now=NOW)


def test_what_was_done_is_in_the_log_without_the_seed(centre: SmallCentre) -> None:
    commit(centre)
    draw_period(centre.engine, ADMIN, PERIOD, POLICY, centre=CENTRE, now=NOW)
    reveal_seed(centre.engine, ADMIN, PERIOD, now=NOW)
    with transaction(centre.engine) as session:
        events = session.scalars(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    assert [e.action for e in events if e.subject == "1405-08"] == [
        "commit_seed",
        "draw",
        "reveal_seed",
    ]
    drawn = next(e for e in events if e.action == "draw")
    assert drawn.detail["seed_sha256"]
    assert SEED not in repr([e.detail for e in events])


def test_of_two_draws_at_once_one_is_made(centre: SmallCentre) -> None:
    """Also where the seed exists already: then the second has no unique key to run into."""
    commit(centre)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def one() -> None:
        engine = open_engine(str(centre.engine.url.render_as_string(hide_password=False)))
        ready.wait()
        try:
            draw_period(engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW)
            outcomes.append("drawn")
        except BadInput as refusal:
            outcomes.append(refusal.problems[0].code)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["draw.exists", "drawn"]
    assert count(centre, Draw) == 1
    assert count(centre, Pick) == 12


KILLED = textwrap.dedent("""
    import sys, time
    from qm.store import draws
    from qm.workflow.draws import draw_period
    from qm.store.engine import open_engine
    from tests.fixtures.small_centre import CENTRE, MANAGER, NOW, PERIOD, POLICY

    stored = draws.add_draw

    def add_draw(*given):
        stored(*given)
        print("stored", flush=True)
        time.sleep(60)

    draws.add_draw = add_draw
    draw_period(open_engine(sys.argv[1]), MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW)
""")


def test_a_draw_that_is_killed_leaves_nothing(centre: SmallCentre) -> None:
    url = centre.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        process.kill()  # SIGKILL: no rollback is sent, no file is closed
    for table in (Draw, DrawSeed, PolicyVersion, Pick, DrawCoverage):
        assert count(centre, table) == 0
    assert draw(centre).draw.frame_size == 30
