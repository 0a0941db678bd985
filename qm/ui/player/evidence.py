"""Evidence beside an answer: a link for each piece that plays exactly its stretch.

Where the interaction's player is on the page, it plays there and nothing is loaded; elsewhere the
link leads to a page of the interaction that begins at that second (`?at=34-52`).
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from qm.core.forms.answers import Answer, Evidence
from qm.core.text import without_turns
from qm.ui import theme, wording
from qm.ui.here import Here
from qm.ui.player.places import AT, LINE, written_place

_LONGEST_QUOTE = 70


def evidence_lines(
    page: Here, answer: Answer, interaction_id: str, address: str | None = None
) -> None:
    """Write the evidence of an answer, one line each, with its links.

    `address` is a page that shows the interaction, such as “/evaluation-list?evaluation=7”; None:
    the page that is open.
    """
    for item in answer.evidence:
        theme.row(evidence_link(page, item, interaction_id, address))


def evidence_link(
    page: Here, item: Evidence, interaction_id: str, address: str | None = None
) -> str:
    """HTML of one piece of evidence for `theme.row`: where it is, the quote, a way to hear it."""
    time, quote = place_in_words(page, item), shortened_quote(page, item.quote)
    if not time and not quote:
        quote = page._("line {number}").format(number=page.number(item.segment + 1, 0))
    data = {
        "interaction": interaction_id,
        "start": "" if item.start_s is None else f"{item.start_s:g}",
        "end": "" if item.end_s is None else f"{item.end_s:g}",
        "line": str(item.segment),
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    label = page._("Play {stretch}").format(stretch=f"{time} {quote}".strip())
    return (
        f'<a class="qm-play" href="{escape(_link(item, address))}" target="_self" {attributes} '
        f'aria-label="{escape(label)}"><span aria-hidden="true">▶\ufe0e</span> '
        f'<bdi dir="ltr">{escape(time)}</bdi> <bdi>{escape(quote)}</bdi></a>'
    )


def place_in_words(page: Here, item: Evidence) -> str:
    """Return the seconds of evidence, such as “00:34–00:52”; empty for written channels."""
    if item.start_s is None:
        return ""
    ends = [item.start_s] if item.end_s is None else [item.start_s, item.end_s]
    return "–".join(dict.fromkeys(page.clock(each) for each in ends))


def shortened_quote(page: Here, quote: str) -> str:
    """Return a quote in the quotation marks of the language, cut where it is long."""
    text = " – ".join(line.strip() for line in quote.splitlines() if line.strip())
    if not text:
        return ""
    text = wording.masked(page._, without_turns(text))
    if len(text) > _LONGEST_QUOTE:
        text = text[: _LONGEST_QUOTE - 1].rstrip() + "…"
    return page._("“{quote}”").format(quote=text)


def pin_target(label: str) -> None:
    """Tell the player to which question it pins, such as “Pin to question 7”; empty: to none.

    For whoever shows the questions: they rerun without the player.
    """
    st.html(f'<span data-qm-pin="{escape(label)}" hidden></span>')


def _link(item: Evidence, address: str | None) -> str:
    place = {AT: written_place(item.start_s, item.end_s), LINE: str(item.segment)}
    query = urlencode([(name, value) for name, value in place.items() if value])
    if address is None:
        own: Sequence[tuple[str, str]] = [
            (name, value) for name, value in st.query_params.items() if name not in place
        ]
        address = f"?{urlencode(own)}"
    return address + ("" if address.endswith("?") else "&" if "?" in address else "?") + query
