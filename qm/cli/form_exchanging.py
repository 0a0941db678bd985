"""`qm form import` and `qm form export`: forms from and for other systems, with what was lost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from qm.cli.form_data import JsonOption, findings, print_json, refusing_in_json
from qm.cli.form_files import FormArgument, LanguageOption, form_called, read_bytes
from qm.cli.form_words import finding_line
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.forms.form import Channel
from qm.core.forms.identifiers import FormId, Version
from qm.core.forms.questions import Lens
from qm.core.problems import Problem, merged
from qm.core.text import Language
from qm.exchange.exchanged import ImportChoices, ImportedForm
from qm.reports.files import written_whole
from qm.workflow.form_exchange import Source, Target, export_form, import_forms, keep_drafts


@refusing_in_json
def form_import(  # noqa: PLR0913, PLR0917 (a command has as many options as it needs)
    file: Annotated[Path, typer.Argument(help="The other system's document.")],
    source: Annotated[Source, typer.Option("--from", help="What the document is.")],
    to: Annotated[
        Path | None, typer.Option(help="Folder of the drafts; by default the forms folder.")
    ] = None,
    form_id: Annotated[
        str | None, typer.Option("--id", help="Id of the form; by default made of its title.")
    ] = None,
    version: Annotated[str, typer.Option(help="Version of the form.")] = "1",
    channel: Annotated[Channel, typer.Option(help="Channel of the form.")] = "call",
    language: Annotated[Language, typer.Option(help="Language of the document's texts.")] = "en",
    lens: Annotated[
        Lens, typer.Option(help="Lens of critical questions where the document names none.")
    ] = "business",
    force: Annotated[bool, typer.Option("--force", help="Replace files of the same name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import another system's form as a YAML draft, and name everything that was lost.

    The exit code is 1 where a form could not be read; then nothing is written. An Amazon Connect
    evaluation also gives its answers.
    """
    _check(form_id, "--id", FormId)
    _check(version, "--version", Version)
    choices = ImportChoices(form_id, version, channel, language, lens)
    imported = import_forms(COMMAND_LINE, source, read_bytes(file), file.name, choices)
    has_errors = any(each.form is None for each in imported)
    folder = to or read_settings().forms_folder
    files = () if has_errors else keep_drafts(COMMAND_LINE, imported, folder, replace=force)
    if as_json:
        print_json({"files": files, "forms": [_as_data(each) for each in imported]})
    else:
        for each in imported:
            _print_findings(each.problems, each.losses)
        for path in files:
            typer.echo(f"wrote {path}")
    if has_errors or not imported:
        raise typer.Exit(1)


@refusing_in_json
def form_export(
    form: FormArgument,
    target: Annotated[Target, typer.Option("--to", help="What to write.")],
    language: LanguageOption = None,
    output: Annotated[
        Path | None, typer.Option(help="File to write; by default named after the form, here.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Export a form for another system, and name everything that the file cannot hold."""
    settings = read_settings()
    found = form_called(form, settings)
    exported = export_form(COMMAND_LINE, found, target, language or settings.centre_language)
    path = output or Path(exported.file_name)
    with written_whole(path) as unfinished:
        unfinished.write_bytes(exported.content)
    if as_json:
        losses = findings(exported.losses, "loss")
        print_json({"file": path, "form": found.key, "findings": losses})
        return
    _print_findings((), exported.losses)
    typer.echo(f"wrote {path}")


def _check(value: str | None, option: str, kind: Any) -> None:
    try:
        if value is not None:
            TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"], param_hint=option) from error


def _print_findings(problems: Sequence[Problem], losses: Sequence[Problem]) -> None:
    for severity, found in (("error", problems), ("loss", merged(losses))):
        for problem in found:
            typer.echo(finding_line(problem, severity), err=True)


def _as_data(imported: ImportedForm) -> dict[str, object]:
    return {
        "form": imported.form.key if imported.form else None,
        "findings": [*findings(imported.problems, "error"), *findings(imported.losses, "loss")],
    }
