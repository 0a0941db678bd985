"""The plan against brute force on small cases, a published small case, and its promises."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.assignment.given import Analyst, Item
from qm.core.assignment.plan import Plan, assign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NAMES = ("helen", "kaveh", "mina", "omid")
TEAMS = ("orders", "support")


def plan_of(items: Sequence[Item], analysts: Sequence[Analyst], **past: Mapping) -> Plan:
    return assign(items, analysts, place="1405-08", **past)


def calls(count: int, agents: int = 4, wanted: int = 1) -> list[Item]:
    return [
        Item(number, f"agent-{number % agents}", "orders", "call", "fa", wanted)
        for number in range(count)
    ]


def people(*names: str, **properties: object) -> list[Analyst]:
    return [Analyst(name, **properties) for name in names]  # type: ignore[arg-type]


def spread(plan: Plan) -> int:
    return max(plan.loads.values()) - min(plan.loads.values())


# --- by hand


def test_the_small_published_case_has_its_provable_optimum() -> None:
    """Three evaluators, two of them of an agent's team, one double: optimal cost 0."""
    team = {"agent-0": "t0", "agent-1": "t1", "agent-2": "t2"}
    agents = ["agent-0", "agent-0", "agent-1", "agent-1", "agent-2", "agent-2"]
    items = [
        Item(n, agent, team[agent], "call", "fa", wanted)
        for n, (agent, wanted) in enumerate(zip(agents, [1, 1, 1, 1, 1, 2], strict=True))
    ]
    analysts = [Analyst("e0", "t0"), Analyst("e1", "t1"), Analyst("e2", "t9")]
    plan = plan_of(items, analysts)
    who = {agent: sorted(u for n, u in plan.given if agents[n] == agent) for agent in team}
    assert sorted(plan.loads.values()) == [2, 2, 3]
    assert plan.repeats == 0
    assert who == {"agent-0": ["e1", "e2"], "agent-1": ["e0", "e2"], "agent-2": ["e0", "e1", "e2"]}
    assert not plan.unassigned


def test_what_is_open_already_counts() -> None:
    plan = plan_of(calls(4), [Analyst("kaveh"), Analyst("mina", open=4)])
    assert plan.loads == {"kaveh": 4, "mina": 4}


def test_an_agents_picks_are_spread_over_the_analysts() -> None:
    plan = plan_of(calls(12), people("mina", "kaveh", "helen"))
    assert plan.repeats == 0
    assert set(plan.loads.values()) == {4}


def test_what_cannot_be_spread_is_spread_evenly() -> None:
    plan = plan_of(calls(10, agents=1), people("mina", "kaveh", "helen", "omid"))
    assert sorted(plan.loads.values()) == [2, 2, 3, 3]
    assert plan.repeats == 6


def test_few_can_do_most_and_the_others_share_the_rest() -> None:
    """Loads far beyond the mean: only one analyst scores English."""
    english = [Item(n, f"agent-{n}", "orders", "call", "en") for n in range(100)]
    persian = [Item(100 + n, f"agent-{n}", "orders", "call", "fa") for n in range(20)]
    analysts = [Analyst("mina"), *people("kaveh", "omid", "helen", "sara", languages={"fa"})]
    plan = plan_of([*english, *persian], analysts)
    assert plan.loads == {"mina": 100, "kaveh": 5, "omid": 5, "helen": 5, "sara": 5}


def test_shares_are_kept_in_proportion() -> None:
    plan = plan_of(calls(35), [Analyst("kaveh", share=5), Analyst("mina", share=2)])
    assert plan.loads == {"kaveh": 25, "mina": 10}


def test_whoever_had_an_agent_gets_another_one() -> None:
    items = [Item(1, "sara", "orders", "call", "fa"), Item(2, "reza", "orders", "call", "fa")]
    for had, other in (("sara", "reza"), ("reza", "sara")):
        before = {("mina", had): 3, ("kaveh", other): 3}
        plan = plan_of(items, people("mina", "kaveh"), before=before)
        assert dict(plan.given)[1 if had == "sara" else 2] == "kaveh"


def test_a_repeat_of_this_period_weighs_more_than_any_history() -> None:
    items = [Item(1, "sara", "orders", "call", "fa"), Item(2, "reza", "orders", "call", "fa")]
    plan = plan_of(
        items,
        people("mina", "kaveh"),
        now={("mina", "sara"): 1},
        before={("mina", "sara"): 1, ("kaveh", "sara"): 9, ("mina", "reza"): 9},
    )
    assert plan.given == ((1, "kaveh"), (2, "mina"))
    assert plan.repeats == 0


