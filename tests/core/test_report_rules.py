"""What the rules of the report take."""

import pytest

from qm.core.problems import BadInput
from qm.core.report_rules import ReportRules, require_folder
from qm.intake.rule_files import read_rules_text


@pytest.mark.parametrize(
    "name", ["a", "managers", "managers/monthly", "تیم‌ها".replace("\u200c", "_")]
)
def test_folders_below_the_reports_folder_are_taken(name):
    assert require_folder(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "/etc", "..", "../x", "a/../../x", "a//b", "a/", ".ssh", "a/.x", "~root", "a\\b", "a\n",
     "-rf", "C:x", "a b", "a/" * 10 + "a", "x" * 101],
)  # fmt: skip
def test_other_paths_are_refused(name):
    with pytest.raises(BadInput, match="is no folder below that of the reports"):
        require_folder(name)


def test_a_file_of_rules_is_read_or_refused_with_line_and_remedy():
    text = "closes_after_days: 5\nlanguages: [fa, en]\nrecipients: [boss@centre.example]\n"
    rules = read_rules_text(text, "report.yaml", ReportRules)
    assert (rules.closes_after_days, rules.languages) == (5, ("fa", "en"))
    for wrong, told in (
        ("formats: [xlsx, xlsx]", "“xlsx” stands there twice"),
        ("formats: [doc]", "formats"),
        ("languages: []", "languages"),
        ("folders: [../up]", "“../up” is no folder"),
        ('recipients: ["a@b.c\\nBcc: d@e.f"]', "is no e-mail address"),
        ("closes_after_days: -1", "closes_after_days"),
        ("smallest_group: -1", "smallest_group"),
    ):
        with pytest.raises(BadInput, match=r"report\.yaml") as refused:
            read_rules_text(wrong, "report.yaml", ReportRules)
        assert told in str(refused.value)
