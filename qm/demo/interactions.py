"""The demo centre's interactions: invented months, the same on every machine."""

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from qm.core.periods import Period
from qm.core.text import localise_digits
from qm.demo.cast import AGENTS, TEAM_BY_ID, DemoAgent, period_of
from qm.demo.conversations import Conversation, fitting, spoken

ID_PREFIX = "sp-"
"""No other system's ids begin so: it tells the demo's interactions from real ones."""

INTERACTIONS_PER_AGENT_AND_MONTH = 83
_EARLIER = 8

_ZONE = ZoneInfo("Asia/Tehran")
_CHANNELS = {"call": 0.60, "chat": 0.25, "email": 0.15}
_WORKLOAD_OF_WEEKDAY = (1.0, 1.0, 1.0, 0.7, 0.2, 1.2, 1.1)  # Monday first; Friday is the weekend
_WORKLOAD_OF_HOUR = {
    8: 2,
    9: 4,
    10: 6,
    11: 6,
    12: 4,
    13: 3,
    14: 3,
    15: 4,
    16: 5,
    17: 5,
    18: 3,
    19: 2,
}
_OUTCOMES = {"resolved": 0.72, "follow-up": 0.17, "escalated": 0.05, "unresolved": 0.06}
_CUSTOMERS = 900


@dataclass(frozen=True)
class DemoInteraction:
    """A row of an import file; `messages` only for written channels.

    `care` is how well the contact was handled, from 0 to 1: hidden from the application, known
    to those who play the analysts.
    """

    cells: Mapping[str, str]
    messages: tuple[Mapping[str, str], ...]
    care: float

    @property
    def id(self) -> str:
        """The id of the interaction."""
        return self.cells["id"]


def interactions_of(
    month: int, per_agent: int = INTERACTIONS_PER_AGENT_AND_MONTH
) -> list[DemoInteraction]:
    """Return the interactions of a demo month (counted from 0), in the order of their start.

    `per_agent` is the mean number per agent; the months before the three have few.
    """
    period, per_agent = period_of(month), per_agent if month >= 0 else min(per_agent, _EARLIER)
    rng = Random(f"sepidar {period}")  # noqa: S311 (an invented centre, no secret)
    starts = sorted(
        (start, agent.id, agent)
        for agent in AGENTS
        for start in _starts(rng, period, round(per_agent * _around_1(rng)))
    )
    short = str(period)[2:].replace("-", "")
    return [
        _interaction(rng, f"{ID_PREFIX}{short}-{number:04d}", start, agent, month)
        for number, (start, _, agent) in enumerate(starts, start=1)
    ]


def write_files(month: int, interactions: Sequence[DemoInteraction], folder: Path) -> list[Path]:
    """Write a month's import files, CSV for calls and JSONL for chats and e-mails."""
    folder.mkdir(parents=True, exist_ok=True)
    calls = [each.cells for each in interactions if not each.messages]
    csv_path = folder / f"interactions-{period_of(month)}.csv"
    with csv_path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(calls[0]))
        writer.writeheader()
        writer.writerows(calls)
    jsonl_path = folder / f"interactions-{period_of(month)}.jsonl"
    with jsonl_path.open("w", encoding="utf-8", newline="\n") as file:
        for each in interactions:
            if each.messages:
                line = {**each.cells, "messages": each.messages}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return [csv_path, jsonl_path]


def _around_1(rng: Random) -> float:
    return rng.uniform(0.92, 1.08)


def _starts(rng: Random, period: Period, count: int) -> Iterator[datetime]:
    first, end = period.first_day(), period.shift(1).first_day()
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    workload = [_WORKLOAD_OF_WEEKDAY[day.weekday()] for day in days]
    for day in rng.choices(days, workload, k=count):
        yield _moment(rng, day)


