"""JSON as the suite's files are written: short things on one line, long ones spread."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 180


def pretty(value: Any, indent: int = 0, key: str = "") -> str:
    """`value` as JSON text that a person can read and a diff can show."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent + len(key) < WIDTH or not value or not isinstance(value, dict | list):
        return flat
    inner = indent + 1
    if isinstance(value, dict):
        names = {name: f"{json.dumps(name, ensure_ascii=False)}: " for name in value}
        lines = [
            f"{' ' * inner}{names[name]}{pretty(part, inner, names[name])}"
            for name, part in value.items()
        ]
    else:
        lines = [f"{' ' * inner}{pretty(part, inner)}" for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(lines) + f"\n{' ' * indent}{closing}"
