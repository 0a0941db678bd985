"""Why an interaction was picked or not, in sentences that commands and pages share."""

from collections.abc import Callable, Iterator
from datetime import datetime

from qm.core.problems import N_, Sentence
from qm.core.sampling.explaining import Place, Standing
from qm.core.sampling.policy import Policy
from qm.core.text import Language

NOT_KNOWN = N_("This draw did not know of the interaction: it was imported later, or drawn before.")
LEFT_OUT = N_("It could not be picked: it was left out because of “{reason}”.")
ONE_OF = N_("It was one of {size} interactions of the agent that could be picked; {picks} were.")
OF_STRATUM = N_("Of these, {size} were alike (“{stratum}”); {picks} of them were picked.")
FROM_TO = N_("{first} to {last}")
OF_ZONE = N_(
    "They were put into {zones} groups of equal size by time. Its group, number {zone}, has "
    "{size} interactions, from {starts} to {ends}; the smallest number of a group is picked."
)
OF_ALL = N_("Of these {size}, those with the smallest numbers are picked: {picks}.")
NUMBER = N_(
    "Its number is {number:.6f}. It comes from the seed and the interaction's id alone, so nobody "
    "could choose it."
)
WAS_PICKED = N_("That is number {rank} of {size} in order, so it was picked (up to {cut:.6f}).")
WAS_RESERVE = N_(
    "That is number {rank} of {size} in order: a reserve, for a pick that cannot be evaluated "
    "(picked: up to {cut:.6f})."
)
WAS_NOT_PICKED = N_(
    "That is number {rank} of {size} in order, so it is not among the random picks: the last of "
    "them has {cut:.6f}, {missing:.6f} less."
)
NOTHING_PICKED = N_("Of this group nothing was to be picked.")
CHANCE = N_("Its chance was {percent:.2f} %, the same as that of the others in its group.")
OWN_CHANCE = N_("Its chance was {percent:.2f} %.")
DOUBLE = N_("By a second number of this kind it was also chosen to be scored by two analysts.")
TARGETED = N_(
    "It was picked for its own sake, under “{quota}”. Such picks are in no average: they say "
    "nothing about other interactions."
)
FROM_RESERVE = N_("It was a reserve of an earlier draw of the period, and this one took it.")

_CHANNELS = {"call": N_("call"), "chat": N_("chat"), "email": N_("e-mail")}


def sentences(
    standing: Standing,
    policy: Policy,
    language: Language,
    moment: Callable[[datetime], str],
) -> list[Sentence]:
    """Return the explanation of a standing; `moment` writes moments in `language`."""
    if standing.status == "not_in_population":
        return [Sentence(NOT_KNOWN)]
    if standing.status == "left_out":
        return [Sentence(LEFT_OUT, {"reason": _reason(standing, policy, language)})]
    told: list[Sentence] = []
    if standing.place is not None:
        told += _place(standing, standing.place, policy, moment)
    elif standing.status in {"picked", "reserve"} and standing.purpose != "targeted":
        told.append(Sentence(FROM_RESERVE))
    if standing.purpose == "targeted":
        told.append(Sentence(TARGETED, {"quota": _quota(standing, policy, language)}))
    if standing.is_double_scored:
        told.append(Sentence(DOUBLE))
    return told


def _place(
    standing: Standing, place: Place, policy: Policy, moment: Callable[[datetime], str]
) -> Iterator[Sentence]:
    yield Sentence(ONE_OF, {"size": place.agent_size, "picks": place.agent_picks})
    if place.stratum and place.stratum_size < place.agent_size:
        yield Sentence(
            OF_STRATUM,
            {
                "size": place.stratum_size,
                "stratum": _stratum(place.stratum),
                "picks": place.stratum_picks,
            },
        )
    if place.zones > 1:
        yield Sentence(
            OF_ZONE,
            {
                "zones": place.zones,
                "zone": place.zone,
                "size": place.zone_size,
                "starts": moment(place.zone_starts_at),
                "ends": moment(place.zone_ends_at),
            },
        )
    elif place.cut is not None and not policy.likelier:
        yield Sentence(OF_ALL, {"size": place.zone_size, "picks": place.zone_picks})
    yield Sentence(NUMBER, {"number": standing.number or 0.0})
    yield _rank(standing, place)
    percent = {"percent": 100 * place.inclusion_probability}
    yield Sentence(OWN_CHANCE if policy.likelier else CHANCE, percent)


def _stratum(label: str) -> Sentence | list[Sentence | str]:
    """Return the name of a stratum with the channels in it as words."""
    first, _between, last = label.partition(" … ")
    if last:
        return Sentence(FROM_TO, {"first": _stratum(first), "last": _stratum(last)})
    return [Sentence(_CHANNELS[part]) if part in _CHANNELS else part for part in first.split(" · ")]


def _rank(standing: Standing, place: Place) -> Sentence:
    if place.cut is None:
        return Sentence(NOTHING_PICKED)
    values = {"rank": place.rank, "size": place.zone_size, "cut": place.cut}
    if place.rank <= place.zone_picks:
        return Sentence(WAS_PICKED, values)
    if standing.status == "reserve" or standing.purpose not in {None, "targeted"}:
        return Sentence(WAS_RESERVE, values)
    missing = (standing.number or 0.0) - place.cut
    return Sentence(WAS_NOT_PICKED, {**values, "missing": missing})


def _reason(standing: Standing, policy: Policy, language: Language) -> str:
    for rule in policy.leave_out:
        if rule.reason == standing.reason and rule.label is not None:
            return rule.label.in_language(language)
    return standing.reason or ""


def _quota(standing: Standing, policy: Policy, language: Language) -> str:
    for quota in policy.targeted:
        if quota.quota == standing.quota and quota.label is not None:
            return quota.label.in_language(language)
    return standing.quota or ""
