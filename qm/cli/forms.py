"""`qm form`: check and publish evaluation forms."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.terminal import now, open_database, print_problems
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import BadInput, Problem
from qm.intake.form_files import POLICY_FILE, read_policy
from qm.workflow.forms import check_forms, list_forms, publish_form

app = typer.Typer(help="Check and publish evaluation forms.", no_args_is_help=True)


@app.command("check")
def form_check() -> None:
    """Check every form file and the sampling policy; the exit code is 1 where one has errors."""
    settings = read_settings()
    findings = check_forms(settings.forms_folder, settings.forms_folder / "LOCK")
    checked = [(found.path, found.problems, found.warnings) for found in findings]
    policy = settings.forms_folder / POLICY_FILE
    if policy.is_file():
        checked.append((policy, _policy_problems(policy), ()))
    for path, problems, warnings in checked:
        print_problems(problems + warnings)
        typer.echo(f"{path.name}: {'has errors' if problems else 'ok'}")
    if any(problems for _path, problems, _warnings in checked):
        raise typer.Exit(1)


def _policy_problems(path: Path) -> tuple[Problem, ...]:
    try:
        read_policy(path)
    except BadInput as refusal:
        return refusal.problems
    return ()


@app.command("publish")
def form_publish(files: Annotated[list[Path], typer.Argument(help="Form files.")]) -> None:
    """Publish form versions for good."""
    settings = read_settings()
    engine = open_database(settings)
    lock = settings.forms_folder / "LOCK"
    for file in files:
        version = publish_form(engine, COMMAND_LINE, file, lock_path=lock, now=now())
        typer.echo(f"published {version.form_id}@{version.version} sha256:{version.sha256}")


@app.command("list")
def form_list() -> None:
    """List the published form versions."""
    listed = list_forms(open_database(read_settings()), COMMAND_LINE)
    typer.echo("nothing is published" if listed.empty else listed.to_string(index=False))
