from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.personal_data.folding import folded
from qm.core.personal_data.masking import MASKS, findings, masked
from qm.core.personal_data.rules import PrivacyRules
from tests.core.personal_data import spoken_numbers as made

RULES = PrivacyRules(names=("مریم احمدی", "Peter Lane", "علی‌رضا نیک‌نام", "کاظمی"))
AROUND = (
    ("My number is ", " thank you."),
    ("شمارهٔ من", "است، ممنون"),
    ("بله ", "."),
    ("(", ")"),
    ("", ""),
    ("نه، ", " درست شد؟"),
    ("It's: ", "\nand that is all"),
    ("«", "»"),
)
KINDS = {
    "card": made.card,
    "iban": made.iban,
    "national_id": made.national_id,
    "phone": made.phone,
}
seeds = st.integers(0, 2**32)


def kinds_of(text: str, rules: PrivacyRules = RULES) -> list[str]:
    return [finding.kind for finding in findings(text, rules)]


def is_it_or_its_twin(found: str, kind: str) -> bool:
    """Whether the kind is right; some national ids are telephone numbers as well."""
    return found == kind or {found, kind} == {"phone", "national_id"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_every_written_number_is_found_whole(kind: str, seed: int) -> None:
    rng = random.Random(seed)
    number = made.written(rng, KINDS[kind](rng))
    before, after = rng.choice(AROUND)
    text = before + number + after
    found = findings(text, RULES)
    assert [text[one.start : one.end] for one in found] == [number], text
    assert is_it_or_its_twin(found[0].kind, kind)
    assert masked(text, RULES) == before + MASKS[found[0].kind] + after


@pytest.mark.parametrize("kind", ["card", "national_id", "phone"])
@pytest.mark.parametrize("said", [made.said_english, made.said_persian])
@settings(max_examples=50, deadline=None)
@given(seed=seeds)
def test_every_said_number_is_found_whole(kind: str, said: object, seed: int) -> None:
    rng = random.Random(seed)
    words = said(rng, KINDS[kind](rng))  # type: ignore[operator]
    before, after = rng.choice([("it is ", " okay thanks"), ("خدمتتون ", " مرسی"), ("", ".")])
    text = before + words + after
    found = findings(text, RULES)
    assert [text[one.start : one.end] for one in found] == [words], text
    assert is_it_or_its_twin(found[0].kind, kind)


pieces = st.lists(
    st.one_of(
        st.text(alphabet="abc @.-+,:/۰۱۲۳09 \u200cمیوه[]()\n", max_size=12),
        st.sampled_from([*MASKS.values(), *made.FA, *made.FA_TENS, *made.EN, "و", "double"]),
        seeds.map(lambda seed: made.written(random.Random(seed), made.card(random.Random(seed)))),
        seeds.map(lambda seed: made.written(random.Random(seed), made.phone(random.Random(seed)))),
        seeds.map(lambda seed: made.national_id(random.Random(seed))),
        st.sampled_from(["a.b@example.org", "sara at gmail dot com", "خانم احمدی", "peter lane"]),
    ),
    max_size=8,
).flatmap(lambda parts: st.sampled_from(["", " ", "، "]).map(lambda gap: gap.join(parts)))


@settings(max_examples=60, deadline=None)
@given(pieces)
def test_masking_twice_changes_nothing_and_the_rest_stays(text: str) -> None:
    once = masked(text, RULES)
    assert masked(once, RULES) == once
    found = findings(text, RULES)
    ends = [0, *(finding.end for finding in found)]
    starts = [*(finding.start for finding in found), len(text)]
    kept = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert "".join(kept) == "".join(
        text[place]
        for place in range(len(text))
        if not any(finding.start <= place < finding.end for finding in found)
    )
    rest = once
    for part, finding in zip(kept, found, strict=False):
        assert rest.startswith(part + MASKS[finding.kind])
        rest = rest[len(part) + len(MASKS[finding.kind]) :]
    assert rest == kept[-1]


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_nothing_of_a_found_number_is_left(seed: int) -> None:
    rng = random.Random(seed)
    numbers = [KINDS[kind](rng) for kind in rng.choices(list(KINDS), k=4)]
    text = " و بعد شماره ".join(made.written(rng, number) for number in numbers)
    left = masked(text, RULES)
    assert re.search(r"[0-9]{6}", re.sub(r"[\s.\-–,،\u200c]", "", folded(left))) is None, text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("خانم احمدی پشت خط است", "خانم [name] پشت خط است"),
        ("مريم احمدي زنگ زد", "[name] زنگ زد"),
        ("مریم‌احمدی و عليرضا نيك نام", "[name] و [name]"),
        ("احمدی", "احمدی"),
        ("کاظمیان و آقای کاظمی‌", "کاظمیان و آقای [name]‌"),
        ("Mr. Lane, PETER  LANE’s order", "Mr. [name], [name]’s order"),
        ("a lane in Peterborough", "a lane in Peterborough"),
        ("مَریم احمَدی", "[name]"),
        ("write to Sara.Nouri+x@mail.example.co.uk.", "write to [e-mail]."),
        ("sara dot nouri at example dot com please", "[e-mail] please"),
        ("my e-mail is sara at example dot org", "my e-mail is [e-mail]"),
        ("s a r a 8 at yahoo dot com", "[e-mail]"),
        ("ایمیلم سارا نقطه نوری ات جی‌میل دات کام است", "ایمیلم [e-mail] است"),
        ("look at example dot com", "look at example dot com"),
        ("we meet at noon dot", "we meet at noon dot"),
        ("call +44 20 7946 0958 today", "call [phone] today"),
        ("plus nine eight nine one two three four five six seven eight nine", "[phone]"),
        ("۰۰۹۸۹۱۲۳۴۵۶۷۸۹", "[phone]"),
        ("موبایلم ۹۱۲۳۴۵۶۷۸۹", "موبایلم [phone]"),
        ("آی آر هشتاد و دو ۰۵۴۰ ۱۰۲۶ ۸۰۰۲ ۰۸۱۷ ۹۰۹۰ ۰۲", "[iban]"),
        ("four one, double one, then one one one one uh 1111 1111", "[card]"),
        ("شصت هفتاد و دو", "شصت هفتاد و دو"),
        ("6037 9911 2345 6783 12 27 345", "6037 9911 2345 6783 12 27 345"),
        ("4111 1111 1111 1111 12 27 345", "[card] 12 27 345"),
        ("4111111111111111 09123456789 0067749828", "[card] [phone] [national id]"),
    ],
)
def test_as_people_write_it(text: str, expected: str) -> None:
    assert masked(text, RULES) == expected


def test_a_kind_that_is_off_stays_and_is_no_other_kind() -> None:
    text = "4111 1111 1111 1111, 0912 345 6789, a@b.example"
    assert kinds_of(text) == ["card", "phone", "email"]
    rules = PrivacyRules(kinds=("phone",))
    assert masked(text, rules) == "4111 1111 1111 1111, [phone], a@b.example"
    assert masked(text, PrivacyRules(kinds=())) == text


def test_another_region_dials_otherwise() -> None:
    german = PrivacyRules(phone_region="DE")
    assert masked("ruf an: 030 901820 bitte", german) == "ruf an: [phone] bitte"
    assert masked("030 901820", RULES) == "030 901820"
    american = PrivacyRules(phone_region="US")
    assert masked("call 212-555-2368 now", american) == "call [phone] now"
    assert masked("order 212-555-2368 now", american) == "order 212-555-2368 now"
