"""The detail of an event as a table: what it was before and after, or what is told of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.text import without_turns
from qm.ui.audit import words
from qm.ui.here import Here
from qm.ui.tables import table

_LONGEST = 500
_CHANGES = (("before", "after"), ("from", "to"), ("old", "new"))


def show_details(page: Here, detail: Mapping[str, Any]) -> None:
    """Show what the event tells beyond who did what to what."""
    _ = page._
    pair = next((pair for pair in _CHANGES if {*pair} <= {*detail}), None)
    if pair is not None:
        before, after = (dict(parts(detail[side])) for side in pair)
        rows = [
            [
                _named(page, key, after.get(key, before.get(key))),
                _said(page, before.get(key)),
                _said(page, after.get(key)),
            ]
            for key in {**before, **after}
        ]
        table(pd.DataFrame(rows, columns=["\u200b", _("Before"), _("After")]))
    told = {key: value for key, value in detail.items() if pair is None or key not in pair}
    rows = [[_named(page, key, value), _said(page, value)] for key, value in parts(told)]
    if rows:
        table(pd.DataFrame(rows, columns=["\u200b", _("Detail")]))
    elif pair is None:
        st.caption(_("Nothing more was recorded."))


def parts(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the single values of nested details, each with the keys that lead to it."""
    if isinstance(value, Mapping) and (value or not path):
        for key, inner in value.items():
            yield from parts(inner, (*path, str(key)))
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for place, inner in enumerate(value, 1):
            yield from parts(inner, (*path, str(place)))
    else:
        yield path, value


def _named(page: Here, path: tuple[str, ...], value: object) -> str:
    if not path:  # the only number that is recorded without a name is an evaluation's score
        return page._("Score") if isinstance(value, int | float) else ""
    return page.digits(" › ".join(words.detail(page._, key) for key in path))


def _said(page: Here, value: object) -> str:
    _ = page._
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return (
            page.digits(f"{value:.2f}".rstrip("0").rstrip("."))
            if value % 1
            else page.digits(str(value))
        )
    if isinstance(value, list):
        return page.listed(_said(page, each) for each in value)[:_LONGEST]
    text = without_turns(str(value))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
