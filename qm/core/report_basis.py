"""What a frozen report rests on, as hashes that anybody with the database can compute again.

The basis of a month are its picks (replaced ones and reserves in use, too), their replacements,
and the latest official evaluation of each assignment with its answers. Each of these rows is
hashed by itself:

1. The row becomes a JSON array of its columns, in the order that `docs/report.md` lists; moments
   are UTC texts with microseconds; no spaces, everything ASCII; floats in Python's shortest form.
2. Its SHA-256 gives a line `kind id sha256`.
3. The lines, sorted by kind and number, under the line `qm report basis 1 <period>`, each ended
   by a line feed, give the basis; its SHA-256 stands on the report.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

Key = tuple[str, int]
"""Kind (pick, replacement, evaluation) and number of a row."""

_HEAD = "qm report basis 1"


def row_sha256(columns: Sequence[object]) -> str:
    """Return the hash of a row: numbers, texts, None, moments and lists of these."""
    text = json.dumps(columns, separators=(",", ":"), allow_nan=False, default=_moment)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"a basis holds no {type(value).__name__}")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def basis_text(period: str, rows: Mapping[Key, str]) -> str:
    """Return the basis in full: a head line, then a line per row."""
    lines = [f"{kind} {number} {rows[kind, number]}" for kind, number in sorted(rows)]
    return "\n".join([f"{_HEAD} {period}", *lines, ""])


def data_sha256(period: str, rows: Mapping[Key, str]) -> str:
    """Return the hash of the basis, which stands on the report."""
    return hashlib.sha256(basis_text(period, rows).encode("ascii")).hexdigest()


def packed(period: str, rows: Mapping[Key, str]) -> bytes:
    """Return the basis as bytes to be stored."""
    return zlib.compress(basis_text(period, rows).encode("ascii"))


def unpacked(content: bytes) -> dict[Key, str]:
    """Return the rows of a stored basis; raises `ValueError` where it is damaged."""
    try:
        lines = zlib.decompress(content).decode("ascii").splitlines()[1:]
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return dict(_row(line) for line in lines)


def _row(line: str) -> tuple[Key, str]:
    kind, number, sha256 = line.split(" ")
    return (kind, int(number)), sha256


@dataclass(frozen=True)
class Differences:
    """Which rows two bases do not share, in order.

    `altered` are in both with other columns: qm never changes such a row.
    """

    added: tuple[Key, ...]
    removed: tuple[Key, ...]
    altered: tuple[Key, ...]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.added or self.removed or self.altered)


def differences(before: Mapping[Key, str], after: Mapping[Key, str]) -> Differences:
    """Return what came to a basis, what left it, and what is another under the same number."""
    return Differences(
        added=_sorted(after.keys() - before.keys()),
        removed=_sorted(before.keys() - after.keys()),
        altered=_sorted(key for key in before.keys() & after.keys() if before[key] != after[key]),
    )


def _sorted(keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(sorted(keys))
