from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qm.core.forms.form import Form
from qm.exchange.form_yaml import SCHEMA_LINE, form_text
from qm.intake.form_files import read_form
from tests.fixtures.any_form import any_form

FORMS = Path(__file__).parents[2] / "forms"
LONG = (
    "Did the agent say who they are, and of which company, before anything else was said on "
    "the line?"
)


def small_form(text: str = "Greeted?", **changes: Any) -> Form:
    question = {
        "id": "greeting",
        "text": {"en": text},
        "options": [
            {"id": "yes", "label": {"en": "Yes", "fa": "بله"}, "points": 1},
            {"id": "no", "label": {"en": "No", "fa": "خیر"}, "requires": ["comment"]},
        ],
    }
    content = {
        "form": "small",
        "version": "12",
        "channel": "call",
        "title": {"en": "Small"},
        "sections": [{"id": "opening", "title": {"fa": "آغاز"}, "questions": [question]}],
    }
    return Form.model_validate(content | changes)


def read_back(form: Form) -> Form | None:
    found = read_form(form_text(form), "form.yaml")
    assert found.problems == ()
    return found.form


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_form())
def test_any_form_is_read_back_as_it_is(form: Form) -> None:
    assert read_back(form) == form


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\n :#-'\"{}[],"))
    .filter(lambda text: text.strip() != "")
    .map(lambda text: text + " and words that make the line so long that it needs to be folded" * 2)
    | st.text(st.sampled_from("ab \n\t:#-'\"{}[],&*!|>%@`~=.0123456789_ex"), min_size=1).filter(
        lambda text: text.strip() != ""
    )
)
@example("yes")
@example("1.10")
@example("null")
@example("~")
@example("True")
@example("2026-01-01")
@example("0x1F")
@example("#x")
@example("a #x")
@example("a: b")
@example("a:")
@example("- a")
@example("? a")
@example("'quoted'")
@example('"quoted"')
@example("back\\slash")
@example(" spaces around ")
@example("ends in a line\n")
@example("\nbegins with one")
@example("  indented\nlines")
@example("blank\n\n\nlines")
@example("space at an end \nof a line")
@example("tab\tinside\nand\tmore")
@example("\u200fmarks\u2066 of direction\u2069")
@example("line\u2028separator")
@example("👩‍💻 می‌شود")
@example("---")
@example("...")
@example("&anchor *alias !tag %directive @at `tick`")
def test_any_text_is_read_back_as_it_is(text: str) -> None:
    form = small_form(text)
    assert read_back(form) == form
    # In an option a text stands on one line with others.
    inside = small_form(bands=[{"id": "good", "label": {"en": text}, "from_percent": 80}])
    assert read_back(inside) == inside


@pytest.mark.parametrize("name", ["inbound-call", "chat", "email"])
def test_published_forms_are_read_back_as_they_are(name: str) -> None:
    text = (FORMS / f"{name}.yaml").read_text(encoding="utf-8")
    form = read_form(text, name).form
    assert form
    assert read_back(form) == form
    # Written a second time nothing moves.
    assert form_text(read_form(form_text(form), name).form or form) == form_text(form)
    # The layout is that of the files people write: most of their lines stand there as they are.
    lines = {line for line in text.split("\n") if line.strip() and not line.startswith("#")}
    kept = lines & set(form_text(form).split("\n"))
    assert len(kept) > 0.8 * len(lines)


def test_the_layout() -> None:
    form = small_form(
        LONG,
        effective_from="2026-03-21",
        pass_percent="82.50",
        header=[{"id": "ticket", "type": "text", "text": {"en": "Two\nlines"}}],
    )
    assert (
        form_text(form)
        == f"""\
{SCHEMA_LINE}
form: small
version: 12
channel: call
title: {{en: Small}}
effective_from: 2026-03-21
pass_percent: 82.5

header:
  - id: ticket
    type: text
    text:
      en: |-
        Two
        lines

sections:
  - id: opening
    title: {{fa: آغاز}}
    questions:
      - id: greeting
        text:
          en: >-
            Did the agent say who they are, and of which company, before anything else was said on
            the line?
        options:
          - {{id: yes, label: {{en: Yes, fa: بله}}, points: 1}}
          - {{id: no, label: {{en: No, fa: خیر}}, points: 0, requires: [comment]}}
"""
    )


def test_nothing_that_misleads_the_eye_stands_in_the_file() -> None:
    text = form_text(small_form("\u202eabc\u200f \u00a0 می‌شود 👩‍💻"))
    assert "\\u202Eabc\\u200F \\u00A0 می‌شود 👩‍💻" in text
    assert "\u202e" not in text


def test_control_characters_are_refused_by_line_where_the_file_is_read() -> None:
    found = read_form(form_text(small_form("a\x07b")), "form.yaml")
    assert [(problem.code, problem.row) for problem in found.problems] == [
        ("yaml.control_character", 12)
    ]