def test_pairs_mix_from_period_to_period() -> None:
    items = calls(40, agents=40)
    plans = [assign(items, people(*NAMES), place=f"1405-{n:02d}").given for n in range(1, 7)]
    assert len(set(plans)) == 6


# --- what cannot be done


def codes(plan: Plan) -> list[str]:
    return [problem.code for problem in plan.problems]


def test_capacity_that_is_short_says_by_how_much() -> None:
    analysts = [Analyst("kaveh", room=2), Analyst("mina", room=3)]
    plan = plan_of(calls(9, agents=9), analysts)
    assert plan.loads == {"kaveh": 2, "mina": 3}
    assert codes(plan) == ["assign.capacity"]
    assert plan.problems[0].values == {"analysts": ["kaveh", "mina"], "picks": 4}
    assert sum(plan.unassigned.values()) == 4


def test_no_agent_loses_more_than_others_where_capacity_is_short() -> None:
    plan = plan_of(calls(12, agents=4), people("kaveh", "mina", room=4))
    lost = Counter(f"agent-{pick % 4}" for pick in plan.unassigned)
    assert set(lost.values()) == {1}


def test_second_evaluations_are_given_up_first() -> None:
    items = [*calls(3, agents=1, wanted=2)]
    plan = plan_of(items, people("kaveh", "mina", room=2))
    assert set(plan.unassigned.values()) == {1}
    assert len({pick for pick, _name in plan.given}) == 3


def test_a_language_that_nobody_scores() -> None:
    items = [*calls(2), Item(9, "emma", "international", "chat", "en")]
    plan = plan_of(items, people("kaveh", "mina", languages={"fa"}))
    assert codes(plan) == ["assign.untrained"]
    assert plan.problems[0].values == {"language": "en", "channel": "chat", "picks": 1}
    assert len(plan.given) == 2


def test_only_the_own_team_could() -> None:
    plan = plan_of(calls(2), people("kaveh", "mina", team_id="orders"))
    assert codes(plan) == ["assign.own_team"]
    assert plan.problems[0].values["team"] == "orders"
    assert not plan.given


def test_nobody_evaluates_themselves() -> None:
    plan = plan_of(calls(1), [Analyst("mina", "support", agent_id="agent-0"), Analyst("kaveh")])
    assert plan.given == ((0, "kaveh"),)


def test_double_scoring_needs_two() -> None:
    plan = plan_of(calls(2, wanted=2), people("mina"))
    assert codes(plan) == ["assign.no_second"]
    assert plan.problems[0].values == {"picks": 2}
    assert plan.unassigned == {0: 1, 1: 1}


def test_everybody_is_away() -> None:
    assert codes(plan_of(calls(3), people("mina", "kaveh", share=0))) == ["assign.all_away"]
    assert codes(plan_of(calls(3), [])) == ["assign.all_away"]


def test_nothing_to_assign() -> None:
    assert plan_of([], people("mina")) == Plan((), {"mina": 0}, 0, {}, ())


@pytest.mark.parametrize("room", [0, -2])
def test_whoever_is_over_their_capacity_gets_nothing(room: int) -> None:
    plan = plan_of(calls(2), [Analyst("mina", room=room), Analyst("kaveh")])
    assert plan.loads == {"kaveh": 2, "mina": 0}


