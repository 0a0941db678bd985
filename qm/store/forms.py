"""Queries about published form versions."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from qm.store.tables import Evaluation, FormVersion


def find_version(session: Session, form_id: str, version: str) -> FormVersion | None:
    """Return the published form version, or None."""
    return session.get(FormVersion, (form_id, version))


def newest_version(session: Session, channel: str) -> FormVersion | None:
    """Return the form version in force for new work on `channel`, or None.

    The channel's form is the one of which a version was published last; in force is its highest
    version, so that publishing an older file late changes nothing.
    """
    last = session.exec(
        select(FormVersion.form_id)
        .where(FormVersion.channel == channel)
        .order_by(col(FormVersion.published_at).desc(), col(FormVersion.form_id))
        .limit(1)
    ).first()
    versions = session.exec(
        select(FormVersion).where(FormVersion.form_id == last, FormVersion.channel == channel)
    )
    return max(versions, key=lambda row: int(row.version), default=None)


def versions_with_evaluations(session: Session) -> list[tuple[FormVersion, int]]:
    """Return every published version with its number of evaluations (latest revisions only).

    By form, the highest version first.
    """
    count = (
        select(Evaluation.form_id, Evaluation.form_version, func.count().label("evaluations"))
        .where(col(Evaluation.is_latest))
        .group_by(col(Evaluation.form_id), col(Evaluation.form_version))
        .subquery()
    )
    rows = session.exec(
        select(FormVersion, func.coalesce(count.c.evaluations, 0)).outerjoin(
            count,
            (count.c.form_id == FormVersion.form_id)
            & (count.c.form_version == FormVersion.version),
        )
    )
    return sorted(rows, key=lambda row: (row[0].form_id, -int(row[0].version)))
