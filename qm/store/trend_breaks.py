"""Dated facts to mark in trends: form versions in use, coaching talks held, speech models."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from qm.core.change.breaks import FormKey
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import CoachingSession, Evaluation, Transcript


def form_versions(
    session: Session, periods: Sequence[str], scope: Scope = EVERYONE
) -> Mapping[str, set[FormKey]]:
    """Return, by period, the versions of the forms that its official scores were given on."""
    query = (
        select(col(Evaluation.period), col(Evaluation.form_id), col(Evaluation.form_version))
        .where(
            col(Evaluation.period).in_(periods),
            col(Evaluation.percent).is_not(None),
            *scope.evaluations(),
            *scope.rows(Evaluation),
        )
        .distinct()
    )
    found: dict[str, set[FormKey]] = defaultdict(set)
    for period, form, version in session.execute(query):
        found[period].add((form, version))
    return dict(found)


def talks_held(
    session: Session, since: datetime, until: datetime, scope: Scope = EVERYONE
) -> list[datetime]:
    """Return when the coaching talks from `since` and before `until` were held, in order."""
    query = (
        select(col(CoachingSession.held_at))
        .where(
            col(CoachingSession.held_at) >= since,
            col(CoachingSession.held_at) < until,
            *scope.rows(CoachingSession),
        )
        .order_by(col(CoachingSession.held_at))
    )
    return [held_at for held_at in session.scalars(query) if held_at is not None]


def models_first_used(session: Session) -> list[tuple[datetime, str]]:
    """Return each speech model of our own transcripts with the moment it was first used."""
    first = func.min(Transcript.created_at)
    query = (
        select(first, col(Transcript.model))
        .where(col(Transcript.origin) == "whisper", col(Transcript.model).is_not(None))
        .group_by(col(Transcript.model))
        .order_by(first)
    )
    return [(at, model) for at, model in session.execute(query)]
