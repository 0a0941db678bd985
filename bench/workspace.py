"""Twenty analysts at once on a centre of 100,000 assignments, as their browsers see it.

`make bench-workspace`. The real server in a process of its own, on SQLite and on PostgreSQL; the
analysts sign in over HTTP and speak the protocol of the pages over WebSockets
(`bench.streamlit_client`). They answer, pause, submit; afterwards everything that a page called
saved or submitted must be in the database, once. The reference is Label Studio: the real one, run
first where `ARGS="--label-studio FOLDER"` names an environment that has it (`bench.label_studio`
says how to make one), else its known figures. Storing and a page may take a third of its time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import label_studio
from bench.figures import Figure, all_of, exit_code
from bench.label_studio import Peer
from bench.sampling import databases
from bench.streamlit_client import Tab, sign_in
from bench.workspace_analysts import Done, first_assignment, work_together
from bench.workspace_centre import ANALYSTS, PASSWORD, fill
from bench.workspace_server import running_qm
from bench.workspace_stored import Stored, compare
from qm.store.engine import open_engine

PART = 1 / 3
_FIRST_START_S = 10.0
_OPEN_EACH = 130
_OF_A_PAGE = 100


def label_studio_or_known(environment: Path | None, times: int) -> Peer:
    """Measure Label Studio where there is one; return and print what we are compared with."""
    peer = label_studio.KNOWN
    if environment:
        with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
            peer = label_studio.measure(environment, Path(folder), times)
    print(peer, flush=True)
    return peer


def first_start(peer: Peer) -> Figure:
    """Return how long it takes from the first start ever to the sign-in page."""
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        begun = time.perf_counter()
        with running_qm(Path(folder), f"sqlite:///{folder}/qm.sqlite"):
            seconds = time.perf_counter() - begun
    print(f"first start {seconds:.1f} s; {peer.name}: {peer.start_s:.0f} s", flush=True)
    goal = f"<{_FIRST_START_S:.0f}"
    return Figure("first_start", seconds, "s", goal, seconds < _FIRST_START_S)


def alone(kind: str, url: str, times: int, peer: Peer) -> list[Figure]:
    """Return what one analyst waits for while nobody else is there."""
    tab = Tab(url, sign_in(url, ANALYSTS[0], PASSWORD))
    tab.open("my-queue")
    everything = next(key for key in tab.keys if key.startswith("Show all"))
    tab.press(everything)
    pages = [tab.open("my-queue") for _ in range(times)]
    cards = min(sum(key.startswith("open-") for key in page.keys) for page in pages)
    if cards < _OF_A_PAGE or any(page.errors for page in pages):
        raise RuntimeError(f"the page of the queue has {cards} cards; {pages[0].errors}")
    analyst = Done()
    assignment = first_assignment(tab)
    for _ in range(times):
        assignment = analyst.evaluate(tab, assignment, think_s=0)
    tab.close()
    if analyst.errors:
        raise RuntimeError(analyst.errors[0])
    page_ms = statistics.median(page.ms for page in pages)
    told = [storing.told_ms for storing in analyst.submitted.values()]
    print(
        f"{kind}, alone: a page of {cards} cards {page_ms:.0f} ms (Label Studio, 100 tasks: "
        f"{peer.page_ms:.0f}); a submitted evaluation is told after {statistics.median(told):.0f} "
        f"ms, the next one is there after {analyst.next_ms():.0f} ms (Label Studio stores in "
        f"{peer.store_ms:.0f}); an answer is saved in {statistics.median(analyst.save_ms):.0f} ms",
        flush=True,
    )
    return [
        _at_most(f"{kind}_queue_of_100", page_ms, peer.page_ms * PART),
        _at_most(f"{kind}_storing_20_answers", statistics.median(told), peer.store_ms * PART),
    ]


def together(kind: str, url: str, database: str, seconds: float, think_s: float) -> list[Figure]:
    """Return what twenty analysts wait for, and whether all that they were told is true."""
    analysts = work_together(url, seconds, think_s)
    saves = [ms for each in analysts for ms in each.save_ms]
    told = [storing.told_ms for each in analysts for storing in each.submitted.values()]
    errors = [error for each in analysts for error in each.errors]
    for error in errors[:5]:
        print(f"{kind}: {error}", flush=True)
    found = compare(open_engine(database), dict(zip(ANALYSTS, analysts, strict=True)))
    print(
        f"{kind}, {len(analysts)} analysts for {seconds:.0f} s, an answer every {think_s:g} s: "
        f"{len(saves)} saves, {len(told)} submitted, {len(errors)} errors; {found}",
        flush=True,
    )
    return [
        _told(f"{kind}_save_p50", _percentile(saves, 50)),
        _told(f"{kind}_save_p95", _percentile(saves, 95)),
        _told(f"{kind}_submit_p50", _percentile(told, 50)),
        _told(f"{kind}_submit_p95", _percentile(told, 95)),
        Figure(f"{kind}_errors_shown", len(errors), "errors", "0", not errors),
        *_kept(kind, found),
    ]


def _kept(kind: str, found: Stored) -> list[Figure]:
    twice = found.twice
    return [
        all_of(f"{kind}_answers_kept", found.answers_kept, found.answers, "answers"),
        all_of(f"{kind}_evaluations_kept", found.kept, found.submitted, "evaluations"),
        Figure(f"{kind}_stored_twice", twice, "evaluations", "0", twice == 0),
    ]


def _at_most(name: str, value: float, most: float) -> Figure:
    return Figure(name, value, "ms", f"<={most:.0f}", value <= most)


def _told(name: str, value: float | None) -> Figure:
    return Figure(name, value, "ms", "measured", value is not None)


def _percentile(values: Sequence[float], percent: int) -> float | None:
    if len(values) < 2:
        return None
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def measure(kind: str, given: argparse.Namespace, peer: Peer) -> list[Figure]:
    """Measure on one kind of database, print what was found, and return the figures."""
    with databases(kind) as make, tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        database = make("workspace")
        engine = open_engine(database)
        begun = time.perf_counter()
        fill(engine, Path(folder), given.assignments, _OPEN_EACH)
        engine.dispose()
        made_s = time.perf_counter() - begun
        print(f"{kind}: {given.assignments} assignments made in {made_s:.0f} s", flush=True)
        with running_qm(Path(folder), database) as url:
            figures = alone(kind, url, given.times, peer)
            return figures + together(kind, url, database, given.seconds, given.think)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures, and return 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--assignments", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=2, help="seconds between two answers")
    parser.add_argument("--times", type=int, default=12, help="what one analyst does alone")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--label-studio", type=Path, help="folder of an environment that has it")
    given = parser.parse_args(arguments)
    peer = label_studio_or_known(given.label_studio, given.times)
    figures = [first_start(peer)]
    for kind in given.databases:
        figures += measure(kind, given, peer)
    print(*figures, sep="\n")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
