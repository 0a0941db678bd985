"""`qm assign` and `qm analyst`: who evaluates what, and what each analyst may be given."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer
from persiantools.jdatetime import JalaliDate

from qm.cli.terminal import now, open_database, print_problems
from qm.config import Settings, read_settings
from qm.core.access import COMMAND_LINE
from qm.core.calendars import parts_of
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import BadInput, Problem
from qm.core.text import latin_digits
from qm.workflow.analysts import (
    NO_ANALYST,
    Profile,
    add_leave,
    list_analysts,
    remove_leave,
    set_profile,
)
from qm.workflow.assigning import assign_picks
from qm.workflow.moving import move_assignments

app = typer.Typer(help="What analysts may be given, and their leave.", no_args_is_help=True)


def _day(text: str) -> date:
    """Read a day of either calendar: years before 1700 are Solar Hijri."""
    try:
        year, month, day = map(int, latin_digits(text).replace("/", "-").split("-"))
        if year >= 1700:
            return date(year, month, day)
        jalali: date = JalaliDate(year, month, day).to_gregorian()
    except ValueError as error:
        hint = f"“{text}” is no day; write it like 1405-08-14 or 2026-11-05"
        raise typer.BadParameter(hint) from error
    return jalali


_ALL = "all"
_NONE = "none"


def assign(
    period: Annotated[
        str | None, typer.Option("--period", help="Month, week or quarter, such as 1405-08.")
    ] = None,
    move_from: Annotated[
        str | None, typer.Option(metavar="NAME", help="Give an analyst's open work to the others.")
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="DAY",
            help="With --move-from: last day of an absence that begins today; it is noted as "
            "leave, and what can be done after it stays.",
        ),
    ] = None,
    begun_too: Annotated[
        bool, typer.Option("--begun-too", help="With --move-from: also what has a draft.")
    ] = False,
) -> None:
    """Give the period's unassigned picks to the analysts, or one analyst's work to the others.

    The exit code is 1 where something stays unassigned; what to relax is told.
    """
    if (period is None) == (move_from is None):
        raise typer.BadParameter("give either --period or --move-from")
    if move_from is None and (until is not None or begun_too):
        raise typer.BadParameter("--until and --begun-too go with --move-from")
    settings = read_settings()
    problems = (
        _move(settings, move_from, until, begun_too=begun_too)
        if move_from is not None
        else _assign(settings, Period.parse(period or ""))
    )
    print_problems(problems)
    if problems:
        raise typer.Exit(1)


def _assign(settings: Settings, period: Period) -> tuple[Problem, ...]:
    engine = open_database(settings)
    summary = assign_picks(engine, COMMAND_LINE, period, centre=settings.centre, now=now())
    for analyst, count in summary.by_analyst.items():
        typer.echo(f"{analyst}: {count} new, {summary.loads[analyst]} open")
    if summary.repeats:
        typer.echo(f"{summary.repeats} of an agent whom the analyst has already")
    print_problems(summary.relaxed)
    return summary.problems


def _move(
    settings: Settings, username: str, until: date | None, *, begun_too: bool
) -> tuple[Problem, ...]:
    summary = move_assignments(
        open_database(settings),
        COMMAND_LINE,
        username,
        centre=settings.centre,
        now=now(),
        until=until,
        begun_too=begun_too,
    )
    for analyst, count in summary.moved.items():
        typer.echo(f"{analyst}: {count} more")
    typer.echo(
        f"{sum(summary.moved.values())} moved; stay: {summary.begun} begun, "
        f"{summary.in_time} that can be done in time"
    )
    return summary.problems


@app.command("list")
def analyst_list() -> None:
    """List the analysts with profile, open assignments and leave."""
    settings = read_settings()
    for each in list_analysts(open_database(settings), COMMAND_LINE):
        profile = each.profile
        typer.echo(
            f"{each.username}\topen {each.open}\tcapacity {_shown(profile.capacity)}\t"
            f"hours {_shown(profile.hours_per_week)}\tlanguages {_names(profile.languages)}\t"
            f"channels {_names(profile.channels)}\tteam {profile.team_id or _NONE}"
        )
        for leave in each.leave:
            first, last = (
                _day_text(day, settings.centre) for day in (leave.first_day, leave.last_day)
            )
            typer.echo(f"  leave {leave.id}: {first} to {last}")


def _shown(value: float | None) -> str:
    return _NONE if value is None else f"{value:g}"


def _names(names: tuple[str, ...] | None) -> str:
    return _ALL if names is None else ",".join(names)


def _day_text(day: date, centre: Centre) -> str:
    year, month, number = parts_of(day, centre.calendar)
    return f"{year:04d}-{month:02d}-{number:02d}"


@app.command("set")
def analyst_set(
    username: Annotated[str, typer.Argument(help="Whose profile.")],
    capacity: Annotated[
        str | None, typer.Option(help="Most evaluations in a period, or none for no limit.")
    ] = None,
    hours: Annotated[
        str | None, typer.Option(help="Hours a week for evaluating, or none for not stated.")
    ] = None,
    languages: Annotated[
        str | None, typer.Option(help="Languages they may score, like fa,en, or all.")
    ] = None,
    channels: Annotated[
        str | None, typer.Option(help="Channels they may score, like call,chat, or all.")
    ] = None,
    team: Annotated[
        str | None, typer.Option(help="Their own team, never given to them, or none.")
    ] = None,
) -> None:
    """Change what an analyst may be given; what is not named stays."""
    engine = open_database(read_settings())
    known = {each.username: each for each in list_analysts(engine, COMMAND_LINE)}
    if username not in known:
        raise BadInput(Problem(NO_ANALYST, "analyst", values={"username": username}))
    profile = known[username].profile
    if capacity is not None:
        profile = replace(profile, capacity=_whole(capacity))
    if hours is not None:
        profile = replace(profile, hours_per_week=_number(hours, "--hours"))
    if languages is not None:
        profile = replace(profile, languages=_listed(languages))
    if channels is not None:
        profile = replace(profile, channels=_listed(channels))
    if team is not None:
        profile = replace(profile, team_id=None if team == _NONE else team)
    set_profile(engine, COMMAND_LINE, username, profile, now=now())
    _say(username, profile)


def _say(username: str, profile: Profile) -> None:
    typer.echo(
        f"{username}: capacity {_shown(profile.capacity)}, hours {_shown(profile.hours_per_week)}, "
        f"languages {_names(profile.languages)}, channels {_names(profile.channels)}, "
        f"team {profile.team_id or _NONE}"
    )


def _number(text: str, option: str) -> float | None:
    if text == _NONE:
        return None
    try:
        return float(latin_digits(text))
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is no number", param_hint=option) from error


def _whole(text: str) -> int | None:
    number = _number(text, "--capacity")
    if number is not None and not number.is_integer():
        raise typer.BadParameter(f"“{text}” is no whole number", param_hint="--capacity")
    return None if number is None else int(number)


def _listed(text: str) -> tuple[str, ...] | None:
    if text == _ALL:
        return None
    return tuple(part for part in (each.strip() for each in text.split(",")) if part)


@app.command("leave")
def analyst_leave(
    username: Annotated[str, typer.Argument(help="Who is away.")],
    first: Annotated[
        date | None, typer.Option("--from", parser=_day, metavar="DAY", help="First day away.")
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--to", parser=_day, metavar="DAY", help="Last day away; the first day's."),
    ] = None,
    remove: Annotated[
        int | None, typer.Option(help="Number of leave that is not taken, as listed.")
    ] = None,
) -> None:
    """Note leave, or take it back; nothing is assigned to somebody who is away until it is due."""
    engine = open_database(read_settings())
    if (first is None) == (remove is None):
        raise typer.BadParameter("give either --from or --remove")
    if remove is not None:
        remove_leave(engine, COMMAND_LINE, remove, now=now())
        typer.echo(f"leave {remove} removed")
    elif first is not None:
        add_leave(engine, COMMAND_LINE, username, first, last or first, now=now())
        typer.echo(f"{username} is away; move open work with: qm assign --move-from {username}")
