"""Form and policy files → forms and policies, or what is wrong with them."""

import dataclasses
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from qm.core.forms.form import Form
from qm.core.forms.form_lint import findings
from qm.core.problems import BadInput, Problem
from qm.core.sampling import Policy
from qm.intake.model_problems import first_of, located, model_problems
from qm.intake.yaml_files import Document, YamlPath, read_text, read_yaml

POLICY_FILE = "sampling.yaml"

_STEP = re.compile(r"([a-z_]+)|\[([0-9]+)\]")


def form_paths(folder: Path) -> list[Path]:
    """Return the form files in `folder`, by name; the sampling policy is none of them."""
    return sorted(
        path
        for path in folder.glob("*.y*ml")
        if path.suffix in {".yaml", ".yml"}
        and path.name != POLICY_FILE
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
        return FormReading(None, _in_document(error.problems, document, place))
    return FormReading(form, (), _in_document(findings(form), document, place))


def read_policy(path: Path) -> Policy:
    """Return the sampling policy in the file; raises `BadInput` with every problem in it."""
    document = read_yaml(read_text(path), path.name)
    try:
        return Policy.model_validate(document.value)
    except ValidationError as error:
        raise BadInput(model_problems(error, Policy, document, path.name)) from error


def text_sha256(text: str) -> str:
    """Return the hash of a file's text; with LF line ends it is the hash of the file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def _in_document(
    problems: Iterable[Problem], document: Document, place: str
) -> tuple[Problem, ...]:
    """Give problems that the core found in a form the file and the lines they stand in."""
    every = [
        located(dataclasses.replace(problem, place=place), _path(problem.field or ""), document)
        for problem in problems
    ]
    return tuple(first_of(every, place))


def _path(written: str) -> YamlPath:
    return tuple(name or int(place) for name, place in _STEP.findall(written))
