"""The sections of the report on the centre that was worked out by hand, and small groups in it."""

import pandas as pd
import pytest

from qm.core.access import COMMAND_LINE
from qm.core.report_rules import ReportRules
from qm.reports.layout import SHEETS
from qm.reports.monthly import MonthlyReport
from qm.store.engine import migrate, open_engine
from qm.workflow.report_changes import without_hidden
from qm.workflow.report_rules import set_report_rules
from qm.workflow.reporting import monthly_report
from qm.workflow.signals import signals
from tests.fixtures.watched_centre import LAST, watch
from tests.reports.case import ABAN, CENTRE, NOW, fill


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[int, MonthlyReport]:
    """The report with everything shown, and with groups of fewer than three hidden."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('case') / 'qm.db'}")
    migrate(engine)
    fill(engine)
    found = {}
    for smallest in (0, 3):
        rules = ReportRules(smallest_group=smallest)
        set_report_rules(engine, COMMAND_LINE, rules, now=NOW)
        found[smallest] = monthly_report(engine, COMMAND_LINE, ABAN, centre=CENTRE, now=NOW)
    engine.dispose()
    return found


def rows(report: MonthlyReport, name: str, columns: str) -> list[tuple[object, ...]]:
    table = report.in_language("en").tables[name]
    return [tuple(row) for row in table[columns.split()].itertuples(index=False)]


def test_every_sheet_has_its_table_without_an_undefined_number(reports):
    for report in reports.values():
        assert list(report.tables) == [sheet.name for sheet in SHEETS]
        for sheet in SHEETS:
            table = report.in_language("fa").tables[sheet.name]
            assert list(table.columns) == [column.name for column in sheet.columns]
            cells = [cell for name in table for cell in table[name].tolist()]
            assert not any(cell is pd.NaT or cell != cell for cell in cells)  # noqa: PLR0124
            assert all(table[name].dtype == object for name in table)


def test_months_stand_in_order_of_time_with_their_yardstick(reports):
    found = rows(reports[0], "months", "level team period month score score_n forms yardstick")
    assert [row[:4] for row in found] == [
        ("centre", None, "1405-07", "Mehr 1405"),
        ("centre", None, "1405-08", "Aban 1405"),
        ("team", "Orders", "1405-07", "Mehr 1405"),
        ("team", "Orders", "1405-08", "Aban 1405"),
        ("team", "Support", "1405-08", "Aban 1405"),
    ]
    assert [row[4] for row in found] == pytest.approx([61, 5150 / 65, 61, 4700 / 60, 90])
    assert {row[6:] for row in found} == {("inbound-call@1", 1)}


def test_the_dearest_question_comes_first_and_the_shares_add_up(reports):
    found = rows(reports[0], "pareto", "rank question short cost cumulative_percent")
    assert [row[:3] for row in found] == [
        (1, "Sums up", 5),
        (2, "Greets by name", 2),
        (3, "Checks the identity", 1),
    ]
    # A third of the score each; 45, 20 and 10 of the interactions that 8 evaluations stand for.
    assert [row[3] for row in found] == pytest.approx([100 / 3 * n / 70 for n in (45, 20, 10)])
    assert found[-1][4] == pytest.approx(100)


def test_agents_who_cannot_be_told_apart_have_no_rank(reports):
    found = rows(reports[0], "agents", "agent standing rank shrunk")
    assert found == [
        ("Ali Moradi", "not_told_apart", None, None),
        ("Omid Sadeghi", None, None, None),
        ("Reza Karimi", "not_told_apart", None, None),
        ("Sara Nouri", "not_told_apart", None, None),
    ]
    funnel = rows(reports[0], "funnel", "agent passed place")
    assert [row[0] for row in funnel] == ["Ali Moradi", "Reza Karimi", "Sara Nouri"]
    assert {row[2] for row in funnel} == {"inside"}


def test_analysts_are_told_by_name_with_what_they_scored_twice(reports):
    found = rows(reports[0], "evaluators", "evaluator evaluated double_scored double_scored_n")
    assert found == [("Mina Rad", 8, 60.0, 1), ("Nima", 1, -60.0, 1)]


def test_disputes_and_coaching_are_counted_by_team(reports):
    found = rows(reports[0], "disputes", "level team evaluator raised")
    assert [row[0] for row in found] == ["centre", "team", "team", "evaluator", "evaluator"]
    assert {row[3] for row in found} == {0}
    coached = rows(reports[0], "coached", "level team notes notes_open held")
    assert coached == [("centre", None, 2, 2, 0), ("team", "Orders", 2, 2, 0)]
    assert reports[0].tables["coaching_effect"].empty


def test_the_plan_tells_what_was_achieved(reports):
    columns = "level team frame_size excluded picked evaluated open unassigned achieved"
    assert rows(reports[0], "plan", columns) == [
        ("centre", None, 80, 3, 11, 8, 2, 1, pytest.approx(100 * 8 / 11)),
        ("team", "Orders", 60, None, 6, 6, 0, 0, 100.0),
        ("team", "Support", 20, None, 5, 2, 2, 1, 40.0),
    ]


def test_the_appendix_lists_every_evaluation_and_which_of_them_count(reports):
    found = rows(reports[0], "evaluations", "interaction_id agent score outcome fatal counted")
    assert len(found) == 10
    assert found[0] == ("1405-08-003", "Sara Nouri", 80.0, "pass", 0, "counted")
    assert [row[2] for row in found if row[5] == "beside"] == [20.0, 0.0]
    assert sum(row[4] for row in found if row[5] == "counted") == 1
    stands_for = [row[0] for row in rows(reports[0], "evaluations", "stands_for")]
    assert sum(each for each in stands_for if each) == pytest.approx(70)


def test_small_groups_are_hidden_with_what_would_tell_them(reports):
    # Support has two evaluations, so Orders is hidden, too: the centre less Orders is Support.
    hidden = reports[3]
    assert rows(hidden, "overview", "level score note")[0] == (
        "centre",
        pytest.approx(5150 / 65),
        None,
    )
    teams = [
        row for row in rows(hidden, "overview", "level score note evaluated") if row[0] == "team"
    ]
    assert teams == [("team", None, "too_few_to_show", 6), ("team", None, "too_few_to_show", 2)]
    assert {row[0] for row in rows(hidden, "agents", "score")} == {None}
    assert hidden.tables["funnel"].empty
    agents = [row for row in rows(hidden, "shares", "level count percent n") if row[0] == "agent"]
    assert {row[1:3] for row in agents if row[3]} == {(None, None)}
    months = rows(hidden, "months", "level period score")
    assert months[0] == ("centre", "1405-07", None)  # two evaluations then
    assert {row[2] for row in months if row[0] == "team"} == {None}


def test_no_list_tells_what_the_tables_hide(reports):
    hidden = reports[3]
    told = rows(hidden, "evaluations", "score outcome fatal")
    assert set(told) == {(None, None, None)}
    assert {row[0] for row in rows(hidden, "coaching", "score")} == {None}
    assert {row[1] for row in rows(hidden, "evaluators", "evaluated given")} == {None}
    said = " ".join(str(sentence) for sentence in hidden.summary)
    assert "month before rests on too few" in said
    assert hidden.smallest_group == 3


def test_a_revision_tells_no_score_that_is_hidden(reports):
    change = {"interaction_id": "1405-08-003", "before": 80.0, "after": 90.0}
    assert without_hidden([change], reports[0]) == [change]
    assert without_hidden([change], reports[3]) == [{**change, "before": None, "after": None}]


def test_signals_are_those_that_the_page_shows(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'qm.db'}")
    migrate(engine)
    watch(engine, _worse_at_the_end)
    seen = signals(engine, COMMAND_LINE, LAST).signals
    report = monthly_report(engine, COMMAND_LINE, LAST, centre=CENTRE, now=NOW)
    engine.dispose()
    assert {each.subject.level for each in seen} >= {"team", "agent"}
    told = rows(report, "signals", "level signal since size evaluations said")
    assert told == [
        (
            each.subject.level,
            f"signal_{each.kind}",
            each.since.label("en"),
            each.size,
            len(each.evaluation_ids),
            str(each.words),
        )
        for each in seen
    ]


def _worse_at_the_end(agent: str, month: int, number: int) -> float:
    is_bad = (agent == "sara" and month >= 8) or (month != 7 and (5 * month + number) % 12 == 4)
    return 45.0 if is_bad else 86.0 + (7 * month + 3 * number) % 9
