"""`qm report`: the report of a month."""

from pathlib import Path
from typing import Annotated

import typer

from qm.cli.terminal import PeriodOption, now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.text import Language
from qm.workflow.report_files import write_report


def report(
    period: PeriodOption,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Folder for the files; reports in the data folder.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="The centre's language where not given.")
    ] = None,
) -> None:
    """Write the monthly quality report as XLSX and CSV."""
    settings = read_settings()
    files = write_report(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period).require_month(),
        language=language or settings.centre_language,
        centre=settings.centre,
        folder=folder or settings.data_folder / "reports",
        now=now(),
    )
    for file in files:
        typer.echo(file)
