"""Calls of made-up words in a database, and what somebody might look for in them."""

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from qm.core.personal_data.rules import PrivacyRules
from qm.core.search_lines import line_key
from qm.store.bulk import insert_frame
from qm.store.engine import migrate, transaction
from qm.store.tables import ImportRun, metadata
from qm.store.transcript_search import line_id, made_with

LINES_OF_A_CALL = 50
QUERIES = 30
_AGENTS = 200
_VOCABULARY, _COMMONEST = 20_000, 100
_CALLS_AT_ONCE = 500
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_LETTERS = {"fa": "ابپتجچخدذرزسشعغفقکگلمنوهی", "en": "abcdefghijklmnoprstuvwy"}


class Asked(NamedTuple):
    """What is looked for: as it is typed, as LIKE looks for it, and in whose calls."""

    typed: str
    said: str
    agent: str | None = None


class Filled(NamedTuple):
    """What to look for by kind, and how long the keys and the indexed rows took to make."""

    asked: dict[str, list[Asked]]
    keys_s: float
    rows_s: float


class Speech:
    """Calls of made-up words, the same ones each time."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(1405)
        self.words = {name: self._vocabulary(letters) for name, letters in _LETTERS.items()}
        shares = 1 / np.arange(1, _VOCABULARY + 1)
        self.sums = np.cumsum(shares / shares.sum())

    def _vocabulary(self, letters: str) -> np.ndarray:
        made: dict[str, None] = {}
        while len(made) < _VOCABULARY:
            made["".join(self.rng.choice(list(letters), int(self.rng.integers(3, 9))))] = None
        return np.array(list(made), dtype=object)

    def call(self, number: int) -> list[str]:
        """Return the lines of a call: every second one is Persian."""
        sizes = self.rng.integers(4, 20, LINES_OF_A_CALL)
        places = np.searchsorted(self.sums, self.rng.random(int(sizes.sum())))
        said = self.words["fa" if number % 2 else "en"][places.clip(max=_VOCABULARY - 1)]
        return [" ".join(part) for part in np.split(said, np.cumsum(sizes)[:-1])]

    def asked(self, number: int, lines: Sequence[str]) -> dict[str, Asked]:
        """Return a word, a phrase and a word of one agent that are said in a call."""
        common = set(self.words["fa" if number % 2 else "en"][:_COMMONEST])
        words = [word for line in lines for word in line.split() if word not in common]
        pairs = [pair for line in lines for pair in pairwise(line.split()) if not common & {*pair}]
        word, other = self.rng.choice(words, 2)
        phrase = " ".join(pairs[int(self.rng.integers(len(pairs)))])
        return {
            "word": Asked(word, word),
            "phrase": Asked(f'"{phrase}"', phrase),
            "filtered": Asked(other, other, f"a{number % _AGENTS}"),
        }


def fill(engine: Engine, lines: int) -> Filled:
    """Store calls with their lines as the store makes them, but for the masking."""
    migrate(engine)
    speech = Speech()
    asked: dict[str, list[Asked]] = defaultdict(list)
    asked["commonest"] = [Asked(words[0], words[0]) for words in speech.words.values()]
    calls = lines // LINES_OF_A_CALL
    chosen = set(np.linspace(0, calls - 1, QUERIES).astype(int).tolist())
    run_id = _people(engine)
    keys_s = rows_s = 0.0
    for first in range(0, calls, _CALLS_AT_ONCE):
        said = {n: speech.call(n) for n in range(first, min(first + _CALLS_AT_ONCE, calls))}
        for number in chosen & said.keys():
            for kind, each in speech.asked(number, said[number]).items():
                asked[kind].append(each)
        with transaction(engine) as session:
            for table, frame in _calls(said, run_id).items():
                insert_frame(session, metadata.tables[table], frame)
        begun = time.perf_counter()
        keyed = _keyed(said)
        keys_s += time.perf_counter() - begun
        begun = time.perf_counter()
        with transaction(engine) as session:
            insert_frame(session, metadata.tables["search_line"], keyed)
        rows_s += time.perf_counter() - begun
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        is_postgres = engine.dialect.name == "postgresql"
        connection.exec_driver_sql("VACUUM ANALYZE" if is_postgres else "ANALYZE")
    return Filled(asked, keys_s, rows_s)


def _people(engine: Engine) -> int:
    agents = [{"id": f"a{n}", "name": f"a{n}", "team_id": "t"} for n in range(_AGENTS)]
    with transaction(engine) as session:
        insert_frame(session, metadata.tables["team"], pd.DataFrame([{"id": "t", "name": "t"}]))
        insert_frame(session, metadata.tables["agent"], pd.DataFrame(agents))
        nothing = {"rows_new": 0, "rows_known": 0, "rows_rejected": 0}
        run = ImportRun(file_name="x", file_sha256="0", at=_FIRST, by="bench", **nothing)
        session.add(run)
        session.flush()
        return int(run.id or 0)


def _calls(said: dict[int, list[str]], run_id: int) -> dict[str, pd.DataFrame]:
    numbers = pd.Series(list(said))
    at = f"{_FIRST:%Y-%m-%d %H:%M:%S}.000000"
    started = [f"{_FIRST + timedelta(minutes=n):%Y-%m-%d %H:%M:%S}.000000" for n in numbers]
    ids = "c" + numbers.astype(str)
    lines = [(n + 1, place, text) for n, texts in said.items() for place, text in enumerate(texts)]
    segments = pd.DataFrame(lines, columns=["transcript_id", "position", "text"])
    return {
        "interaction": pd.DataFrame(
            {
                "id": ids,
                "channel": "call",
                "agent_id": "a" + (numbers % _AGENTS).astype(str),
                "team_id": "t",
                "started_at": started,
                "attributes": "{}",
                "row_sha256": "0",
                "import_run_id": run_id,
            }
        ),
        "transcript": pd.DataFrame(
            {"id": numbers + 1, "origin": "file", "left_out": "[]", "created_at": at}
        ),
        "recording": pd.DataFrame(
            {
                "interaction_id": ids,
                "state": "done",
                "attempts": 0,
                "is_held": False,
                "transcript_id": numbers + 1,
                "updated_at": at,
            }
        ),
        "segment": segments.assign(
            speaker=np.where(segments["position"] % 2, "customer", "agent"),
            start_s=segments["position"] * 6.0,
            end_s=segments["position"] * 6.0 + 5,
            words="[]",
        ),
    }


def _keyed(said: dict[int, list[str]]) -> pd.DataFrame:
    made = made_with(PrivacyRules())
    rows = [
        (line_id(n + 1, place, "customer" if place % 2 else "agent"), n + 1, place, line_key(text))
        for n, texts in said.items()
        for place, text in enumerate(texts)
    ]
    keyed = pd.DataFrame(rows, columns=["id", "transcript_id", "position", "key"])
    return keyed.assign(rules_sha256=made)
