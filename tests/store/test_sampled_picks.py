"""What evaluated picks stand for, read back from rows: zones, replacements, top-ups, quarters."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from qm.store.coverage import draws, frames, picks, replaced
from qm.store.engine import migrate, open_engine, transaction
from qm.store.quality import counted_answers, evaluations
from qm.store.scopes import Scope
from qm.store.tables import (
    Agent,
    AnswerRow,
    Assignment,
    Draw,
    DrawCoverage,
    DrawSeed,
    Evaluation,
    FormVersion,
    ImportRun,
    Interaction,
    Pick,
    Replacement,
    Team,
    User,
)

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
MONTH = "1405-08"


@dataclass
class Writer:
    """Writes draws, picks and evaluations as rows."""

    session: Session

    def draw(self, extends: Draw | None = None, **columns: object) -> Draw:
        return self._add(
            Draw(
                period=MONTH,
                seed="seed",
                policy={},
                policy_sha256="a" * 64,
                frame_sha256="b" * 64,
                frame_size=0,
                extends_id=extends.id if extends else None,
                at=NOW,
                by="t",
                **columns,
            )
        )

    def pick(
        self,
        draw: Draw,
        zone: int,
        zone_size: int,
        *,
        agent: str = "sara",
        stratum: str = "call",
        interaction: str | None = None,
        is_reserve: bool = False,
        percent: float | None = None,
        month: str = MONTH,
        **columns: object,
    ) -> Pick:
        name = interaction or f"{draw.id}/{agent}/{stratum}/{zone}/{is_reserve}"
        if self.session.get(Interaction, name) is None:
            self._add(
                Interaction(
                    id=name,
                    channel=stratum or "call",
                    agent_id=agent,
                    team_id="orders",
                    started_at=NOW,
                    row_sha256="c" * 64,
                    import_run_id=1,
                )
            )
        values = {"purpose": "random", "inclusion_probability": 1 / zone_size} | columns
        pick = Pick(
            draw_id=draw.id or 0,
            interaction_id=name,
            agent_id=agent,
            team_id="orders",
            month=month,
            stratum=stratum,
            zone=zone,
            zone_size=zone_size,
            number=0.5,
            rank=2 if is_reserve else 1,
            is_reserve=is_reserve,
            **values,
        )
        self._add(pick)
        if percent is not None:
            self.evaluate(pick, percent)
        return pick

    def evaluate(self, pick: Pick, percent: float, *, is_short: bool = False) -> Evaluation:
        assignment = self.assign(pick)
        evaluation = self._add(
            Evaluation(
                assignment_id=assignment.id or 0,
                interaction_id=pick.interaction_id,
                agent_id=pick.agent_id,
                team_id=pick.team_id,
                channel="call",
                period=pick.month,
                purpose=pick.purpose,
                inclusion_probability=pick.inclusion_probability,
                form_id="f",
                form_version="1",
                form_sha256="d" * 64,
                evaluator="mina",
                percent=percent,
                outcome="pass",
                submitted_at=NOW,
            )
        )
        self._add(
            AnswerRow(
                evaluation_id=evaluation.id or 0,
                question_id="q",
                section_id="s",
                state="answered",
                earned_points=0.0 if is_short else 1.0,
                possible_points=1.0,
                weight_percent="0",
                contribution="0",
            )
        )
        return evaluation

    def assign(self, pick: Pick, state: str = "open") -> Assignment:
        return self._add(
            Assignment(
                pick_id=pick.id or 0,
                interaction_id=pick.interaction_id,
                evaluator="mina",
                form_id="f",
                form_version="1",
                state=state,
                assigned_at=NOW,
                due_at=NOW,
            )
        )

    def replace(self, pick: Pick, reserve: Pick | None) -> None:
        reserve_id = reserve.id if reserve else None
        self._add(
            Replacement(
                pick_id=pick.id or 0, reserve_id=reserve_id, reason="noise", at=NOW, by="mina"
            )
        )

    def cover(self, draw: Draw, agent: str, month: str, frame_size: int, picked: int) -> None:
        self._add(
            DrawCoverage(
                draw_id=draw.id or 0,
                agent_id=agent,
                month=month,
                frame_size=frame_size,
                picked=picked,
            )
        )

    def _add(self, row):  # type: ignore[no-untyped-def]
        self.session.add(row)
        self.session.flush()
        return row


@pytest.fixture
def writer(database_url: str) -> Writer:
    engine = open_engine(database_url)
    migrate(engine)
    with transaction(engine) as session:
        session.add(Team(id="orders", name="Orders"))
        session.add(ImportRun(id=1, file_name="f", file_sha256="0" * 64, at=NOW, by="t",
                              rows_new=0, rows_known=0, rows_rejected=0))  # fmt: skip
        session.add(FormVersion(form_id="f", version="1", channel="call", sha256="d" * 64,
                                source="", published_at=NOW, published_by="t"))  # fmt: skip
        session.add(
            User(username="mina", name="Mina", role="analyst", password_hash="-", created_at=NOW)
        )
        session.flush()
        session.add_all(Agent(id=name, name=name, team_id="orders") for name in ("sara", "reza"))
        session.flush()
        yield Writer(session)
    engine.dispose()


def _weights(writer: Writer, *months: str, **scope: str) -> dict[float, float]:
    """By score, for how many interactions each counted evaluation stands."""
    table = evaluations(writer.session, months or [MONTH], Scope(**scope))
    counted = table[table["is_counted"]]
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
    table = evaluations(writer.session, [MONTH])
    zones = table[["draw_id", "stratum", "zone", "zone_size"]].to_numpy().tolist()
    assert zones[-1] == [draw.id, "chat", 1, 7]


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
    found = picks(writer.session, [MONTH])
    columns = ["picked", "evaluated", "open", "unassigned", "lost"]
    assert found[columns].to_numpy().tolist() == [[2, 2, 0, 0, 0]]
    assert replaced(writer.session, MONTH) == {"sara": 2}


def test_the_evaluation_of_a_replaced_pick_is_kept_beside(writer):
    draw = writer.draw()
    unusable = writer.pick(draw, 1, 10, percent=30)
    writer.replace(unusable, writer.pick(draw, 1, 10, is_reserve=True, percent=80))
    assert _weights(writer) == {80: 10}
    table = evaluations(writer.session, [MONTH])
    beside = table[~table["is_counted"]]
    assert list(beside["percent"]) == [30]
    assert beside[["stands_for", "draw_id", "zone"]].to_numpy().tolist() == [[None] * 3]


def test_a_pick_without_a_reserve_left_stays_missing_and_its_zone_is_made_up_for(writer):
    draw = writer.draw()
    writer.pick(draw, 1, 10, percent=70)
    unusable = writer.pick(draw, 2, 15)
    writer.assign(unusable, "withdrawn")
    writer.replace(unusable, None)
    assert _weights(writer) == {70: 25}
    found = picks(writer.session, [MONTH])
    columns = ["picked", "evaluated", "open", "unassigned", "lost"]
    assert found[columns].to_numpy().tolist() == [[2, 1, 0, 0, 1]]


def test_a_pick_given_to_somebody_else_is_one_open_pick(writer):
    pick = writer.pick(writer.draw(), 1, 10)
    writer.assign(pick, "withdrawn")
    found = picks(writer.session, [MONTH])
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
    table = evaluations(writer.session, [MONTH]).set_index("percent")
    assert dict(table["draw_id"]) == {70: first.id, 75: first.id, 80: second.id, 85: first.id}


def test_another_draw_of_the_same_interaction_is_no_earlier_zone(writer):
    writer.pick(writer.draw(), 1, 10, is_reserve=True, interaction="seen")
    second = writer.draw()
    writer.pick(writer.draw(second), 1, 40, interaction="seen", percent=85)
    table = evaluations(writer.session, [MONTH])
    assert (table["draw_id"][0], table["stands_for"][0]) == (second.id + 1, 40)


def test_a_zone_over_two_months_is_shared_by_the_picks_of_both(writer):
    quarter = writer.draw()
    for percent, month in ((70, MONTH), (75, MONTH), (80, "1405-09")):
        writer.pick(quarter, 1, 90, interaction=f"{percent}", percent=percent, month=month)
    writer.cover(quarter, "sara", MONTH, 60, 2)
    writer.cover(quarter, "sara", "1405-09", 30, 1)
    assert _weights(writer) == {70: 30, 75: 30}
    assert _weights(writer, "1405-09") == {80: 30}
    assert list(picks(writer.session, ["1405-09"])["picked"]) == [1]
    assert frames(writer.session, MONTH).to_numpy().tolist() == [["sara", 60, 2]]
    assert [found.draw.id for found in draws(writer.session, "1405-09")] == [quarter.id]


def test_targeted_and_second_evaluations_are_counted_beside(writer):
    draw = writer.draw()
    writer.pick(draw, 1, 10, percent=70, purpose="double_scored")
    writer.pick(draw, 0, 1, stratum="", percent=20, purpose="targeted", inclusion_probability=0.0)
    assert _weights(writer) == {70: 10}
    assert list(picks(writer.session, [MONTH])["picked"]) == [1]
    assert len(evaluations(writer.session, [MONTH])) == 2


def test_answers_carry_the_weight_of_their_evaluation(writer):
    draw = writer.draw()
    writer.evaluate(writer.pick(draw, 1, 10), 70, is_short=True)
    writer.evaluate(writer.pick(draw, 2, 30), 90)
    writer.pick(draw, 0, 1, percent=20, purpose="targeted", inclusion_probability=0.0)
    answers = counted_answers(writer.session, MONTH)
    assert answers[["is_short", "is_full", "stands_for"]].to_numpy().tolist() == [
        [1, 0, 10],
        [0, 1, 30],
    ]


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
    assert evaluations(writer.session, [MONTH]).empty
    assert picks(writer.session, [MONTH]).empty
    assert counted_answers(writer.session, MONTH).empty
