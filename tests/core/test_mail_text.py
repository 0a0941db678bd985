"""E-mails as plain text: subject, headers, what is written and what is quoted."""

from __future__ import annotations

import pytest

from qm.core.mail_text import mail_parts


def test_headers_words_and_quotation_are_told_apart() -> None:
    text = (
        "From: Ann <a@example.org>\nTo: shop@example.org\nSubject: Where is it?\n\n"
        "Hello,\n\nwhere is my order?\n\nOn 3 May 2026, Shop wrote:\n> It has left.\n>\n> Bye\n"
        "\nAnn"
    )
    assert mail_parts(text) == [
        ("subject", "Where is it?"),
        ("headers", "From: Ann <a@example.org>\nTo: shop@example.org"),
        ("text", "Hello,\n\nwhere is my order?"),
        ("quote", "On 3 May 2026, Shop wrote:\n> It has left.\n>\n> Bye"),
        ("text", "Ann"),
    ]


def test_persian_mail_is_read_the_same_way() -> None:
    text = "موضوع: سفارش\nاز: مریم\n\nسلام\n\n----- پیام اصلی -----\nاز: فروشگاه\nارسال شد."
    assert [kind for kind, _ in mail_parts(text)] == ["subject", "headers", "text", "quote"]
    assert mail_parts("در ۳ آبان مریم نوشت:\nسلام") == [("quote", "در ۳ آبان مریم نوشت:\nسلام")]


@pytest.mark.parametrize(
    "text",
    [
        "Hi, two questions about order 67203.\nMs Novak",
        "To: the point\nI am angry.",  # one line that looks like a header is none
        "I wrote: no answer.\nOn Monday: nothing.",
        "5 > 3",
    ],
)
def test_what_only_looks_like_mail_stays_text(text: str) -> None:
    assert mail_parts(text) == [("text", text)]


def test_no_line_is_lost() -> None:
    text = "Subject: a\nDate: b\n\nc\n> d\ne\n-- Original Message --\nf\n> g"
    found = "\n".join(words for _, words in mail_parts(text))
    assert all(letter in found for letter in "abcdefg")
    assert mail_parts("") == []
