"""Reading the audit log's chain: whether it holds, and where and how it was broken.

What a chain cannot tell by itself: that its newest events were cut off, or that somebody who may
write to the database made it anew from some event on. Both are seen against a head that was
noted earlier and kept where that person cannot write.
"""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from qm.core.audit import BEGINNING, Event, follows

DamageKind = Literal["changed", "removed", "inserted", "reordered"]

DAMAGES_TOLD = 100
"""How many damages are told one by one."""
_WINDOW = 100  # events back in which the one is looked for that a broken one may follow from


class Damage(NamedTuple):
    """Where the chain breaks, by the numbers of events.

    changed: event `first` does not follow from the one before it. removed: the numbers from
    `first` to `last` are missing. inserted: the events from `first` to `last` do not belong.
    reordered: what was written at `first` and `last` stands elsewhere now.
    """

    kind: DamageKind
    first: int
    last: int


@dataclass(frozen=True)
class Verification:
    """What reading the whole log found.

    `damages` are in the log's order; `untold` counts those beyond the first hundred. `head` is
    the hash of the newest event and `head_id` its number, `BEGINNING` and 0 for an empty log.
    `has_known_head` tells whether the head that was kept elsewhere is still in the log, None
    where none was given.
    """

    events: int
    head_id: int
    head: str
    damages: tuple[Damage, ...]
    untold: int
    has_known_head: bool | None

    @property
    def is_intact(self) -> bool:
        """Whether nothing speaks against the log."""
        return not self.damages and self.has_known_head is not False


def verify(events: Iterable[Event], known_head: str | None = None) -> Verification:
    """Read the log once, in the order of its numbers, and tell whether its chain holds.

    Needs the same memory for any number of events.
    """
    reading = _Reading()
    has_known_head = None if known_head is None else known_head == BEGINNING
    for event in events:
        reading.read(event)
        if event.sha256 == known_head:
            has_known_head = True
    last = reading.passed[-1]
    return Verification(
        reading.events,
        last.id,
        last.sha256,
        tuple(sorted(reading.damages, key=lambda damage: damage.first)),
        reading.untold,
        has_known_head,
    )


class _Stray(NamedTuple):
    """An event that did not follow from the one before it, and that one's hash."""

    before: str
    event: Event


_START = Event(0, datetime.min.replace(tzinfo=UTC), "", "", "", {}, BEGINNING)


@dataclass
class _Reading:
    """How far the log was read: the last events passed, the broken ones, what is wrong so far."""

    events: int = 0
    passed: deque[Event] = field(default_factory=lambda: deque([_START], maxlen=_WINDOW))
    strays: list[_Stray] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    untold: int = 0

    def read(self, event: Event) -> None:
        """Take the next event in."""
        if not follows(self.passed[-1].sha256, event):
            self._explain(event)
        self.passed.append(event)
        self.events += 1

    def _explain(self, event: Event) -> None:
        if len(self.damages) >= DAMAGES_TOLD:
            self.untold += 1
        elif not (self._follows_a_stray(event) or self._follows_an_earlier_one(event)):
            self._doubt(event)

    def _follows_a_stray(self, event: Event) -> bool:
        """Whether a broken event turns out to have been written just before this one."""
        here = self.passed[-1].id
        for stray in self.strays:
            if follows(stray.event.sha256, event):
                self._tell(Damage("reordered", stray.event.id, here), instead_of={stray.event.id})
                return True
        return False

    def _follows_an_earlier_one(self, event: Event) -> bool:
        """Whether this is where the chain goes on after events that were put in or moved."""
        found = self._place_before(event)
        if found is None:
            return False
        first, last = found
        displaced = {stray.event.id for stray in self.strays if follows(event.sha256, stray.event)}
        if displaced:  # others follow from this one: it is genuine, and stood there
            self._tell(Damage("reordered", first, event.id), instead_of={first, *displaced})
        elif not any(each.kind == "reordered" and each.last == last for each in self.damages):
            self._tell(Damage("inserted", first, last), instead_of=range(first, last + 1))
        return True

    def _place_before(self, event: Event) -> tuple[int, int] | None:
        """Return the first and last number of what stands between the event and its forerunner."""
        last = self.passed[-1].id
        for stray in self.strays:
            if follows(stray.before, event):
                return stray.event.id, last
        first = last
        for passed in reversed(self.passed):
            if passed.id != last and follows(passed.sha256, event):
                return first, last
            first = passed.id
        return None

    def _doubt(self, event: Event) -> None:
        before = self.passed[-1]
        self.strays.append(_Stray(before.sha256, event))
        if not event.sha256 or any(event.sha256 == passed.sha256 for passed in self.passed):
            # qm writes none without a hash, and no two events have the same one.
            self._tell(Damage("inserted", event.id, event.id))
        elif event.id > before.id + 1:
            self._tell(Damage("removed", before.id + 1, event.id - 1))
        else:
            self._tell(Damage("changed", event.id, event.id))

    def _tell(self, damage: Damage, *, instead_of: Collection[int] = ()) -> None:
        """Note the damage, and take back what was thought of these events before."""
        self.damages = [
            each
            for each in self.damages
            if each.kind == "removed" or not {each.first, each.last} <= {*instead_of}
        ]
        if damage not in self.damages:
            self.damages.append(damage)
