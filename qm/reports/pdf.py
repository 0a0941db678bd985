"""The monthly report as a PDF file, set by typst."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import typst

from qm.core.text import Language
from qm.reports.charts.svg import FONTS_DIR
from qm.reports.files import written_whole
from qm.reports.printed import LONG_WORD, Paper

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_TAGGED_ROWS_MAX = 500  # tags take ten times as long and twenty times the room as the text
_DIRECTIONS = {"L", "R", "AL"}
_PIECE = re.compile(r"\S{1,16}|\s+")


def write_pdf(paper: Paper, path: Path) -> None:
    """Write the report to the PDF file `path`: A4, landscape, from right to left in Persian.

    The same report gives the same bytes, at any time and in any process. Texts are set as they
    are, whatever they hold; characters that no font here knows stay blank. Short reports (up to
    500 rows) are tagged for screen readers. An existing file is replaced only once the new one
    is complete.
    """
    rows = sum(len(section.rows) for section in paper.sections)
    laid = [
        {
            **vars(section),
            "rows": [[_laid(cell, paper.language) for cell in row] for row in section.rows],
        }
        for section in paper.sections
    ]
    compiler = typst.Compiler(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"paper": json.dumps({**vars(paper), "sections": laid}, default=vars)},
    )
    with written_whole(path) as unfinished:
        made: Any = compiler.compile(
            format="pdf",
            timestamp=paper.made_at_s,
            pdf_tags=rows <= _TAGGED_ROWS_MAX,
        )
        unfinished.write_bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """The fonts of this package alone: what a machine has must not change the pages."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS_DIR])


def _laid(text: str, language: Language) -> str | list[str]:
    """Return the text in pieces where a word is too long, else in its own direction."""
    if LONG_WORD.search(text):
        return _PIECE.findall(text)
    first = next((kind for kind in map(bidirectional, text) if kind in _DIRECTIONS), None)
    if first == "L" and language == "fa":
        return f"\u2066{text}\u2069"
    if first in {"R", "AL"} and language == "en":
        return f"\u2067{text}\u2069"
    return text
