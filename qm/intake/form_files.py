"""Form files → forms, or what is wrong with them."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from qm.core.forms.form import Form
from qm.core.forms.form_lint import findings
from qm.core.problems import BadInput, Problem
from qm.intake.model_problems import in_document, model_problems
from qm.intake.phrase_files import PHRASES_FILE
from qm.intake.policy_files import POLICY_FILE
from qm.intake.yaml_files import read_yaml

NO_FORMS = frozenset({POLICY_FILE, PHRASES_FILE})
"""Files of the forms folder that hold something else."""


def form_paths(folder: Path) -> list[Path]:
    """Return the form files in `folder`, by name; sampling policy and phrases are none of them."""
    return sorted(
        path
        for path in folder.glob("*.y*ml")
        if path.suffix in {".yaml", ".yml"}
        and path.name not in NO_FORMS
        and not path.name.startswith(".")
        and path.is_file()
    )


class FormReading(NamedTuple):
    """What came of reading a form: no form where there are problems; warnings do not block."""

    form: Form | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def read_form(text: str, place: str) -> FormReading:
    """Return the form that `text` writes, or every problem with its line.

    `place` is the name the problems show. Never raises for a bad text.
    """
    try:
        document = read_yaml(text, place)
    except BadInput as error:
        return FormReading(None, error.problems)
    try:
        form = Form.model_validate(document.value)
    except ValidationError as error:
        return FormReading(None, tuple(model_problems(error, Form, document, place)))
    except BadInput as error:
        return FormReading(None, in_document(error.problems, document, place))
    return FormReading(form, (), in_document(findings(form), document, place))


def text_sha256(text: str) -> str:
    """Return the hash of a file's text; with LF line ends it is the hash of the file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
