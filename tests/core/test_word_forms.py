from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.word_forms import keyed_words, words_key

PERSIAN = "اآأإبپتثجچحخدذرزژسشصضطظعغفقکكگلمنوهةۀیيىئؤء"
PIECES = st.one_of(
    st.sampled_from(
        ["می", "نمی", "ها", "های", "ام", "ی", "تر", "\u200c", " ", "،", "'", ",", "خانه"]
    ),
    st.text(PERSIAN, min_size=1, max_size=6),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@pytest.mark.parametrize(
    "forms",
    [
        ("كتاب", "کتاب", "ڪتاب", "کـــتاب", "کِتاب"),
        ("علي", "علی", "على", "علے"),
        ("می‌شود", "می شود", "میشود", "مي شود", "می\u200b‌شود"),
        ("نمی‌خواهم", "نمی خواهم", "نمیخواهم"),
        ("کتاب‌ها", "کتاب ها", "کتابها"),
        ("کتاب‌هایشان", "کتاب هایشان"),
        ("بزرگ‌ترین", "بزرگ ترین", "بزرگترین"),
        ("خانه‌ام", "خانه ام"),
        ("خانهٔ", "خانه‌ی", "خانه ی", "خانه", "خانة", "خانۀ"),
        ("آب", "اب"),
        ("مسأله", "مساله"),
        ("پائیز", "پاییز"),
        ("امضاء", "امضا"),
        ("۱۲۳", "١٢٣", "123"),
        ("۱٬۲۰۰٬۰۰۰", "1,200,000", "1200000"),
        ("ﻻزم", "لازم"),
        ("Straße", "STRASSE"),
        ("don't", "Don’t", "dont"),
        ("café", "cafe", "cafe\u0301"),
        ("۱۲٪", "12%", "۱۲ درصد".replace(" درصد", "")),
    ],
)
def test_forms_of_a_word_have_one_key(forms: tuple[str, ...]) -> None:
    keys = {words_key(form) for form in forms}
    assert len(keys) == 1
    assert " " not in keys.pop()


@pytest.mark.parametrize(
    ("one", "other"),
    [("کتاب", "کتابها"), ("کار", "گار"), ("1200", "1 200"), ("12", "1.2"), ("order", "orders")],
)
def test_other_words_have_other_keys(one: str, other: str) -> None:
    assert words_key(one) != words_key(other)


def test_words_end_at_everything_that_is_neither_letter_nor_digit() -> None:
    assert words_key("یک،دو؛سه pre_fix a-b «چهار»! 3.5 🙂x") == "یک دو سه pre fix a b چهار 3 5 x"
    assert words_key(" \u200c ، _ ") == ""
    assert words_key("تر ها") == "ترها"  # of a first word nothing is a suffix


def test_words_know_where_they_stand_in_what_was_written() -> None:
    text = "«مي شود؟» ﷲ کتاب\u200cها don’t ٣٤"
    assert [(word.key, text[word.start : word.end]) for word in keyed_words(text)] == [
        ("میشود", "مي شود"),
        ("الله", "ﷲ"),
        ("کتابها", "کتاب\u200cها"),
        ("dont", "don’t"),
        ("34", "٣٤"),
    ]


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_key_is_its_own_key(text: str) -> None:
    key = words_key(text)
    assert words_key(key) == key


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_places_are_in_order_and_a_word_stands_where_it_says(text: str) -> None:
    end = 0
    for word in keyed_words(text):
        assert end <= word.start < word.end <= len(text)
        assert words_key(text[word.start : word.end]).replace(" ", "") == word.key
        end = word.end


@settings(max_examples=60, deadline=None)
@given(
    st.text("ابپتجدرزسشکگلمنوهی", min_size=2, max_size=8), st.sampled_from(["ها", "های", "ترین"])
)
def test_a_suffix_is_found_however_it_is_written(stem: str, suffix: str) -> None:
    keys = {words_key(stem + between + suffix) for between in ("", " ", "\u200c", "\u200c ")}
    assert len(keys) == 1
