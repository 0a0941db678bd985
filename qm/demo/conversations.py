"""The conversations of `conversations.yaml`, and what is said when their slots are filled."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from qm.core.text import Language

Speaker = Literal["agent", "customer"]


class Conversation(BaseModel):
    """A written contact with slots; `care` is how well the agent did, from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    team: str
    channel: Literal["chat", "email"]
    queue: str
    outcome: str
    care: float
    messages: tuple[Mapping[Speaker, str], ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slots: Mapping[Language, Mapping[str, tuple[str, ...]]]
    conversations: tuple[Conversation, ...]


@cache
def _file() -> _File:
    path = Path(__file__).with_name("conversations.yaml")
    return _File.model_validate(YAML(typ="safe", pure=True).load(path))


def all_conversations() -> tuple[Conversation, ...]:
    """Return every conversation of the file."""
    return _file().conversations


@cache
def fitting(team: str, channel: str) -> tuple[Conversation, ...]:
    """Return the conversations of a team on a channel; none for calls."""
    return tuple(c for c in all_conversations() if (c.team, c.channel) == (team, channel))


def spoken(
    conversation: Conversation, language: Language, agent_name: str, rng: Random
) -> Iterator[tuple[Speaker, str]]:
    """Yield who says what, the slots filled by `rng`."""
    slots = {name: rng.choice(choices) for name, choices in _file().slots[language].items()}
    numbers = {
        "order": str(rng.randrange(10_000, 99_999)),
        "amount": str(rng.randrange(12, 95) * (10_000 if language == "fa" else 1)),
    }
    for message in conversation.messages:
        for speaker, text in message.items():
            yield speaker, text.format(me=agent_name, **slots, **numbers)
