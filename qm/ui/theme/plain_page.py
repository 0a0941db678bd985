"""A whole page in plain HTML, for what is answered before Streamlit comes into play."""

from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

from qm.core.text import Language

_FOLDER = Path(__file__).parent
_PAGE = Template((_FOLDER / "plain_page.html").read_text("utf-8"))


def plain_page(language: Language, *, title: str, text: str, link: str, link_text: str) -> str:
    """Return the HTML of a page that says one thing and leads on; all texts are escaped."""
    return _PAGE.substitute(
        language=language,
        direction="rtl" if language == "fa" else "ltr",
        style=_style(),
        title=escape(title),
        text=escape(text),
        link=escape(link),
        link_text=escape(link_text),
    )


@lru_cache
def _style() -> str:
    return "".join(
        (_FOLDER / name).read_text("utf-8") for name in ("static/colours.css", "plain_page.css")
    )
