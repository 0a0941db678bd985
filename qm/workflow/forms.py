"""Step 2, evaluation forms: check, publish, retire and list versions, and find one by its name."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.exchange.form_yaml import form_text
from qm.exchange.sheets.workbooks import read_sheets
from qm.intake.form_files import FormReading, form_paths, read_form, text_sha256
from qm.intake.form_lock import Lock, check_lock, read_lock
from qm.intake.yaml_files import decode, read_text
from qm.store import forms as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import FormVersion
from qm.workflow.form_publishing import file_for, placed, publish_source
from qm.workflow.published_forms import form_of, key_of, never_published

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
RETIRED = explain(
    "form.retired",
    N_("This form version was retired already, by {by}."),
    N_("Nothing is left to do: it gets no new assignments."),
)
UNKNOWN_NAME = explain(
    "form.unknown_name",
    N_("No published form and no form file has this name."),
    N_("Write the path of a YAML or XLSX file, or one of the known forms: {known}."),
)

LIST_COLUMNS = [
    "form_id",
    "version",
    "channel",
    "title_fa",
    "title_en",
    "questions",
    "state",
    "effective_from",
    "effective_to",
    "published_at",
    "published_by",
    "retired_at",
    "retired_by",
    "evaluations",
]

_TEXT_FILES = {".yaml", ".yml"}
_WORKBOOK = ".xlsx"


@dataclass(frozen=True)
class FormFinding:
    """What a check found in one form file; warnings do not keep a form from being published.

    `text` is the form as it would be published: the file's own, or YAML made of a workbook.
    """

    path: Path
    form: Form | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    text: str | None = None


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
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reading = read_form(text, name)
    return FormFinding(Path(name), reading.form, reading.problems, reading.warnings, text)


def check_upload(content: bytes, name: str) -> FormFinding:
    """Return the finding about an uploaded YAML file or workbook; nothing is kept.

    Workbooks are known by their name. What could not be taken over from one is a warning.
    """
    if Path(name).suffix.lower() != _WORKBOOK:
        try:
            return check_text(decode(content, name), name)
        except BadInput as error:
            return FormFinding(Path(name), None, error.problems)
    imported = read_sheets(content, name)
    if imported.form is None:
        return FormFinding(Path(name), None, imported.problems, imported.losses)
    text = form_text(imported.form)
    written = check_text(text, name)
    # The text has lines, the workbook has not: there the field alone says where.
    problems, warnings = (
        tuple(dataclasses.replace(problem, row=None) for problem in found)
        for found in (written.problems, written.warnings)
    )
    return FormFinding(Path(name), written.form, problems, (*imported.losses, *warnings), text)


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
    return publish_source(engine, actor, read_text(path), path.name, lock_path=lock_path, now=now)


def publish_text(
    engine: Engine,
    actor: Actor,
    text: str,
    *,
    folder: Path,
    lock_path: Path,
    now: datetime,
    replace: bool = False,
) -> FormVersion:
    """Publish an uploaded form and keep it in `folder`, in a file named after the form's id.

    An earlier published version in that file makes room; anything else that only the file holds
    is kept, and `BadInput` raised, unless told to `replace` it. Raises as `publish_form` does;
    then no file was changed.
    """
    actor.require("publish_forms")
    finding = check_text(text, "upload")
    if finding.form is None or finding.text is None:
        raise BadInput(finding.problems)
    folder.mkdir(parents=True, exist_ok=True)
    path = file_for(engine, finding.form, finding.text, folder, replace=replace)
    with placed(path, finding.text):
        return publish_source(engine, actor, finding.text, path.name, lock_path=lock_path, now=now)


def retire_form(
    engine: Engine, actor: Actor, form_id: str, version: str, *, now: datetime
) -> FormVersion:
    """Retire a published version: it gets no new assignments, those it has stay.

    Raises `BadInput` for a version that was never published or is retired already.
    """
    actor.require("publish_forms")
    with transaction(engine) as session:
        row = store.lock_version(session, form_id, version)
        if row is None:
            raise never_published(f"{form_id}@{version}")
        if row.retired_at is not None:
            raise BadInput(Problem(RETIRED, key_of(row), values={"by": row.retired_by}))
        row.retired_at, row.retired_by = now, actor.username
        session.add(row)
        record(session, actor=actor.username, action="retire_form", subject=key_of(row), at=now)
    return row


def list_forms(engine: Engine, actor: Actor, *, centre: Centre, now: datetime) -> pd.DataFrame:
    """Return every published version, by form, the highest version first.

    `evaluations` counts those made with the version. `state`, on the centre's present day:
    scheduled (its first day is to come), in_force (what an interaction of today would get),
    superseded (another version or form is), ended (its last day is over), retired.
    """
    actor.require("see_forms")
    with transaction(engine) as session:
        listed = store.versions_with_evaluations(session)
    versions = [version for version, _ in listed]
    today = now.astimezone(centre.zone).date()
    rows = [_listed(version, _state(version, versions, today), count) for version, count in listed]
    return pd.DataFrame(rows, columns=LIST_COLUMNS, dtype=object)  # a missing date stays None


def named_form(engine: Engine, name: str, *, folder: Path, paths: bool = True) -> Form:
    """Return the form of a key (`inbound-call@2`), an id (its highest version) or a file's path.

    Published versions come before form files in `folder`, which are drafts. With `paths` False
    only keys and ids are looked up: a name that came from a browser is no path. Raises
    `BadInput` with the known keys where there is no such form, and for a file with problems.
    """
    suffix = Path(name).suffix.lower()
    if paths and suffix in {*_TEXT_FILES, _WORKBOOK} and Path(name).is_file():
        finding = check_upload(Path(name).read_bytes(), Path(name).name)
        if finding.form is None:
            raise BadInput(finding.problems)
        return finding.form
    form_id, _, version = name.partition("@")
    with transaction(engine) as session:
        published = store.all_versions(session)
    # A draft counts where no published version has its key.
    known = {form.key: form for form in _drafts(folder)} | {key_of(row): row for row in published}
    own = [key for key in known if key.partition("@")[0] == form_id]
    wanted = name if version else max(own, key=lambda key: int(key.partition("@")[2]), default="")
    found = known.get(wanted)
    if found is None:
        values = {"known": sorted(known)}
        raise BadInput(Problem(UNKNOWN_NAME, name, values=values))
    return found if isinstance(found, Form) else form_of(found)


def _drafts(folder: Path) -> Iterator[Form]:
    """Yield the forms in the folder's files that can be read."""
    for path in form_paths(folder):
        try:
            form = _read(read_text(path), path.name).form
        except BadInput:
            continue
        if form:
            yield form


