"""Charts: what they draw is there, twice the same, in the language's digits, and seen in grey."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from qm.locale import translator
from qm.reports.charts import AnyChart, Look, on_paper
from qm.reports.charts.compared import (
    Compared,
    FunnelDot,
    FunnelLimit,
    funnel_chart,
    intervals_chart,
)
from qm.reports.charts.control import ControlPoint, control_chart
from qm.reports.charts.hours import HourCell, hours_chart
from qm.reports.charts.months import MonthMean, MonthMedian, months_chart
from qm.reports.charts.pareto import Cause, pareto_chart
from qm.reports.charts.svg import _drawn, svg_of
from tests.reports.paper_case import HOSTILE

MONTHS = {"fa": ["شهریور ۱۴۰۵", "مهر ۱۴۰۵", "آبان ۱۴۰۵"], "en": ["Shahrivar", "Mehr", "Aban"]}
NAMES = {"fa": ["پشتیبانی", "سفارش (KYC)"], "en": ["Support", "Orders (KYC)"]}
DAYS = {"fa": ["شنبه", "یکشنبه"], "en": ["Saturday", "Sunday"]}
SHAPE_CONTRAST_MIN = 3.0  # WCAG 2.2, 1.4.11


def looks(language: str) -> Look:
    return on_paper(language, translator(language))


def months(language: str, yardsticks: tuple[int, ...] = (0, 0, 1)) -> AnyChart:
    means = [
        MonthMean(month, mean, mean - 4, mean + 4, "", yardstick)
        for month, mean, yardstick in zip(
            MONTHS[language], (70.0, 72.0, 85.0), yardsticks, strict=True
        )
    ]
    medians = [MonthMedian(MONTHS[language][1], 75.0, "")]
    return months_chart(looks(language), MONTHS[language], means, medians)


def intervals(language: str) -> AnyChart:
    one, two = NAMES[language]
    groups = [Compared(one, 71.5, 66.0, 77.0, 12), Compared(two, 90.0, None, None, 1)]
    return intervals_chart(looks(language), groups, 79.0)


def pareto(language: str) -> AnyChart:
    counts = (6, 3, 0)
    causes = [Cause(name, n) for name, n in zip([*NAMES[language], "never"], counts, strict=True)]
    return pareto_chart(looks(language), causes)


def hours(language: str) -> AnyChart:
    one, two = DAYS[language]
    cells = [HourCell(one, 9, 61.0, 5), HourCell(one, 10, 88.0, 7), HourCell(two, 9, None, 1)]
    return hours_chart(looks(language), cells, DAYS[language])


def funnel(language: str) -> AnyChart:
    one, two = NAMES[language]
    dots = [FunnelDot(one, 30, 66.0, True), FunnelDot(two, 10, 81.0, False)]
    limits = [FunnelLimit("95%", n, 80 - 30 / n, 80 + 30 / n) for n in (5, 20, 40)]
    return funnel_chart(looks(language), dots, limits, 80.0, "Score")


def control(language: str) -> AnyChart:
    told = [(80.0, "", 0), (70.0, NAMES[language][0], 0), (82.0, "", 1)]
    points = [
        ControlPoint(month, value, 80.0, 74.0, 86.0, signal, phase)
        for month, (value, signal, phase) in zip(MONTHS[language], told, strict=True)
    ]
    return control_chart(looks(language), points, "Score")


EVERY = [months, intervals, pareto, hours, funnel, control]


def texts(svg: str) -> list[str]:
    found = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [(each.text or "").strip("\u2067\u2069\u200e") for each in found]


@pytest.mark.parametrize("chart", EVERY)
def test_every_number_of_a_persian_chart_is_persian(chart):
    svg = svg_of(chart("fa"))
    told = texts(svg)
    assert [text for text in told if re.search("[0-9]", text)] == []
    assert any(re.search("[۰-۹]", text) for text in told)
    families = set(re.findall('font-family="([^"]*)"', svg))
    assert families == {"Vazirmatn"}


@pytest.mark.parametrize("chart", EVERY)
def test_a_chart_is_drawn_the_same_at_every_time(chart):
    first = svg_of(chart("en"))
    _drawn.cache_clear()
    assert svg_of(chart("en")) == first
    assert not re.search(r'\b(id|style)="', first)  # nothing that two pictures on a page share


@pytest.mark.parametrize("language", ["fa", "en"])
def test_months_run_from_left_to_right_and_the_line_breaks_with_the_form(language):
    root = ElementTree.fromstring(svg_of(months(language)))
    at = {}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        if (text.text or "").strip("\u2067\u2069") in MONTHS[language]:
            at[text.text.strip("\u2067\u2069")] = float(
                re.match(r"translate\(([\d.]+)", text.get("transform"))[1]
            )
    assert sorted(at, key=at.__getitem__) == MONTHS[language]
    assert len(lines(months(language))) == len(lines(months(language, (0, 0, 0)))) + 1
    words = looks(language)._("other form version").strip("\u2067\u2069")
    assert words in texts(svg_of(months(language)))
    assert words not in texts(svg_of(months(language, (0, 0, 0))))


def lines(chart: AnyChart) -> list[str]:
    return re.findall(r'aria-roledescription="line mark"', svg_of(chart))


def test_pareto_counts_down_and_shares_add_up_over_all():
    told = texts(svg_of(pareto("en")))
    assert "never" not in told
    assert told.index("Support") < told.index("Orders (KYC)")
    assert {"67%", "100%", "6", "3"} <= set(told)


def test_names_of_a_persian_chart_stand_at_the_right_and_in_its_direction():
    assert specification(intervals("fa"))["layer"][1]["encoding"]["y"]["axis"]["orient"] == "right"
    assert specification(intervals("en"))["layer"][1]["encoding"]["y"]["axis"]["orient"] == "left"
    assert "\u2067سفارش (KYC)\u2069" in svg_of(intervals("fa"))
    assert {"n = ۱۲", "n = ۱"} <= set(texts(svg_of(intervals("fa"))))


def test_a_cell_without_a_number_holds_its_n_alone_and_has_no_colour():
    svg = svg_of(hours("en"))
    told = texts(svg)
    assert {"61", "88", "n=5", "n=7", "n=1"} <= set(told)
    assert len(re.findall('aria-roledescription="rect mark"', svg)) == 2
    narrow = hours_chart(looks("en"), [HourCell("d", 9, 80.0, 9), HourCell("d", 10, 81.0, 9)], "d")
    domain = specification(narrow)["layer"][0]["encoding"]["color"]["scale"]["domain"]
    assert domain == [70.5, 90.5]  # one point of difference is no difference from white to dark


def test_hours_run_without_gaps_and_all_of_them_stand_at_the_end():
    cells = [HourCell("d", None, 70.0, 9), HourCell("d", 10, 71.0, 9), HourCell("d", 8, 72.0, 9)]
    spec = specification(hours_chart(looks("en"), cells, "de"))
    place = spec["layer"][0]["encoding"]
    assert place["x"]["scale"]["domain"] == ["8", "9", "10", "All hours"]
    assert place["y"]["scale"]["domain"] == ["d", "e"]  # where nothing was evaluated, too


def test_a_click_leads_to_what_is_behind_on_a_page_and_nowhere_on_paper():
    linked = hours_chart(looks("en"), [HourCell("d", 9, 80.0, 9, "list?hour=9")], "d")
    assert all(
        each["encoding"]["href"]["field"] == "link" for each in specification(linked)["layer"]
    )
    assert "href" not in json.dumps(specification(hours("en"))["layer"])


def test_what_lies_outside_is_told_by_shape_and_name_not_by_colour_alone():
    marks = json.dumps(specification(funnel("en"))["layer"])
    assert '"shape": "diamond"' in marks
    assert "Support" in texts(svg_of(funnel("en")))
    assert "Orders (KYC)" not in texts(svg_of(funnel("en")))
    assert "Support" in texts(svg_of(control("en")))


def specification(chart: AnyChart) -> dict[str, object]:
    return chart.to_dict()


def test_hostile_names_are_drawn_as_they_are():
    svg = svg_of(pareto_chart(looks("en"), [Cause(HOSTILE, 3)]))
    assert "<script" not in svg
    assert any("#set page(fill: red)" in text for text in texts(svg))
    assert "\u202e" not in svg


def test_the_colours_of_paper_are_seen_in_grey_too():
    look = looks("en")
    for colour in (look.ink, look.mute, look.accent, look.bad):
        assert 1.05 / (luminance(colour) + 0.05) >= SHAPE_CONTRAST_MIN


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2): how light it is once printed in grey."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