# --- any small case


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Item], list[Analyst], dict, dict]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4))
    some = st.none() | st.frozensets(st.sampled_from(["fa", "en"]), min_size=1)
    analysts = [
        Analyst(
            name,
            team_id=draw(st.none() | st.sampled_from(TEAMS)),
            languages=draw(some),
            room=draw(st.none() | st.integers(0, 4)),
            open=draw(st.integers(0, 3)),
            share=draw(st.sampled_from([1, 1, 1, 2, 3, 0])),
        )
        for name in names
    ]
    items = [
        Item(
            number,
            draw(st.sampled_from(["sara", "reza"])),
            draw(st.sampled_from(TEAMS)),
            "call",
            draw(st.sampled_from(["fa", "fa", "en"])),
            draw(st.sampled_from([1, 1, 2])),
            draw(st.frozensets(st.sampled_from(NAMES), max_size=1)),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    counts = st.dictionaries(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(["sara", "reza"])), st.integers(1, 2)
    )
    return items, analysts, draw(counts), draw(counts)


def every_plan(items: Sequence[Item], analysts: Sequence[Analyst]) -> Iterator[list]:
    """Every allowed plan as pairs (item, username)."""
    choices = []
    for item in items:
        able = [each.username for each in analysts if each.may_get(item)]
        sets = [c for n in range(item.wanted + 1) for c in itertools.combinations(able, n)]
        choices.append([[(item, name) for name in names] for names in sets])
    rooms = {each.username: each.room for each in analysts}
    for parts in itertools.product(*choices):
        pairs = [pair for part in parts for pair in part]
        new = Counter(name for _item, name in pairs)
        if all(rooms[name] is None or count <= max(rooms[name], 0) for name, count in new.items()):
            yield pairs


def worth(pairs: list, analysts: Sequence[Analyst], now: dict, before: dict) -> tuple:
    """What is better the smaller it is: missing, unfairness, repeats, earlier meetings."""
    new = Counter(name for _item, name in pairs)
    unfair = sum(
        Fraction((each.open + new[each.username]) ** 2, each.share)
        for each in analysts
        if each.share
    )
    met: Counter[tuple[str, str]] = Counter()
    repeats = meetings = 0
    for item, name in pairs:
        pair = (name, item.agent_id)
        repeats += now.get(pair, 0) + met[pair] > 0
        meetings += before.get(pair, 0) + met[pair]
        met[pair] += 1
    return -len(pairs), unfair, repeats, meetings


@settings(max_examples=40, deadline=None)
@given(cases())
def test_no_allowed_plan_is_better(case: tuple) -> None:
    items, analysts, now, before = case
    plan = plan_of(items, analysts, now=now, before=before)
    by_id = {item.pick_id: item for item in items}
    pairs = [(by_id[pick], name) for pick, name in plan.given]
    found = worth(pairs, analysts, now, before)
    best = min(worth(other, analysts, now, before) for other in every_plan(items, analysts))
    assert plan.repeats == found[2]
    # Which agents lose picks is decided before earlier meetings: then those are no measure.
    measures = 3 if plan.unassigned else 4
    assert found[:measures] == best[:measures]


@settings(max_examples=40, deadline=None)
@given(cases(), st.randoms())
def test_a_plan_breaks_no_rule_and_knows_no_order(case: tuple, random: object) -> None:
    items, analysts, now, before = case
    plan = plan_of(items, analysts, now=now, before=before)
    by_id = {item.pick_id: item for item in items}
    by_name = {each.username: each for each in analysts}
    assert len(set(plan.given)) == len(plan.given)  # a double never goes to the same analyst
    assert all(by_name[name].may_get(by_id[pick]) for pick, name in plan.given)
    new = Counter(name for _pick, name in plan.given)
    assert all(each.room is None or new[each.username] <= max(each.room, 0) for each in analysts)
    assert bool(plan.problems) == bool(plan.unassigned)
    assert sum(problem.values["picks"] for problem in plan.problems) == sum(
        plan.unassigned.values()
    )
    shuffled = [*items], [*analysts]
    for part in shuffled:
        random.shuffle(part)  # type: ignore[attr-defined]
    assert plan_of(*shuffled, now=now, before=before) == plan


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(1, 7), st.integers(1, 9))
def test_loads_differ_by_one_at_most_and_pairs_too(picks: int, analysts: int, agents: int) -> None:
    plan = plan_of(calls(picks, agents), people(*(f"analyst-{n}" for n in range(analysts))))
    pairs = Counter((pick % agents, name) for pick, name in plan.given)
    of_agent = Counter(pick % agents for pick in range(picks))
    assert len(plan.given) == picks
    assert spread(plan) <= 1
    fewest = sum(max(count - analysts, 0) for count in of_agent.values())
    assert plan.repeats == sum(count - 1 for count in pairs.values()) == fewest


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 80))
def test_each_load_is_its_part_of_the_whole_rounded(shares: list[int], picks: int) -> None:
    analysts = [Analyst(f"analyst-{n}", share=share) for n, share in enumerate(shares)]
    loads = plan_of(calls(picks), analysts).loads
    pairs = [(loads[each.username], each.share) for each in analysts]
    # A common measure exists by which share × measure rounds to each load.
    assert max(Fraction(2 * load - 1, share) for load, share in pairs) <= min(
        Fraction(2 * load + 1, share) for load, share in pairs
    )
