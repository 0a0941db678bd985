"""Whose rows a figure or a count is about."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from qm.core.access import Actor
from qm.store.life import is_official, is_published
from qm.store.tables import Evaluation


@dataclass(frozen=True)
class Scope:
    """Whose rows: everyone's, a team's, an agent's, or an agent's while in a team.

    `only_published`: what is not published yet counts as not evaluated.
    """

    team_id: str | None = None
    agent_id: str | None = None
    only_published: bool = False

    def rows(self, table: Any) -> list[ColumnElement[bool]]:
        """Return the conditions for a row of a table with team_id and agent_id to be in it."""
        wanted: list[ColumnElement[bool]] = []
        if self.team_id is not None:
            wanted.append(col(table.team_id) == self.team_id)
        if self.agent_id is not None:
            wanted.append(col(table.agent_id) == self.agent_id)
        return wanted

    def evaluations(self) -> list[ColumnElement[bool]]:
        """Return the conditions for an evaluation to count: the latest, official, published."""
        wanted = [col(Evaluation.is_latest).is_(True), is_official()]
        return [*wanted, is_published()] if self.only_published else wanted


EVERYONE = Scope()
EVERYONE_PUBLISHED = Scope(only_published=True)


def scope_of(actor: Actor) -> Scope:
    """Return the rows within the person's limits; nobody's without a team or an agent."""
    if actor.role == "lead":
        return Scope(team_id=actor.team_id or "")
    return Scope(agent_id=actor.agent_id or "") if actor.role == "agent" else EVERYONE