def _check_file(path: Path, lock: Lock) -> FormFinding:
    try:
        text = read_text(path)
    except BadInput as error:
        return FormFinding(path, None, error.problems)
    form, problems, warnings = _read(text, path.name)
    if form:
        problems = tuple(check_lock(form.key, text_sha256(text), lock, path.name))
    return FormFinding(path, form, problems, warnings, text)


@lru_cache(maxsize=256)
def _read(text: str, name: str) -> FormReading:
    """Read what a page asks for again at every click, all files of the folder, only once."""
    return read_form(text, name)


def _state(row: FormVersion, versions: list[FormVersion], today: date) -> str:
    if row.retired_at is not None:
        return "retired"
    if row.effective_from is not None and today < row.effective_from:
        return "scheduled"
    if row.effective_to is not None and today > row.effective_to:
        return "ended"
    in_force = store.version_in_force(versions, row.channel, today)
    return "in_force" if row is in_force else "superseded"


def _listed(row: FormVersion, state: str, evaluations: int) -> dict[str, object]:
    form = form_of(row)
    return {
        "form_id": row.form_id,
        "version": row.version,
        "channel": row.channel,
        "title_fa": form.title.fa,
        "title_en": form.title.en,
        "questions": len(list(form.questions())),
        "state": state,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "published_at": row.published_at,
        "published_by": row.published_by,
        "retired_at": row.retired_at,
        "retired_by": row.retired_by,
        "evaluations": evaluations,
    }
