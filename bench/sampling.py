"""Draws of a month of millions, beside what counting its interactions costs the same database.

`make bench-sampling`, with `ARGS="--ten"` also twice as many, to see how the time grows. Every
measurement runs in a process of its own; making the data is not counted. Then the picks are
assigned: `bench.assignment`.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, make_url, text

from bench import assignment
from bench.figures import Figure, exit_code
from bench.many_interactions import CENTRE, MONTH, fill
from qm.core.access import COMMAND_LINE
from qm.core.sampling.policy import Policy
from qm.intake.policy_files import POLICY_FILE, read_policy
from qm.store import draws, populations
from qm.store.engine import open_engine
from qm.workflow import draws as workflow
from tests.fixtures.postgres_server import running_server

POLICY = Path(__file__).parents[1] / "forms" / POLICY_FILE
PERCENT = Decimal(2)
TIMES_MOST, MIB_MOST, GROWTH_MOST = 3, 1000**3 / 1024**2, 2.2
_AFTER = datetime(2026, 11, 2, tzinfo=UTC)
_COUNTS = text(
    "SELECT agent_id, count(*) FROM interaction "
    "WHERE started_at >= :start AND started_at < :end GROUP BY agent_id"
)


class Measured(NamedTuple):
    """A draw of a database: seconds of counting and drawing, parts of it, and memory."""

    reference_s: float
    draw_s: float
    parts: dict[str, float]
    peak_mib: float
    picks: int


def policy() -> Policy:
    """Return the policy that comes with qm, with the percentage that is measured."""
    changes = {"percent": PERCENT, "calendar": "gregorian", "min_per_agent": 0}
    return Policy.model_validate(read_policy(POLICY).model_dump(by_alias=True) | changes)


def count(url: str) -> dict[str, Any]:
    """Return the median seconds of counting the interactions of each agent, of three times."""
    start, end = MONTH.bounds(CENTRE.zone)
    seconds = []
    with open_engine(url).connect() as connection:
        if connection.dialect.name == "sqlite":  # as it is stored
            bounds: dict[str, Any] = {"start": f"{start:%Y-%m-%d}", "end": f"{end:%Y-%m-%d}"}
        else:
            bounds = {"start": start, "end": end}
        for _ in range(3):
            begun = time.perf_counter()
            connection.execute(_COUNTS, bounds).all()
            seconds.append(time.perf_counter() - begun)
    return {"reference_s": statistics.median(seconds)}


def draw(url: str) -> dict[str, Any]:
    """Draw the month, and return how long it and its parts took, and the most memory."""
    parts: dict[str, float] = {}
    _timed(populations, "population", "reading", parts)
    _timed(workflow, "draw", "drawing", parts)
    _timed(draws, "add_draw", "storing", parts)
    engine, rules = open_engine(url), policy()
    engine.connect().close()
    begun = time.perf_counter()
    made = workflow.draw_period(engine, COMMAND_LINE, MONTH, rules, centre=CENTRE, now=_AFTER)
    return {
        "draw_s": time.perf_counter() - begun,
        "parts": parts,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "picks": int((~made.picks["is_reserve"]).sum()),
    }


def _timed(module: Any, name: str, part: str, parts: dict[str, float]) -> None:
    work = getattr(module, name)

    def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        result = work(*given, **named)
        parts[part] = time.perf_counter() - begun
        return result

    setattr(module, name, timed)


def measure(url: str, interactions: int, agents: int) -> Measured:
    """Fill the database, count and draw, each in a process of its own."""
    _alone("make", url, interactions, agents)
    counted = _alone("count", url, interactions, agents)
    return Measured(**counted, **_alone("draw", url, interactions, agents))


def _alone(step: str, url: str, interactions: int, agents: int) -> Any:
    command = [sys.executable, "-m", "bench.sampling", "--step", step, "--url", url]
    command += ["--interactions", str(interactions), "--agents", str(agents)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def databases(kind: str) -> Iterator[Any]:
    """Yield a function that makes an empty database of this kind and returns its URL."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
            yield lambda name: f"sqlite:///{folder}/{name}.db"
        return
    with running_server("embedded") as server:

        def make(name: str) -> str:
            engine = create_engine(server, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            return make_url(server).set(database=name).render_as_string(hide_password=False)

        yield make


def figures_of(kind: str, measured: Measured, larger: Measured | None) -> list[Figure]:
    """Return the ratio and the memory beside their goals, and the growth where it was measured."""
    times = measured.draw_s / measured.reference_s
    figures = [
        Figure(f"{kind}_draw_to_count", times, "x", f"<={TIMES_MOST}", times <= TIMES_MOST),
        Figure(
            f"{kind}_peak_memory", measured.peak_mib, "MiB", "<=1 GB", measured.peak_mib <= MIB_MOST
        ),
    ]
    if larger is not None:
        growth = larger.draw_s / measured.draw_s
        goal = f"<={GROWTH_MOST}"
        figures.append(Figure(f"{kind}_twice_as_many", growth, "x", goal, growth <= GROWTH_MOST))
    return figures


def _told(kind: str, interactions: int, measured: Measured) -> str:
    parts = ", ".join(f"{part} {seconds:.2f}" for part, seconds in measured.parts.items())
    return (
        f"{kind}, {interactions} interactions: counting {measured.reference_s:.2f} s; drawing "
        f"{measured.picks} picks {measured.draw_s:.2f} s ({parts}), {measured.peak_mib:.0f} MiB"
    )


def compare(kind: str, interactions: int, agents: int, *, ten: bool) -> list[Figure]:
    """Measure one kind of database, print what was found, and return the figures."""
    with databases(kind) as make:
        measured = measure(make("month"), interactions, agents)
        print(_told(kind, interactions, measured), flush=True)
        larger = measure(make("twice"), 2 * interactions, agents) if ten else None
        if larger:
            print(_told(kind, 2 * interactions, larger), flush=True)
    return figures_of(kind, measured, larger)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures, and return 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--interactions", type=int, default=5_000_000)
    parser.add_argument("--agents", type=int, default=5_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--ten", action="store_true", help="also twice as many interactions")
    parser.add_argument("--step", choices=["make", "count", "draw"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.step == "make":
        fill(open_engine(given.url), given.interactions, given.agents, policy())
        print("{}")
        return 0
    if given.step:
        print(json.dumps({"count": count, "draw": draw}[given.step](given.url)))
        return 0
    figures: list[Figure] = []
    for kind in given.databases:
        figures += compare(kind, given.interactions, given.agents, ten=given.ten)
    figures += [*assignment.at_scale(), *assignment.compare(None)]
    print(*figures, sep="\n")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
