"""What analysts may be given: their profiles and their leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.form import CHANNELS
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sign_in import username_key
from qm.intake import fields
from qm.store import analysts as store
from qm.store.assignments import open_load
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.people import find_user
from qm.store.tables import AnalystProfile, Leave, Team, User

NO_ANALYST = explain(
    "analyst.unknown",
    N_("There is no analyst “{username}”."),
    N_("Look up the username: qm analyst list"),
)
UNKNOWN_LANGUAGE = explain(
    "analyst.language",
    N_("“{value}” is not the code of a language."),
    N_("Write ISO 639 codes such as fa or en."),
)
UNKNOWN_CHANNEL = explain(
    "analyst.channel",
    N_("“{value}” is no channel."),
    N_("Use one of: {channels}."),
)
UNKNOWN_TEAM = explain(
    "analyst.team",
    N_("There is no team “{value}”."),
    N_("Name a team that an import brought."),
)
NOTHING_LEFT = explain(
    "analyst.nothing_left",
    N_("Without any language or channel the analyst could be given nothing."),
    N_("Name those that they may score, or all; for an absence enter leave."),
)
OUT_OF_RANGE = explain(
    "analyst.out_of_range",
    N_("{value} is not between {least} and {most}."),
    N_("Write a number within these limits, or none for no limit."),
)
LEAVE_ORDER = explain(
    "leave.order",
    N_("The last day of the leave, {last}, lies before its first, {first}."),
    N_("Check the days, first and last included."),
)
NO_LEAVE = explain(
    "leave.unknown",
    N_("There is no leave {leave}."),
    N_("Look up its number: qm analyst list"),
)

_CAPACITY_MOST = 10_000
_HOURS_MOST = 168


@dataclass(frozen=True)
class Profile:
    """What an analyst may be given; None everywhere: everything, as much as is fair.

    `capacity` is the most evaluations in a period. With `hours_per_week` the fair share is in
    proportion to other analysts' hours. `team_id` is their own team, which they never evaluate.
    """

    capacity: int | None = None
    hours_per_week: float | None = None
    languages: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    team_id: str | None = None


@dataclass(frozen=True)
class AnalystOverview:
    """An active analyst: profile, open assignments, and leave from the earliest on."""

    username: str
    name: str
    name_fa: str | None
    profile: Profile
    open: int
    leave: tuple[Leave, ...]


def list_analysts(engine: Engine, actor: Actor) -> list[AnalystOverview]:
    """Return the active analysts by username."""
    actor.require("see_sampling")
    with transaction(engine) as session:
        loads = open_load(session)
        return [
            AnalystOverview(
                member.user.username,
                member.user.name,
                member.user.name_fa,
                _profile(member.user, member.profile),
                loads.get(member.user.username, 0),
                member.leave,
            )
            for member in store.staff(session)
        ]


def set_profile(
    engine: Engine, actor: Actor, username: str, profile: Profile, *, now: datetime
) -> None:
    """Give an analyst this profile instead of the one they have.

    Languages are kept as codes (`fa-IR` is `fa`). Raises `BadInput` with everything that is wrong;
    then nothing was changed.
    """
    actor.require("draw")
    with transaction(engine) as session:
        user = _analyst(session, username)
        languages, problems = _languages(user, profile.languages)
        problems += _problems(session, user, profile)
        if problems:
            raise BadInput(problems)
        row = store.profile(session, user.username)
        before = _profile(user, row)
        row.capacity, row.hours_per_week = profile.capacity, profile.hours_per_week
        row.languages = languages
        row.channels = None if profile.channels is None else sorted(set(profile.channels))
        user.team_id = profile.team_id
        session.add(row)
        session.add(user)
        _log(session, actor, "analyst_profile_set", user.username, now, before, _profile(user, row))


def add_leave(
    engine: Engine, actor: Actor, username: str, first: date, last: date, *, now: datetime
) -> None:
    """Note that an analyst is away from `first` to `last`, both included.

    What they have already stays theirs: see `qm.workflow.moving.move_assignments`.
    """
    actor.require("draw")
    with transaction(engine) as session:
        note_leave(session, actor, _analyst(session, username).username, first, last, now)


def note_leave(
    session: Session, actor: Actor, username: str, first: date, last: date, now: datetime
) -> None:
    """Store and log leave, unless the days are noted already."""
    if last < first:
        values = {"first": first.isoformat(), "last": last.isoformat()}
        raise BadInput(Problem(LEAVE_ORDER, username, values=values))
    known = store.leave_that_meets(session, username, first, last)
    if any(each.first_day <= first and last <= each.last_day for each in known):
        return
    session.add(Leave(username=username, first_day=first, last_day=last))
    detail = {"first": first.isoformat(), "last": last.isoformat()}
    record(
        session, actor=actor.username, action="leave_added", subject=username, at=now, detail=detail
    )


def remove_leave(engine: Engine, actor: Actor, leave_id: int, *, now: datetime) -> None:
    """Delete leave that is not taken."""
    actor.require("draw")
    with transaction(engine) as session:
        leave = session.get(Leave, leave_id)
        if leave is None:
            raise BadInput(Problem(NO_LEAVE, "leave", values={"leave": leave_id}))
        session.delete(leave)
        record(
            session,
            actor=actor.username,
            action="leave_removed",
            subject=leave.username,
            at=now,
            detail={"first": leave.first_day.isoformat(), "last": leave.last_day.isoformat()},
        )


def _analyst(session: Session, username: str) -> User:
    user = find_user(session, username_key(username))
    if user is None or user.role != "analyst":
        raise BadInput(Problem(NO_ANALYST, "analyst", values={"username": username}))
    return user


def _profile(user: User, row: AnalystProfile | None) -> Profile:
    if row is None:
        return Profile(team_id=user.team_id)
    return Profile(
        row.capacity, row.hours_per_week, _names(row.languages), _names(row.channels), user.team_id
    )


def _names(stored: list[str] | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored)


def _languages(user: User, given: Sequence[str] | None) -> tuple[list[str] | None, list[Problem]]:
    """Return the codes of languages, and a problem for each that is none."""
    if given is None:
        return None, []
    codes, problems = set(), []
    for text in given:
        try:
            codes.add(fields.language(text.strip()))
        except fields.Refused:
            values = {"value": text}
            problems.append(Problem(UNKNOWN_LANGUAGE, user.username, None, "languages", values))
    return sorted(codes), problems


def _problems(session: Session, user: User, profile: Profile) -> Iterator[Problem]:
    limits = (("capacity", 0, _CAPACITY_MOST), ("hours_per_week", 1, _HOURS_MOST))
    for field, least, most in limits:
        value = getattr(profile, field)
        if value is not None and not least <= value <= most:
            values = {"value": value, "least": least, "most": most}
            yield Problem(OUT_OF_RANGE, user.username, None, field, values)
    for field in ("languages", "channels"):
        if getattr(profile, field) == ():
            yield Problem(NOTHING_LEFT, user.username, None, field)
    for channel in profile.channels or ():
        if channel not in CHANNELS:
            values = {"value": channel, "channels": list(CHANNELS)}
            yield Problem(UNKNOWN_CHANNEL, user.username, None, "channels", values)
    if profile.team_id is not None and session.get(Team, profile.team_id) is None:
        yield Problem(UNKNOWN_TEAM, user.username, None, "team", {"value": profile.team_id})


def _log(
    session: Session,
    actor: Actor,
    action: str,
    username: str,
    now: datetime,
    before: Profile,
    after: Profile,
) -> None:
    detail = {
        name: [value, vars(after)[name]]
        for name, value in vars(before).items()
        if value != vars(after)[name]
    }
    record(session, actor=actor.username, action=action, subject=username, at=now, detail=detail)
