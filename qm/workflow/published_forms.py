"""Published forms out of the database, checked against their hash."""

from functools import lru_cache

from sqlmodel import Session

from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.form_files import read_form, text_sha256
from qm.store import forms as store
from qm.store.tables import FormVersion

NOT_PUBLISHED = explain(
    "form.not_published",
    N_("This form version was never published."),
    N_("Publish it first: qm form publish FILE"),
)
TAMPERED = explain(
    "form.tampered",
    N_("The database's copy of this form version is not what was published."),
    N_("Restore the database from a backup; a published version never changes."),
)


def load_form(session: Session, form_id: str, version: str) -> Form:
    """Return a published form; raises `BadInput` where it was never published."""
    return form_of(published_version(session, form_id, version))


def published_version(session: Session, form_id: str, version: str) -> FormVersion:
    """Return the published version; raises `BadInput` where there is none."""
    row = store.find_version(session, form_id, version)
    if row is None:
        raise never_published(f"{form_id}@{version}")
    return row


def form_of(row: FormVersion) -> Form:
    """Return the form of a published version; raises `BadInput` where its text was changed."""
    return _parsed(row.source, row.sha256, key_of(row))


def key_of(row: FormVersion) -> str:
    """Return the version's key, such as `inbound-call@1`."""
    return f"{row.form_id}@{row.version}"


def never_published(key: str) -> BadInput:
    """Return the error that tells of a version which does not exist."""
    return BadInput(Problem(NOT_PUBLISHED, key))


@lru_cache(maxsize=256)
def _parsed(source: str, sha256: str, key: str) -> Form:
    if text_sha256(source) != sha256:
        raise BadInput(Problem(TAMPERED, key))
    reading = read_form(source, key)
    if reading.form is None:
        raise BadInput(reading.problems)
    return reading.form
