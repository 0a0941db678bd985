"""Report: an open month is provisional and closes with a reason; then it holds, or says so."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from qm.core.forms.answers import Answer
from qm.core.report_rules import ReportRules
from qm.workflow.evaluation_life import correct_evaluation
from qm.workflow.report_reading import list_reports
from qm.workflow.report_rules import set_report_rules
from tests.fixtures.evaluated import QA_LEAD, evaluated, publish_all
from tests.fixtures.screens import screens, words
from tests.fixtures.small_centre import NOW


def button(page: AppTest, label: str) -> AppTest:
    return next(each for each in page.button if each.label == label).click().run()


def test_a_month_is_closed_corrected_and_revised_on_the_page(tmp_path: Path) -> None:
    made = evaluated(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    engine = made.centre.engine
    publish_all(made.centre, made.evaluation_id)
    rules = ReportRules(folders=("managers",), formats=("csv",))
    set_report_rules(engine, QA_LEAD, rules, now=NOW)
    with screens(made.centre) as pages:
        page = pages.open("manager", "monthly_report")
        said = words(page)
        assert "provisional until the month is closed" in said
        assert "Drawn but not evaluated: 5. Disputes not decided: 0." in said
        assert "45.0" in said
        page = button(page, "Close it for good")
        assert "5 picks of the month are not evaluated" in words(page)
        page.text_area(key="report-reason-en").set_value("*Two* were ill.")
        page = button(page, "Close it for good")
        (closed,) = list_reports(engine, QA_LEAD)
        said = words(page)
        for part in ("Closed", "No. 1", closed.data_sha256, closed.content_sha256, "*Two* were"):
            assert part in said
        assert "No longer equals the data" not in said
        change = {"greeting": Answer(option="yes")}
        correct_evaluation(engine, QA_LEAD, made.evaluation_id, change, "It is said.", now=NOW)
        page = button(page, "Verify: compute both hashes again")
        said = words(page)
        assert "No longer equals the data" in said
        assert "the data behind it has changed since" in said
        assert "45.0" in said
        page.text_area(key="report-reason-en").set_value("A greeting was missed.")
        page = button(page, "Freeze the revision")
        said = words(page)
        assert "Revision 2, 2 Azar 1405" in said
        assert "What changed since number 1" in said
        assert "85.0" in said
        with_number = pages.open("manager", "monthly_report", language="fa", number=1)
        assert "شمارهٔ ۱" in words(with_number)
    engine.dispose()
