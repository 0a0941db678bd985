"""The overview, trends and the monthly report of a large centre, beside pandas and DuckDB.

`make bench-report`: 1,000 agents, 24 months of 100,000 evaluations of 20 answers, on SQLite and on
PostgreSQL, in a temporary folder; `ARGS="--evaluations 10000 --months 3"` makes less. Each step
runs in a process of its own, which tells its memory, too; imports are not counted. The same
numbers of the newest month are computed by a plain pandas script that reads all answers, and by
DuckDB over Parquet files; where they differ from ours, the run fails.

`first` is the first time in a new process, with what the database keeps of earlier ones; `again`
what a person waits for who opens the page in a server that has shown this month; `changed` that,
after one more correction in the month. What is compared with pandas and DuckDB is a first time.
`of_nothing_kept` is the very first time of all. `--urls` measures databases that are there
already, made by `--step make`, and adds corrections to them.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from bench import report_duckdb, report_pandas
from bench.figures import Figure, exit_code
from bench.report_centre import MONTH, Size, fill
from bench.report_figures import Measured, figures_of
from bench.report_ours import STEPS
from bench.sampling import databases
from qm.store.engine import open_engine

_ENOUGH_S, _ROUNDS = 20, 3
_TWICE = ("overview", "overview_changed", "overview_of_past")
_ONCE = ("make", "report", "export", "overview_of_nothing_kept", "numbers_of_nothing_kept")


def measure(step: str, work: Callable[[], Mapping[str, Any] | None]) -> Measured:
    """Run a step some times, as long as that is quick."""
    times: list[float] = []
    processor: list[float] = []
    found: Mapping[str, Any] | None = None
    while len(times) < (2 if step in _TWICE else 1) or (
        step not in _ONCE and len(times) < _ROUNDS and sum(times) + times[-1] < _ENOUGH_S
    ):
        begun, worked = time.perf_counter(), time.process_time()
        found = work()
        times.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worked_s = processor[0], min(processor)
    return Measured(times[0], min(times), *worked_s, peak_mib, dict(found or {}))


def run(step: str, given: argparse.Namespace) -> Measured | None:
    """Run a step in this process; None where what it needs is not installed."""
    url, folder, month = given.url, Path(given.folder), str(MONTH)
    if step == "pandas":
        return measure(step, lambda: report_pandas.numbers(url, month))
    if step == "export":
        return measure(step, lambda: report_duckdb.export(url, month, folder))
    if step == "duckdb" and find_spec("duckdb") is None:
        return None
    if step == "duckdb":
        return measure(step, lambda: report_duckdb.numbers(folder))
    engine = open_engine(url)
    if step == "make":
        size = Size.of(given.evaluations)
        months, answers = given.months, given.answers_of_history
        return measure(step, lambda: fill(engine, folder, size, months=months, answers=answers))
    return measure(step, lambda: STEPS[step](engine, folder))


def alone(step: str, url: str, folder: Path, given: argparse.Namespace) -> Measured | None:
    """Run a step in a process of its own."""
    command = [sys.executable, "-m", "bench.report", "--step", step, "--url", url]
    command += ["--folder", str(folder), "--evaluations", str(given.evaluations)]
    command += ["--months", str(given.months)]
    command += ["--answers-of-history", str(given.answers_of_history)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    found = json.loads(done.stdout.splitlines()[-1])
    if found is None:
        print(f"  {step} is not installed: pip install {step}", flush=True)
        return None
    measured = Measured(*found)
    told = (
        f"{step}: {measured.first_s:.2f} s first ({measured.first_cpu_s:.2f} s of this process), "
        f"{measured.took_s:.2f} s again ({measured.cpu_s:.2f} s), {measured.peak_mib:.0f} MiB"
    )
    print(
        f"  {told}, {size_mib(url):.0f} MiB on disk" if step == "make" else f"  {told}", flush=True
    )
    return measured


def size_mib(url: str) -> float:
    """Return how large the database is on the disk."""
    engine = open_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            size = connection.scalar(text(pages))
        else:
            size = connection.scalar(text("SELECT pg_database_size(current_database())"))
    engine.dispose()
    return float(size or 0) / 1024**2


def compare(kind: str, given: argparse.Namespace) -> list[Figure]:
    """Make one kind of database, measure all steps, and return the figures."""
    print(f"{kind}, {given.months} months of {given.evaluations} evaluations", flush=True)
    with databases(kind) as make:
        url = make("centre")
        with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
            alone("make", url, Path(folder), given)
        return compare_at(url, kind, given)


def compare_at(url: str, kind: str, given: argparse.Namespace) -> list[Figure]:
    """Measure all steps on a database that is there, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        names = (*STEPS, "pandas", "export", "duckdb")
        return figures_of(kind, {name: alone(name, url, Path(folder), given) for name in names})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures, and return 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--evaluations", type=int, default=100_000, help="of each month")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--answers-of-history", type=int, default=24, help="months with answers")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--urls", nargs="+", default=[], help="measure what is there already")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.step:
        print(json.dumps(run(given.step, given)))
        return 0
    kinds = {url: make_url(url).get_backend_name() for url in given.urls}
    figures = [figure for url, kind in kinds.items() for figure in compare_at(url, kind, given)]
    if not kinds:
        figures = [figure for kind in given.databases for figure in compare(kind, given)]
    print(*figures, sep="\n")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
