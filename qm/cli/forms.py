"""`qm form`: check, try, exchange, publish and retire evaluation forms."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from qm.cli.form_checking import form_check
from qm.cli.form_data import JsonOption, print_json, refusing_in_json
from qm.cli.form_exchanging import form_export, form_import
from qm.cli.form_files import read_bytes
from qm.cli.form_scoring import form_score
from qm.cli.form_showing import form_diff, form_show
from qm.cli.form_simulating import form_simulate
from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.problems import BadInput
from qm.store.tables import FormVersion
from qm.workflow.forms import check_upload, list_forms, publish_form, publish_text, retire_form

SHOWN = [
    "form_id",
    "version",
    "channel",
    "state",
    "effective_from",
    "effective_to",
    "questions",
    "evaluations",
    "published_by",
]

app = typer.Typer(help="Check, try, exchange and publish forms.", no_args_is_help=True)
app.command("check")(form_check)
app.command("show")(form_show)
app.command("diff")(form_diff)
app.command("score")(form_score)
app.command("simulate")(form_simulate)
app.command("import")(form_import)
app.command("export")(form_export)


@app.command("publish")
@refusing_in_json
def form_publish(
    files: Annotated[list[Path], typer.Argument(help="Form files.")], as_json: JsonOption = False
) -> None:
    """Publish form versions for good; a workbook becomes a YAML file in the forms folder."""
    settings = read_settings()
    engine = open_database(settings)
    published = []
    for file in files:
        version = _publish(engine, file, settings.forms_folder)
        key = f"{version.form_id}@{version.version}"
        published.append({"form": key, "sha256": version.sha256})
        if not as_json:
            typer.echo(f"published {key} sha256:{version.sha256}")
    if as_json:
        print_json({"published": published})


def _publish(engine: Engine, file: Path, folder: Path) -> FormVersion:
    lock = folder / "LOCK"
    if file.suffix.lower() != ".xlsx":
        return publish_form(engine, COMMAND_LINE, file, lock_path=lock, now=now())
    finding = check_upload(read_bytes(file), file.name)
    if finding.form is None or finding.text is None:
        raise BadInput(finding.problems)
    return publish_text(
        engine, COMMAND_LINE, finding.text, folder=folder, lock_path=lock, now=now()
    )


@app.command("retire")
@refusing_in_json
def form_retire(
    form: Annotated[str, typer.Argument(metavar="FORM@VERSION", help="The published version.")],
    as_json: JsonOption = False,
) -> None:
    """Retire a published version for good: it gets no new assignments, those it has stay."""
    form_id, _, version = form.partition("@")
    engine = open_database(read_settings())
    retired = retire_form(engine, COMMAND_LINE, form_id, version, now=now())
    key = f"{retired.form_id}@{retired.version}"
    if as_json:
        print_json({"retired": key, "at": retired.retired_at})
    else:
        typer.echo(f"retired {key}")


@app.command("list")
@refusing_in_json
def form_list(as_json: JsonOption = False) -> None:
    """List the published form versions with their state, days and number of evaluations."""
    settings = read_settings()
    engine = open_database(settings)
    listed = list_forms(engine, COMMAND_LINE, centre=settings.centre, now=now())
    if as_json:
        # Missing days are None, as in the table that the database gave.
        rows = listed.astype(object).where(listed.notna(), None).to_dict("records")
        print_json({"forms": rows})
    else:
        shown = listed[SHOWN].astype(object)
        text = shown.where(shown.notna(), "-").to_string(index=False)
        typer.echo("nothing is published" if listed.empty else text)
