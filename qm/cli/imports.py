"""`qm import`: bring in what other systems exported."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.recordings import import_recordings
from qm.cli.terminal import now, open_database, print_problems, progress
from qm.cli.transcript_files import import_transcripts
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.intake.columns import header_documentation
from qm.workflow.interactions import import_interactions

app = typer.Typer(help="Bring in what other systems exported.", no_args_is_help=True)
app.command("recordings")(import_recordings)
app.command("transcripts")(import_transcripts)


@app.command("interactions")
def import_interactions_command(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; JSONL for chats and e-mails.")],
) -> None:
    """Import interactions; run it again as often as you like, known rows stay as they are.

    Rejected rows are listed with the reason and the remedy, and the exit code is then 1.
    """
    settings = read_settings()
    with progress("row", file.name) as show:
        report = import_interactions(
            open_database(settings),
            COMMAND_LINE,
            file,
            centre=settings.centre,
            recordings_folder=settings.recordings_folder,
            max_bytes=settings.upload_bytes,
            now=now(),
            on_progress=show,
        )
    print_problems(report.problems)
    typer.echo(f"{report.rows_new} new, {report.rows_known} known, {report.rows_rejected} rejected")
    if report.problems:
        raise typer.Exit(1)


@app.command("header")
def import_header() -> None:
    """Print the columns that an import of interactions reads."""
    typer.echo(header_documentation())
