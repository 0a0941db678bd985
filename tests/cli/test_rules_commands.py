"""`qm rules` as its user meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qm.core.life.rules import LifeRules
from qm.intake.rule_files import read_rules

if TYPE_CHECKING:
    from tests.fixtures.command import Command

FILE = """\
publication: by_qa_lead
review_fatal: true
dispute_within_days: 10
approvers: [lead, qa_lead]
"""


def test_rules_are_shown_as_a_file_that_sets_them(qm: Command) -> None:
    shown = qm("rules", "show")
    assert "publication: by_lead\n" in shown.out
    file = qm.folder / "rules.yaml"
    file.write_text(shown.out, "utf-8")
    assert read_rules(file, LifeRules) == LifeRules()
    assert qm("rules", "set", file).out == "Nothing changes.\n"
    file.write_text(FILE, "utf-8")
    done = qm("rules", "set", file)
    assert (done.code, 'approvers: ["lead"] → ["lead", "qa_lead"]' in done.out) == (0, True)
    assert "dispute_within_days: 10\n" in qm("rules", "show").out


def test_a_bad_file_is_told_by_line_and_sets_nothing(qm: Command) -> None:
    file = qm.folder / "rules.yaml"
    for text, said in (
        ("publication: by_lead\ndispute_days: 3\n", "row 2"),
        ("approvers: [lead, lead]\n", "life.approver_twice"),
        ("dispute_within_days: 0\n", "dispute_within_days"),
    ):
        file.write_text(text, "utf-8")
        for command in ("check", "set"):
            refused = qm("rules", command, file)
            assert refused.code == 1
            assert said in refused.err
    assert "dispute_within_days: 14\n" in qm("rules", "show").out


def test_rules_of_coaching_are_rules_too(qm: Command) -> None:
    shown = qm("rules", "show", "--kind", "coaching")
    file = qm.folder / "coaching.yaml"
    file.write_text(shown.out.replace("compare_days: 90", "compare_days: 60"), "utf-8")
    assert qm("rules", "check", file, "--kind", "coaching").code == 0
    assert "compare_days: 90 → 60" in qm("rules", "set", file, "--kind", "coaching").out
