"""What the ids in the audit log stand for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from qm.core.text import Wording
from qm.store.tables import Agent, Draw, Evaluation, Team, User

Names = Mapping[str, Wording]


@dataclass(frozen=True)
class Known:
    """Names by id; `forms` are id and version by evaluation, `policies` by draw."""

    people: Names = field(default_factory=dict)
    agents: Names = field(default_factory=dict)
    teams: Names = field(default_factory=dict)
    forms: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    policies: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def known(
    session: Session, texts: Collection[str], evaluations: Collection[int], draws: Collection[int]
) -> Known:
    """Return what is known of these ids."""
    people = select(User.username, User.name, User.name_fa).where(col(User.username).in_(texts))
    agents = select(Agent.id, Agent.name, Agent.name_fa).where(col(Agent.id).in_(texts))
    teams = select(Team.id, Team.name, Team.name_fa).where(col(Team.id).in_(texts))
    names = [_names(session.exec(each)) for each in (people, agents, teams)]
    forms = select(Evaluation.id, Evaluation.form_id, Evaluation.form_version)
    policies = select(Draw.id, Draw.policy).where(col(Draw.id).in_(draws))
    found = session.exec(forms.where(col(Evaluation.id).in_(evaluations)))
    return Known(
        people=names[0],
        agents=names[1],
        teams=names[2],
        forms={number or 0: (form, version) for number, form, version in found},
        policies={number or 0: policy for number, policy in session.exec(policies)},
    )


def _names(rows: Iterable[tuple[str, str, str | None]]) -> Names:
    return {key: Wording(en=name, fa=name_fa or None) for key, name, name_fa in rows}
