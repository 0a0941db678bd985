"""The demo centre: the whole main path, played once on the invented online shop Sepidar."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tqdm import tqdm

from qm.config import Settings
from qm.core.access import ROLES
from qm.demo.cast import EARLIEST_MONTH, PASSWORD, USERS, DemoUser
from qm.demo.interactions import INTERACTIONS_PER_AGENT_AND_MONTH
from qm.demo.steps import STEPS, refuse_foreign
from qm.demo.story import Step, Story
from qm.store.engine import migrate, open_engine

__all__ = ["DemoSummary", "StepResult", "play"]


@dataclass(frozen=True)
class StepResult:
    """What a step did in words, None where everything was there already."""

    name: str
    did: str | None
    seconds: float


@dataclass(frozen=True)
class DemoSummary:
    """What was played, and one user per role to sign in with."""

    steps: tuple[StepResult, ...]
    sign_ins: tuple[DemoUser, ...]

    @property
    def is_reused(self) -> bool:
        """Whether everything was there already."""
        return all(step.did is None for step in self.steps)


def play(
    settings: Settings,
    *,
    echo: Callable[[str], object] = print,
    address: str | None = None,
    now: datetime | None = None,
    per_agent: int = INTERACTIONS_PER_AGENT_AND_MONTH,
    since: int = EARLIEST_MONTH,
    steps: Mapping[str, Step] = STEPS,
) -> DemoSummary:
    """Play the main path on the demo centre and tell it with `echo`.

    What an earlier play left is reused, so a play that was killed goes on where it was.
    `address` is where the app will be served, `now` the time if not the clock's, `since` the first
    month to play: 0 leaves out the small ones before the three. Raises `BadInput` for a database
    that holds anything else; then it only got the present tables.
    """
    engine = open_engine(settings.database)
    try:
        migrate(engine)
        story = Story(settings, engine, now or datetime.now(UTC), per_agent, since)
        refuse_foreign(story)
        echo("The demo centre: Sepidar, an online shop with 3 teams and 12 agents (invented).")
        results = []
        for name, step in steps.items():
            results.append(_played(name, step, story))
            echo(_line(results[-1]))
    finally:
        engine.dispose()
    one_per_role = {user.role: user for user in reversed(USERS)}
    summary = DemoSummary(tuple(results), tuple(one_per_role[role] for role in ROLES))
    _tell_sign_ins(summary, address, echo)
    return summary


def _played(name: str, step: Step, story: Story) -> StepResult:
    began = time.monotonic()
    # `disable=None`: no bar where nobody watches, such as in a log.
    with tqdm(desc=f"  {name}", leave=False, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        did = step(story, progress)
    return StepResult(name, did, time.monotonic() - began)


def _line(result: StepResult) -> str:
    if result.did is None:
        return f"  {result.name:<11} is there already"
    return f"  {result.name:<11} {result.did} ({result.seconds:.1f} s)"


def _tell_sign_ins(
    summary: DemoSummary, address: str | None, echo: Callable[[str], object]
) -> None:
    echo(f"Sign in{f' at {address}' if address else ''} with the password {PASSWORD}:")
    for user in summary.sign_ins:
        echo(f"  {user.role:<8} {user.username:<8} {user.name}")
