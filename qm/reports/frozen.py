"""A frozen report: its values as canonical JSON, compressed, and back without a loss.

Numbers, texts and None stand as they are. Everything else is an object with one key that says
what it is: {"datetime": …}, {"wording": [en, fa]}, {"table": …}, {"Estimate": {fields}}. A column
of categories is {"values": [each once], "codes": [its place, -1 for None]}: a report may list a
hundred thousand evaluations of a thousand agents.
"""

import dataclasses
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Wording
from qm.reports.monthly import MonthlyReport

UNKNOWN = explain(
    "report.of_newer_qm",
    N_("The frozen report holds “{name}”, which this qm does not know."),
    N_("Read it with the qm that froze it, or with a newer one."),
)
DAMAGED = explain(
    "report.damaged",
    N_("The frozen report cannot be read: {detail}."),
    N_("Restore it from a backup; “qm report verify” tells which ones are whole."),
)

_PLACE = "report"
_PLAIN = frozenset({type(None), bool, int, float, str})


def canonical_json(report: MonthlyReport) -> bytes:
    """Return the report's values as ASCII JSON with sorted keys and no spaces.

    `content_sha256` is left out, being the hash of just this. Raises `ValueError` for a number
    that JSON does not know (infinite, not a number) and for a time without a zone.
    """
    coded = _coded(dataclasses.replace(report, content_sha256=None))
    return json.dumps(coded, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def content_sha256(canonical: bytes) -> str:
    """Return the SHA-256 of a report's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical).hexdigest()


def to_bytes(report: MonthlyReport) -> bytes:
    """Return the report as bytes to be stored: its canonical JSON, compressed (zlib)."""
    return zlib.compress(canonical_json(report))


def from_bytes(content: bytes) -> MonthlyReport:
    """Return the report that `to_bytes` was given, with its `content_sha256`.

    Raises `BadInput` where the bytes are damaged, or hold what only a newer qm knows.
    """
    canonical = unpacked(content)
    try:
        report = _value(json.loads(canonical))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(error) from error
    if not isinstance(report, MonthlyReport):
        raise _damaged(TypeError("it is no report"))
    return dataclasses.replace(report, content_sha256=content_sha256(canonical))


def unpacked(content: bytes) -> bytes:
    """Return the canonical JSON of stored bytes. Raises `BadInput` where they are damaged."""
    try:
        return zlib.decompress(content)
    except zlib.error as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> BadInput:
    return BadInput(Problem(DAMAGED, _PLACE, values={"detail": str(error)}))


def _coded(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    for kind, (name, code) in _CODES.items():
        if isinstance(value, kind):
            return {name: code(value)}
    if isinstance(value, np.generic):
        return _coded(value.item())
    if is_dataclass(value) and type(value).__name__ in _classes():
        own = {field.name: _coded(getattr(value, field.name)) for field in fields(value)}
        return {type(value).__name__: own}
    raise TypeError(f"a report holds no {type(value).__name__}")


def _moment(at: datetime) -> str:
    if pd.isna(at) or at.tzinfo is None:
        raise ValueError("a report's times have a zone")
    return at.isoformat()


def _table(table: pd.DataFrame) -> dict[str, Any]:
    cells = [_column(table[name]) for name in table.columns]
    return {"columns": list(table.columns), "cells": cells}


def _column(column: "pd.Series[Any]") -> Any:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return _cells(column.tolist())
    values = _cells(column.cat.categories.tolist())
    return {"values": values, "codes": column.cat.codes.tolist()}


def _cells(column: list[Any]) -> list[Any]:
    is_plain = _PLAIN.issuperset(map(type, column))  # much faster than asking every cell
    return column if is_plain else [_coded(cell) for cell in column]


_CODES: Mapping[type, tuple[str, Callable[[Any], Any]]] = {
    datetime: ("datetime", _moment),
    date: ("date", date.isoformat),
    Decimal: ("decimal", str),
    Wording: ("wording", lambda text: [text.en, text.fa]),
    ZoneInfo: ("zone", lambda zone: zone.key),
    pd.DataFrame: ("table", _table),
    list: ("list", lambda items: [_coded(item) for item in items]),
    tuple: ("tuple", lambda items: [_coded(item) for item in items]),
    Mapping: ("map", lambda items: [[_coded(key), _coded(items[key])] for key in items]),
}


def _value(coded: Any) -> Any:
    if type(coded) in _PLAIN:
        return coded
    ((name, content),) = coded.items()
    if name in _VALUES:
        return _VALUES[name](content)
    if name not in _classes():
        raise BadInput(Problem(UNKNOWN, _PLACE, values={"name": name}))
    kind = _classes()[name]
    known = {field.name for field in fields(kind)}
    for field in content:
        if field not in known:
            raise BadInput(Problem(UNKNOWN, _PLACE, field=name, values={"name": field}))
    return kind(**{field: _value(each) for field, each in content.items()})


def _values(items: list[Any]) -> list[Any]:
    return [_value(item) for item in items]


def _table_of(content: Mapping[str, Any]) -> pd.DataFrame:
    columns = {
        name: _column_of(cells)
        for name, cells in zip(content["columns"], content["cells"], strict=True)
    }
    return pd.DataFrame(columns, columns=content["columns"])


def _column_of(cells: Any) -> Any:
    if isinstance(cells, list):
        return pd.Series(_values(cells), dtype=object)
    values = pd.Index(_values(cells["values"]), dtype=object)
    return pd.Categorical.from_codes(cells["codes"], values)


_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "wording": lambda texts: Wording(en=texts[0], fa=texts[1]),
    "zone": ZoneInfo,
    "table": _table_of,
    "list": _values,
    "tuple": lambda items: tuple(_values(items)),
    "map": lambda pairs: {_value(key): _value(value) for key, value in pairs},
}


@lru_cache(maxsize=1)
def _classes() -> Mapping[str, type[Any]]:
    """Return the classes that a report is made of, by name, as its type hints tell."""
    found: dict[str, type[Any]] = {}
    waiting: list[Any] = [MonthlyReport]
    while waiting:
        hint = waiting.pop()
        waiting += get_args(hint)
        if isinstance(hint, type) and is_dataclass(hint) and hint.__name__ not in found:
            found[hint.__name__] = hint
            waiting += get_type_hints(hint).values()
    return found
