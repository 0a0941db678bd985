"""Bands say in colour what they say in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from qm.intake.form_files import read_form
from qm.ui.evaluation.bands import band_tone

FORM = Path(__file__).parent / "every_kind.yaml"


@pytest.mark.parametrize(
    ("pass_percent", "tones"),
    [(75, ["bad", "good", "good"]), (80, ["bad", "warn", "good"]), (None, ["bad", "warn", "good"])],
)
def test_the_colour_of_a_band_follows_the_pass_mark(
    pass_percent: int | None, tones: list[str]
) -> None:
    read = read_form(FORM.read_text("utf-8"), FORM.name).form
    assert read is not None
    form = read.model_copy(update={"pass_percent": pass_percent})
    assert [band_tone(form, band.id) for band in form.bands] == tones
