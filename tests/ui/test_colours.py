"""The colours: legible in light and dark, one place for each, and Streamlit's theme agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from qm.ui.theme import COLOURS

ROOT = Path(__file__).parents[2]
SURFACES = ("page", "card", "soft")
CONTRAST_MIN = 4.5  # WCAG 2.2 AA, 1.4.3: text
SHAPE_CONTRAST_MIN = 3.0  # 1.4.11: what is no text but has to be seen
PAIRS = [
    *((words, surface) for words in ("ink", "mute", "accent", "bad") for surface in SURFACES),
    *((words, "card") for words in ("agent", "customer", "good", "warn")),
    *((tone, f"{tone}-soft") for tone in ("accent", "good", "warn", "bad")),
    ("on-accent", "accent"),
    ("ink", "mark"),
    ("ink", "accent-soft"),
]
THEME = {  # what Streamlit calls it, and what the style sheets call it
    "primaryColor": "accent",
    "backgroundColor": "card",
    "secondaryBackgroundColor": "page",
    "textColor": "ink",
    "linkColor": "accent",
    "borderColor": "line",
    "redTextColor": "bad",
    "redBackgroundColor": "bad-soft",
    "yellowTextColor": "warn",
    "yellowBackgroundColor": "warn-soft",
    "greenTextColor": "good",
    "greenBackgroundColor": "good-soft",
    "blueTextColor": "accent",
    "blueBackgroundColor": "accent-soft",
    "orangeColor": "customer",
    "dataframeBorderColor": "line",
    "dataframeHeaderBackgroundColor": "soft",
    "dataframeHeaderTextColor": "mute",
}


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_legible_on_their_surface(scheme: str) -> None:
    place = ("light", "dark").index(scheme)
    ratios = {
        pair: round(contrast(COLOURS[pair[0]][place], COLOURS[pair[1]][place]), 2) for pair in PAIRS
    }
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < CONTRAST_MIN} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_streamlits_theme_has_the_same_colours_and_its_charts_are_seen(scheme: str) -> None:
    place = ("light", "dark").index(scheme)
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][scheme]
    ours = {key: COLOURS[name][place] for key, name in THEME.items()}
    assert {key: config[key] for key in THEME} == ours
    card = COLOURS["card"][place]
    series = config["chartCategoricalColors"]
    assert [colour for colour in series if contrast(colour, card) < SHAPE_CONTRAST_MIN] == []


def test_every_other_style_sheet_takes_its_colours_from_there() -> None:
    files = [*ROOT.glob("qm/ui/**/*.css"), *ROOT.glob("qm/ui/**/*.js")]
    written = {}
    for path in set(files) - {ROOT / "qm" / "ui" / "theme" / "static" / "colours.css"}:
        free = re.sub(r"var\([^)]*\)", "", path.read_text())  # the value for where there is none
        if found := re.findall(r"(?<![\w-])#(?:[0-9a-f]{3}){1,2}\b(?=[;, )])", free):
            written[path.name] = found
    assert written == {}


def test_every_colour_that_is_used_exists() -> None:
    used = {
        name
        for path in [*ROOT.glob("qm/ui/**/*.css"), *ROOT.glob("qm/ui/**/*.js")]
        for name in re.findall(r"var\(--qm-([a-z-]+)", path.read_text())
    }
    assert used - COLOURS.keys() - {"chosen", "chosen-soft"} == set()
