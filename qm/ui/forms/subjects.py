"""What the page shows one of: published versions, files in the forms folder, uploads."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qm.core.forms.form import Form
from qm.core.problems import BadInput, Problem
from qm.ui.here import Here
from qm.workflow.form_exchange import published_text
from qm.workflow.forms import FormFinding, check_forms, check_text, list_forms, named_form


@dataclass(frozen=True)
class Subject:
    """A form, or what was meant to be one.

    `name` is the version's key or the file's name; `row` what the list tells of a published
    version, None for a draft. `losses` are what an import could not carry over.
    """

    origin: Literal["published", "folder", "upload"]
    name: str
    form: Form | None
    text: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    losses: tuple[Problem, ...] = ()
    row: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """A name for widgets: another one for another content."""
        text = "\x1f".join([self.origin, self.name, self.text or ""])
        return f"{self.origin}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    @property
    def state(self) -> str:
        """The state of the version, `draft` or `errors`."""
        if self.row is not None:
            return str(self.row["state"])
        return "errors" if self.problems else "draft"

    @classmethod
    def of_finding(
        cls,
        origin: Literal["folder", "upload"],
        finding: FormFinding,
        losses: tuple[Problem, ...] = (),
    ) -> "Subject":
        """Return what a check found as a subject."""
        return cls(
            origin,
            finding.path.name,
            finding.form,
            finding.text,
            finding.problems,
            finding.warnings,
            losses,
        )


def published_subjects(page: Here) -> list[Subject]:
    """Return the published versions, by form, the highest version first."""
    listed = list_forms(page.engine, page.actor, centre=page.centre, now=page.now())
    rows = listed.astype(object).where(listed.notna(), None).to_dict("records")
    return [_published(page, {str(name): row[name] for name in row}) for row in rows]


def folder_subjects(page: Here, published: list[Subject]) -> tuple[list[Subject], BadInput | None]:
    """Return the files in the forms folder that are no published version, or why there are none."""
    folder = page.settings.forms_folder
    try:
        findings = check_forms(folder, folder / "LOCK")
    except BadInput as refusal:
        return [], refusal
    known = {subject.name for subject in published}
    return [
        Subject.of_finding("folder", finding)
        for finding in findings
        if finding.problems or finding.form is None or finding.form.key not in known
    ], None


def _published(page: Here, row: Mapping[str, Any]) -> Subject:
    key = f"{row['form_id']}@{row['version']}"
    form = named_form(page.engine, key, folder=page.settings.forms_folder, paths=False)
    text = published_text(page.engine, page.actor, form)
    return Subject("published", key, form, text, row=row)


def checked(subject: Subject) -> Subject:
    """Return the subject with the linter's warnings, which a published version has not yet."""
    if subject.origin != "published" or subject.text is None:
        return subject
    warnings = check_text(subject.text, subject.name).warnings
    return Subject(
        subject.origin, subject.name, subject.form, subject.text, (), warnings, (), subject.row
    )
