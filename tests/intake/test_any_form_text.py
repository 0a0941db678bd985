"""No text makes the reader of forms crash, hang or answer without a code."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.intake.form_files import read_form
from qm.intake.yaml_files import MAX_BYTES, MAX_EVENTS

# Every kind of question, condition and setting, to be damaged.
GOOD = """\
form: small
version: 1
channel: call
title: {en: Small, fa: کوچک}
effective_from: 2026-03-21
scoring: points-with-bonus
start_points: 10
highest_percent: 120
pass_percent: 75
not_applicable: split-equally
critical_gate_percent: 40
bands:
  - {id: low, label: {en: Low, fa: پایین}, from_percent: 0}
  - {id: high, label: {en: High, fa: بالا}, from_percent: 80}
header:
  - {id: ticket, type: text, not_applicable: true, text: {en: Ticket, fa: تیکت}}
  - {id: day, type: date, text: {en: Day, fa: روز}, when: {question: ticket, answered: [n/a]}}
sections:
  - id: first
    title: {en: First, fa: نخست}
    weight: 100
    not_applicable: true
    questions:
      - {id: note, type: information, text: {en: Note, fa: یادداشت}}
      - id: greeting
        text: {en: Greeted?, fa: سلام کرد؟}
        weight: 2.5
        critical: customer
        default: yes
        not_applicable: full-marks
        reasons: [{id: rush, label: {en: Rush, fa: شتاب}}]
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 1}
          - {id: no, label: {en: No, fa: خیر}, points: 0, requires: [comment, reason]}
          - {id: rude, label: {en: Rude, fa: تند}, fatal: {scope: section, effect: zero}}
      - id: steps
        type: choices
        text: {en: Steps, fa: گام‌ها}
        most: 3
        options:
          - {id: a, label: {en: A, fa: الف}, points: 2}
          - {id: b, label: {en: B, fa: ب}, points: 2, bonus: true}
    sections:
      - id: inner
        title: {en: Inner, fa: درونی}
        when:
          any:
            - {question: greeting, answered: [no, rude]}
            - all: [{interaction: talk_s, at_least: 300}, {not: {question: steps, answered: [a]}}]
        questions:
          - id: holds
            type: number
            text: {en: Holds, fa: انتظار}
            at_least: 0
            at_most: 10
            ranges:
              - {at_least: 0, at_most: 2, points: 2}
              - {at_least: 3, at_most: 10, points: -1, fatal: true}
          - {id: tone, type: scale, lowest: 1, highest: 5, text: {en: Tone, fa: لحن}}
