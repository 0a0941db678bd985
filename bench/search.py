"""The search over a million spoken lines, beside a plain LIKE over the same words.

`make bench-search`, with `ARGS="--lines 100000"` for less. Half of the calls are Persian, half
English: words of a made-up vocabulary, as unevenly often as words of a language are (Zipf). What
is looked for is drawn from what is said, the hundred commonest words left out: nobody searches
for “the”; the commonest of all are measured by themselves. A time is that of the whole use case:
all hits counted, the first twenty with their words masked and marked. LIKE returns the same
twenty and the count, as they are stored.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, make_url, text

from bench.figures import Figure, exit_code
from bench.spoken_lines import LINES_OF_A_CALL, Asked, fill
from qm.core.access import COMMAND_LINE
from qm.core.personal_data.rules import PrivacyRules
from qm.store.engine import open_engine, transaction
from qm.store.transcript_search import index_transcripts, segments_of_transcripts
from qm.workflow.transcript_search import Within, search_transcripts
from tests.fixtures.postgres_server import running_server

MS_MOST, TIMES_LEAST = 200, 20
_SCANS = 5
_MASKED_CALLS = 40
_SCAN = (
    "SELECT i.id, s.position, s.text, count(*) OVER () FROM segment s "
    "JOIN recording r ON r.transcript_id = s.transcript_id "
    "JOIN interaction i ON i.id = r.interaction_id "
    "WHERE s.text LIKE :pattern {more} ORDER BY i.started_at DESC LIMIT 20"
)


def measure(engine: Engine, kind: str, lines: int) -> list[Figure]:
    """Fill the database, look for everything, print what was found, and return the figures."""
    filled = fill(engine, lines)
    print(
        f"{kind}, {lines} lines: keys {filled.keys_s:.1f} s, indexed rows {filled.rows_s:.1f} s; "
        f"with masking {_lines_per_s(engine):.0f} lines/s",
        flush=True,
    )
    figures = []
    for what, asked in filled.asked.items():
        hits = statistics.median(_search(engine, each) for each in asked)  # warms up, too
        searched_ms = _times_ms(lambda each: _search(engine, each), asked)
        scanned_ms = _times_ms(lambda each: _scan(engine, each), asked[:_SCANS])
        p50, p95 = statistics.median(searched_ms), _p95(searched_ms)
        times = statistics.median(scanned_ms) / p50
        print(
            f"{kind}, {what}: {hits:.0f} hits (median), p50 {p50:.1f} ms, p95 {p95:.1f} ms; "
            f"LIKE {statistics.median(scanned_ms):.0f} ms, {times:.0f}x",
            flush=True,
        )
        name = f"search_{kind}_{what}"
        figures.append(Figure(f"{name}_p95", p95, "ms", f"<={MS_MOST}", p95 <= MS_MOST))
        # An index by agent leaves LIKE little to scan; and of the commonest words all are hits.
        if what in {"word", "phrase"}:
            goal = f">={TIMES_LEAST}"
            figures.append(Figure(f"{name}_vs_like", times, "x", goal, times >= TIMES_LEAST))
    return figures


def _search(engine: Engine, asked: Asked) -> int:
    return search_transcripts(engine, COMMAND_LINE, asked.typed, Within(agent_id=asked.agent)).total


def _scan(engine: Engine, asked: Asked) -> None:
    more = "AND i.agent_id = :agent" if asked.agent else ""
    given = {"pattern": f"%{asked.said}%"} | ({"agent": asked.agent} if asked.agent else {})
    with engine.connect() as connection:
        connection.execute(text(_SCAN.format(more=more)), given).all()


def _times_ms(work: Callable[[Asked], object], asked: Sequence[Asked]) -> list[float]:
    times = []
    for each in asked:
        begun = time.perf_counter()
        work(each)
        times.append(1000 * (time.perf_counter() - begun))
    return times


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def _lines_per_s(engine: Engine) -> float:
    """Return how many lines a second are made as the store makes them, masked."""
    begun = time.perf_counter()
    with transaction(engine) as session:
        segments = segments_of_transcripts(session, range(1, _MASKED_CALLS + 1))
        index_transcripts(session, segments, PrivacyRules())
    return LINES_OF_A_CALL * len(segments) / (time.perf_counter() - begun)


@contextmanager
def database(kind: str) -> Iterator[Engine]:
    """Yield an empty database of this kind that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as folder:
        if kind == "sqlite":
            engine = open_engine(f"sqlite:///{Path(folder) / 'qm.sqlite'}")
            yield engine
            engine.dispose()
            return
        with running_server("embedded") as url:
            engine = open_engine(make_url(url).render_as_string(hide_password=False))
            yield engine
            engine.dispose()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures, and return 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = parser.parse_args(arguments)
    figures: list[Figure] = []
    for kind in given.databases:
        with database(kind) as engine:
            figures += measure(engine, kind, given.lines)
    print(*figures, sep="\n")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
