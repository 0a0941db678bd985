"""How the pages look: the style sheet, the right-to-left rules and the small shared pieces."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qm.core.text import without_turns

FONTS_DIR = Path(__file__).parent / "fonts"
"""The folder that the web server serves under `/assets/fonts`."""

Tone = Literal["plain", "accent", "good", "warn", "bad"]

ASSETS_DIR = Path(__file__).parent / "static"
"""The folder with the colours and with the script that every page begins with."""

_FOLDER = Path(__file__).parent
_STYLE = "".join(
    (_FOLDER / f"{name}.css").read_text("utf-8")
    for name in ("static/colours", "style", "around", "pieces", "panes", "narrow", "paper")
)
_RIGHT_TO_LEFT = (_FOLDER / "rtl.css").read_text("utf-8")
_FROM_DARK = (_FOLDER / "from_dark.css").read_text("utf-8")
_COLOUR = re.compile(r"--qm-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS: dict[str, tuple[str, str]] = {
    name: (light, dark)
    for name, light, dark in _COLOUR.findall(
        (_FOLDER / "static" / "colours.css").read_text("utf-8")
    )
}
"""Each colour of the pages by its name, light and dark."""


def colour(name: str) -> str:
    """Return a colour of the theme in use as `#rrggbb`, for what is drawn without style sheets."""
    return COLOURS[name][st.context.theme.type == "dark"]


def apply(language: str) -> None:
    """Give this rerun its look; the first element call of the script, after `set_page_config`."""
    right_to_left = _RIGHT_TO_LEFT if language == "fa" else ""
    from_dark = _FROM_DARK if st.context.theme.type == "dark" else ""
    st.html(f"<style>{_STYLE}{right_to_left}{from_dark}</style>")


def card(key: str, *, is_row: bool = False, fills: bool = False) -> DeltaGenerator:
    """A white bordered container, to be used with `with`; `key` is unique on the page.

    With `is_row` its elements stand beside each other: what is read first, then buttons. With
    `fills` it is as high as the highest of the columns beside it.
    """
    # One container: of a list of cards, each element more costs every reader of it time.
    return st.container(
        border=True,
        key=f"card-{key}",
        horizontal=is_row,
        wrap=not is_row,
        height="stretch" if fills else "content",
        vertical_alignment="center" if is_row else "top",
    )


def mark_lost(keys: Iterable[str]) -> None:
    """Draw the chosen option red in the widgets with these keys: answers that cost points.

    The answer's words and points must say so too: meaning is never in the colour alone.
    """
    # The way Streamlit itself makes a class name of a widget's key; nothing else can get in.
    names = [".st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip()) for key in keys]
    chosen = "--qm-chosen:var(--qm-bad);--qm-chosen-soft:var(--qm-bad-soft)"
    st.html(f"<style>{','.join([*names, '.qm-none'])}{{{chosen}}}</style>")


def pill(text: str, tone: Tone = "plain") -> str:
    """HTML of a small rounded label for `row`; `text` may be anything, it is escaped."""
    return f'<span class="qm-pill qm-{tone}">{escape(text)}</span>'


def words(text: str, style: Literal["plain", "strong", "mute", "big"] = "plain") -> str:
    """HTML of a piece of text for `row`; `text` may be anything, it is escaped."""
    return f'<span class="qm-{style}">{escape(text)}</span>'


def row(*start: str, end: Sequence[str] = ()) -> None:
    """Write pieces made by `pill` and `words` in one line, those of `end` at the far side."""
    rows([*start, '<span class="qm-gap"></span>', *end] if end else start)


def rows(*lines: Sequence[str]) -> None:
    """Write lines of pieces made by `pill` and `words` below each other."""
    st.html("".join(f'<div class="qm-row">{"".join(pieces)}</div>' for pieces in lines))


def line(number: str, text: str, end: Sequence[str] = ()) -> None:
    """Write a numbered text with pieces at the far side; a long text wraps beside them."""
    first = f'<span class="qm-mute">{escape(number)}</span>'
    words = f'<span class="qm-grow">{escape(text)}</span>'
    st.html(f'<div class="qm-row qm-line">{first}{words}{"".join(end)}</div>')


def said(what: str, then: str = "") -> str:
    """HTML of what is the matter, and what follows from it, for `state`; both are escaped."""
    return f"<p><b>{escape(what)}</b></p>" + (f"<p>{escape(then)}</p>" if then else "")


def state(body: str) -> None:
    """Write, in the place of content, why there is none; `body` is made of `said`."""
    st.html(f'<div class="qm-state" role="status">{body}</div>')


def bar(shares: Sequence[float], *, label: str) -> str:
    """HTML of a thin stacked bar for `row`: each share in percent of the whole, clipped to 0-100.

    `label` says in words what the bar shows, for screen readers.
    """
    parts = "".join(f'<i style="width:{min(max(share, 0.0), 100.0):.2f}%"></i>' for share in shares)
    return f'<span class="qm-bar" role="img" aria-label="{escape(label)}">{parts}</span>'


def quote(text: str) -> None:
    """Write what somebody wrote, in its own direction; `text` may be anything, it is escaped."""
    lines = "<br>".join(escape(line) for line in without_turns(text).splitlines())
    st.html(f'<p class="qm-quote qm-said" dir="auto">{lines}</p>')


def marked(pieces: Iterable[tuple[str, bool]]) -> None:
    """Write a text in pieces, those with True marked; the pieces may be anything, they are escaped.

    The direction is the text's own, not the page's.
    """
    safe = [(escape(without_turns(text)), is_marked) for text, is_marked in pieces]
    body = "".join(f"<mark>{text}</mark>" if is_marked else text for text, is_marked in safe)
    st.html(f'<p class="qm-quote" dir="auto">{body}</p>')