"""
ODD = [
    *"\n\t :-[]{}&*!|>'\"%@`#?,\\~<",
    *("\n  ", "- ", ": ", "---\n", "%YAML 1.1\n", "!!str ", "<<: ", "1.10", "فارسی"),
    *("\\ud800", "\\u0000", "\x00", "\ufeff", "\u2028", "\u202e", "\u2067", "\ud83d"),
    *("1e999999", "-1e999999", "0e999999", "1e-9", "9" * 400, ".nan", "Infinity", "sNaN", "۲۰"),
    *("yes", "true", "null", "n/a", "a" * 300, "{}", "[]", "[[]]", "{a: {b: c}}", "1404-02-31"),
    *("type: number", "type: stars", "when: {not: {not: {all: []}}}", "all: [", "sections:\n"),
]
PIECES = st.sampled_from(ODD)


def checked(text: str) -> None:
    form, found, warnings = read_form(text, "any.yaml")
    assert (form is None) == bool(found)
    assert not (found and warnings)
    for problem in (*found, *warnings):
        assert problem.code
        assert problem.place == "any.yaml"
        str(problem).encode()


def test_the_form_to_be_damaged_is_good() -> None:
    form, found, warnings = read_form(GOOD, "any.yaml")
    assert form is not None
    assert found == ()
    assert {warning.code for warning in warnings} == {"form.no_guidance"}


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join)))
def test_no_text_crashes_the_reader(text: str) -> None:
    checked(text)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damage_to_a_good_form_crashes_the_reader(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    until = data.draw(st.integers(at, min(len(GOOD), at + 30)))
    put = data.draw(st.one_of(PIECES, st.text(max_size=5)))
    checked(GOOD[:at] + put + GOOD[until:])


LINES = GOOD.splitlines(keepends=True)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["delete", "repeat", "move", "indent", "dedent"]),
    st.integers(0, len(LINES) - 1),
)
def test_no_line_out_of_place_crashes_the_reader(at: int, damage: str, other: int) -> None:
    lines = [*LINES]
    line = lines.pop(at)
    if damage == "repeat":
        lines[at:at] = [line, line]
    elif damage == "move":
        lines.insert(other, line)
    elif damage == "indent":
        lines.insert(at, "  " + line)
    elif damage == "dedent":
        lines.insert(at, line.removeprefix("  "))
    checked("".join(lines))


# Token by token, so that most of the damage is still YAML and reaches the rules.
TOKENS = [
    (start, start + len(token))
    for number, line in enumerate(LINES)
    for offset in [sum(map(len, LINES[:number]))]
    for token in dict.fromkeys(line.replace("{", " ").replace("}", " ").replace(",", " ").split())
    for start in [offset + line.index(token)]
]
VALUES = st.sampled_from(
    [token for start, end in TOKENS for token in [GOOD[start:end].rstrip(":")]] + ODD
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TOKENS), VALUES), min_size=1, max_size=3))
def test_no_word_in_the_place_of_another_crashes_the_reader(
    swaps: list[tuple[tuple[int, int], str]],
) -> None:
    text = GOOD
    for (start, end), word in sorted(swaps, reverse=True):
        colon = ":" if GOOD[end - 1] == ":" else ""
        text = text[:start] + word + colon + text[end:]
    checked(text)


def many_questions(count: int, **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    head = "form: f\nversion: 1\nchannel: call\ntitle: {en: F}\nsections:\n"
    options = "options: [{id: y, label: {en: Y}, points: 1}, {id: n, label: {en: N}}]"
    lines = []
    for place in range(count):
        if place % 400 == 0:
            lines.append(f"- {{id: s{place}, title: {{en: S}}, questions: [\n")
        text = f"{{id: q{place}, text: {{en: Q}}, {options}{extra}}}"
        lines.append(text.replace("@", f"q{max(place - 1, 0)}"))
        lines.append("]}\n" if place % 400 == 399 or place == count - 1 else ",\n")
    return head + "".join(lines)


LARGE = {
    "10 MB": ("x" * 10_000_000, "yaml.too_large"),
    "one long line": ("a: " + "x" * (MAX_BYTES - 10), "form.unknown_key"),
    "one long text": ('title: "' + "x\n " * 300_000 + '"', "form.not_mapping"),
    "a long key": ('? "' + "x" * 900_000 + '"\n: 1', "form.unknown_key"),
    "nothing but comments": ("# c\n" * 249_000, "yaml.empty"),
    "a long tag": ("a: !!" + "x" * 900_000, "yaml.not_plain"),
    "a long anchor": ("a: &" + "x" * 900_000, "yaml.not_plain"),
    "billion laughs": ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "yaml.not_plain"),
    "deep lists": ("[" * 900_000, "yaml.too_deep"),
    "deep mappings": ("a: " + "{a: " * 200_000, "yaml.too_deep"),
    "deep lines": ("\n".join(" " * n + "a:" for n in range(1000)), "yaml.too_deep"),
    "conditions 1000 deep": (
        GOOD.replace("{question: ticket, answered: [n/a]}", "{not: " * 1000 + "x" + "}" * 1000),
        "yaml.too_deep",
    ),
    "many parts": ("a: [" + "x," * MAX_EVENTS, "yaml.too_many_parts"),
    "many unknown keys": ("".join(f"k{n}: 1\n" for n in range(20_000)), "form.unknown_key"),
    "many wrong entries": ("header: [" + "{type: x}," * 9_000 + "]", "form.more"),
    "many conditions in a circle": (
        many_questions(1000, when="{question: @, answered: [y]}"),
        "form.condition_circle",
    ),
}


@pytest.mark.parametrize(("text", "code"), LARGE.values(), ids=LARGE.keys())
def test_what_is_large_or_deep_is_answered_soon(text: str, code: str) -> None:
    began = time.process_time()
    form, found, _warnings = read_form(text, "large.yaml")
    took_s = time.process_time() - began
    assert form is None
    assert code in {problem.code for problem in found}
    assert len(found) <= 201
    assert all(len(str(problem)) < 1000 for problem in found)
    assert took_s < 4  # of one processor; 1 s on an idle machine


def test_a_very_long_form_is_read_soon() -> None:
    began = time.process_time()
    form, found, warnings = read_form(many_questions(1500), "long.yaml")
    assert form is not None
    assert found == ()
    assert "form.too_long" in {warning.code for warning in warnings}
    assert time.process_time() - began < 6
