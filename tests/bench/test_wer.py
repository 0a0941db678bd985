"""Word errors of models: what counts as a word, and figures that can be checked by hand."""

import pandas as pd
import pytest

from bench.wer import Heard, comparable, compared, figures_of, persian_references
from tests.fixtures.shared_data import shared_data


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("می‌خوام، پیاده‌روی کنم.", "می خوام پیاده روی کنم"),
        ("كتاب ۱۲", "کتاب 12"),
        ("I CAN'T – really!", "i can't really"),
    ],
)
def test_only_words_are_compared(text: str, words: str) -> None:
    assert comparable(text) == words


def test_a_row_counts_what_differs() -> None:
    heard = Heard({"a": "one two four", "b": "five six"}, sound_s=20, work_s=5)
    row = compared("m", heard, {"a": "One, two three.", "b": "five"})
    assert (row["words"], row["substituted"], row["left out"], row["put in"]) == (4, 1, 0, 1)
    assert row["word errors"] == 2 / 4
    assert row["real-time factor"] == 0.25


def test_a_model_far_from_what_the_pages_tell_is_short() -> None:
    found = pd.DataFrame(
        [{"model": "package:base", "word errors": errors} for errors in (0.9, 0.7)]
    )
    near, far = figures_of(found, found.head(0))
    assert (near.is_reached, far.is_reached) == (True, False)
    assert str(near) == "figure wer_fa_package_base 0.9 share goal 0.94±0.1 ok"


def test_the_persian_references_are_read() -> None:
    references = persian_references(shared_data("reference.csv").parent)
    assert len(references) == 18
    assert references["Ardalan01.mp3"].startswith("امروز")
