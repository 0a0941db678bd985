"""Files of phrase rules: every way to get one wrong is told by code, line and path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from qm.core.phrases.judging import judge
from qm.core.phrases.rules import PhraseRules, phrase_schema_text
from qm.core.transcript import Segment
from qm.intake.phrase_files import check_phrases, read_phrases_text

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "forms"
HEAD = "phrases: p\nversion: 1\nrules:\n"
RULE = "  - rule: a\n    name: {en: A}\n    speaker: agent\n    phrases: {en: [hello]}\n"


def _ours() -> PhraseRules:
    rules, problems, _warnings = check_phrases(FORMS / "phrases.yaml")
    assert problems == ()
    assert rules is not None
    return rules


def test_our_rules_have_no_problems_and_speak_both_languages() -> None:
    rules = _ours()
    assert len(rules.rules) == 8
    assert all(rule.name.en and rule.name.fa for rule in rules.rules)
    assert all(rule.phrases.en and rule.phrases.fa for rule in rules.rules)


@pytest.mark.parametrize(
    ("rule", "dialogue", "is_kept"),
    [
        ("greeting", "emma.clark", True),
        ("greeting", "ali.moradi", False),
        ("says_who", "olivia.hart", True),
        ("checks_identity", "olivia.hart", False),
        ("apology", "omid.sadeghi", True),
        ("apology", "ali.moradi", False),
        ("empathy", "leila.jafari", True),
        ("recording_notice", "sara.nouri", False),
        ("closing", "neda.sharifi", True),
    ],
)
def test_our_rules_hear_what_is_in_the_demo_calls(rule: str, dialogue: str, is_kept: bool) -> None:
    text = (ROOT / "recordings" / "dialogues" / f"{dialogue}.yaml").read_text("utf-8")
    played = YAML(typ="safe").load(text)
    lines = [
        Segment(turn["speaker"], 4.0 * place, 4.0 * place + 4, turn["text"])
        for place, turn in enumerate(played["turns"])
    ]
    found = judge(_ours(), lines, channel="call", language=played["language"])
    assert {each.rule.rule: each.is_kept for each in found}[rule] is is_kept


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("تضمین می کنم که فردا می‌رسد", False),
        ("نمی‌توانم قول می‌دهم گفتن", True),
        ("صد در صد", False),
        ("فردا می‌رسد", True),
    ],
)
def test_our_rules_know_promises(text: str, is_kept: bool) -> None:
    lines = [Segment("agent", 0.0, 4.0, text)]
    found = judge(_ours(), lines, channel="call", language="fa")
    assert {each.rule.rule: each.is_kept for each in found}["no_promises"] is is_kept


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("rules: [", "yaml.syntax", 1),
        ("phrases: p\nversion: 1\n", "form.missing_key", 1),
        (HEAD + RULE.replace("agent", "boss"), "form.bad_choice", 6),
        (HEAD + RULE + RULE, "phrases.duplicate_id", 8),
        (HEAD + RULE.replace("[hello]", "[]"), "phrases.none", 7),
        (HEAD + RULE.replace("hello", '"*llo"'), "phrases.bad_phrase", 7),
        (HEAD + RULE.replace("hello", "he*llo"), "phrases.bad_phrase", 7),
        (HEAD + RULE.replace("hello", "h*"), "phrases.bad_phrase", 7),
        (HEAD + RULE.replace("hello", '"!?"'), "phrases.bad_phrase", 7),
        (HEAD + RULE + "    within: {}\n", "phrases.places", 8),
        (HEAD + RULE + "    within: {first_s: 3, last_s: 4}\n", "phrases.places", 8),
        (HEAD + RULE + "    within: {first_s: soon}\n", "form.bad_number", 8),
        (HEAD + RULE + "    whithin: {first_s: 3}\n", "form.misspelt_key", 8),
        (HEAD + RULE + "    must: no\n", "form.bad_choice", 8),
        (HEAD + RULE.replace("phrases: {en", "phrases: {de"), "form.unknown_key", 7),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, code: str, row: int) -> None:
    rules, problems, _warnings = read_phrases_text(text, "phrases.yaml")
    assert rules is None
    assert (problems[0].code, problems[0].row) == (code, row)
    assert problems[0].place == "phrases.yaml"
    assert problems[0].remedy


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (problem,) = check_phrases(tmp_path / "phrases.yaml").problems
    assert problem.code == "yaml.unreadable"


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    written = (FORMS / "phrases.schema.json").read_text(encoding="utf-8")
    assert written == phrase_schema_text(), "qm phrases check --schema > forms/phrases.schema.json"
    ours = (FORMS / "phrases.yaml").read_text(encoding="utf-8")
    assert ours.startswith("# yaml-language-server: $schema=phrases.schema.json\n")
    content = YAML(typ="safe").load(ours)
    assert list(Draft202012Validator(json.loads(written)).iter_errors(content)) == []
