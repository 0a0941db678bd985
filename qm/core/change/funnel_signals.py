"""Signals of one month's funnel: agents whose share of failures lies too far from the centre's.

On failures, whose limits are exact, not on mean scores: with five skewed scores an agent, normal
p-values call six of 500 equal agents different every month.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qm.core.change.discoveries import FALSE_SHARE, discoveries
from qm.core.change.failure_signals import Contacts
from qm.core.change.funnel import Funnel, Point, share_funnel
from qm.core.change.signals import Signal
from qm.core.estimates import proportion
from qm.core.periods import Period
from qm.core.problems import N_, Sentence

_OUTSIDE = N_(
    "{failed} of {count} evaluations of the month failed, in the centre {share:.1f} %. Of all "
    "signals of this kind, {false:.0f} % at most are expected to be false alarms."
)


@dataclass(frozen=True)
class Placed:
    """An agent's contacts of one month on a form version, and their place in its funnel."""

    contacts: Contacts
    point: Point
    funnel: Funnel


def placed(agents: Sequence[Contacts], period: Period) -> list[Placed]:
    """Return the places of all the centre's agents on one form version in a month's funnel.

    Empty where fewer than two agents have contacts then, or all or none failed.
    """
    months = [month for each in agents if (month := _of_month(each, period)) is not None]
    funnel = share_funnel([proportion(month.failed.tolist()) for month in months])
    if funnel is None:
        return []
    return [
        Placed(month, point, funnel)
        for month, point in zip(months, funnel.points, strict=True)
        if point is not None
    ]


def _of_month(contacts: Contacts, period: Period) -> Contacts | None:
    here = contacts.periods == period
    if not here.any():
        return None
    return Contacts(
        contacts.subject,
        contacts.failed[here],
        contacts.periods[here],
        contacts.evaluation_ids[here],
    )


def funnel_signals(places: Sequence[Placed]) -> list[Signal]:
    """Return who lies outside the funnel, of all agents (and forms) looked at together.

    Beyond the 95 % limits, and of all that are told one in ten at most is expected to be false.
    """
    kept = discoveries([each.point.p_value for each in places])
    pairs = zip(places, kept, strict=True)
    return [_signal(each) for each, is_kept in pairs if is_kept and each.point.zone != "inside"]


def _signal(each: Placed) -> Signal:
    contacts, target = each.contacts, each.funnel.target
    values = {
        "failed": int(contacts.failed.sum()),
        "count": len(contacts.failed),
        "share": target,
        "false": 100 * FALSE_SHARE,
    }
    return Signal(
        kind="funnel",
        subject=contacts.subject,
        since=contacts.last_period,
        direction="up" if each.point.value > target else "down",
        size=each.point.value - target,
        months_between_false_alarms=None,
        p_value=each.point.p_value,
        evaluation_ids=tuple(contacts.evaluation_ids.tolist()),
        words=Sentence(_OUTSIDE, values),
    )
