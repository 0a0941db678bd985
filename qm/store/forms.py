"""Queries about published form versions."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from qm.store.life import is_official
from qm.store.tables import Evaluation, FormVersion


def find_version(session: Session, form_id: str, version: str) -> FormVersion | None:
    """Return the published form version, or None."""
    return session.get(FormVersion, (form_id, version))


def lock_version(session: Session, form_id: str, version: str) -> FormVersion | None:
    """Return the published form version for a change that nobody else makes meanwhile."""
    return session.get(FormVersion, (form_id, version), with_for_update=True)


def all_versions(session: Session) -> list[FormVersion]:
    """Return every published version, by form, the highest version first."""
    return sorted(session.exec(select(FormVersion)), key=_by_form_and_number)


def version_in_force(
    versions: Iterable[FormVersion], channel: str, day: date
) -> FormVersion | None:
    """Return the version that an interaction of `channel` and `day` is evaluated with, or None.

    Of the versions that are for that day and not retired, the channel's form is the one of which
    a version was published last; in force is its highest version, so that publishing an older
    file late changes nothing.
    """
    eligible = [row for row in versions if row.channel == channel and _is_for(row, day)]
    last = min(eligible, key=lambda row: (-row.published_at.timestamp(), row.form_id), default=None)
    return max(
        (row for row in eligible if last and row.form_id == last.form_id),
        key=lambda row: int(row.version),
        default=None,
    )


def _is_for(row: FormVersion, day: date) -> bool:
    return (
        row.retired_at is None
        and (row.effective_from is None or row.effective_from <= day)
        and (row.effective_to is None or day <= row.effective_to)
    )


def versions_with_evaluations(session: Session) -> list[tuple[FormVersion, int]]:
    """Return every published version with its number of official evaluations.

    Latest revisions only; by form, the highest version first.
    """
    count = (
        select(Evaluation.form_id, Evaluation.form_version, func.count().label("evaluations"))
        .where(col(Evaluation.is_latest), is_official())
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
    return sorted(rows, key=lambda row: _by_form_and_number(row[0]))


def _by_form_and_number(row: FormVersion) -> tuple[str, int]:
    return row.form_id, -int(row.version)
