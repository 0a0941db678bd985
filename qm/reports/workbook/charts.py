"""The charts of the workbook: drawn by whoever opens it, from a sheet that says what they show."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qm.core.problems import N_
from qm.reports.charts.look import lowest_tick
from qm.reports.words import word
from qm.reports.workbook.look import ACCENT, GRID, Book

_DATA = N_("What the charts show")
_HEIGHT, _HALF, _WHOLE = 330, 560, 1130  # pixels
_MOST_IN_HALF = 12  # names below a chart of half a page's width
_MOST_GROUPS = 40  # more names than this nobody reads below a chart
_MOST_CAUSES = 12
_LONGEST_NAME = 36
_INK, _MUTE = "#1B2430", "#5F6976"
_MARKERS = ("circle", "diamond", "square", "triangle")
_ABOVE, _BELOW = N_("To the upper end"), N_("To the lower end")

ROWS_OF_A_CHART = 18
"""How many rows of a sheet a chart covers."""

Row = tuple[Any, ...]
Cells = Callable[[int], str]


@dataclass(frozen=True)
class Drawing:
    """A chart: its title, the rows that it shows with their headings, and how it is drawn.

    `draw` is given the book, the drawing and where each of its columns stands.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Row]
    draw: Callable[[Book, "Drawing", Cells], Any]


class Chart(NamedTuple):
    """A native chart and its width in pixels."""

    drawn: Any
    width: int


def drawings_of(book: Book) -> list[Drawing]:
    """Return the charts for which the report has something to show."""
    tables = book.report.tables
    drawings = (*_trend(book), *_pareto(book)) if {"months", "pareto"} <= set(tables) else ()
    levels = (
        ("team", N_("Quality score of the teams, with 95-percent intervals")),
        ("channel", N_("Quality score of the channels, with 95-percent intervals")),
    )
    return [*drawings, *(each for level, title in levels for each in _groups(book, level, title))]


def write_drawings(book: Book, drawings: Sequence[Drawing]) -> list[Chart]:
    """Write what the charts show into a sheet of its own; return the charts, not yet placed."""
    if not drawings:
        return []
    sheet, top, charts = book.add_sheet(_DATA), 0, []
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 6, 14)
    for drawing in drawings:
        _write_rows(book, sheet, top, drawing)

        def cells(place: int, first: int = top + 2, rows: int = len(drawing.rows)) -> str:
            return f"={book.cells(_DATA, place, rows, first)}"

        drawn = drawing.draw(book, drawing, cells)
        drawn.set_title({"name": book.translate(drawing.title), "name_font": {"size": 12}})
        charts.append(Chart(drawn, _HALF if len(drawing.rows) <= _MOST_IN_HALF else _WHOLE))
        drawn.set_size({"width": charts[-1].width, "height": _HEIGHT})
        top += len(drawing.rows) + 3
    return charts


def _write_rows(book: Book, sheet: Any, top: int, drawing: Drawing) -> None:
    sheet.write_string(top, 0, book.translate(drawing.title), book.formats["subtitle"])
    for place, heading in enumerate(drawing.headings):
        shape = "number heading" if place else "heading"
        sheet.write_string(top + 1, place, heading, book.formats[shape])
    for number, row in enumerate(drawing.rows, start=top + 2):
        sheet.write_string(number, 0, row[0], book.formats["text"])
        for place, value in enumerate(row[1:], start=1):
            if value is not None:
                sheet.write_number(number, place, value, book.formats["decimal"])


def _trend(book: Book) -> Iterator[Drawing]:
    """Yield the centre's months: a series per yardstick, for scores of two are no one curve."""
    frame = book.report.tables["months"]
    months = frame[(frame["level"] == "centre") & frame["score"].notna()].to_dict("records")
    if len(months) <= 1:
        return
    yardsticks = sorted({month["yardstick"] for month in months})
    rows = [
        (
            month["month"],
            *(month["score"] if month["yardstick"] == each else None for each in yardsticks),
            *_to_ends(month),
        )
        for month in months
    ]
    _, title = book.translate, N_("Quality score by month, with 95-percent intervals")
    if len(yardsticks) > 1:
        title = N_(
            "Quality score by month, with 95-percent intervals; the line ends where a form changed"
        )
    scores = [_(N_("Quality score"))] * len(yardsticks)
    yield Drawing(title, [_(N_("Month")), *scores, _(_ABOVE), _(_BELOW)], rows, _draw_means)


