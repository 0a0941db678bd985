"""Whether a draw is what it says: everything is computed again and compared."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pydantic import ValidationError

from qm.core.problems import N_, BadInput
from qm.core.sampling.checks import Check, note, ok, wrong
from qm.core.sampling.drawing import draw
from qm.core.sampling.given import DrawInput, DrawResult
from qm.core.sampling.numbers import seed_sha256
from qm.core.sampling.pick_checks import coverage_check, pick_checks
from qm.core.sampling.policy import Policy


@dataclass(frozen=True)
class SeedRecord:
    """The commitment to a draw's seed, as it was stored or published."""

    seed_sha256: str
    policy_sha256: str | None
    starts_at: datetime
    committed_at: datetime
    revealed_at: datetime | None


@dataclass(frozen=True)
class DrawRecord:
    """What a draw left behind, and the population it was made from.

    `policy` is its content as it was stored; `excluded` counts by reason; `coverage` is None
    where only the picks are at hand. `extends` are the ids of the draws it goes on from,
    `earlier` their picks as `DrawInput` wants them.
    """

    draw_id: int
    period: str
    at: datetime
    seed: str
    commitment: SeedRecord
    policy: Mapping[str, Any]
    policy_sha256: str
    frame_sha256: str
    picks_sha256: str
    frame_size: int
    excluded: Mapping[str, int]
    zone_name: str
    months: tuple[tuple[str, datetime], ...]
    new_agents: frozenset[str]
    extends: tuple[int, ...]
    population: pd.DataFrame
    earlier: pd.DataFrame | None
    picks: pd.DataFrame
    coverage: pd.DataFrame | None = None


@dataclass(frozen=True)
class Verification:
    """Everything that was compared about a draw.

    A note tells what a reader should know though the draw can be repeated, such as a seed that
    was committed to late.
    """

    draw_id: int
    period: str
    checks: tuple[Check, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing was found wrong."""
        return all(check.outcome != "wrong" for check in self.checks)


def verify(
    record: DrawRecord, on_progress: Callable[[int, int], None] | None = None
) -> Verification:
    """Return what comparing a draw with its repetition found; nothing in `record` is trusted."""
    show = on_progress or (lambda _done, _total: None)
    show(0, 2)
    checks = [*_seed_checks(record), *_policy_checks(record)]
    try:
        policy = Policy.model_validate(dict(record.policy))
    except (ValidationError, BadInput) as error:
        checks.append(wrong("policy_readable", POLICY_UNREADABLE, detail=first_fault(error)))
        return Verification(record.draw_id, record.period, tuple(checks))
    again = draw(
        DrawInput(
            population=record.population.assign(number=np.nan),
            policy=policy,
            seed=record.seed,
            zone=ZoneInfo(record.zone_name),
            months=record.months,
            new_agents=record.new_agents,
            earlier=record.earlier,
        )
    )
    show(1, 2)
    checks += [
        *_frame_checks(record, again),
        *pick_checks(record.picks, record.picks_sha256, again.picks),
    ]
    if record.coverage is not None:
        checks.append(coverage_check(record.coverage, again.coverage))
    show(2, 2)
    return Verification(record.draw_id, record.period, tuple(checks))


SEED_RIGHT = N_("The seed is the one that was committed to: SHA-256 {sha256}.")
SEED_WRONG = N_("The seed is not the one that was committed to: SHA-256 {found}, not {sha256}.")
IN_TIME = N_("It was committed to at {committed}, before the period began at {starts}.")
LATE = N_(
    "It was committed to at {committed}, after the period had begun at {starts}: the draw can be "
    "repeated, but it is not shown that nobody chose the seed."
)
AFTER_REVEALING = N_("The seed was public before this draw was made (since {revealed}).")
POLICY_RIGHT = N_("The policy is the one that the draw names: SHA-256 {sha256}.")
POLICY_WRONG = N_("The policy is not the one that the draw names: SHA-256 {found}, not {sha256}.")
POLICY_UNREADABLE = N_("The policy cannot be read: {detail}.")
OTHER_POLICY = N_("With the seed, another policy was committed to: SHA-256 {sha256}.")
FRAME_RIGHT = N_("The frame is the same: {size} interactions, SHA-256 {sha256}.")
FRAME_WRONG = N_(
    "The frame is another: {found_size} interactions, SHA-256 {found}, not {size}, {sha256}."
)
LEFT_OUT_RIGHT = N_("As many were left out for the same reasons: {counts}.")
LEFT_OUT_NONE = N_("As then, none was left out.")
LEFT_OUT_WRONG = N_("Others are left out: {found}, not {counts}.")
EXTENDS = N_("It goes on from these draws, which are verified on their own: {draws}.")


def content_sha256(policy: Mapping[str, Any]) -> str:
    """Return the hash of a policy's stored content, as `Policy.sha256` made it.

    Not of the policy read from it: a later version of qm may read more keys than were written.
    """
    canonical = json.dumps(dict(policy), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _seed_checks(record: DrawRecord) -> Iterator[Check]:
    commitment, found = record.commitment, seed_sha256(record.seed)
    if found == commitment.seed_sha256:
        yield ok("seed", SEED_RIGHT, sha256=found)
    else:
        yield wrong("seed", SEED_WRONG, found=found, sha256=commitment.seed_sha256)
    is_late = commitment.committed_at > commitment.starts_at
    yield (note if is_late else ok)(
        "committed_in_time",
        LATE if is_late else IN_TIME,
        committed=_moment(commitment.committed_at),
        starts=_moment(commitment.starts_at),
    )
    if commitment.revealed_at is not None and commitment.revealed_at < record.at:
        revealed = _moment(commitment.revealed_at)
        yield note("revealed_before", AFTER_REVEALING, revealed=revealed)
    if record.extends:
        yield note("extends", EXTENDS, draws=[str(each) for each in record.extends])


def _policy_checks(record: DrawRecord) -> Iterator[Check]:
    found = content_sha256(record.policy)
    if found == record.policy_sha256:
        yield ok("policy", POLICY_RIGHT, sha256=found)
    else:
        yield wrong("policy", POLICY_WRONG, found=found, sha256=record.policy_sha256)
    committed = record.commitment.policy_sha256
    if committed is not None and committed != record.policy_sha256:
        yield note("committed_policy", OTHER_POLICY, sha256=committed)


def _frame_checks(record: DrawRecord, again: DrawResult) -> Iterator[Check]:
    same = (again.frame_size, again.frame_sha256) == (record.frame_size, record.frame_sha256)
    values = {"size": record.frame_size, "sha256": record.frame_sha256}
    if same:
        yield ok("frame", FRAME_RIGHT, **values)
    else:
        found = {"found_size": again.frame_size, "found": again.frame_sha256}
        yield wrong("frame", FRAME_WRONG, **values, **found)
    counts, repeated = _counts(record.excluded), _counts(again.excluded)
    if counts != repeated:
        yield wrong("left_out", LEFT_OUT_WRONG, counts=counts, found=repeated)
    elif counts:
        yield ok("left_out", LEFT_OUT_RIGHT, counts=counts)
    else:
        yield ok("left_out", LEFT_OUT_NONE)


def _counts(excluded: Mapping[str, int]) -> list[str]:
    return [f"{reason} {count}" for reason, count in sorted(excluded.items()) if count]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def first_fault(error: ValidationError | BadInput) -> str:
    """Return the first thing that keeps a content from being a policy."""
    if isinstance(error, BadInput):
        return str(error.problems[0])
    detail = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"
