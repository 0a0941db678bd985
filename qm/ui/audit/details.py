"""The detail of an event as a table: what it was before and after, or what is told of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from qm.ui.audit.part_names import named
from qm.ui.audit.saying import Saying
from qm.ui.audit.values import problem, said
from qm.ui.tables import table

_SIDES = (("before", "after"), ("from", "to"), ("old", "new"))
# What each of these changed stands in a list of two: before and after.
_CHANGED = {"agent_moved", "analyst_profile_set", "rules_set", "user_changed"}
_WHOSE = {"assignment_moved": ("evaluator",)}
Parts = dict[tuple[str, ...], object]


def show_details(saying: Saying) -> None:
    """Show what the event tells beyond who did what to what."""
    _ = saying.page._
    before, after, told = sides(saying.event.action, saying.event.detail)
    if before or after:
        rows = [
            [
                named(saying, path, after.get(path, before.get(path))),
                said(saying, path, before.get(path)),
                said(saying, path, after.get(path)),
            ]
            for path in {**before, **after}
        ]
        table(pd.DataFrame(rows, columns=["\u200b", _("Before"), _("After")]))
    if told:
        rows = [[named(saying, path, value), _one(saying, path, value)] for path, value in told]
        table(pd.DataFrame(rows, columns=["\u200b", _("Detail")]))
    elif not before and not after:
        st.caption(_("Nothing more was recorded."))


def sides(
    action: str, detail: Mapping[str, Any]
) -> tuple[Parts, Parts, list[tuple[tuple[str, ...], object]]]:
    """Return what the detail tells as before, as after, and beside: each value with its keys."""
    pair = next((pair for pair in _SIDES if {*pair} <= {*detail}), None)
    if pair is not None:
        rest = {key: value for key, value in detail.items() if key not in pair}
        path = _WHOSE.get(action, ())
        before, after = (dict(parts(detail[side], path)) for side in pair)
        return before, after, list(parts(rest))
    if action not in _CHANGED:
        return {}, {}, list(parts(detail))
    changes = detail.get("changes", detail)
    changed = {key: value for key, value in changes.items() if _is_change(value)}
    rest = {key: value for key, value in changes.items() if key not in changed}
    was, is_now = (_side(changed, place) for place in (0, 1))
    return was, is_now, list(parts(rest))


def _side(changed: Mapping[str, Any], place: int) -> Parts:
    return {(key,): value[place] for key, value in changed.items()}


def _is_change(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and not any(isinstance(each, Mapping) for each in value)
    )


def parts(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the single values of nested details, each with the keys that lead to it."""
    if isinstance(value, Mapping) and path[-1:] != ("problem",) and (value or not path):
        for key, inner in value.items():
            yield from parts(inner, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for place, inner in enumerate(value, 1):
            yield from parts(inner, (*path, str(place)))
    else:
        yield path, value


def _one(saying: Saying, path: tuple[str, ...], value: object) -> str:
    return problem(saying, value) if isinstance(value, Mapping) else said(saying, path, value)
