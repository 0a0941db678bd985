"""`qm audit`: what was done and by whom, and whether the log of it is whole."""

import json
from typing import Annotated

import typer

from qm.cli.terminal import open_database, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.audit import Event
from qm.core.audit_verifying import Damage, Verification
from qm.core.centre import Centre
from qm.core.periods import Period, moment_label
from qm.store.audit import Wanted
from qm.workflow.audit import list_events, log_head, verify_log

app = typer.Typer(help="The log of what was done.", no_args_is_help=True)

_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_JOINERS = "\u200c\u200d"

_DAMAGES = {
    "changed": "event {first} does not follow from the one before it: it was changed, or that one",
    "removed": "{events} missing",
    "inserted": "{events} not written by qm",
    "reordered": "events {first} and {last} do not stand where they were written",
}


@app.command("list")
def audit_list(
    *,
    actor: Annotated[str | None, typer.Option(help="Who did it: a username.")] = None,
    action: Annotated[str | None, typer.Option(help="What was done, such as publish_form.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="To what: the beginning of an id or name.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From the start of this period: 1405-08, 2026-W47.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what was done, the newest first."""
    settings = read_settings()
    start = Period.parse(since).bounds(settings.centre.zone)[0] if since else None
    wanted = Wanted(actor=actor, action=action, subject=subject, since=start)
    found = list_events(open_database(settings), COMMAND_LINE, wanted, limit=limit)
    for event in found.events:
        typer.echo(_as_line(event) if as_json else _as_text(event, settings.centre))
    typer.echo(f"{len(found.events)} of {found.total} events", err=True)


@app.command("head")
def audit_head(*, as_json: _AsJson = False) -> None:
    """Print the hash of the newest event, to be kept where qm's database is not.

    “qm audit verify --head HASH” tells later whether the log still has it.
    """
    number, sha256 = log_head(open_database(read_settings()), COMMAND_LINE)
    typer.echo(json.dumps({"event": number, "sha256": sha256}) if as_json else sha256)


@app.command("verify")
def audit_verify(
    *,
    head: Annotated[str | None, typer.Option(help="A head that was printed earlier.")] = None,
    as_json: _AsJson = False,
) -> None:
    """Read the whole log and tell whether anything in it was changed; then the exit code is 1."""
    engine = open_database(read_settings())
    with progress("event", "Verifying") as show:
        found = verify_log(engine, COMMAND_LINE, head, on_progress=show)
    typer.echo(_verified_as_json(found) if as_json else "\n".join(_verified_as_text(found)))
    if not found.is_intact:
        raise typer.Exit(1)


def _as_line(event: Event) -> str:
    return json.dumps({**event._asdict(), "at": event.at.isoformat()}, ensure_ascii=False)


def _as_text(event: Event, centre: Centre) -> str:
    at = moment_label(event.at, centre.calendar, centre.zone, "en")
    detail = json.dumps(event.detail, ensure_ascii=False) if event.detail else ""
    line = f"{event.id}  {at}  {event.actor}  {event.action}  {event.subject}  {detail}".rstrip()
    # Whoever tries to sign in chooses what stands here: nothing may command the terminal.
    return "".join(letter if letter.isprintable() or letter in _JOINERS else "�" for letter in line)


def _verified_as_json(found: Verification) -> str:
    return json.dumps(
        {
            "is_intact": found.is_intact,
            "events": found.events,
            "head": {"event": found.head_id, "sha256": found.head},
            "has_known_head": found.has_known_head,
            "damages": [damage._asdict() for damage in found.damages],
            "damages_untold": found.untold,
        }
    )


def _verified_as_text(found: Verification) -> list[str]:
    lines = [_damage(damage) for damage in found.damages]
    if found.untold:
        lines.append(f"{found.untold} more events do not follow from the one before them")
    if found.has_known_head is False:
        lines.append("the log has no event with this head: its newest events were cut off, or")
        lines.append("it was written anew from an earlier event on")
    if found.is_intact:
        lines.append(f"{found.events} events, none changed; head {found.head}")
        if found.has_known_head is None:
            lines.append("whether events are missing at its end, only --head can tell")
    return lines


def _damage(damage: Damage) -> str:
    first, last = damage.first, damage.last
    events = f"event {first}:" if first == last else f"events {first} to {last}:"
    return _DAMAGES[damage.kind].format(first=first, last=last, events=events)
