"""Step 2, evaluation forms: check the files, publish versions, load what was published."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.form_files import form_paths, read_form, text_sha256
from qm.intake.form_lock import Lock, check_lock, read_lock, write_lock
from qm.intake.yaml_files import read_text
from qm.store import forms as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import FormVersion

NO_FOLDER = explain(
    "form.no_folder",
    N_("There is no forms folder here."),
    N_("Check the name, or set QM_FORMS_FOLDER."),
)
SAME_VERSION = explain(
    "form.same_version",
    N_("{key} is written in {first} too."),
    N_("Give one of the two files another form id or version."),
)
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

LIST_COLUMNS = [
    "form_id",
    "version",
    "channel",
    "title_fa",
    "title_en",
    "questions",
    "published_at",
    "published_by",
    "evaluations",
]


@dataclass(frozen=True)
class FormFinding:
    """What a check found in one form file; warnings do not keep a form from being published."""

    path: Path
    form: Form | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def check_forms(folder: Path, lock_path: Path) -> list[FormFinding]:
    """Return a finding for every form file in `folder`, by file name.

    Raises `BadInput` for a missing folder or an unreadable lock file.
    """
    if not folder.is_dir():
        raise BadInput(Problem(NO_FOLDER, str(folder)))
    lock = read_lock(lock_path)
    findings: list[FormFinding] = []
    first: dict[str, str] = {}
    for path in form_paths(folder):
        finding = _check_file(path, lock)
        if finding.form:
            key = finding.form.key
            if key in first:
                values = {"key": key, "first": first[key]}
                twice = Problem(SAME_VERSION, path.name, field="version", values=values)
                finding = FormFinding(path, None, (*finding.problems, twice), finding.warnings)
            first.setdefault(key, path.name)
        findings.append(finding)
    return findings


def check_text(text: str, name: str) -> FormFinding:
    """Return the finding about an uploaded form's text; nothing is kept."""
    reading = read_form(text.replace("\r\n", "\n"), name)
    return FormFinding(Path(name), *reading)


def publish_form(
    engine: Engine, actor: Actor, path: Path, *, lock_path: Path, now: datetime
) -> FormVersion:
    """Publish the form version in the file, for good, and return it.

    Publishing the same file again changes nothing and mends what a crash left: the lock file
    is replaced inside the database's transaction, so an error undoes both and a crash between
    the two leaves only the lock entry, with which the same file can be published again.
    Raises `BadInput` for a file with problems or one that differs from what was published.
    """
    actor.require("publish_forms")
    text = read_text(path)
    try:
        return _publish(engine, actor, text, path.name, lock_path, now)
    except IntegrityError:  # somebody published it meanwhile: compare with theirs
        return _publish(engine, actor, text, path.name, lock_path, now)


def list_forms(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return every published version, by form, the highest version first.

    `evaluations` counts those made with the version.
    """
    actor.require("see_forms")
    with transaction(engine) as session:
        rows = [
            _listed(version, count) for version, count in store.versions_with_evaluations(session)
        ]
    return pd.DataFrame(rows, columns=LIST_COLUMNS)


def load_form(session: Session, form_id: str, version: str) -> Form:
    """Return a published form; raises `BadInput` where it was never published."""
    return _form_of(_published(session, form_id, version))


def form_hash(session: Session, form_id: str, version: str) -> str:
    """Return the hash of a published form's text; raises `BadInput` as `load_form` does."""
    return _published(session, form_id, version).sha256


def _check_file(path: Path, lock: Lock) -> FormFinding:
    try:
        text = read_text(path)
    except BadInput as error:
        return FormFinding(path, None, error.problems)
    form, problems, warnings = read_form(text, path.name)
    if form:
        problems = tuple(check_lock(form.key, text_sha256(text), lock, path.name))
    return FormFinding(path, form, problems, warnings)


def _publish(
    engine: Engine, actor: Actor, text: str, place: str, lock_path: Path, now: datetime
) -> FormVersion:
    form, problems, _ = read_form(text, place)
    if form is None:
        raise BadInput(problems)
    sha256 = text_sha256(text)
    with transaction(engine) as session:
        published = store.find_version(session, form.form, form.version)
        known = {form.key: published.sha256} if published else {}
        if published is None:
            published = _new_version(form, text, sha256, actor, now)
            session.add(published)
            record(
                session,
                actor=actor.username,
                action="publish_form",
                subject=form.key,
                at=now,
                detail={"sha256": sha256},
            )
            session.flush()
        lock = read_lock(lock_path)
        for hashes in (known, lock):
            if differs := check_lock(form.key, sha256, hashes, place):
                raise BadInput(differs)
        if form.key not in lock:
            write_lock(lock_path, {**lock, form.key: sha256})
    return published


def _new_version(form: Form, text: str, sha256: str, actor: Actor, now: datetime) -> FormVersion:
    return FormVersion(
        form_id=form.form,
        version=form.version,
        channel=form.channel,
        sha256=sha256,
        source=text,
        published_at=now,
        published_by=actor.username,
    )


def _published(session: Session, form_id: str, version: str) -> FormVersion:
    row = store.find_version(session, form_id, version)
    if row is None:
        raise BadInput(Problem(NOT_PUBLISHED, f"{form_id}@{version}"))
    return row


def _form_of(row: FormVersion) -> Form:
    return _parsed(row.source, row.sha256, f"{row.form_id}@{row.version}")


@lru_cache(maxsize=256)
def _parsed(source: str, sha256: str, key: str) -> Form:
    if text_sha256(source) != sha256:
        raise BadInput(Problem(TAMPERED, key))
    form, problems, _ = read_form(source, key)
    if form is None:
        raise BadInput(problems)
    return form


def _listed(row: FormVersion, evaluations: int) -> dict[str, object]:
    form = _form_of(row)
    return {
        "form_id": row.form_id,
        "version": row.version,
        "channel": row.channel,
        "title_fa": form.title.fa,
        "title_en": form.title.en,
        "questions": len(list(form.questions())),
        "published_at": row.published_at,
        "published_by": row.published_by,
        "evaluations": evaluations,
    }
