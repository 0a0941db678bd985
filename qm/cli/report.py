"""`qm report`: the monthly report as files, its closing, revisions, proof and delivery."""

import json
from pathlib import Path
from typing import Annotated

import typer

from qm.cli.report_words import (
    as_data,
    line_of,
    lines_of_deliveries,
    lines_of_verification,
    verification_data,
)
from qm.cli.terminal import PeriodOption, now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.mailing import require_address
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.report_rules import FORMATS, Format, require_folder
from qm.core.text import Language
from qm.jobs import look_after_reports
from qm.workflow import report_destinations as destinations
from qm.workflow import report_freezing as freezing
from qm.workflow import report_reading as reading
from qm.workflow.report_files import write_files
from qm.workflow.report_rules import read_report_rules

UNKNOWN_FORMAT = explain(
    "report.unknown_format",
    N_("“{value}” is no format of the report."),
    N_("Write some of {formats}, parted by commas."),
)

app = typer.Typer(help="The monthly quality report: write, close, revise, verify, deliver.")

NumberOption = Annotated[
    int | None, typer.Option("--number", min=1, help="Which one; the newest where not given.")
]
AnyPeriodOption = Annotated[
    str | None, typer.Option("--period", help="Month, such as 1405-08 (Solar Hijri) or 2026-11.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]


@app.callback(invoke_without_command=True)
def write(
    context: typer.Context,
    period: AnyPeriodOption = None,
    formats: Annotated[
        str, typer.Option("--format", help="Some of xlsx, csv, pdf, html, parted by commas.")
    ] = "xlsx,csv",
    language: Annotated[
        Language | None, typer.Option(help="The centre's language where not given.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Folder for the files; reports in the data folder.")
    ] = None,
    number: NumberOption = None,
) -> None:
    """Write the monthly quality report: the closed one, a draft where the month is open."""
    if context.invoked_subcommand:
        return
    if period is None:
        raise typer.BadParameter("is missing", param_hint="--period")
    wanted, settings = _formats(formats), read_settings()
    report = reading.read_report(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period).require_month(),
        number,
        centre=settings.centre,
        now=now(),
    )
    chosen, into = language or settings.centre_language, folder or settings.report_folder
    files = write_files(report, chosen, wanted, into)
    for file in files:
        typer.echo(file)


@app.command("close")
def close(
    period: PeriodOption,
    reason: Annotated[
        str, typer.Option("--reason", help="Why it closes although picks are open.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Close a month that is over: freeze its report as number 1 and queue its deliveries."""
    settings = read_settings()
    closed = freezing.close_month(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period),
        centre=settings.centre,
        now=now(),
        reason=reason,
    )
    typer.echo(_json(as_data(closed)) if as_json else line_of(closed, settings.centre))


@app.command("revise")
def revise(
    period: PeriodOption,
    reason: Annotated[str, typer.Option("--reason", help="What was corrected.")],
    as_json: JsonOption = False,
) -> None:
    """Freeze a closed month's report anew, with the list of what changed since."""
    settings = read_settings()
    closed = freezing.revise_report(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period),
        reason,
        centre=settings.centre,
        now=now(),
    )
    typer.echo(_json(as_data(closed)) if as_json else line_of(closed, settings.centre))


@app.command("list")
def list_closed(period: AnyPeriodOption = None, as_json: JsonOption = False) -> None:
    """List the closed reports and their deliveries, the newest first."""
    settings = read_settings()
    engine, month = open_database(settings), Period.parse(period) if period else None
    closed = reading.list_reports(engine, COMMAND_LINE, month)
    sent = destinations.list_deliveries(engine, COMMAND_LINE, month)
    if as_json:
        data = {"reports": list(map(as_data, closed)), "deliveries": list(map(as_data, sent))}
        typer.echo(_json(data))
        return
    for each in closed:
        typer.echo(line_of(each, settings.centre))
        own = [one for one in sent if (one.period, one.number) == (each.period, each.number)]
        for line in lines_of_deliveries(own, settings.centre):
            typer.echo(line)


@app.command("verify")
def verify(period: PeriodOption, number: NumberOption = None, as_json: JsonOption = False) -> None:
    """Compute the hashes of a closed report anew; exit code 1 where something differs."""
    settings = read_settings()
    found = reading.verify_report(
        open_database(settings), COMMAND_LINE, Period.parse(period), number
    )
    if as_json:
        typer.echo(_json(verification_data(found)))
    else:
        for line in lines_of_verification(found):
            typer.echo(line)
    if not found.holds:
        raise typer.Exit(1)


@app.command("deliver")
def deliver(
    period: AnyPeriodOption = None,
    folders: Annotated[
        list[str] | None, typer.Option("--to-folder", help="Below the reports' folder.")
    ] = None,
    addresses: Annotated[
        list[str] | None, typer.Option("--to-address", help="An e-mail address.")
    ] = None,
    number: NumberOption = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try what failed or was put off at once.")
    ] = False,
) -> None:
    """Queue a closed report for folders and addresses, by default those of the rules.

    Workers deliver it, or “qm report run”.
    """
    engine = open_database(read_settings())
    if retry:
        count = destinations.retry_deliveries(engine, COMMAND_LINE, now=now())
        typer.echo(f"{count} wait again")
        return
    if period is None:
        raise typer.BadParameter("is missing", param_hint="--period")
    rules = read_report_rules(engine, COMMAND_LINE)
    if folders or addresses:
        targets = {
            "folders": tuple(map(require_folder, folders or [])),
            "recipients": tuple(map(require_address, addresses or [])),
        }
        rules = rules.model_copy(update=targets)
    count = destinations.queue_deliveries(
        engine, COMMAND_LINE, Period.parse(period), rules, number=number, now=now()
    )
    typer.echo(f"{count} queued")


@app.command("run")
def run(as_json: JsonOption = False) -> None:
    """Close the month if the rules want it, and deliver what is due; for cron.

    “qm worker” does the same every minute. Exit code 1 where a delivery is not done.
    """
    settings = read_settings()
    done = look_after_reports(open_database(settings), settings)
    if as_json:
        closed = as_data(done.closed) if done.closed else None
        typer.echo(_json({"closed": closed, "deliveries": list(map(as_data, done.tried))}))
    else:
        if done.closed:
            typer.echo(line_of(done.closed, settings.centre))
        for each in done.tried:
            typer.echo(f"{each.way} {each.target}: {each.result} {each.error}".rstrip())
    if any(each.result in {"failed", "put_off"} for each in done.tried):
        raise typer.Exit(1)


def _formats(text: str) -> tuple[Format, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))
    for name in names:
        if name not in FORMATS:
            values = {"value": name, "formats": list(FORMATS)}
            raise BadInput(Problem(UNKNOWN_FORMAT, "--format", values=values))
    return tuple(each for name in names for each in FORMATS if each == name)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
