"""Disputes and coaching in figures."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from qm.core.coaching.effect import Contacts
from qm.core.quality.coaching import coaching_by, effect_over
from qm.core.quality.disputes import disputed_questions_by, disputes_by

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TEHRAN = ZoneInfo("Asia/Tehran")


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


def published(*rows: tuple[int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["assignment_id", "evaluator"], dtype=object)


def disputes(*rows: tuple[object, ...]) -> pd.DataFrame:
    columns = ["assignment_id", "evaluator", "state", "raised_at", "due_at", "decided_at"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


PUBLISHED = published(*[(n, "mina" if n <= 30 else "nima") for n in range(1, 41)])
DISPUTES = disputes(
    (1, "mina", "upheld", days(-20), days(-15), days(-18)),
    # The second round about the same evaluation.
    (1, "mina", "changed", days(-17), days(-12), days(-16)),
    (2, "mina", "changed", days(-10), days(-5), days(-3)),
    (31, "nima", "open", days(-9), days(-4), None),
    (32, "nima", "open", days(-1), days(4), None),
)


def test_disputes_are_counted_by_round_and_their_rate_by_evaluation():
    found = disputes_by(PUBLISHED, DISPUTES, now=NOW)[()]
    assert (found.raised, found.upheld, found.changed, found.open, found.overdue) == (5, 1, 2, 2, 1)
    # Four evaluations of forty.
    assert (found.rate.value, found.rate.count, found.rate.n) == (10, 4, 40)
    assert found.overturned.value == pytest.approx(100 * 2 / 3)
    # Wilson of 2 of 3, as Newcombe's method 3 gives it.
    assert found.overturned.low == pytest.approx(20.77, abs=0.01)
    assert found.overturned.high == pytest.approx(93.85, abs=0.01)
    # After 2, 1 and 7 days.
    assert (found.days_to_decide.value, found.days_to_decide.note) == (2, "too_few_values")


def test_who_has_no_dispute_has_a_rate_and_nothing_to_overturn():
    by_analyst = disputes_by(PUBLISHED, DISPUTES[:3], "evaluator", now=NOW)
    mina, nima = by_analyst["mina",], by_analyst["nima",]
    assert (mina.rate.count, mina.published) == (2, 30)
    assert (nima.rate.value, nima.rate.n, nima.raised) == (0, 10, 0)
    assert (nima.overturned.value, nima.overturned.note) == (None, "no_data")
    assert nima.days_to_decide.value is None
    nothing = disputes_by(PUBLISHED[:0], DISPUTES[:0], now=NOW)[()]
    assert (nothing.rate.note, nothing.published) == ("no_data", 0)


def test_questions_are_decided_one_by_one():
    rows = [("call", "greeting", "changed"), ("call", "greeting", "upheld"), ("call", "tone", None)]
    table = pd.DataFrame(rows, columns=["form_id", "question_id", "decision"], dtype=object)
    found = disputed_questions_by(table, "form_id", "question_id")
    greeting, tone = found["call", "greeting"], found["call", "tone"]
    assert (greeting.raised, greeting.changed, greeting.overturned.value) == (2, 1, 50)
    assert (tone.open, tone.overturned.note) == (1, "no_data")


def tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    notes = [
        ("orders", "discussed", None),
        ("orders", "acknowledged", days(-1)),
        ("orders", "review", days(1)),
        ("support", "shared", None),
    ]
    talks = [
        # Held in the evening of the planned day, as Tehran counts days.
        (
            "orders",
            "held",
            datetime(2026, 11, 3, 6, tzinfo=UTC),
            datetime(2026, 11, 3, 20, tzinfo=UTC),
        ),
        (
            "orders",
            "held",
            datetime(2026, 11, 3, 6, tzinfo=UTC),
            datetime(2026, 11, 3, 21, tzinfo=UTC),
        ),
        ("orders", "planned", days(-2), None),
        ("orders", "planned", days(2), None),
        ("support", "cancelled", days(-2), None),
    ]
    commitments = [
        ("orders", "kept", date(2026, 11, 10), datetime(2026, 11, 10, 12, tzinfo=UTC)),
        ("orders", "kept", date(2026, 11, 10), datetime(2026, 11, 11, 12, tzinfo=UTC)),
        ("orders", "kept", None, days(-1)),
        ("orders", "broken", date(2026, 11, 10), days(-1)),
        ("orders", "dropped", date(2026, 11, 10), days(-1)),
        ("orders", "open", date(2026, 11, 21), None),
        ("orders", "open", date(2026, 11, 22), None),
    ]
    columns = (
        ["team_id", "state", "due_at"],
        ["team_id", "state", "planned_at", "held_at"],
        ["team_id", "state", "due_on", "closed_at"],
    )
    return tuple(
        pd.DataFrame(rows, columns=names, dtype=object)
        for rows, names in zip((notes, talks, commitments), columns, strict=True)
    )


def test_coaching_is_told_by_what_is_done_and_when():
    found = coaching_by(*tables(), "team_id", now=NOW, zone=TEHRAN)
    orders, support = found["orders",], found["support",]
    assert (orders.notes, orders.notes_open, orders.notes_overdue) == (3, 2, 1)
    assert orders.completed.value == pytest.approx(100 / 3)
    assert (orders.held, orders.planned, orders.overdue, orders.cancelled) == (2, 1, 1, 0)
    # 20:00 UTC is half past eleven in the evening, 21:00 the next day: one of three.
    assert (orders.held_on_time.count, orders.held_on_time.n) == (1, 3)
    assert (orders.made, orders.commitments_open, orders.commitments_overdue) == (7, 2, 1)
    assert (orders.kept.value, orders.kept.n) == (75, 4)
    assert orders.kept.low < 75 < orders.kept.high
    # Of two kept, one broken and one overdue with a day: one in time.
    assert (orders.kept_on_time.count, orders.kept_on_time.n) == (1, 4)
    assert (support.notes_open, support.held_on_time.note, support.kept.note) == (
        1,
        "no_data",
        "no_data",
    )


def test_without_coaching_there_is_nothing_to_tell():
    found = coaching_by(*(table[:0] for table in tables()), now=NOW, zone=TEHRAN)[()]
    assert (found.notes, found.completed.value, found.kept.note) == (0, None, "no_data")
    nothing = effect_over([])
    assert (nothing.talked_about, nothing.difference.note) == (0, "no_data")


def side(missed: int, of: int, weight: float = 10.0) -> Contacts:
    return Contacts([k < missed for k in range(of)], [weight] * of)


def test_the_effect_compares_all_contacts_before_with_all_after():
    sides = [(side(8, 10), side(2, 10)), (side(5, 10), side(3, 10)), (side(4, 4), side(0, 0))]
    found = effect_over(sides)
    assert (found.talked_about, found.compared, found.fewer, found.more) == (3, 2, 1, 0)
    assert (found.before.value, found.before.n, found.before.count) == (65, 20, 13)
    assert (found.after.value, found.after.n) == (25, 20)
    assert (found.difference.value, found.difference.n) == (pytest.approx(-40), 2)
    # Differences of −60 and −20 points: ±20·√2/√2·t(1).
    assert found.difference.margin == pytest.approx(12.7062 * 20, rel=1e-4)


def test_one_question_has_an_effect_and_no_interval_over_questions():
    found = effect_over([(side(8, 10), side(2, 10))])
    assert (found.difference.value, found.difference.note) == (-60, "one_value")


def test_coaching_without_effect_is_rarely_told_to_have_one():
    rng = np.random.default_rng(5)
    told = 0
    for _ in range(200):
        shares = rng.beta(2, 6, 20)
        found = effect_over(
            [(side(rng.binomial(8, p), 8), side(rng.binomial(8, p), 8)) for p in shares]
        ).difference
        told += not found.low <= 0 <= found.high
    assert told / 200 < 0.1
