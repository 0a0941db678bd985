"""Small tables as plain HTML: right-to-left by nature, every cell's text escaped."""

from collections.abc import Collection, Sequence
from html import escape

import pandas as pd
import streamlit as st


class Html(str):
    """A cell that is HTML of ours, with whatever others wrote escaped in it.

    The frame is made with `dtype=object`: pandas takes it for a text else.
    """


def table(
    frame: pd.DataFrame, *, numeric: Sequence[str] = (), strong: Collection[int] = ()
) -> None:
    """Show a table of texts (or `Html`); columns named in `numeric` are aligned as numbers.

    `strong` are the places of the rows that head others or sum them up. For some hundred rows at
    most; longer lists belong into `st.dataframe`.
    """
    head = "".join(f"<th{_kind(name, numeric)}>{escape(str(name))}</th>" for name in frame.columns)
    body = "".join(
        ('<tr class="qm-head">' if place in strong else "<tr>")
        + "".join(
            f"<td{_kind(name, numeric)}>{_written(cell)}</td>"
            for name, cell in zip(frame.columns, row, strict=True)
        )
        + "</tr>"
        for place, row in enumerate(frame.itertuples(index=False, name=None))
    )
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    st.html(f'<div class="qm-table-frame"><table class="qm-table">{rows}</table></div>')


def _written(cell: object) -> str:
    return cell if isinstance(cell, Html) else escape("" if cell is None else str(cell))


def _kind(name: object, numeric: Sequence[str]) -> str:
    return ' class="qm-number"' if name in numeric else ""
