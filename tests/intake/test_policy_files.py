"""Sampling policy files: every way to get one wrong is told by code, line and path."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from qm.core.problems import CATALOGUE, BadInput
from qm.core.sampling.policy import Policy, policy_schema_text
from qm.core.sampling.policy_lint import policy_catalogue
from qm.intake.policy_files import check_policy, read_policy, read_policy_text

ROOT = Path(__file__).parents[2]
FORMS, DOCUMENTATION = ROOT / "forms", ROOT / "docs" / "sampling.md"

GOOD = """\
policy: monthly
version: 3
period: week
calendar: gregorian
percent: 2.5
min_per_agent: 2
owner: longest
leave_out:
  - reason: silent
    label: {en: No recording, fa: بی‌صدا}
    when: {all: [{interaction: channel, is: [call]}, {interaction: recorded, is: [no]}]}
  - {reason: short, label: {en: Short, fa: کوتاه}, when: {interaction: talk_s, at_most: 20}}
spread:
  over: [channel, duration]
  duration_s: [300]
  day_starts: ["06:00", "18:00"]
likelier:
  - {when: {not: {interaction: queue, is: [vip]}}, times: 1.5}
new_agents: {days: 90, times: 2}
double_scored_percent: 10
targeted:
  - {quota: angry, label: {en: Angry, fa: خشمگین}, phrases: [شکایت], max_per_period: 5}
replacements:
  reasons: [{reason: no_sound, label: {en: No sound, fa: بی‌صدا}}]
  reserves_per_pick: 2
