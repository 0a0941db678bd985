"""Permanent random numbers: made from the seed and the interaction's id alone.

Adding, removing or reordering interactions never changes the number of another (Ohlsson,
"Coordination of samples using permanent random numbers", 1995). SHA-256 makes them the same in
every language and version, and unforeseeable without the seed.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_DOUBLE = "\x1fdouble"


def permanent_number(seed: str, interaction_id: str) -> float:
    """Return the permanent random number of an interaction, in (0, 1).

    ((first 8 bytes of SHA-256(seed ‖ 0x1F ‖ id), big-endian) >> 11 + ½) / 2⁵³
    """
    digest = hashlib.sha256(f"{seed}\x1f{interaction_id}".encode()).digest()
    return ((int.from_bytes(digest[:8], "big") >> 11) + 0.5) / 2**53


def permanent_numbers(seed: str, interaction_ids: Iterable[str]) -> NDArray[np.float64]:
    """Return the permanent random numbers of many interactions, in their order."""
    prefix, sha256 = f"{seed}\x1f".encode(), hashlib.sha256
    digests = b"".join([sha256(prefix + name.encode()).digest() for name in interaction_ids])
    first_8_bytes = np.frombuffer(digests, dtype=">u8")[::4]
    return ((first_8_bytes >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53


def second_seed(seed: str) -> str:
    """Return the seed of the numbers that choose which picks are scored twice."""
    return seed + _DOUBLE


def seed_sha256(seed: str) -> str:
    """Return the hash that is published as the commitment to `seed`."""
    return hashlib.sha256(seed.encode()).hexdigest()
