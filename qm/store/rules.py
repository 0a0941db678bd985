"""Rules that the centre set, by kind; every version stays, the newest is in force."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import Session, col

from qm.core.life.rules import KIND, LifeRules
from qm.store.tables import RulesVersion

Rules = TypeVar("Rules", bound=BaseModel)


def rules_in_force(session: Session, kind: str, model: type[Rules]) -> Rules:
    """Return the newest rules of a kind as `model`; its defaults before anybody set any."""
    version = newest(session, kind)
    return model() if version is None else model.model_validate(version.rules)


def life_rules(session: Session) -> LifeRules:
    """Return the rules of an evaluation's life that are in force."""
    return rules_in_force(session, KIND, LifeRules)


def newest(session: Session, kind: str) -> RulesVersion | None:
    """Return the version in force of a kind of rules, None where nobody set any."""
    query = (
        select(RulesVersion)
        .where(col(RulesVersion.kind) == kind)
        .order_by(col(RulesVersion.id).desc())
        .limit(1)
    )
    return session.scalars(query).first()


def add_rules(session: Session, kind: str, rules: BaseModel, *, at: datetime, by: str) -> None:
    """Put rules of a kind in force from now on."""
    session.add(RulesVersion(kind=kind, rules=rules.model_dump(mode="json"), at=at, by=by))
