"""Arrow arrays, in as many pieces as there are blocks → columns of pandas."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Pieces = Sequence[pa.Array]
_STR = pd.StringDtype("pyarrow", na_value=np.nan)


def text_column(pieces: Pieces) -> pd.Series:
    """Return texts as the dtype str, in one piece of memory."""
    array = pa.chunked_array(pieces, pieces[0].type if pieces else pa.string()).combine_chunks()
    return pd.Series(array.cast(pa.large_string()), dtype=_STR)


def category_column(pieces: Pieces) -> pd.Series:
    """Return dictionary-encoded texts as a categorical with one sorted list of categories."""
    names = pa.chunked_array([piece.dictionary for piece in pieces], pa.string()).unique().sort()
    kind = np.min_scalar_type(-max(len(names), 1))
    codes = [
        np.append(pc.index_in(piece.dictionary, value_set=names).to_numpy(), -1).astype(kind)[
            piece.indices.fill_null(-1).to_numpy()  # the place before the first is the last
        ]
        for piece in pieces
    ]
    categories = pd.Index(names.to_pylist(), dtype=_STR)
    joined = np.concatenate(codes) if codes else np.empty(0, kind)
    return pd.Series(pd.Categorical.from_codes(joined, categories, validate=False), copy=False)


def number_column(pieces: Pieces) -> NDArray[np.float64]:
    """Return numbers, NaN where missing."""
    column = np.empty(sum(map(len, pieces)))
    place = 0
    for piece in pieces:
        column[place : place + len(piece)] = piece.to_numpy(zero_copy_only=False)
        place += len(piece)
    return column


def flag_column(pieces: Pieces) -> NDArray[np.bool_]:
    """Return truths, none of them missing."""
    parts = [piece.to_numpy(zero_copy_only=False) for piece in pieces]
    return np.concatenate(parts) if parts else np.empty(0, bool)


def moment_column(pieces: Pieces) -> pd.Series:
    """Return moments in UTC, in microseconds."""
    moments: pd.Series = pa.chunked_array(pieces).to_pandas()
    return moments


def attribute_column(pieces: Pieces, name: str) -> NDArray[np.object_]:
    """Return one of the centre's own attributes, of pieces of JSON: texts, None where missing."""
    parts = []
    for piece in pieces:
        encoded = piece.dictionary_encode()  # many interactions say the same
        values = [(json.loads(text) or {}).get(name) for text in encoded.dictionary.to_pylist()]
        texts = np.array([None if v is None else str(v) for v in values] + [None], dtype=object)
        parts.append(texts[encoded.indices.fill_null(-1).to_numpy()])
    return np.concatenate(parts) if parts else np.empty(0, object)


def earlier_contacts(
    customers: Pieces, moments: NDArray[np.int64], within: int
) -> NDArray[np.int64]:
    """Return how many contacts of the same customer began in the time `within` before each.

    `moments` and `within` are in one unit. Those that begin at the same moment are not earlier;
    contacts without a customer have none.
    """
    codes = category_column([piece.dictionary_encode() for piece in customers]).cat.codes.to_numpy()
    known = np.flatnonzero(codes >= 0)
    customer, moment = codes[known].astype(np.int64), moments[known]
    order = np.lexsort((moment, customer))
    customer, moment = customer[order], moment[order]
    starts = np.ones(len(order), bool)
    starts[1:] = (customer[1:] != customer[:-1]) | (moment[1:] != moment[:-1])
    places = np.arange(len(order))
    until = np.maximum.accumulate(np.where(starts, places, 0))
    # The first contact within: of all (customer, moment) the place where moment - within belongs.
    asked = np.lexsort(
        (
            np.repeat([0, 1], len(order)),
            np.concatenate([moment - within, moment]),
            np.concatenate([customer, customer]),
        )
    )
    is_contact = asked >= len(order)
    since = np.empty(len(order), np.int64)
    since[asked[~is_contact]] = np.cumsum(is_contact)[~is_contact]
    counts = np.zeros(len(moments), np.int64)
    counts[known[order]] = until - since
    return counts
