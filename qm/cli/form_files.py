"""The form that a command names: a file, without any database, or a published version."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.terminal import open_database
from qm.config import Settings
from qm.core.forms.form import Form
from qm.core.problems import BadInput, Problem
from qm.core.text import Language
from qm.intake.yaml_files import UNREADABLE
from qm.workflow.form_exchange import MOST_BYTES
from qm.workflow.forms import check_upload, named_form

FormArgument = Annotated[
    str, typer.Argument(help="id@version, an id (its highest version), or a YAML or XLSX file.")
]
LanguageOption = Annotated[
    Language | None,
    typer.Option(help="Language of the form's texts; by default the centre's.", show_default=False),
]

_SUFFIXES = {".yaml", ".yml", ".xlsx"}


def form_called(name: str, settings: Settings) -> Form:
    """Return the form of a file's path, or the published one or draft of this key or id.

    Raises `BadInput` where there is none, and for a file with errors.
    """
    path = Path(name)
    if path.suffix.lower() not in _SUFFIXES:
        return named_form(open_database(settings), name, folder=settings.forms_folder, paths=False)
    finding = check_upload(read_bytes(path), path.name)
    if finding.form is None:
        raise BadInput(finding.problems)
    return finding.form


def read_bytes(path: Path) -> bytes:
    """Return the file's content, of a too large one enough to tell; raises `BadInput`."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        values = {"cause": error.strerror or type(error).__name__}
        raise BadInput(Problem(UNREADABLE, path.name, values=values)) from error
