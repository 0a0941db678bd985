"""What an assignment is made of: picks, analysts, and who may evaluate what."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import NamedTuple


class Item(NamedTuple):
    """A pick that wants evaluations: `wanted` is 1, or 2 where it is scored twice.

    `taken_by` are those who have or had it: they do not get it again.
    """

    pick_id: int
    agent_id: str
    team_id: str
    channel: str
    language: str
    wanted: int = 1
    taken_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Analyst:
    """Somebody who evaluates.

    `languages` and `channels` are what they may score, None: all. `room` is the most that they
    may be given now, None: no limit. `open` is what they have to do already. `share` is their
    part of the fair load in proportion to the others' (such as working time until the due date);
    with 0 they get nothing. Nobody evaluates their own team, nor themselves (`agent_id`).
    """

    username: str
    team_id: str | None = None
    agent_id: str | None = None
    languages: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    room: int | None = None
    open: int = 0
    share: Fraction | int = 1

    def is_trained_for(self, item: Item) -> bool:
        """Whether language and channel of the pick are among those that the analyst may score."""
        return (self.languages is None or item.language in self.languages) and (
            self.channels is None or item.channel in self.channels
        )

    def is_impartial_to(self, item: Item) -> bool:
        """Whether the pick is neither of the analyst's own team nor their own."""
        return self.team_id != item.team_id and self.agent_id != item.agent_id

    def may_get(self, item: Item) -> bool:
        """Whether nothing forbids to give the pick to the analyst; room is another matter."""
        return (
            self.share > 0
            and self.is_trained_for(item)
            and self.is_impartial_to(item)
            and self.username not in item.taken_by
        )


Meetings = Mapping[tuple[str, str], int]
"""How often an analyst (by username) had an agent (by id)."""


class Group(NamedTuple):
    """Picks of one agent that the same analysts may evaluate: for the plan they are alike.

    `doubles` come first among the items, each of which wants two evaluations.
    """

    agent_id: str
    eligible: tuple[int, ...]
    items: tuple[Item, ...]
    doubles: int

    @property
    def supply(self) -> int:
        """How many evaluations the group wants."""
        return len(self.items) + self.doubles

    @property
    def most_of_one(self) -> int:
        """How many of them one analyst can have: each pick once."""
        return len(self.items)


def groups_of(items: Iterable[Item], analysts: Sequence[Analyst], salt: str) -> list[Group]:
    """Return the groups of the picks, sorted; `eligible` are places in `analysts`.

    The order of the picks within a group is drawn by lot from `salt`, doubles first.
    """
    themselves = {each.agent_id for each in analysts}
    eligible: dict[object, tuple[int, ...]] = {}
    members: dict[tuple[str, tuple[int, ...]], list[Item]] = {}
    for item in items:
        agent_id = item.agent_id if item.agent_id in themselves else None
        kind = (item.team_id, item.channel, item.language, item.taken_by, agent_id)
        if kind not in eligible:
            eligible[kind] = tuple(n for n, each in enumerate(analysts) if each.may_get(item))
        members.setdefault((item.agent_id, eligible[kind]), []).append(item)
    return [
        Group(
            agent_id,
            able,
            tuple(sorted(alike, key=lambda item: (-item.wanted, lot(salt, str(item.pick_id))))),
            Counter(item.wanted for item in alike)[2],
        )
        for (agent_id, able), alike in sorted(members.items())
    ]


def lot(*parts: str) -> int:
    """Return a number below 2¹⁶ that looks random and is the same on every machine."""
    digest = sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:2], "big")
