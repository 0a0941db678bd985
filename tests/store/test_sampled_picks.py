"""What evaluated picks stand for, read back from rows: zones, replacements, top-ups, quarters."""

import pytest

from qm.core.quality.facts import AskedQuestion, Facts
from qm.core.quality.results import FELL_SHORT
from qm.core.text import Wording
from qm.store.coverage import draws, frames, replaced
from qm.store.engine import migrate, open_engine, transaction
from qm.store.quality_facts import facts_of, load_rows
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import DrawSeed
from tests.fixtures.written_rows import MONTH, NOW, Writer, people


@pytest.fixture
def writer(database_url: str) -> Writer:
    engine = open_engine(database_url)
    migrate(engine)
    with transaction(engine) as session:
        people(session)
        yield Writer(session)
    engine.dispose()


def facts(writer: Writer, *months: str, scope: Scope = EVERYONE) -> Facts:
    text = Wording(en="Q")
    asked = AskedQuestion("f", "1", "q", 1, "s", text, text, None, is_scored=True)

    def questions_of(*_: str) -> tuple[AskedQuestion, ...]:
        return (asked,)

    rows = load_rows(writer.session, months or [MONTH], scope, questions_of=questions_of)
    return facts_of(writer.session, rows, questions_of)


def _weights(writer: Writer, *months: str, **scope: str) -> dict[float, float]:
    """By score, for how many interactions each counted evaluation stands."""
    counted = facts(writer, *months, scope=Scope(**scope)).counted.evaluations
    return dict(zip(counted["percent"], counted["stands_for"], strict=True))


def test_an_evaluation_stands_for_its_zone_and_for_zones_without_one(writer):
    draw = writer.draw()
    writer.pick(draw, 1, 10, percent=71)
    writer.pick(draw, 2, 12)
    writer.pick(draw, 3, 11, percent=72)
    writer.pick(draw, 1, 7, stratum="chat", percent=73)
    writer.pick(draw, 1, 40, agent="reza", percent=81)
    expected = {71: 10 * 33 / 21, 72: 11 * 33 / 21, 73: 7, 81: 40}
    assert _weights(writer) == pytest.approx(expected)
    assert _weights(writer, agent_id="reza") == {81: 40}
    assert _weights(writer, team_id="orders") == pytest.approx(expected)
    chat = facts(writer).evaluations.set_index("percent").loc[73]
    assert [chat["draw_id"], chat["stratum"], chat["zone"]] == [draw.id, "chat", 1]


def test_a_reserve_stands_for_the_pick_it_replaced(writer):
    draw = writer.draw()
    writer.pick(draw, 1, 10, percent=70)
    unusable = writer.pick(draw, 2, 12)
    writer.assign(unusable, "withdrawn")
    first = writer.pick(draw, 2, 12, is_reserve=True)
    second = writer.pick(draw, 2, 12, is_reserve=True, interaction="second", percent=80)
    writer.replace(unusable, first)
    writer.replace(first, second)
    assert _weights(writer) == {70: 10, 80: 12}
    found = facts(writer).picks
    columns = ["picked", "evaluated", "open", "unassigned", "lost"]
    assert found[columns].to_numpy().tolist() == [[2, 2, 0, 0, 0]]
    assert replaced(writer.session, MONTH) == {"sara": 2}


def test_the_evaluation_of_a_replaced_pick_is_kept_beside(writer):
    draw = writer.draw()
    unusable = writer.pick(draw, 1, 10, percent=30)
    writer.replace(unusable, writer.pick(draw, 1, 10, is_reserve=True, percent=80))
    assert _weights(writer) == {80: 10}
    beside = facts(writer).where(is_counted=False).evaluations
    assert list(beside["percent"]) == [30]
    assert beside[["stands_for", "draw_id", "stratum", "zone"]].isna().all(axis=None)


def test_a_pick_without_a_reserve_left_stays_missing_and_its_zone_is_made_up_for(writer):
    draw = writer.draw()
    writer.pick(draw, 1, 10, percent=70)
    unusable = writer.pick(draw, 2, 15)
    writer.assign(unusable, "withdrawn")
    writer.replace(unusable, None)
    assert _weights(writer) == {70: 25}
    found = facts(writer).picks
    columns = ["picked", "evaluated", "open", "unassigned", "lost"]
    assert found[columns].to_numpy().tolist() == [[2, 1, 0, 0, 1]]


