"""The column `agents`: everybody who took part in an interaction, in order, and how long."""

import re
from typing import NamedTuple

from qm.core.problems import N_, explain
from qm.intake.fields import Refused, duration_s, name_of_group
from qm.intake.files import shown

AGENTS_MOST = 50
AGENTS_UNREADABLE = explain(
    "import.agents_unreadable",
    N_("“{value}” does not name an agent and seconds."),
    N_("Write all agents in order with their seconds, such as sara.nouri:120; reza.karimi:300."),
)
AGENT_TWICE = explain(
    "import.agent_twice",
    N_("The agent “{value}” is named twice."),
    N_("Name each agent once, with all of the seconds."),
)
TOO_MANY_AGENTS = explain(
    "import.too_many_agents",
    N_("{count} agents are named, more than {most}."),
    N_("Check the export; name those who spoke with the customer."),
)
AGENT_NOT_AMONG = explain(
    "import.agent_not_among",
    N_("The agent of this row, “{value}”, is not among them."),
    N_("Name the row's agent in `agents`, too, or correct `agent`."),
)

_SEPARATORS = re.compile("[;؛]")
_agent = name_of_group(100)


class Participant(NamedTuple):
    """An agent of an interaction, and for how long."""

    agent: str
    seconds: float


def participants(text: str) -> tuple[Participant, ...]:
    """Read agents in order with their seconds: `sara.nouri:120; reza.karimi:300`."""
    parts = [part.strip() for part in _SEPARATORS.split(text.strip().strip(";؛"))]
    if len(parts) > AGENTS_MOST:
        raise Refused(TOO_MANY_AGENTS, count=len(parts), most=AGENTS_MOST)
    found: dict[str, Participant] = {}
    for part in parts:
        name, _, seconds = part.rpartition(":")
        if not name.strip():
            raise Refused(AGENTS_UNREADABLE, value=shown(part))
        read = Participant(_agent(name.strip()), duration_s(seconds.strip()))
        if found.setdefault(read.agent, read) is not read:
            raise Refused(AGENT_TWICE, value=shown(read.agent))
    return tuple(found.values())


def require_among(agent: str, named: tuple[Participant, ...] | None) -> None:
    """Raise `Refused` where agents are named and `agent` is not one of them."""
    if named is not None and agent not in {each.agent for each in named}:
        raise Refused(AGENT_NOT_AMONG, value=shown(agent))
