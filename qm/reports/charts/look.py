"""What charts share: colours, language, digits and frames."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import altair as alt

from qm.core.text import Language, localise_digits, number, without_turns
from qm.reports.files import printable
from qm.reports.words import Translate

AnyChart = Any  # Altair's own types differ between its methods

FONT = "Vazirmatn"
_PERSIAN_NUMBERS = {
    "decimal": "٫",
    "thousands": "٬",
    "grouping": [3],
    "currency": ["", ""],
    "numerals": list("۰۱۲۳۴۵۶۷۸۹"),
    "percent": "٪",
    "minus": "\u200e\u2212",
}
_MONTHS_IN_ONE_LINE = 6
_MONTHS_IN_LARGE = 8
_LABEL_LIMIT = 300
_LABEL_LIMIT_ON_PAGES = "max(120, 0.45 * containerSize()[0])"
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z0-9۰-۹()]")


@dataclass(frozen=True)
class Look:
    """Language and colours (`#rrggbb`) of a chart; `font` is None where the page brings its own."""

    language: Language
    translate: Translate
    ink: str
    mute: str
    line: str
    accent: str
    bad: str
    card: str
    font: str | None = None

    @property
    def is_rtl(self) -> bool:
        """Whether names stand at the right."""
        return self.language == "fa"

    def _(self, text: str) -> str:
        """Return a text of ours in the language of the chart, to be drawn."""
        return self.words(self.translate(text))

    def number(self, value: float | None, places: int = 1) -> str:
        """Return a number in the digits of the language."""
        return number(value, self.language, places)

    def words(self, text: str) -> str:
        """Return any text so that it is drawn in the direction of the language."""
        text = without_turns(printable(text))
        # Whoever draws SVG begins each text from the left unless it says otherwise.
        mixed = self.is_rtl and _LEFT_TO_RIGHT.search(text)
        return f"\u2067{text}\u2069" if mixed else text

    def digits(self, text: str) -> str:
        """Return a text of ours with the digits of the language, to be drawn."""
        return self.words(localise_digits(text, self.language))


class Leading(Protocol):
    """What is drawn in a chart, with the address that a click on it leads to, if any."""

    @property
    def link(self) -> str:
        """The address, relative to the page's own; empty on paper."""


def on_paper(language: Language, translate: Translate) -> Look:
    """Return the look of reports: the pages' light colours on white, readable in grey."""
    return Look(
        language,
        translate,
        ink="#1b2430",
        mute="#5f6976",
        line="#d5dae1",
        accent="#0f6e84",
        bad="#b3261e",
        card="#ffffff",
        font=FONT,
    )


def framed(layers: Sequence[AnyChart], look: Look, height: int | alt.Step) -> AnyChart:
    """Return the layers as one chart with the numbers and the font of its look.

    `height` is in pixels: of the plot, or of each of its rows.
    """
    # What no layer says itself would show the names of our columns.
    config: dict[str, Any] = {"mark": {"tooltip": None}}
    if look.is_rtl:
        config["locale"] = {"number": _PERSIAN_NUMBERS}
    if look.font:
        texts = {"labelColor": look.ink, "titleColor": look.mute, "titleFontWeight": "normal"}
        sizes = {"labelFontSize": 12, "titleFontSize": 12}
        axes = {**texts, **sizes, "tickColor": look.line, "gridColor": look.line}
        config |= {"font": look.font, "background": look.card, "axis": axes, "legend": texts}
    # Names at the right are drawn a little wider than they are measured.
    room = {"left": 5, "top": 5, "right": 16 if look.is_rtl else 5, "bottom": 5}
    chart = alt.layer(*layers).properties(height=height, padding=room)
    return chart.configure(**config).configure_view(stroke=None)


def leading(marks: AnyChart, drawn: Sequence[Leading]) -> AnyChart:
    """Return the marks of what is drawn, each with its `link` where they have one."""
    return marks.encode(href="link:N") if any(each.link for each in drawn) else marks


def value_axis(look: Look, values: Sequence[float] | None = None) -> alt.Axis:
    """Return the axis of scores or shares, with grid lines."""
    ticks = alt.Undefined if values is None else list(values)
    return alt.Axis(gridColor=look.line, domain=False, labelFlush=False, values=ticks)


def name_axis(look: Look) -> alt.Axis:
    """Return the axis of names in a column, on the side where its language begins.

    On a page names take up to nearly half of the width that there is.
    """
    return alt.Axis(
        orient="right" if look.is_rtl else "left",
        domainColor=look.line,
        ticks=False,
        labelPadding=8,
        labelLimit=_LABEL_LIMIT if look.font else alt.expr(_LABEL_LIMIT_ON_PAGES),
    )


def order_axis(look: Look, count: int = 0) -> alt.Axis:
    """Return the axis of months, or of whatever stands in the order of time.

    Labels of more than half a year of months stand in two lines: the month, below it the year;
    those of many are smaller, or some would be left out.
    """
    # Not flush: the outermost labels stay under their points.
    return alt.Axis(
        labelAngle=0, labelPadding=8, labelFlush=False, domainColor=look.line, ticks=False,
        labelOverlap="greedy",
        labelFontSize=10 if count > _MONTHS_IN_LARGE else alt.Undefined,
        labelExpr="split(datum.label, ' ')" if count > _MONTHS_IN_ONE_LINE else alt.Undefined,
    )  # fmt: skip


def lowest_tick(values: Sequence[float]) -> int:
    """Return the round number below the lowest value: where an axis up to 100 begins."""
    return max(0, int(min(values, default=0)) // 10 * 10 - 10)
