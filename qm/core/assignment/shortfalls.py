"""Why evaluations stay unassigned, and which limit to relax."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from qm.core.assignment.given import Analyst, Item
from qm.core.problems import N_, Problem, explain

ALL_AWAY = explain(
    "assign.all_away",
    N_("No analyst has a working day before the due date; {picks} evaluations stay unassigned."),
    N_("Correct the leave of an analyst, or add an analyst: qm analyst list"),
)
UNTRAINED = explain(
    "assign.untrained",
    N_(
        "No analyst who is there may score the language “{language}” on the channel “{channel}”; "
        "{picks} evaluations stay unassigned."
    ),
    N_("Add the language and the channel to an analyst's profile: qm analyst set NAME"),
)
ONLY_OWN_TEAM = explain(
    "assign.own_team",
    N_(
        "Only analysts of the own team could score {picks} evaluations of the team “{team}” "
        "(“{language}” on “{channel}”); they stay unassigned."
    ),
    N_("Let an analyst of another team, or of none, score this language and channel."),
)
NO_SECOND = explain(
    "assign.no_second",
    N_(
        "{picks} evaluations stay unassigned: nobody is left who has not had the interaction "
        "already; double scoring needs two different analysts."
    ),
    N_("Let a further analyst score this language and channel, or draw without double scoring."),
)
CAPACITY = explain(
    "assign.capacity",
    N_("The capacity of {analysts} is short by {picks} evaluations; they stay unassigned."),
    N_("Raise the capacity of one of them, or let others score these interactions."),
)


def shortfalls(
    items: Iterable[Item], unassigned: Mapping[int, int], analysts: Sequence[Analyst], place: str
) -> Iterator[Problem]:
    """Yield a problem for each limit that keeps evaluations of `items` unassigned.

    `unassigned` counts the missing evaluations by pick.
    """
    counts: Counter[tuple[str, tuple[tuple[str, object], ...]]] = Counter()
    full: Counter[tuple[str, ...]] = Counter()
    for item in items:
        if not (missing := unassigned.get(item.pick_id, 0)):
            continue
        able = [each.username for each in analysts if each.may_get(item)]
        forbidden = min(missing, max(item.wanted - len(able), 0))
        if forbidden:
            counts[_forbidden_by(item, analysts)] += forbidden
        if missing > forbidden:
            full[tuple(able)] += missing - forbidden
    for (code, values), picks in sorted(counts.items(), key=repr):
        yield Problem(code, place, values={**dict(values), "picks": picks})
    for names, picks in _joined(full):
        yield Problem(CAPACITY, place, values={"analysts": names, "picks": picks})


def _forbidden_by(
    item: Item, analysts: Sequence[Analyst]
) -> tuple[str, tuple[tuple[str, object], ...]]:
    """Return the code of the first limit that leaves too few, with its values."""
    present = [each for each in analysts if each.share > 0]
    trained = [each for each in present if each.is_trained_for(item)]
    skill = (("language", item.language), ("channel", item.channel))
    if not present:
        return ALL_AWAY, ()
    if not trained:
        return UNTRAINED, skill
    if not any(each.is_impartial_to(item) for each in trained):
        return ONLY_OWN_TEAM, (("team", item.team_id), *skill)
    return NO_SECOND, ()


def _joined(full: Mapping[tuple[str, ...], int]) -> list[tuple[list[str], int]]:
    """Return who is full together: sets of analysts that have somebody in common are one."""
    joined: list[tuple[set[str], int]] = []
    for names, picks in sorted(full.items()):
        touching = [each for each in joined if each[0] & set(names)]
        joined = [each for each in joined if each not in touching]
        joined.append(
            (
                set(names).union(*(each[0] for each in touching)),
                picks + sum(each[1] for each in touching),
            )
        )
    return sorted((sorted(names), picks) for names, picks in joined)
