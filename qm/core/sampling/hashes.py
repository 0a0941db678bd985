"""Hashes of frame and picks, by which a draw is compared with its repetition."""

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from qm.core.sampling.given import PICK_COLUMNS
from qm.core.sampling.population import Ints, names
from qm.core.sampling.strata import Strata

_CHUNK = 50_000  # small enough for the processor's cache
_EMPTY = pa.scalar("", pa.large_string())
_TIME_END = pa.scalar("Z\n", pa.large_string())
_LINE_END = pa.scalar("\n", pa.large_string())
_SEPARATOR = pa.scalar("\x1f", pa.large_string())
_T_PLACE, _TIME_LENGTH = 10, 26


def frame_sha256(strata: Strata, agents: list[str], started: Ints, ids: pa.LargeStringArray) -> str:
    """Return the hash of the frame, whatever the order in which its rows came.

    SHA-256 over the lines `id ‖ 0x1F ‖ agent ‖ 0x1F ‖ stratum ‖ 0x1F ‖ start ‖ 0x0A` in the order
    of agent, stratum (as it comes in the spread), start and id; the start is written as
    2026-11-01T08:30:00.000000Z. `started` (µs) and `ids` are those of the population.
    """
    middles = pa.array(
        [
            f"\x1f{agents[agent]}\x1f{label}\x1f"
            for agent, label in zip(strata.agents.tolist(), strata.labels, strict=True)
        ],
        pa.large_string(),
    )
    stratum_of = np.repeat(np.arange(len(strata.sizes), dtype=np.int32), strata.sizes)
    digest = hashlib.sha256()
    for start in range(0, len(strata.rows), _CHUNK):
        rows = strata.rows[start : start + _CHUNK]
        lines = pc.binary_join_element_wise(
            ids.take(pa.array(rows)),
            middles.take(pa.array(stratum_of[start : start + _CHUNK])),
            _times(started[rows]),
            _TIME_END,
            _EMPTY,
        )
        digest.update(lines.buffers()[2])
    return digest.hexdigest()


def _times(started: Ints) -> pa.LargeStringArray:
    """Return UTC moments as ISO 8601 texts without their Z, all of the same length."""
    # Arrow writes them ten times as slowly where they have a time zone.
    texts = pc.cast(pa.array(started, pa.timestamp("us")), pa.large_string())
    letters = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[: len(texts) * _TIME_LENGTH].copy()
    letters[_T_PLACE::_TIME_LENGTH] = ord("T")  # Arrow writes a space there
    return pa.LargeStringArray.from_buffers(len(texts), texts.buffers()[1], pa.py_buffer(letters))


def picks_sha256(picks: pd.DataFrame) -> str:
    """Return the hash of picks and reserves, whatever their order.

    SHA-256 over a line per pick, in the order of the interaction ids as bytes: `PICK_COLUMNS`
    joined by 0x1F, ended by 0x0A. Numbers are written with as few digits as tell them apart (as
    Python does), a missing quota as nothing, is_reserve as 0 or 1.
    """
    order = pc.sort_indices(_texts(picks["interaction_id"]))
    columns = [_texts(picks[name]).take(order) for name in PICK_COLUMNS]
    if not len(picks):
        return hashlib.sha256().hexdigest()
    columns[-1] = pc.binary_join_element_wise(columns[-1], _LINE_END, _EMPTY)
    lines = pc.binary_join_element_wise(*columns, _SEPARATOR)
    return hashlib.sha256(lines.buffers()[2]).hexdigest()


def _texts(column: pd.Series) -> pa.LargeStringArray:
    if column.dtype == bool or pd.api.types.is_integer_dtype(column.dtype):
        return pc.cast(pa.array(column.to_numpy(dtype=np.int64)), pa.large_string())
    if pd.api.types.is_float_dtype(column.dtype):
        return pa.array(map(repr, column.tolist()), pa.large_string())
    return names(column).fill_null("")
