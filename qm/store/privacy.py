"""The masking rules; every version stays, the newest is in force."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from qm.core.personal_data.rules import PrivacyRules
from qm.store.tables import PrivacyVersion

_IN_FORCE = "masking rules in force"


def rules_in_force(session: Session) -> PrivacyRules:
    """Return the newest masking rules; before anybody set any, those that mask everything."""
    if _IN_FORCE not in session.info:  # once in a transaction
        newest = select(PrivacyVersion).order_by(col(PrivacyVersion.id).desc()).limit(1)
        version = session.scalars(newest).first()
        session.info[_IN_FORCE] = PrivacyRules.model_validate(version.rules if version else {})
    rules: PrivacyRules = session.info[_IN_FORCE]
    return rules


def add_rules(session: Session, rules: PrivacyRules, *, at: datetime, by: str) -> None:
    """Put masking rules in force from now on."""
    session.info.pop(_IN_FORCE, None)
    session.add(PrivacyVersion(rules=rules.model_dump(mode="json"), at=at, by=by))
