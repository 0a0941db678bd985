"""`qm form check`: every finding about form files, before anybody publishes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qm.cli.form_data import JsonOption, findings, print_json, refusing_in_json
from qm.cli.form_files import read_bytes
from qm.cli.form_words import finding_line
from qm.config import Settings, read_settings
from qm.core.problems import BadInput
from qm.intake.form_files import text_sha256
from qm.intake.form_lock import check_lock, read_lock
from qm.intake.phrase_files import PHRASES_FILE, check_phrases
from qm.intake.policy_files import POLICY_FILE, check_policy
from qm.workflow.forms import FormFinding, check_forms, check_upload


@refusing_in_json
def form_check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="YAML or XLSX files; by default the forms folder.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check form files, with the folder also its other files; exit code 1 for errors."""
    settings = read_settings()
    checked = [_check_file(path, settings) for path in files] if files else _check_all(settings)
    if as_json:
        print_json(_as_data(checked))
    else:
        _print(checked)
    if any(finding.problems for finding in checked):
        raise typer.Exit(1)


def _check_all(settings: Settings) -> list[FormFinding]:
    checked = check_forms(settings.forms_folder, settings.forms_folder / "LOCK")
    policy = settings.forms_folder / POLICY_FILE
    if policy.is_file():
        _policy, problems, warnings = check_policy(policy)
        checked.append(FormFinding(policy, None, problems, warnings))
    phrases = settings.forms_folder / PHRASES_FILE
    if phrases.is_file():
        forms = [finding.form for finding in checked if finding.form]
        _rules, problems, warnings = check_phrases(phrases, forms)
        checked.append(FormFinding(phrases, None, problems, warnings))
    return checked


def _check_file(path: Path, settings: Settings) -> FormFinding:
    try:
        finding = check_upload(read_bytes(path), path.name)
    except BadInput as refusal:
        return FormFinding(path, None, refusal.problems)
    if finding.form is None or finding.text is None:
        return finding
    lock = read_lock(settings.forms_folder / "LOCK")
    differs = check_lock(finding.form.key, text_sha256(finding.text), lock, path.name)
    return FormFinding(path, finding.form, tuple(differs), finding.warnings, finding.text)


def _print(checked: Sequence[FormFinding]) -> None:
    for finding in checked:
        for severity, problems in (("error", finding.problems), ("warning", finding.warnings)):
            for problem in problems:
                typer.echo(finding_line(problem, severity), err=True)
        typer.echo(f"{finding.path.name}: {'has errors' if finding.problems else 'ok'}")


def _as_data(checked: Sequence[FormFinding]) -> dict[str, object]:
    return {
        "errors": sum(len(finding.problems) for finding in checked),
        "warnings": sum(len(finding.warnings) for finding in checked),
        "files": [
            {
                "file": finding.path.name,
                "form": finding.form.key if finding.form else None,
                "findings": [
                    *findings(finding.problems, "error"),
                    *findings(finding.warnings, "warning"),
                ],
            }
            for finding in checked
        ],
    }
