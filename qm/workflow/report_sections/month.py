"""What all sections of a month's report are made of, with small groups hidden in all alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.quality.facts import Facts
from qm.core.quality.figures import Figures, figures_by
from qm.core.quality.groups import Key
from qm.core.quality.suppressing import suppressed, suppressed_groups
from qm.workflow.report_tables import Names

_COLUMNS = {
    "team_id": ("team_id",),
    "channel": ("channel",),
    "queue": ("queue",),
    "form": ("form_id", "form_version"),
}
"""What evaluations are told apart by, each of which makes up the whole."""


@dataclass(frozen=True)
class Month:
    """A month's evaluations and those of the month before, names, and the rules of the report.

    What rests on fewer than `fewest` evaluations is not shown (0 and 1: all is).
    """

    period: Period
    facts: Facts
    before: Facts
    names: Names
    centre: Centre
    now: datetime
    fewest: int

    @cached_property
    def figures(self) -> Figures:
        """The whole centre's figures."""
        return suppressed(figures_by(self.facts)[()], self.fewest)

    @cached_property
    def figures_before(self) -> Figures:
        """The whole centre's figures of the month before."""
        return suppressed(figures_by(self.before)[()], self.fewest)

    @cached_property
    def _shown(self) -> Mapping[str, tuple[Mapping[Key, Figures], set[Key]]]:
        """The figures shown, and who is hidden, by column."""
        found = {
            level: suppressed_groups(figures_by(self.facts, *columns), self.fewest)
            for level, columns in _COLUMNS.items()
        }
        return {**found, "agent_id": self._agents(found["team_id"][1])}

    def _agents(self, hidden_teams: Collection[Key]) -> tuple[Mapping[Key, Figures], set[Key]]:
        """Agents' figures: of a hidden team everybody is hidden, of others team by team."""
        found = figures_by(self.facts, "agent_id")
        if self.fewest <= 1:
            return found, set()
        members: dict[str, dict[Key, Figures]] = {}
        for key, figures in found.items():
            members.setdefault(self.names.team_of[str(key[0])], {})[key] = figures
        shown: dict[Key, Figures] = {}
        hidden: set[Key] = set()
        for team, own in members.items():
            seen, gone = suppressed_groups(own, self.fewest, own if (team,) in hidden_teams else ())
            shown |= seen
            hidden |= gone
        return {key: shown[key] for key in found}, hidden

    def groups(self, column: str) -> Mapping[Key, Figures]:
        """Return the figures by team_id, agent_id, channel, queue or form (id and version)."""
        return self._shown[column][0]

    def hidden(self, column: str) -> set[Key]:
        """Return which teams, agents, channels, queues or forms are hidden."""
        return self._shown[column][1]

    def groups_before(self, column: str) -> Mapping[Key, Figures]:
        """Return the figures of the month before; of who is hidden there or now none."""
        columns = _COLUMNS.get(column, (column,))
        found = suppressed_groups(figures_by(self.before, *columns), self.fewest)[0]
        return {key: own for key, own in found.items() if key not in self.hidden(column)}
