"""The plan of an assignment: who evaluates which pick, and what kept others unassigned."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qm.core.assignment.given import Analyst, Group, Item, Meetings, groups_of, lot
from qm.core.assignment.loads import NOBODY, fair_loads
from qm.core.assignment.meetings import Past, meet
from qm.core.assignment.shortfalls import shortfalls
from qm.core.problems import Problem


@dataclass(frozen=True)
class Plan:
    """Who evaluates what.

    `given` are pairs (pick id, username), sorted; a pick that is scored twice is in two of them.
    `loads` is what every analyst has open then, `repeats` counts the picks that are not the first
    one of their agent for their analyst in this period. `unassigned` is how many evaluations of a
    pick nobody got; `problems` say why and what to relax.
    """

    given: tuple[tuple[int, str], ...]
    loads: dict[str, int]
    repeats: int
    unassigned: dict[int, int]
    problems: tuple[Problem, ...]


def assign(
    items: Iterable[Item],
    analysts: Iterable[Analyst],
    *,
    place: str,
    now: Meetings | None = None,
    before: Meetings | None = None,
) -> Plan:
    """Return the best plan; the order of what is given does not matter.

    In this order: nothing forbidden; as much assigned as can be; the fairest loads (see
    `loads.fair_loads`); the fewest repeats; the fewest earlier meetings; the lot. `now` are the
    meetings that this period has seen already, `before` all that still count, those included.
    `place` names the period: problems tell it, and its lot is its own. A reassignment is the same:
    the absent analyst's picks with `taken_by`, the others with what they have open.
    """
    wanting = sorted(items)
    people = sorted(analysts, key=lambda analyst: analyst.username)
    past = Past(now or {}, before or {})
    groups = groups_of(wanting, people, place)
    counts = meet(groups, people, fair_loads(groups, people), past, place)
    given: list[tuple[int, str]] = []
    for group, count in zip(groups, counts, strict=True):
        given += _dealt(group, count, people, place)
    new = Counter(username for _pick, username in given)
    served = Counter(pick_id for pick_id, _username in given)
    unassigned = {
        item.pick_id: item.wanted - served[item.pick_id]
        for item in wanting
        if served[item.pick_id] < item.wanted
    }
    return Plan(
        tuple(sorted(given)),
        {each.username: each.open + new[each.username] for each in people},
        _repeats(wanting, given, past.now),
        unassigned,
        tuple(shortfalls(wanting, unassigned, people, place)),
    )


def _dealt(
    group: Group, count: Mapping[int, int], analysts: Sequence[Analyst], salt: str
) -> list[tuple[int, str]]:
    """Deal a group's picks out: each analyst as many as counted, no pick twice to the same.

    Analysts in the order of their lot take picks one after another, going round once more for
    the second evaluations (McNaughton's rule): whoever takes no more than one round meets no
    pick twice. What nobody gets comes last, so second evaluations are given up first.
    """
    order = sorted(
        (n for n in count if n != NOBODY),
        key=lambda n: (lot(salt, group.agent_id, analysts[n].username), n),
    )
    takers = [analysts[n].username for n in order for _ in range(count[n])]
    picks = group.items + group.items[: group.doubles]
    return [(item.pick_id, taker) for item, taker in zip(picks, takers, strict=False)]


def _repeats(items: Sequence[Item], given: Sequence[tuple[int, str]], now: Meetings) -> int:
    agent_of = {item.pick_id: item.agent_id for item in items}
    pairs = Counter((username, agent_of[pick_id]) for pick_id, username in given)
    return sum(count - (now.get(pair, 0) == 0) for pair, count in pairs.items())
