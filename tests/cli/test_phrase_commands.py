from __future__ import annotations

import json

from qm.core.phrases.rules import phrase_schema_text
from tests.fixtures.command import Command


def test_phrase_rules_are_checked_and_shown(qm: Command) -> None:
    shown = qm("phrases", "check")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("service@1: 8 rules\n")
    assert "  recording_notice: anyone must say one of " in shown.out
    assert ", in call, within the first 90 seconds\n" in shown.out
    assert "  no_promises: agent must not say one of " in shown.out
    told = json.loads(qm("phrases", "check", "--json").out)
    assert told["phrases"]["rules"][0]["within"] == {"first_lines": 3}
    assert told["findings"] == []
    assert qm("phrases", "check", "--schema").out == phrase_schema_text()


def test_what_is_wrong_ends_with_exit_code_1(qm: Command) -> None:
    path = qm.forms / "phrases.yaml"
    text = path.read_text("utf-8").replace("must: not_be_said", "must: be_quiet")
    path.write_text(text, "utf-8")
    row = text[: text.index("must: be_quiet")].count("\n") + 1
    for ended in (qm("phrases", "check"), qm("form", "check")):
        assert ended.code == 1
        assert f"phrases.yaml, row {row}, rules[6].must: “be_quiet” is not among" in ended.err
    told = json.loads(qm("phrases", "check", "--json").out)
    assert [found["code"] for found in told["findings"]] == ["form.bad_choice"]


def test_phrases_are_no_form(qm: Command) -> None:
    assert "phrases.yaml: ok" in qm("form", "check").out
    published = qm("form", "list").out
    assert "phrases" not in published


def test_a_suggestion_that_no_form_takes_is_told_with_its_line(qm: Command) -> None:
    path = qm.forms / "phrases.yaml"
    right = path.read_text("utf-8")
    wish = "{form: inbound-call, question: greeting, missing: no}"
    row = right[: right.index(wish)].count("\n") + 1
    for wrong, field, says in (
        (wish.replace("inbound-call", "inbound"), "form", "“inbound”, which is not in the forms"),
        (wish.replace("greeting", "greet"), "question", "“greet”, which is no question of"),
        (wish.replace("no}", "perhaps}"), "missing", "“perhaps”, which “greeting” of"),
    ):
        path.write_text(right.replace(wish, wrong), "utf-8")
        for ended in (qm("phrases", "check"), qm("form", "check")):
            assert ended.code == 0
            place = f"warning: phrases.yaml, row {row}, rules[0].suggests[0].{field}: The rule "
            assert place in ended.err
            assert says in ended.err
    told = json.loads(qm("phrases", "check", "--json").out)
    assert [(each["severity"], each["code"]) for each in told["findings"]] == [
        ("warning", "phrases.answer_not_taken")
    ]
