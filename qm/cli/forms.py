"""`qm form`: check and publish evaluation forms."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.terminal import now, open_database, print_problems
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.workflow.forms import check_forms, list_forms, publish_form

app = typer.Typer(help="Check and publish evaluation forms.", no_args_is_help=True)


@app.command("check")
def form_check() -> None:
    """Check every form file; the exit code is 1 where one has errors."""
    settings = read_settings()
    findings = check_forms(settings.forms_folder, settings.forms_folder / "LOCK")
    for finding in findings:
        print_problems(finding.problems + finding.warnings)
        typer.echo(f"{finding.path.name}: {'has errors' if finding.problems else 'ok'}")
    if any(finding.problems for finding in findings):
        raise typer.Exit(1)


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
