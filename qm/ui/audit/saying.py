"""What an event tells, in the reader's words: names for ids, words for codes."""

from dataclasses import dataclass

from qm.core.audit import Event
from qm.core.text import without_turns
from qm.store.audit_names import Names
from qm.ui.here import Here
from qm.ui.names import doer
from qm.workflow.audit import Told


@dataclass(frozen=True)
class Saying:
    """An event, who reads it, and what its ids stand for."""

    page: Here
    event: Event
    told: Told

    def person(self, username: str) -> str:
        """Return somebody's name; who is no user by what the log calls them."""
        if username in self.told.people:
            return self._name(self.told.people, username)
        return doer(self.page._, username)

    def agent(self, agent_id: str) -> str:
        """Return an agent's name, the id where there is none."""
        return self._name(self.told.agents, agent_id)

    def team(self, team_id: str) -> str:
        """Return a team's name, the id where there is none."""
        return self._name(self.told.teams, team_id)

    def _name(self, names: Names, key: str) -> str:
        found = names.get(key)
        return without_turns(found.in_language(self.page.language) if found else key)
