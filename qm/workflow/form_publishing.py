"""How a form version becomes published: its row, its lock entry and, for an upload, its file."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.form_files import NO_FORMS, form_paths, read_form, text_sha256
from qm.intake.form_lock import check_lock, read_lock, write_lock
from qm.intake.yaml_files import read_text
from qm.store import forms as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import FormVersion

DRAFT_IN_THE_WAY = explain(
    "form.draft_in_the_way",
    N_("The forms folder has a file of this name with {key}, which is not published."),
    N_("Publish or remove that file first, or say that it may be replaced."),
)
FILE_IN_THE_WAY = explain(
    "form.file_in_the_way",
    N_("The forms folder has a file of this name that cannot be read as a form."),
    N_("Remove that file first, or say that it may be replaced."),
)
WRITTEN_ELSEWHERE = explain(
    "form.written_elsewhere",
    N_("{key} is written differently in {file} of the forms folder."),
    N_("Raise the version of one of the two, or remove that file."),
)
RESERVED_ID = explain(
    "form.reserved_id",
    N_("No form can have the id “{id}”: {file} is kept for something else."),
    N_("Give the form another id."),
)
FILE_UNWRITABLE = explain(
    "form.file_unwritable",
    N_("The form's file cannot be written ({cause}); nothing was published."),
    N_("Give qm the right to write in the forms folder."),
)


def publish_source(
    engine: Engine, actor: Actor, text: str, place: str, *, lock_path: Path, now: datetime
) -> FormVersion:
    """Publish the form that `text` writes; see `qm.workflow.forms.publish_form`."""
    actor.require("publish_forms")
    try:
        return _publish(engine, actor, text, place, lock_path, now)
    except IntegrityError:  # somebody published it meanwhile: compare with theirs
        return _publish(engine, actor, text, place, lock_path, now)


def file_for(engine: Engine, form: Form, text: str, folder: Path, *, replace: bool) -> Path:
    """Return the file of `folder` that an uploaded form is kept in, there already or to be written.

    Its name is made of the form's id. Raises `BadInput` where another file writes the same
    version differently, and, unless told to `replace` it, where the file of that name holds what
    the database does not.
    """
    own = folder / f"{form.form}.yaml"
    if own.name in NO_FORMS:
        values = {"id": form.form, "file": own.name}
        raise BadInput(Problem(RESERVED_ID, form.key, field="form", values=values))
    for path in form_paths(folder):
        try:
            there = read_text(path)
        except BadInput:
            continue  # no form, and a file of our name is looked at below
        if there == text:
            return path
        other = read_form(there, path.name).form
        if other and other.key == form.key and path != own:
            values = {"key": form.key, "file": path.name}
            raise BadInput(Problem(WRITTEN_ELSEWHERE, form.key, field="version", values=values))
    if own.exists() and not replace:
        _refuse_loss(engine, own)
    return own


@contextmanager
def placed(path: Path, text: str) -> Iterator[None]:
    """Write the text into `path` in one step, and take it back where what follows fails."""
    content = text.encode()
    try:
        before = path.read_bytes() if path.exists() else None
        if before != content:
            _replace(path, content)
    except OSError as error:
        values = {"cause": error.strerror or type(error).__name__}
        raise BadInput(Problem(FILE_UNWRITABLE, path.name, values=values)) from error
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        elif before != content:
            _replace(path, before)
        raise


def _refuse_loss(engine: Engine, path: Path) -> None:
    """Raise `BadInput` unless the database holds what the file does."""
    try:
        text = read_text(path)
    except BadInput:
        text = ""
    form = read_form(text, path.name).form
    if form is None:
        raise BadInput(Problem(FILE_IN_THE_WAY, path.name))
    with transaction(engine) as session:
        kept = store.find_version(session, form.form, form.version)
    if kept is None or kept.sha256 != text_sha256(text):
        raise BadInput(Problem(DRAFT_IN_THE_WAY, path.name, values={"key": form.key}))


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _publish(
    engine: Engine, actor: Actor, text: str, place: str, lock_path: Path, now: datetime
) -> FormVersion:
    reading = read_form(text, place)
    if reading.form is None:
        raise BadInput(reading.problems)
    form, sha256 = reading.form, text_sha256(text)
    with transaction(engine) as session:
        published = store.find_version(session, form.form, form.version)
        known = {form.key: published.sha256} if published else {}
        if published is None:
            published = _add(session, form, text, actor, now)
        lock = read_lock(lock_path)
        for hashes in (known, lock):
            if differs := check_lock(form.key, sha256, hashes, place):
                raise BadInput(differs)
        if form.key not in lock:
            write_lock(lock_path, {**lock, form.key: sha256})
    return published


def _add(session: Session, form: Form, text: str, actor: Actor, now: datetime) -> FormVersion:
    version = FormVersion(
        form_id=form.form,
        version=form.version,
        channel=form.channel,
        sha256=text_sha256(text),
        source=text,
        published_at=now,
        published_by=actor.username,
        effective_from=form.effective_from,
        effective_to=form.effective_to,
    )
    session.add(version)
    record(
        session,
        actor=actor.username,
        action="publish_form",
        subject=form.key,
        at=now,
        detail={"sha256": version.sha256},
    )
    session.flush()
    return version
