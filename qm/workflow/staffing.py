"""The analysts as an assignment sees them: what they may get, what they have, whom they met."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlmodel import Session

from qm.core.assignment.due_dates import working_days
from qm.core.assignment.given import Analyst, Item
from qm.core.assignment.plan import Plan, assign
from qm.core.centre import Centre
from qm.store import assignments as store
from qm.store.analysts import StaffMember, staff

HISTORY = timedelta(days=92)
"""How long an assignment counts as a meeting of analyst and agent: a quarter."""


@dataclass
class Staffing:
    """The analysts of one period's assignments; what they have grows with every plan."""

    period: str
    members: list[StaffMember]
    open: Counter[str]
    met_now: Counter[tuple[str, str]]
    met_before: Counter[tuple[str, str]]

    @classmethod
    def of(cls, session: Session, period: str, now: datetime) -> "Staffing":
        """Return the active analysts as the database knows them."""
        return cls(
            period,
            staff(session),
            Counter(store.open_load(session)),
            store.meetings(session, period=period),
            store.meetings(session, since=now - HISTORY),
        )

    def plan(
        self, items: Mapping[int, Item], *, now: datetime, due_at: datetime, centre: Centre
    ) -> Plan:
        """Plan who gets these picks (by id), due at the same time, and count them as given."""
        plan = assign(
            items.values(),
            self._analysts(now, due_at, centre),
            place=self.period,
            now=self.met_now,
            before=self.met_before,
        )
        for pick_id, username in plan.given:
            self.open[username] += 1
            self.met_now[username, items[pick_id].agent_id] += 1
            self.met_before[username, items[pick_id].agent_id] += 1
        return plan

    def loads(self) -> dict[str, int]:
        """Return what every analyst has open."""
        return {member.user.username: self.open[member.user.username] for member in self.members}

    def _analysts(self, now: datetime, due_at: datetime, centre: Centre) -> list[Analyst]:
        stated = [each.profile.hours_per_week for each in self.members if each.profile]
        full_time = max((hours for hours in stated if hours), default=1.0)
        given: Counter[str] = Counter()
        for (username, _agent), count in self.met_now.items():
            given[username] += count
        return [
            self._analyst(
                member,
                working_days(
                    now,
                    due_at,
                    [(each.first_day, each.last_day) for each in member.leave],
                    centre=centre,
                ),
                full_time,
                given[member.user.username],
            )
            for member in self.members
        ]

    def _analyst(self, member: StaffMember, days: int, full_time: float, given: int) -> Analyst:
        """Return an analyst whose share is their working time: days times hours per week.

        Without hours in the profile they count as full-time, as many as anybody's.
        """
        user, profile = member.user, member.profile
        hours = full_time
        if profile is not None and profile.hours_per_week is not None:
            hours = profile.hours_per_week
        capacity = profile.capacity if profile else None
        return Analyst(
            user.username,
            team_id=user.team_id,
            agent_id=user.agent_id,
            languages=_limit(profile.languages if profile else None),
            channels=_limit(profile.channels if profile else None),
            room=None if capacity is None else capacity - given,
            open=self.open[user.username],
            share=days * Fraction(hours).limit_denominator(100),
        )


def _limit(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