def _groups(book: Book, level: str, title: str) -> Iterator[Drawing]:
    frame, _ = book.report.tables["overview"], book.translate
    rows = [
        (word(row[level], _) if level == "channel" else row[level], row["score"], *_to_ends(row))
        for row in frame[frame["level"] == level].to_dict("records")
        if row["score"] is not None
    ]
    if 1 < len(rows) <= _MOST_GROUPS:
        yield Drawing(title, [word(level, _), _(N_("Quality score")), _(_ABOVE), _(_BELOW)], rows,
                      _draw_groups)  # fmt: skip


def _to_ends(row: dict[Any, Any]) -> tuple[float | None, float | None]:
    """Return how far it is from the score up to its upper and down to its lower end."""
    if row["score_low"] is None or row["score_high"] is None:
        return None, None
    return row["score_high"] - row["score"], row["score"] - row["score_low"]


def _pareto(book: Book) -> Iterator[Drawing]:
    _, found = book.translate, book.report.tables["pareto"].head(_MOST_CAUSES).to_dict("records")
    rows = [(_short(row["question"]), row["cost"], row["cumulative_percent"]) for row in found]
    if rows:
        headings = [N_("Question"), N_("Points lost"), N_("Running share")]
        yield Drawing(N_("What costs the most points"), [_(h) for h in headings], rows,
                      _draw_pareto)  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _draw_groups(book: Book, drawing: Drawing, cells: Cells) -> Any:
    chart = _draw_means(book, drawing, cells, is_line=False)
    # Names begin at the right in Persian; months run from left to right in every language.
    chart.set_x_axis({"reverse": book.is_rtl, "label_position": "low", "line": {"color": GRID}})
    chart.set_y_axis(_axis(book, "", *_ends(drawing), "0"))
    return chart


def _draw_means(book: Book, drawing: Drawing, cells: Cells, *, is_line: bool = True) -> Any:
    chart = book.file.add_chart({"type": "line"})
    *_scores, above, below = range(1, len(drawing.headings))
    for place in _scores:
        mark = {"type": _MARKERS[(place - 1) % len(_MARKERS)], "size": 8}
        colour = {"color": ACCENT}
        chart.add_series(
            {
                "name": drawing.headings[place],
                "categories": cells(0),
                "values": cells(place),
                "line": {**colour, "width": 1.5} if is_line else {"none": True},
                "marker": {**mark, "fill": colour, "border": colour},
                "y_error_bars": {
                    "type": "custom",
                    "plus_values": cells(above),
                    "minus_values": cells(below),
                    "line": colour,
                },
            }
        )
    chart.set_legend({"none": True})
    chart.set_y_axis(_axis(book, drawing.headings[1], *_ends(drawing), "0"))
    chart.set_x_axis({"label_position": "low", "line": {"color": GRID}})
    return chart


def _ends(drawing: Drawing) -> tuple[float, float]:
    """Return where the axis of scores begins and ends; the last column is how far down it goes."""
    scores = ((row[-1] or 0, value) for row in drawing.rows for value in row[1:-2])
    return lowest_tick([value - down for down, value in scores if value is not None]), 100


def _draw_pareto(book: Book, drawing: Drawing, cells: Cells) -> Any:
    bars = book.file.add_chart({"type": "column"})
    names = {"categories": cells(0)}
    pale = {"color": ACCENT, "transparency": 55}
    bars.add_series({"name": drawing.headings[1], **names, "values": cells(1), "fill": pale,
                     "gap": 60})  # fmt: skip
    line = book.file.add_chart({"type": "line"})
    ink = {"color": _INK}
    line.add_series(
        {
            "name": drawing.headings[2],
            **names,
            "values": cells(2),
            "y2_axis": True,
            "line": {**ink, "width": 1.5},
            "marker": {"type": "circle", "size": 6, "fill": ink, "border": ink},
        }
    )
    bars.combine(line)
    bars.set_x_axis({"reverse": book.is_rtl, "line": {"color": GRID}, "num_font": {"size": 8}})
    line.set_x2_axis({"reverse": book.is_rtl})
    # The legend names the two axes: who mirrors a chart may leave an axis' title where it was.
    bars.set_y_axis(_axis(book, "", 0, None, "0.0"))
    shares = _axis(book, "", 0, 100, '0"٪"' if book.is_rtl else '0"%"')
    line.set_y2_axis({**shares, "major_gridlines": {"visible": False}})
    bars.set_legend({"position": "bottom"})
    return bars


def _axis(book: Book, name: str, low: float, high: float | None, shown: str) -> dict[str, Any]:
    axis = {
        "min": low,
        "max": high,
        "num_format": f"{book.digits}{shown}",
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": GRID}},
    }
    named = {"name": name, "name_font": {"bold": False, "color": _MUTE}}
    return {**axis, **named} if name else axis
