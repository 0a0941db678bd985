"""Charts as pictures for reports."""

from functools import lru_cache
from pathlib import Path

import vl_convert

from qm.reports.charts.look import AnyChart

FONTS_DIR = Path(__file__).parents[1] / "fonts"
_WIDTH = 560


def svg_of(chart: AnyChart, width: int = _WIDTH) -> str:
    """Return the chart as SVG, its plot `width` pixels wide; the same chart gives the same text.

    Texts stay texts in the font Vazirmatn, which whoever shows the picture must have.
    """
    return _drawn(chart.properties(width=width).to_json(indent=None))


@lru_cache(maxsize=32)  # a report is written in several formats, with the same charts
def _drawn(specification: str) -> str:
    _know_the_fonts()
    return str(vl_convert.vegalite_to_svg(specification))


@lru_cache
def _know_the_fonts() -> None:
    vl_convert.register_font_directory(str(FONTS_DIR))
