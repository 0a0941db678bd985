"""Findings about a part of a form before its place is known, and which of them only warn."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from qm.core.problems import explain

WARNINGS: set[str] = set()


class Fault(NamedTuple):
    """What is wrong with a part of a form; `path` leads from the part to the place in it."""

    code: str
    path: str
    values: Mapping[str, object]


def warning(code: str, reason: str, remedy: str) -> str:
    """Register the explanation of a finding that does not keep a form from being used."""
    WARNINGS.add(code)
    return explain(code, reason, remedy)


def figure(value: Decimal) -> int | float:
    """Return a form's number as one that JSON can hold; without needless decimals."""
    return int(value) if value == int(value) else float(value)