def test_a_pick_given_to_somebody_else_is_one_open_pick(writer):
    pick = writer.pick(writer.draw(), 1, 10)
    writer.assign(pick, "withdrawn")
    found = facts(writer).picks
    assert found[["open", "unassigned"]].to_numpy().tolist() == [[0, 1]]


def test_a_top_ups_pick_from_an_earlier_reserve_shares_the_earlier_zone(writer):
    first = writer.draw()
    writer.pick(first, 1, 10, percent=70)
    writer.pick(first, 2, 12, percent=75)
    writer.pick(first, 2, 12, is_reserve=True, interaction="waiting")
    second = writer.draw(first)
    third = writer.draw(second)
    writer.pick(second, 1, 30, percent=80)
    writer.pick(third, 2, 12, interaction="waiting", percent=85)
    assert _weights(writer) == {70: 10, 75: 6, 80: 30, 85: 6}
    table = facts(writer).evaluations.set_index("percent")
    assert dict(table["draw_id"]) == {70: first.id, 75: first.id, 80: second.id, 85: first.id}


def test_another_draw_of_the_same_interaction_is_no_earlier_zone(writer):
    writer.pick(writer.draw(), 1, 10, is_reserve=True, interaction="seen")
    second = writer.draw()
    writer.pick(writer.draw(second), 1, 40, interaction="seen", percent=85)
    table = facts(writer).evaluations
    assert (table["draw_id"][0], table["stands_for"][0]) == (second.id + 1, 40)


def test_a_zone_over_two_months_is_shared_by_the_picks_of_both(writer):
    quarter = writer.draw()
    for percent, month in ((70, MONTH), (75, MONTH), (80, "1405-09")):
        writer.pick(quarter, 1, 90, interaction=f"{percent}", percent=percent, month=month)
    writer.cover(quarter, "sara", MONTH, 60, 2)
    writer.cover(quarter, "sara", "1405-09", 30, 1)
    assert _weights(writer) == {70: 30, 75: 30}
    assert _weights(writer, "1405-09") == {80: 30}
    assert list(facts(writer, "1405-09").picks["picked"]) == [1]
    assert frames(writer.session, MONTH).to_numpy().tolist() == [["sara", 60, 2]]
    assert [found.draw.id for found in draws(writer.session, "1405-09")] == [quarter.id]


def test_targeted_and_second_evaluations_are_counted_beside(writer):
    draw = writer.draw()
    writer.pick(draw, 1, 10, percent=70, purpose="double_scored")
    writer.pick(draw, 0, 1, stratum="", percent=20, purpose="targeted", inclusion_probability=0.0)
    assert _weights(writer) == {70: 10}
    assert list(facts(writer).picks["picked"]) == [1]
    assert len(facts(writer).evaluations) == 2


def test_answers_carry_the_weight_of_their_evaluation(writer):
    draw = writer.draw()
    writer.evaluate(writer.pick(draw, 1, 10), 70, is_short=True)
    writer.evaluate(writer.pick(draw, 2, 30), 90)
    writer.pick(draw, 0, 1, percent=20, purpose="targeted", inclusion_probability=0.0)
    counted = facts(writer).counted
    assert counted.codes(("f", "1")).are(FELL_SHORT).tolist() == [[True], [False]]
    assert counted.evaluations["stands_for"].tolist() == [10, 30]


def test_a_committed_seed_is_shown_only_once_it_is_revealed(writer):
    seed = DrawSeed(
        period=MONTH,
        starts_at=NOW,
        ends_at=NOW,
        seed="seed",
        seed_sha256="e" * 64,
        committed_at=NOW,
        committed_by="t",
    )
    writer.session.add(seed)
    writer.session.flush()
    writer.draw(seed_id=seed.id)
    uncommitted = writer.draw()
    hidden, shown = draws(writer.session, MONTH)
    assert (hidden.seed, hidden.seed_sha256, hidden.committed_at) == (None, "e" * 64, NOW)
    # printf seed | sha256sum
    assert shown.seed_sha256.startswith("19b25856e1c150ca834cffc8b59b23ad")
    assert (shown.seed, shown.committed_at, shown.draw.id) == ("seed", None, uncommitted.id)
    seed.revealed_at = NOW
    writer.session.flush()
    assert draws(writer.session, MONTH)[0].seed == "seed"


def test_a_month_without_draws_is_empty(writer):
    found = facts(writer)
    assert (len(found.evaluations), len(found.picks), found.questions) == (0, 0, {})
    assert list(found.counted.by("agent_id")) == []