def _moment(rng: Random, day: date) -> datetime:
    hour = rng.choices(list(_WORKLOAD_OF_HOUR), list(_WORKLOAD_OF_HOUR.values()))[0]
    clock = time(hour, rng.randrange(60), rng.randrange(60), tzinfo=_ZONE)
    return datetime.combine(day, clock)


def _interaction(
    rng: Random, identifier: str, start: datetime, agent: DemoAgent, month: int
) -> DemoInteraction:
    team = TEAM_BY_ID[agent.team]
    channel = _one_of(rng, _CHANNELS)
    quality = agent.quality_in(month)
    conversation = _conversation(rng, agent, channel, quality)
    messages = _messages(rng, conversation, agent, start) if conversation else ()
    cells = {
        "id": identifier,
        "channel": channel,
        "agent": agent.id,
        "agent_name": agent.name,
        "agent_name_fa": agent.name_fa,
        "team": team.id,
        "team_name": team.name,
        "team_name_fa": team.name_fa,
        "queue": conversation.queue if conversation else rng.choice(team.queues),
        "direction": "outbound" if channel == "call" and rng.random() < 0.08 else "inbound",
        "started_at": start.isoformat(),
        **_durations(rng, channel, start, messages),
        "recording": f"{agent.id}.mp3" if channel == "call" else "",
        "language": team.language,
        "customer": f"k-{_customer(rng)}",
        "outcome": conversation.outcome if conversation else _one_of(rng, _OUTCOMES),
        "survey_score": _survey_score(rng, quality),
        "transferred": "yes" if rng.random() < 0.06 else "no",
    }
    care = (quality + conversation.care) / 2 if conversation else rng.gauss(quality, 0.06)
    return DemoInteraction(cells, messages, min(max(care, 0.05), 0.99))


def _conversation(
    rng: Random, agent: DemoAgent, channel: str, quality: float
) -> Conversation | None:
    choices = fitting(agent.team, channel)
    if not choices:
        return None
    closeness = [math.exp(-5 * abs(each.care - quality)) for each in choices]
    return rng.choices(choices, closeness)[0]


def _messages(
    rng: Random, conversation: Conversation, agent: DemoAgent, start: datetime
) -> tuple[Mapping[str, str], ...]:
    language = TEAM_BY_ID[agent.team].language
    name = agent.name_fa if language == "fa" else agent.name
    # An e-mail is answered within hours, a chat within a minute or two.
    wait_s = 9000 if conversation.channel == "email" else 45
    at, told = start, []
    for speaker, text in spoken(conversation, language, name.split()[0], rng):
        message = {"from": speaker, "text": localise_digits(text, language)}
        told.append({"at": at.isoformat(), **message})
        at += timedelta(seconds=math.ceil(rng.lognormvariate(math.log(wait_s), 0.6)))
    return tuple(told)


def _durations(
    rng: Random, channel: str, start: datetime, messages: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """Talking, hold and after-call work; of a chat the time until its last message."""
    talk_s = min(rng.lognormvariate(math.log(235 if channel == "call" else 420), 0.5), 2400)
    if channel == "chat":
        talk_s = (datetime.fromisoformat(messages[-1]["at"]) - start).total_seconds() + 20
    is_held = channel == "call" and rng.random() < 0.35
    return {
        "talk_s": str(round(talk_s)),
        "hold_s": str(round(rng.lognormvariate(math.log(45), 0.6))) if is_held else "0",
        "wrap_s": str(round(rng.lognormvariate(math.log(40), 0.5))),
    }


def _customer(rng: Random) -> int:
    """Some customers come back often: the smaller the number, the more often."""
    return 1000 + int(_CUSTOMERS * rng.random() ** 2)


def _survey_score(rng: Random, quality: float) -> str:
    if rng.random() > 0.3:
        return ""  # most customers do not answer
    return str(min(max(round(rng.gauss(1 + 4 * quality, 0.9)), 1), 5))


def _one_of(rng: Random, shares: Mapping[str, float]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]
