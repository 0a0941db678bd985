"""Committing to the seed of a period before it starts, and revealing it after the draw."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sampling.numbers import seed_sha256
from qm.core.sampling.policy import Policy
from qm.store import draw_seeds as store
from qm.store import draws
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.tables import DrawSeed, PolicyVersion

SEED_COMMITTED = explain(
    "seed.committed",
    N_("The seed of this period was committed to already (SHA-256 {sha256})."),
    N_("Draw with it; a commitment is never changed."),
)
SEED_LATE = explain(
    "seed.late",
    N_("The period has begun: a commitment made now does not show that nobody chose the seed."),
    N_("Commit to a later period, or take --late: the commitment then says so everywhere."),
)
SEED_MISSING = explain(
    "seed.missing",
    N_("The period has no seed yet."),
    N_("Commit to one, or draw: qm draw commit --period {period}"),
)
SEED_SECRET = explain(
    "seed.secret",
    N_("The period has not been drawn, so its seed stays secret."),
    N_("Draw it first: qm draw run --period {period}"),
)
SEED_LENGTH = explain(
    "seed.length",
    N_("A seed has 1 to {most} characters, all of them visible."),
    N_("Give another one, or none: then a random one is made."),
)
SEED_OTHER = explain(
    "seed.other",
    N_("A seed was committed to (SHA-256 {sha256}), and the one that is given is another."),
    N_("Draw without giving a seed: the committed one is used."),
)
POLICY_CHANGED = explain(
    "policy.changed",
    N_("The policy {policy} was used before with another content (SHA-256 {sha256})."),
    N_("Raise the version in the policy's file."),
)
POLICY_PERIOD = explain(
    "policy.other_period",
    N_("The policy {policy} is not for such a period."),
    N_("Name a period of its kind, such as {example}."),
)

MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Commitment:
    """What anybody may know of a period's seed; `seed` is None until it is revealed.

    `is_late` tells that it was committed to when the period had begun. `policy_sha256` is that of
    the policy committed to with it.
    """

    period: str
    starts_at: datetime
    ends_at: datetime
    seed_sha256: str
    policy_sha256: str | None
    committed_at: datetime
    committed_by: str
    is_late: bool
    revealed_at: datetime | None
    revealed_by: str | None
    seed: str | None

    @classmethod
    def of(cls, row: DrawSeed) -> "Commitment":
        """Return what may be known of a stored seed."""
        return cls(
            row.period,
            row.starts_at,
            row.ends_at,
            row.seed_sha256,
            row.policy_sha256,
            row.committed_at,
            row.committed_by,
            row.committed_at > row.starts_at,
            row.revealed_at,
            row.revealed_by,
            row.seed if row.revealed_at else None,
        )


def commit_seed(
    engine: Engine,
    actor: Actor,
    period: Period,
    policy: Policy,
    *,
    centre: Centre,
    now: datetime,
    seed: str | None = None,
    late: bool = False,
) -> Commitment:
    """Store the seed of a period with the policy it will be drawn by; return its hash.

    Without `seed` a random one is made. Raises `BadInput` where the period has one, where it has
    begun (unless `late`), and where the policy differs from what its version was before.
    """
    actor.require("draw")
    require_period(policy, period, centre, now)
    with transaction(engine) as session:
        row = new_seed(period, policy, centre=centre, by=actor.username, now=now, seed=seed)
        if row.committed_at > row.starts_at and not late:
            raise BadInput(Problem(SEED_LATE, str(period)))
        keep_policy(session, policy, by=actor.username, now=now)
        if not store.add_seed(session, row):
            known = store.seed_of(session, str(period))
            values = {"sha256": known.seed_sha256 if known else ""}
            raise BadInput(Problem(SEED_COMMITTED, str(period), values=values))
        _log(session, "commit_seed", row, actor.username, now)
    return Commitment.of(row)


def reveal_seed(engine: Engine, actor: Actor, period: Period, *, now: datetime) -> Commitment:
    """Make the seed of a drawn period public and return it; a second time changes nothing.

    Raises `BadInput` where the period has no seed or is not drawn.
    """
    actor.require("draw")
    with transaction(engine) as session:
        row = store.lock_seed(session, str(period))
        if row is None:
            raise BadInput(Problem(SEED_MISSING, str(period), values={"period": period}))
        if draws.draw_of(session, str(period)) is None:
            raise BadInput(Problem(SEED_SECRET, str(period), values={"period": period}))
        if row.revealed_at is None:
            row.revealed_at, row.revealed_by = now, actor.username
            session.add(row)
            _log(session, "reveal_seed", row, actor.username, now)
    return Commitment.of(row)


def list_seeds(engine: Engine, actor: Actor) -> list[Commitment]:
    """Return what may be known of every seed, the latest period first."""
    actor.require("see_sampling")
    with transaction(engine) as session:
        return [Commitment.of(row) for row in store.seeds(session)]


def seed_for_draw(
    session: Session,
    period: Period,
    policy: Policy,
    *,
    centre: Centre,
    by: str,
    now: datetime,
    seed: str | None,
) -> tuple[DrawSeed, bool]:
    """Return the period's seed, locked against other draws, and whether it was made just now.

    Raises `BadInput` where `seed` is given and another one was committed to.
    """
    made = new_seed(period, policy, centre=centre, by=by, now=now, seed=seed)
    is_new = store.add_seed(session, made)
    if is_new:
        _log(session, "commit_seed", made, by, now)
    row = cast("DrawSeed", store.lock_seed(session, str(period)))
    if seed is not None and row.seed != seed:
        values = {"sha256": row.seed_sha256}
        raise BadInput(Problem(SEED_OTHER, str(period), values=values))
    return row, is_new


def commit_following(
    session: Session, period: Period, policy: Policy, *, centre: Centre, by: str, now: datetime
) -> list[DrawSeed]:
    """Commit to the seed of the next period, and of the first one that has not begun by `now`.

    Whoever draws a month after its end, as one does, would otherwise always be late with the
    next one. Returns the seeds that are new.
    """
    following = [period.shift(1)]
    if following[0].bounds(centre.zone)[0] < now:
        current = Period.containing(now, period.calendar, centre.zone, period.kind)
        following += [current.shift(1)] if current.shift(1) > following[0] else []
    rows = [new_seed(each, policy, centre=centre, by=by, now=now, seed=None) for each in following]
    made = [row for row in rows if store.add_seed(session, row)]
    for row in made:
        _log(session, "commit_seed", row, by, now)
    return made


def new_seed(
    period: Period, policy: Policy, *, centre: Centre, by: str, now: datetime, seed: str | None
) -> DrawSeed:
    """Return a seed that is not stored yet, a random one where `seed` is None."""
    if seed is not None and not (
        seed.strip() and seed.isprintable() and len(seed) <= MOST_CHARACTERS
    ):
        raise BadInput(Problem(SEED_LENGTH, str(period), values={"most": MOST_CHARACTERS}))
    chosen = secrets.token_hex(32) if seed is None else seed
    starts_at, ends_at = period.bounds(centre.zone)
    return DrawSeed(
        period=str(period),
        starts_at=starts_at,
        ends_at=ends_at,
        seed=chosen,
        seed_sha256=seed_sha256(chosen),
        policy_sha256=policy.sha256(),
        committed_at=now,
        committed_by=by,
    )


def keep_policy(session: Session, policy: Policy, *, by: str, now: datetime) -> None:
    """Store the policy's version; raises `BadInput` where it is known with another content."""
    version = PolicyVersion(
        policy_id=policy.policy,
        version=policy.version,
        sha256=policy.sha256(),
        content=policy.model_dump(mode="json", by_alias=True),
        stored_at=now,
        stored_by=by,
    )
    stored = store.keep_policy(session, version)
    if stored.sha256 != version.sha256:
        values = {"policy": policy.key, "sha256": stored.sha256}
        raise BadInput(Problem(POLICY_CHANGED, policy.policy, field="version", values=values))


def require_period(policy: Policy, period: Period, centre: Centre, now: datetime) -> None:
    """Raise `BadInput` where the policy is for periods of another kind or calendar."""
    calendar = policy.calendar or centre.calendar
    if (period.kind, period.calendar) != (policy.period, calendar):
        example = Period.containing(now, calendar, centre.zone, policy.period)
        values = {"policy": policy.key, "example": str(example)}
        raise BadInput(Problem(POLICY_PERIOD, str(period), values=values))


def _log(session: Session, action: str, row: DrawSeed, by: str, now: datetime) -> None:
    detail = {"seed_sha256": row.seed_sha256, "policy_sha256": row.policy_sha256}
    if row.committed_at > row.starts_at:
        detail["late"] = "yes"
    record(session, actor=by, action=action, subject=row.period, at=now, detail=detail)
