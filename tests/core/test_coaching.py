"""Coaching in the core: notes, their life, the triggers, and what followed a talk."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from qm.core.coaching.effect import Contacts, effect_of
from qm.core.coaching.history import Evaluated
from qm.core.coaching.note_life import note_due_at, state_after
from qm.core.coaching.notes import NOTES_JSON, Note, next_number
from qm.core.coaching.rules import CoachingRules, DropTrigger, FatalTrigger, MissesTrigger
from qm.core.coaching.triggers import proposals
from qm.core.estimates.differences import share_difference
from qm.core.problems import BadInput

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
QUESTION = ("inbound-call", "greeting")


def contact(
    number: int, *, missed: Iterable[str] = (), fatal: Iterable[str] = (), **fields: object
) -> Evaluated:
    """The contact of a day, the first one the longest ago; it is published a day later."""
    started_at = NOW - timedelta(days=100 - number)
    values: dict[str, object] = {
        "assignment_id": number,
        "evaluation_id": 1000 + number,
        "form": "inbound-call",
        "version": "1",
        "started_at": started_at,
        "published_at": started_at + timedelta(days=1),
        "percent": 90.0,
        "weight": 5.0,
        "answered": frozenset({"greeting", "identity"}),
        "missed": frozenset(missed),
        "fatal": frozenset(fatal),
    }
    return Evaluated(**{**values, **fields})  # type: ignore[arg-type]


def scores(*percents: float, first: int = 1) -> list[Evaluated]:
    return [contact(first + place, percent=percent) for place, percent in enumerate(percents)]


def test_a_note_is_about_one_place_and_a_moment_ends_after_it_begins() -> None:
    assert not Note(text="  ").is_written
    for wrong in (
        {"section_id": "opening", "question_id": "greeting"},
        {"end_s": 3.0},
        {"start_s": 3.0, "end_s": 2.0},
        {"kind": "praise"},
    ):
        with pytest.raises(ValidationError):
            Note.model_validate(wrong)


def test_notes_pass_through_the_database_unchanged() -> None:
    notes = (Note(number=2, kind="strength", question_id="greeting", start_s=3.5, text="«سلام»"),)
    assert NOTES_JSON.validate_python(NOTES_JSON.dump_python(notes, mode="json")) == notes
    assert next_number(notes) == 3


def test_a_note_goes_from_review_to_the_agent_and_never_back() -> None:
    assert state_after("review", "approve") == "shared"
    assert state_after("review", "return") == "returned"
    assert state_after("returned", "replace") == "replaced"
    assert state_after("shared", "acknowledge") == "acknowledged"
    for state in ("shared", "acknowledged", "discussed", "replaced"):
        for step in ("approve", "return", "replace"):
            assert state_after(state, step) is None  # type: ignore[arg-type]
    rules = CoachingRules(acknowledge_within_days=5)
    assert note_due_at("shared", NOW, rules) == NOW + timedelta(days=5)
    assert note_due_at("discussed", NOW, rules) is None


@pytest.mark.parametrize(
    ("hits", "n", "other_hits", "other_n", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_difference_of_shares_is_that_of_newcombes_table(
    hits: int, n: int, other_hits: int, other_n: int, low: float, high: float
) -> None:
    found = share_difference(other_hits / other_n, other_n, hits / n, n)
    assert found == pytest.approx((low, high), abs=6e-5)


def side(misses: int, n: int) -> Contacts:
    return Contacts([place < misses for place in range(n)], [4.0] * n)


def test_fewer_misses_are_told_only_where_the_interval_leaves_zero_out() -> None:
    found = effect_of(side(6, 10), side(1, 12))
    assert (found.before.value, found.before.n, found.before.count) == (60.0, 10, 6)
    assert found.after.n == 12
    assert found.difference == pytest.approx(100 / 12 - 60)
    assert found.verdict == "fewer"
    assert found.high is not None
    assert found.high < 0
    assert found.needed is None
    assert effect_of(side(1, 12), side(8, 10)).verdict == "more"


def test_too_early_tells_how_many_contacts_without_a_miss_would_be_needed() -> None:
    found = effect_of(side(6, 10), side(0, 2))
    assert (found.verdict, found.difference) == ("too_early", -60.0)
    needed = found.needed
    assert needed is not None
    assert effect_of(side(6, 10), side(0, 2 + needed)).verdict == "fewer"
    assert effect_of(side(6, 10), side(0, 2 + needed - 1)).verdict == "too_early"


def test_without_contacts_after_the_talk_there_is_no_difference_but_a_way_to_go() -> None:
    found = effect_of(side(6, 10), Contacts())
    assert (found.difference, found.low, found.high, found.verdict) == (
        None,
        None,
        None,
        "too_early",
    )
    assert found.needed
    assert effect_of(side(6, 10), side(0, found.needed)).verdict == "fewer"
    assert effect_of(Contacts(), side(0, 5)).needed is None


def test_where_nothing_was_missed_no_number_of_contacts_can_show_fewer_misses() -> None:
    assert effect_of(side(0, 10), side(0, 3)).needed is None


def test_shares_are_weighted_and_unequal_weights_widen_the_interval() -> None:
    before = Contacts([True, False, False, False], [9.0, 1.0, 1.0, 1.0])
    found = effect_of(before, side(0, 4))
    assert found.before.value == 75.0
    assert found.before.effective_n == pytest.approx(144 / 84)
    equal = effect_of(side(3, 4), side(0, 4))
    assert found.low is not None
    assert equal.low is not None
    assert (found.high or 0) - found.low > (equal.high or 0) - equal.low


FATAL = FatalTrigger(kind="fatal", id="fatal", within_days=30)
MISSES = MissesTrigger(kind="misses", id="miss", misses=3, evaluations=5)
DROP = DropTrigger(kind="drop", id="drop", recent=6, baseline=8)


def test_a_fatal_answer_is_proposed_once_and_not_when_it_is_long_ago() -> None:
    history = [contact(1, fatal=["identity"]), contact(95, fatal=["identity"])]
    (found,) = proposals([FATAL], history, {}, now=NOW)
    assert (found.key, found.seen) == ("95", (95,))
    assert found.questions == (("inbound-call", "identity"),)


def test_misses_of_one_question_propose_but_not_those_of_different_ones() -> None:
    apart = [contact(number, missed=["greeting"]) for number in (1, 2)]
    apart.append(contact(3, missed=["identity"]))
    assert proposals([MISSES], apart, {}, now=NOW) == []
    together = [*apart, contact(4, missed=["greeting"])]
    (found,) = proposals([MISSES], together, {}, now=NOW)
    assert (found.questions, found.seen) == ((QUESTION,), (1, 2, 4))
    assert found.figures == {"misses": 3, "n": 4}


def test_misses_outside_the_window_do_not_count() -> None:
    spread = [contact(day, missed=["greeting"] if day in (1, 3, 7) else []) for day in range(1, 8)]
    assert proposals([MISSES], spread, {}, now=NOW) == []
    by_days = MissesTrigger(kind="misses", id="miss", misses=3, days=98)
    assert proposals([by_days], spread, {}, now=NOW) == []  # the first lies 99 days back
    assert len(proposals([by_days.model_copy(update={"days": 99})], spread, {}, now=NOW)) == 1


def test_misses_that_were_proposed_are_not_counted_again() -> None:
    history = [contact(day, missed=["greeting"]) for day in range(1, 5)]
    used = {("miss", QUESTION): frozenset({1, 2, 3})}
    assert proposals([MISSES], history, used, now=NOW) == []
    more = [*history, contact(5, missed=["greeting"]), contact(6, missed=["greeting"])]
    (found,) = proposals([MISSES], more, used, now=NOW)
    assert found.seen == (4, 5, 6)


BEFORE = (92.0, 88.0, 95.0, 90.0, 86.0, 93.0, 91.0, 89.0, 94.0, 90.0, 87.0, 92.0)


def test_a_drop_below_the_own_baseline_is_proposed_with_its_figures() -> None:
    history = scores(*BEFORE, 70.0, 64.0, 75.0, 60.0, 71.0, 68.0)
    (found,) = proposals([DROP], history, {}, now=NOW)
    assert (found.key, found.seen) == ("18", (13, 14, 15, 16, 17, 18))
    assert found.figures["before_n"] == 12
    assert found.figures["after"] == pytest.approx(68.0)
    assert found.figures["difference"] == pytest.approx(68 - sum(BEFORE) / 12)
    assert found.figures["high"] < 0
    # until the next block is full the same one is looked at: the same key, no second look
    (again,) = proposals([DROP], [*history, *scores(20.0, 20.0, first=19)], {}, now=NOW)
    assert (again.key, again.figures) == (found.key, found.figures)


@pytest.mark.parametrize(
    "history",
    [
        scores(*BEFORE, 85.0, 92.0, 88.0, 80.0, 93.0, 84.0),  # within what chance does
        scores(*BEFORE, 40.0, 40.0, 40.0, 40.0, 40.0),  # no full block
        scores(*BEFORE[:6], 40.0, 45.0, 50.0, 40.0, 41.0, 44.0),  # no baseline of eight
        [
            *scores(*BEFORE),
            *(contact(n, percent=40.0 + n, version="2") for n in range(13, 19)),
        ],  # another yardstick
        [
            *scores(*BEFORE),
            *(contact(n, percent=40.0 + n, weight=None) for n in range(13, 19)),
        ],  # targeted picks say nothing about the agent's usual work
    ],
)
def test_no_drop_is_proposed_where_none_is_shown(history: list[Evaluated]) -> None:
    assert proposals([DROP], history, {}, now=NOW) == []


def test_rules_of_coaching_are_read_from_data_and_contradictions_are_refused() -> None:
    rules = CoachingRules.model_validate(
        {"triggers": [{"kind": "misses", "id": "a", "misses": "4", "days": "30"}]}
    )
    assert rules.triggers == (MissesTrigger(kind="misses", id="a", misses=4, days=30),)
    again = CoachingRules.model_validate(rules.model_dump(mode="json"))
    assert again == rules
    twice = {"triggers": [{"kind": "fatal", "id": "a"}, {"kind": "drop", "id": "a"}]}
    with pytest.raises(BadInput) as refused:
        CoachingRules.model_validate(twice)
    assert refused.value.problems[0].code == "coaching.trigger_twice"
    with pytest.raises(BadInput) as refused:
        CoachingRules.model_validate({"triggers": [{"kind": "misses", "id": "a"}]})
    assert refused.value.problems[0].code == "coaching.no_window"
