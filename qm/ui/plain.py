"""Text that people wrote, made safe for Streamlit's labels, which are Markdown."""

import re

from qm.core.text import without_turns

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")


def plain(text: str) -> str:
    """Return Markdown that shows `text` letter by letter: no emphasis, links, colours or icons."""
    return _MARKUP.sub(r"\\\1", " ".join(without_turns(text).split()))
