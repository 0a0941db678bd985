"""Who speaks: from how a file names its speakers to agent, customer, system or unknown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import latin_digits, search_key
from qm.core.transcript import Speaker
from qm.intake.files import shown
from qm.intake.transcripts.told import Line, Voice

_ROLES: dict[Speaker, str] = {
    "agent": "agent|advisor|operator|representative|rep|csr|کارشناس|اپراتور|پشتیبان|کارمند",
    "customer": "customer|caller|client|consumer|visitor|end user|external|مشتری|تماس گیرنده"
    "|تماس‌گیرنده",
    "system": "system|ivr|acd|bot|chatbot|virtual agent|voicemail|سیستم|سامانه|ربات",
}
_NUMBER_AFTER = re.compile(r"[\s_#-]*\d{0,6}$", re.ASCII)
_LABELS_SHOWN = 8

WHO_IS_AGENT = explain(
    "transcript.who_is_agent",
    N_("The file does not say who is the agent; its speakers are {labels}."),
    N_("Attach it again and name the agent's label or channel; until then they are unknown."),
)
NO_SPEAKERS = explain(
    "transcript.no_speakers",
    N_("The file does not say who speaks."),
    N_("The words are kept, their speakers are unknown."),
)
NO_SUCH_LABEL = explain(
    "transcript.no_such_label",
    N_("Nobody in the file is called “{label}”; its speakers are {labels}."),
    N_("Name the agent as the file does."),
)


@dataclass(frozen=True)
class AgentIs:
    """Who of a file's speakers is the agent, where whoever attaches it knows.

    `channel` 0 is the first or left one of two, 1 the second; `label` is the file's own name.
    """

    channel: int | None = None
    label: str | None = None


NOT_SAID = AgentIs()


def role_of(label: str | None) -> Speaker | None:
    """Return the party that a label names in so many words, None for any other label."""
    return _ROLE_OF_KEY.get(search_key(_NUMBER_AFTER.sub("", latin_digits(label or ""))))


_ROLE_OF_KEY: dict[str, Speaker] = {
    search_key(word): speaker for speaker, words in _ROLES.items() for word in words.split("|")
}


def speakers_of(
    lines: Sequence[Line], agent: AgentIs, place: str
) -> tuple[list[Speaker], list[Problem]]:
    """Return the speaker of each line, and a finding where nobody can tell who is the agent.

    What the person says of the agent comes first, then the words for a role; the other one of
    two is the customer then. Everybody else is unknown: nothing is guessed. Raises `BadInput`
    for a label that the file does not know.
    """
    voices = list(dict.fromkeys(line.voice for line in lines))
    parties = [voice for voice in voices if role_of(voice.label) != "system" and _named(voice)]
    if agent.label is not None:
        is_agent = _labelled(parties, agent.label, place)
    elif agent.channel is not None:
        is_agent = _in_channel(parties, agent.channel)
    else:
        is_agent = {}
    known = {voice: _party(voice, is_agent) for voice in voices}
    speakers = [known[line.voice] for line in lines]
    return speakers, _findings(voices, known, place)


def _named(voice: Voice) -> bool:
    return voice.label is not None or voice.channel is not None


def _labelled(parties: list[Voice], label: str, place: str) -> dict[Voice, Speaker]:
    wanted = search_key(label)
    chosen = [each for each in parties if each.label and search_key(each.label) == wanted]
    if not chosen:
        values = {"label": shown(label), "labels": _labels(parties)}
        raise BadInput(Problem(NO_SUCH_LABEL, place, values=values))
    others = [each for each in parties if each not in chosen]
    is_agent: dict[Voice, Speaker] = dict.fromkeys(chosen, "agent")
    if len({each.label for each in others}) == 1:
        is_agent |= dict.fromkeys(others, "customer")
    return is_agent


def _in_channel(parties: list[Voice], channel: int) -> dict[Voice, Speaker]:
    channels = sorted({each.channel for each in parties if each.channel is not None})
    if len(channels) != 2:  # one channel holds both, so it is nobody's
        return {}
    sides: dict[int | None, Speaker] = {
        channels[channel]: "agent",
        channels[1 - channel]: "customer",
    }
    return {each: sides[each.channel] for each in parties if each.channel in sides}


def _party(voice: Voice, is_agent: dict[Voice, Speaker]) -> Speaker:
    return is_agent.get(voice) or role_of(voice.label) or "unknown"


def _findings(voices: list[Voice], known: dict[Voice, Speaker], place: str) -> list[Problem]:
    unknown = [voice for voice in voices if known[voice] == "unknown"]
    if not unknown:
        return []
    if not any(map(_named, voices)):
        return [Problem(NO_SPEAKERS, place)]
    return [Problem(WHO_IS_AGENT, place, values={"labels": _labels(unknown)})]


def _labels(voices: Sequence[Voice]) -> str:
    names = list(dict.fromkeys(map(_name, voices)))
    more = " …" if len(names) > _LABELS_SHOWN else ""
    return ", ".join(names[:_LABELS_SHOWN]) + more if names else "–"


def _name(voice: Voice) -> str:
    if voice.label is not None:
        return f"“{shown(voice.label)}”"
    return "–" if voice.channel is None else f"#{voice.channel}"
