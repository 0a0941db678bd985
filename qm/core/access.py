"""Who may do and see what: roles, rights, and the rows a role is limited to."""

from dataclasses import dataclass
from typing import Literal, get_args

from qm.core.problems import NotAllowed

Role = Literal["analyst", "qa_lead", "lead", "manager", "agent", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Right = Literal[
    "import",
    "publish_forms",
    "see_forms",
    "draw",
    "see_sampling",
    "transcribe",
    "correct_transcripts",
    "see_personal_data",
    "set_privacy",
    "search_transcripts",
    "evaluate",
    "review_evaluations",
    "publish_evaluations",
    "answer_evaluations",
    "decide_disputes",
    "set_rules",
    "see_coaching",
    "discuss_coaching",
    "see_quality",
    "see_overview",
    "export_report",
    "close_report",
    "see_audit",
    "manage_people",
]

_RUNS_THE_PROGRAMME: frozenset[Right] = frozenset(
    {
        "import",
        "publish_forms",
        "see_forms",
        "draw",
        "see_sampling",
        "transcribe",
        "correct_transcripts",
        "see_personal_data",
        "set_privacy",
        "search_transcripts",
        "review_evaluations",
        "publish_evaluations",
        "decide_disputes",
        "set_rules",
        "see_coaching",
        "see_quality",
        "see_overview",
        "export_report",
        "close_report",
    }
)
_RIGHTS: dict[Role, frozenset[Right]] = {
    "analyst": frozenset(
        {
            "publish_forms",
            "see_forms",
            "see_sampling",
            "evaluate",
            "correct_transcripts",
            "search_transcripts",
            "see_coaching",
            "see_quality",
        }
    ),
    "qa_lead": _RUNS_THE_PROGRAMME | {"evaluate", "discuss_coaching"},
    "lead": frozenset(
        {
            "see_forms",
            "publish_evaluations",
            "decide_disputes",
            "see_coaching",
            "discuss_coaching",
            "see_quality",
            "see_overview",
            "search_transcripts",
        }
    ),
    "manager": _RUNS_THE_PROGRAMME | {"see_audit"},
    "agent": frozenset({"answer_evaluations", "see_coaching", "see_quality", "search_transcripts"}),
    "admin": _RUNS_THE_PROGRAMME | {"see_audit", "manage_people"},
}


@dataclass(frozen=True)
class Actor:
    """The person in whose name something is done.

    `team_id` limits a lead to a team, `agent_id` an agent to themselves; other roles see all
    teams.
    """

    username: str
    role: Role
    team_id: str | None = None
    agent_id: str | None = None

    def may(self, right: Right) -> bool:
        """Whether the role gives this right (on the rows that the role may see)."""
        return right in _RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise `NotAllowed` where the role does not give this right."""
        if not self.may(right):
            raise NotAllowed(f"{self.role} “{self.username}” has no right to {right}")

    def sees(self, *, team_id: str | None, agent_id: str | None) -> bool:
        """Whether rows of this agent in this team are within the person's limits."""
        if self.role == "lead":
            return team_id is not None and team_id == self.team_id
        if self.role == "agent":
            return agent_id is not None and agent_id == self.agent_id
        return True

    def may_open(
        self,
        *,
        team_id: str | None,
        agent_id: str | None,
        is_own_work: bool,
        is_evaluated: bool,
        is_published: bool,
    ) -> bool:
        """Whether the person may open an interaction: hear its recording, read its transcript.

        An analyst only what was assigned to them or evaluated by them (`is_own_work`), a lead
        what was evaluated in their team, an agent that of which an evaluation is published, and
        what they were asked to evaluate themselves.
        """
        if self.role in {"qa_lead", "manager", "admin"}:
            return True
        if self.role == "analyst":
            return is_own_work
        if self.role == "agent" and is_own_work:
            return True
        is_shown = is_published if self.role == "agent" else is_evaluated
        return is_shown and self.sees(team_id=team_id, agent_id=agent_id)


COMMAND_LINE = Actor("command line", "admin")
"""Whoever runs a `qm` command owns the database and acts with every administrative right."""
