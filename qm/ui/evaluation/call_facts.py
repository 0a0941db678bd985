"""What is counted in a transcript, in words: one short fact each, with what it means."""

from collections.abc import Iterator

from qm.core.conversation import LONG_SILENCE_S, Facts, facts
from qm.core.transcript import Segment
from qm.ui.here import Here
from qm.ui.player import Fact

LONGEST_IN_SECONDS_S = 100


def call_facts(page: Here, segments: tuple[Segment, ...], hold_s: float | None) -> list[Fact]:
    """Return the facts of a transcript; `hold_s` is what the telephone system counted."""
    counted = facts(segments)
    if not counted.words:
        return []
    told = [*_talk(page, counted), *_silence(page, counted, hold_s), *_pace(page, counted)]
    told += _lacks(page, counted)
    if not any(fact.text for fact in told):
        told = [Fact(page._("{words} words").format(words=counted.words))]
    return [Fact(page.digits(fact.text), page.digits(fact.explanation)) for fact in told]


def long_silences(segments: tuple[Segment, ...]) -> list[tuple[float, float]]:
    """Return the long silences of a transcript, from and to in seconds."""
    return [(each.start_s, each.end_s) for each in facts(segments).long_silences or ()]


def _talk(page: Here, counted: Facts) -> Iterator[Fact]:
    _ = page._
    if counted.agent_talk_percent is not None:
        seconds = _("Agent {agent}, customer {customer}; both at once {overlap}.").format(
            agent=page.clock(counted.agent_talk_s),
            customer=page.clock(counted.customer_talk_s),
            overlap=page.clock(counted.overlap_s),
        )
        meaning = _("The agent's share of the seconds in which the two speak.")
        share = _("agent talks {percent} %").format(percent=round(counted.agent_talk_percent))
        yield Fact(share, f"{meaning} {seconds}")
    if counted.interruptions:
        own = sum(1 for each in counted.interruptions if each.by == "agent")
        text = _("{count} interruptions").format(count=len(counted.interruptions))
        who = _("{agent} by the agent, {customer} by the customer, at {times}.").format(
            agent=own,
            customer=len(counted.interruptions) - own,
            times=page.listed(page.clock(each.at_s) for each in counted.interruptions),
        )
        meaning = _(
            "One begins while the other speaks, for half a second or more, and goes on speaking."
        )
        yield Fact(text, f"{meaning} {who}")


def _silence(page: Here, counted: Facts, hold_s: float | None) -> Iterator[Fact]:
    _ = page._
    if counted.silence_percent is not None:
        text = _("silence {percent} %").format(percent=round(counted.silence_percent))
        meaning = _("Between the first and the last word nobody speaks for {time} altogether.")
        yield Fact(text, meaning.format(time=page.clock(counted.silence_s)))
    longest = counted.longest_silence
    if longest is not None and longest.length_s >= 1:
        text = _("longest silence {time}").format(time=page.clock(longest.length_s))
        where = _("It begins at {time}.").format(time=page.clock(longest.start_s))
        if counted.long_silences:
            several = _("{count} silences of {least} seconds or more: on hold or not, who knows.")
            count = len(counted.long_silences)
            where += " " + several.format(count=count, least=round(LONG_SILENCE_S))
        yield Fact(text, where)
    if hold_s:
        text = _("on hold {time}").format(time=page.clock(hold_s))
        yield Fact(text, _("As the telephone system counted it, not from the sound."))


def _pace(page: Here, counted: Facts) -> Iterator[Fact]:
    _ = page._
    if counted.agent_words_per_minute is not None:
        text = _("{rate} words/min").format(rate=round(counted.agent_words_per_minute))
        meaning = _("How fast the agent speaks; pauses of a second or more do not count.")
        if counted.customer_words_per_minute is not None:
            other = _("The customer: {rate} words/min.")
            meaning += " " + other.format(rate=round(counted.customer_words_per_minute))
        yield Fact(text, meaning)
    if counted.response_s is not None:
        text = _("answers after {seconds} s").format(seconds=page.number(counted.response_s))
        if counted.response_s >= LONGEST_IN_SECONDS_S:
            text = _("answers after {time}").format(time=page.clock(counted.response_s))
        meaning = _(
            "From the end of what the customer says to the agent's answer, the middle one of all "
            "{turns} turns."
        )
        yield Fact(text, meaning.format(turns=counted.turns))


def _lacks(page: Here, counted: Facts) -> Iterator[Fact]:
    _ = page._
    if "speakers" in counted.lacks:
        meaning = _(
            "Shares, interruptions and turns cannot be counted: the recording has one channel, "
            "or somebody's lines are not marked."
        )
        yield Fact(_("speakers unknown"), meaning)
    elif "second_party" in counted.lacks:
        yield Fact(_("only one party is heard"), _("Shares and turns need two."))