due_days: 5
minutes_per_evaluation: 15.5
"""


def test_our_sampling_policy_has_no_findings() -> None:
    policy, problems, warnings = check_policy(FORMS / "sampling.yaml")
    assert (problems, warnings) == ((), ())
    assert policy is not None
    assert (policy.key, policy.period, policy.calendar) == ("monthly@2", "month", None)
    assert [policy.picks_of(count) for count in (41, 3, 1)] == [3, 2, 1]
    assert policy.spread.over == ("channel",)
    # Whatever people read is there in both languages.
    texts = [rule.label for rule in policy.leave_out]
    texts += [quota.label for quota in policy.targeted]
    texts += [reason.label for reason in policy.replacements.reasons]
    assert all(text and text.en and text.fa for text in texts)


def test_what_our_policy_has_in_comments_can_be_switched_on(tmp_path: Path) -> None:
    lines = (FORMS / "sampling.yaml").read_text(encoding="utf-8").splitlines()
    switched_on = [re.sub(r"^( *)# ((  |- |\w+: [{\[])(?!.*`))", r"\1\2", line) for line in lines]
    assert len([1 for old, new in zip(lines, switched_on, strict=True) if old != new]) == 18
    path = tmp_path / "sampling.yaml"
    path.write_text("\n".join(switched_on) + "\n", encoding="utf-8")
    policy, problems, warnings = check_policy(path)
    assert (problems, warnings) == ((), ())
    assert policy is not None
    assert policy.new_agents is not None
    assert [quota.quota for quota in policy.targeted] == [
        *("long_hold", "low_survey", "transferred", "repeat_contact", "threat_to_leave")
    ]


@pytest.mark.parametrize(
    ("line", "code", "row"),
    [
        ("percent: 0", "form.out_of_range", 3),
        ("percent: 5 %", "form.bad_number", 3),
        ("percent: 5\ndue_day: 3", "form.misspelt_key", 4),
        ("percent: 5\nmin_per_agent: 2.5", "form.bad_number", 4),
        ("percent: 5\nperiod: day", "form.bad_choice", 4),
        ("percent: 5\nspread: {time_zones: maybe}", "form.not_flag", 4),
        ('percent: 5\nspread:\n  day_starts: ["6:00"]', "policy.bad_clock", 5),
        ("percent: 5\nleave_out:\n  - {reason: a}", "form.missing_key", 5),
        ("percent: 5\nleave_out:\n  - {reason: a b, when: {not: {}}}", "form.bad_id", 5),
        ("percent: 5\nnew_agents: {days: 90, times: 0.5}", "form.out_of_range", 4),
        ("percent: 5\nmin_per_agent: 3\nmax_per_agent: 2", "policy.reversed_limits", 5),
        ("percent: 5\ntargeted:\n  - {quota: q, max_per_period: 1}", "policy.quota_empty", 5),
        (
            "percent: 5\nlikelier:\n- times: 2\n  when:\n   any:\n   - {question: q, at_most: 1}",
            "policy.condition_question",
            8,
        ),
        ("percent: 5\npercent: 6", "yaml.duplicate_key", 4),
    ],
)
def test_a_wrong_policy_is_told_by_code_and_line(
    tmp_path: Path, line: str, code: str, row: int
) -> None:
    path = tmp_path / "sampling.yaml"
    path.write_text(f"policy: monthly\nversion: 1\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_policy(path)
    told = [(p.code, p.row, p.place) for p in caught.value.problems]
    assert (code, row, "sampling.yaml") in told
    assert all(p.code in CATALOGUE and str(p) for p in caught.value.problems)
    assert check_policy(path) == (None, caught.value.problems, ())


def test_warnings_tell_the_line_and_do_not_block(tmp_path: Path) -> None:
    path = tmp_path / "sampling.yaml"
    path.write_text(GOOD.replace("talk_s", "tlak_s"), encoding="utf-8")
    reading = check_policy(path)
    assert reading.policy == read_policy(path)
    assert [(p.code, p.row, p.field) for p in reading.warnings] == [
        ("policy.attribute_misspelt", 12, "leave_out[1].when.interaction"),
        ("policy.zones_unused", 13, "spread.time_zones"),
        ("policy.bands_unused", 16, "spread.day_starts"),
    ]


def test_a_file_that_is_not_there_is_told() -> None:
    reading = check_policy(Path("nowhere") / "sampling.yaml")
    assert [p.code for p in reading.problems] == ["yaml.unreadable"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_text_makes_the_reader_crash(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 20)))
    pieces = st.sampled_from(["", "\n", " ", "- ", ": ", "{", "]", "-1", "x", "no", "۷", "9" * 30])
    text = GOOD[:start] + data.draw(pieces | st.text(max_size=8)) + GOOD[end:]
    reading = read_policy_text(text, "sampling.yaml")
    assert (reading.policy is None) == bool(reading.problems)
    for problem in (*reading.problems, *reading.warnings):
        assert problem.code in CATALOGUE
        assert str(problem).startswith("sampling.yaml")


def test_the_schema_is_the_models_and_takes_our_policy() -> None:
    written = (FORMS / "sampling.schema.json").read_text(encoding="utf-8")
    assert written == policy_schema_text(), (
        "the policy's model has changed: write its schema anew with python -c "
        "'from qm.core.sampling.policy import policy_schema_text; "
        'print(policy_schema_text(), end="")\' > forms/sampling.schema.json'
    )
    schema = Draft202012Validator(json.loads(written))
    yaml = YAML(typ="safe", pure=True)
    ours = (FORMS / "sampling.yaml").read_text(encoding="utf-8")
    assert ours.startswith("# yaml-language-server: $schema=sampling.schema.json\n")
    for text in (ours, GOOD):
        assert list(schema.iter_errors(yaml.load(text))) == []
    for wrong in ("percent: 0", "percent: 101", "pecent: 2.5"):
        assert not schema.is_valid(yaml.load(GOOD.replace("percent: 2.5", wrong)))


# --- the documentation


def test_the_documentation_lists_every_finding_as_it_is_told() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8").replace("\\|", "|")
    lines = [
        f"| `{entry.code}` | {entry.severity} | {entry.reason} | {entry.remedy} |"
        for entry in policy_catalogue()
    ]
    assert lines
    assert [line for line in lines if line not in text] == []


def test_the_documentation_has_every_key_of_a_policy() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    schema = Policy.model_json_schema()
    of_conditions = {"Answered", "Wording"}  # those of forms, told there
    parts = [part for name, part in schema["$defs"].items() if name not in of_conditions]
    keys = {key for part in (schema, *parts) for key in part["properties"]}
    assert keys - set(re.findall(r"[a-z_]+", text)) == set()


def test_the_policies_in_the_documentation_are_some() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    shown = ["\n".join(line[4:] for line in block.splitlines()).strip() for block in blocks]
    policies = [text for text in shown if text.split(":")[0] in Policy.model_fields]
    assert len(policies) == 5
    whole = policies[0]
    assert read_policy_text(whole, "documented")[1:] == ((), ())
    for part in policies[1:]:
        reading = read_policy_text(f"policy: a\nversion: 1\npercent: 5\n{part}\n", "documented")
        assert reading.problems == ()
        assert {p.code for p in reading.warnings if p.row and p.row > 3} <= {
            *("policy.no_recording_rule", "policy.missing_translation")
        }
