"""How much is found and how much is masked wrongly, in sentences whose truth is known."""

from __future__ import annotations

import random
import time
from collections import Counter

from qm.core.personal_data.masking import findings, mask_segments
from qm.core.personal_data.rules import PrivacyRules
from qm.core.transcript import Segment, Word
from tests.core.personal_data import spoken_numbers as made

RULES = PrivacyRules(names=("مریم احمدی", "Peter Lane", "Jo Stone", "رضا نیک‌نام"))
NAMES = ("مریم احمدی", "مريم‌احمدي", "خانم احمدی", "Peter Lane", "Mr Stone", "رضا نیکنام")
SENTENCES = {
    "card": [
        "شماره کارتم {n} است",
        "بزنید به کارت {n} لطفاً",
        "my card number is {n}, please",
        "Visa {n} and it expires next year",
    ],
    "iban": ["شماره شبا {n} بانک ملت", "please pay to {n} today", "the account is {n}."],
    "national_id": ["کد ملی من {n} هست", "کدملیم {n}", "my national id is {n} thanks", "{n} بله"],
    "phone": ["شماره تماسم {n} است", "زنگ بزنید به {n}", "call me on {n} after five", "{n}"],
    "email": ["my e-mail is {n} okay", "بفرستید به {n} ممنون"],
    "name": ["با {n} صحبت کردم", "I spoke to {n} yesterday"],
}
EMAILS = ("sara.nouri@example.com", "sara dot nouri at example dot ir", "reza at gmail dot com")
NEGATIVES = [
    lambda rng: f"شماره سفارش {made.digits(rng, rng.choice([6, 8, 10]))} را پیگیری کنید",
    lambda rng: f"order number {made.digits(rng, rng.choice([5, 8, 10]))} has not arrived",
    lambda rng: f"کد رهگیری مرسوله {made.digits(rng, 24)} است",
    lambda rng: f"مبلغ {rng.randrange(1, 99)},{rng.randrange(100, 999)},000 تومان کم شد",
    lambda rng: f"it cost {rng.randrange(10**9, 10**10)} rials in total",
    lambda rng: (
        f"در تاریخ 140{rng.randrange(9)}/08/1{rng.randrange(9)} ساعت 1{rng.randrange(9)}:30"
    ),
    lambda rng: f"on 2026-11-{rng.randrange(10, 30)} at 09:15, invoice INV-{made.digits(rng, 10)}",
    lambda rng: f"call id {made.digits(rng, 10)}.{made.digits(rng, 4)} in the log",
    lambda rng: "قیمت دو میلیون و سیصد و پنجاه هزار تومان شد",
    lambda rng: f"سفارش {made.said_persian(rng, made.digits(rng, 6))} هنوز نرسیده",
    lambda rng: f"it is order {made.said_english(rng, made.digits(rng, 7))} I think",
    lambda rng: f"کد پستی {made.digits(rng, 10)} تهران",
    lambda rng: f"version {rng.randrange(20)}.{rng.randrange(20)}.{rng.randrange(999)} of the app",
    lambda rng: "نه، یک دو سه بار زنگ زدم، سه چهار روز پیش",
    lambda rng: f"look at shop{rng.randrange(9)} dot com or meet at noon",
    lambda rng: f"پلاک {rng.randrange(200)} واحد {rng.randrange(20)} طبقه {rng.randrange(9)}",
    lambda rng: f"file 5f2a{made.digits(rng, 8)}-4c1b-9e0d.wav",
    lambda rng: f"model SM-{made.digits(rng, 4)} costs {rng.randrange(100, 999)} euros",
    lambda rng: f"از ساعت {rng.randrange(8, 12)} تا {rng.randrange(13, 20)} هستیم",
    lambda rng: "آقای احمد و خانم مریم، look at Peter's stone lane",
]


def _number(rng: random.Random, kind: str) -> str:
    if kind == "email":
        return rng.choice(EMAILS)
    if kind == "name":
        return rng.choice(NAMES)
    number = getattr(made, kind)(rng)
    ways = [made.written, made.written]
    if kind != "iban":
        ways += [made.said_english, made.said_persian]
    return str(rng.choice(ways)(rng, number))


def test_found_and_false_in_sentences_with_known_truth() -> None:
    rng = random.Random(20261122)
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed = []
    for kind, templates in SENTENCES.items():
        for _ in range(60):
            number = _number(rng, kind)
            sentence = rng.choice(templates).format(n=number)
            places = findings(sentence, RULES)
            covered = {place for one in places for place in range(one.start, one.end)}
            start = sentence.index(number)
            wanted = [
                place
                for place in range(start, start + len(number))
                if sentence[place].isalnum()
                and not (kind == "name" and place < start + len(_title(number)))
            ]
            asked[kind] += 1
            if covered.issuperset(wanted):
                found[kind] += 1
            else:
                missed.append(sentence)
    false: Counter[str] = Counter()
    wrong = []
    negatives = [rng.choice(NEGATIVES)(rng) for _ in range(300)]
    for sentence in negatives:
        for one in findings(sentence, RULES):
            false[one.kind] += 1
            wrong.append(sentence)
    print("found", {kind: f"{found[kind]}/{asked[kind]}" for kind in asked})
    print("false", dict(false), "of", len(negatives))
    assert all(found[kind] == asked[kind] for kind in asked), missed[:5]
    assert sum(false.values()) <= 3, wrong


def _title(name: str) -> str:
    first = name.split(maxsplit=1)[0]
    return first + " " if first in {"خانم", "Mr"} else ""


def test_an_hour_of_words_is_masked_in_a_moment() -> None:
    rng = random.Random(7)
    words = "سلام سفارش من هنوز نرسیده است بله دو سه روز پیش hello one order please ممنون".split()
    segments, at_s = [], 0.0
    for line in range(700):
        said = [rng.choice(words) for _ in range(13)]
        if line % 50 == 0:
            said += made.said_persian(rng, made.phone(rng)).split()
            said += made.written(rng, made.card(rng)).split()
        timed = []
        for word in said:
            timed.append(Word(at_s, at_s + 0.3, word, 0.9))
            at_s += 0.35
        speaker = "agent" if line % 2 else "customer"
        segments.append(Segment(speaker, timed[0].start_s, at_s, " ".join(said), tuple(timed)))
    began = time.perf_counter()
    masked = mask_segments(segments, RULES)
    took_ms = 1000 * (time.perf_counter() - began)
    print(f"{sum(len(s.words) for s in segments)} words of {at_s / 60:.0f} min: {took_ms:.0f} ms")
    assert masked.counts == {"phone": 14, "card": 14}
    assert took_ms < 2500
