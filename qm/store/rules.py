"""Rules that the centre set, by kind; every version stays, the newest is in force."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlmodel import Session, col

from qm.core.life.rules import KIND, LifeRules
from qm.store.tables import RulesVersion

Rules = TypeVar("Rules", bound=BaseModel)
_IN_FORCE = "rules in force"


def rules_in_force(session: Session, kind: str, model: type[Rules]) -> Rules:
    """Return the newest rules of a kind as `model`; its defaults before anybody set any."""
    version = newest(session, kind)
    return model() if version is None else model.model_validate(version.rules)


def life_rules(session: Session) -> LifeRules:
    """Return the rules of an evaluation's life that are in force."""
    return rules_in_force(session, KIND, LifeRules)


def newest(session: Session, kind: str) -> RulesVersion | None:
    """Return the version in force of a kind of rules, None where nobody set any.

    All kinds are read at once, and once in a transaction: what is done in one follows one rule.
    """
    if _IN_FORCE not in session.info:
        ids = select(func.max(col(RulesVersion.id))).group_by(col(RulesVersion.kind))
        versions = session.scalars(select(RulesVersion).where(col(RulesVersion.id).in_(ids)))
        session.info[_IN_FORCE] = {version.kind: version for version in versions}
    version: RulesVersion | None = session.info[_IN_FORCE].get(kind)
    return version


def add_rules(session: Session, kind: str, rules: BaseModel, *, at: datetime, by: str) -> None:
    """Put rules of a kind in force from now on."""
    session.info.pop(_IN_FORCE, None)
    session.add(RulesVersion(kind=kind, rules=rules.model_dump(mode="json"), at=at, by=by))
