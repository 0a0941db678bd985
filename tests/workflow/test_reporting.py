"""The monthly report's values, on a centre worked out by hand."""

from collections.abc import Callable
from hashlib import sha256

import pandas as pd
import pytest
from sqlalchemy import Engine, select

from qm.core.access import COMMAND_LINE, Actor
from qm.core.periods import Period
from qm.core.problems import NotAllowed
from qm.reports.monthly import MonthlyReport, PrintedReport
from qm.store.engine import transaction
from qm.store.tables import Assignment, AuditEvent, Draw, DrawSeed, Pick, Replacement
from qm.workflow.reporting import monthly_report
from tests.reports.case import ABAN, AZAR, CENTRE, FORM_SHA256, NOW


@pytest.fixture
def engine(month_on_both: Engine) -> Engine:
    return month_on_both


@pytest.fixture(scope="module")
def told(live_reports: dict[Period, MonthlyReport]) -> Callable[..., PrintedReport]:
    """The report of the month as it was filled, in one of the languages."""

    def told(period: Period = ABAN, language: str = "en") -> PrintedReport:
        return live_reports[period].in_language(language)

    return told


def test_both_databases_give_the_same_report(engine, live_reports):
    made = monthly_report(engine, COMMAND_LINE, ABAN, centre=CENTRE, now=NOW)
    expected = live_reports[ABAN]
    assert made.figures == expected.figures
    assert made.tables.keys() == expected.tables.keys()
    for name, table in expected.tables.items():
        pd.testing.assert_frame_equal(made.tables[name], table, check_exact=True)


def _report(engine: Engine, period: Period = ABAN, language: str = "en") -> PrintedReport:
    return monthly_report(engine, COMMAND_LINE, period, centre=CENTRE, now=NOW).in_language(
        language
    )


def _rows(table, *columns):
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def test_overview_has_centre_channels_and_teams_with_n_and_margin(told):
    overview = told().tables["overview"]
    places = _rows(overview, "level", "team", "channel", "score_n", "evaluated", "missing")
    assert places == [
        ("centre", None, None, 7, 8, 3),
        ("channel", None, "call", 7, 8, 3),
        ("form", None, None, 7, 8, None),
        ("team", "Orders", None, 6, 6, 0),
        ("team", "Support", None, 1, 2, 3),
    ]
    assert list(overview["score"]) == pytest.approx([*3 * [5150 / 65], 4700 / 60, 90])
    # Stratum variances .9·(40/65)²·(500/3)/4 + .9·(20/65)²·50/2 + (5·10.7692/65)² = 17.0175 (no
    # correction for Ali's single score); Satterthwaite's freedom 3.982, t = 2.7815.
    assert overview["margin"][0] == pytest.approx(2.7815 * 17.0175**0.5, rel=1e-4)
    # Sara and Reza stand for 10 each (6 scores), Ali for 5: 7·(6·100 + 25)/65² = 1.0355.
    assert overview["design_effect"][0] == pytest.approx(1.0355, rel=1e-4)
    assert overview["effective_n"][0] == pytest.approx(7 / 1.0355, rel=1e-4)
    assert (overview["margin"][4], overview["note"][4]) == (None, "one_value")
    # Mehr rests on Sara alone: 61. Support had nothing then, so there is nothing to compare.
    assert overview["change"][0] == pytest.approx(5150 / 65 - 61)
    assert (overview["change"][4], overview["verdict"][4]) == (None, None)
    assert list(overview["form"])[:3] == [None, None, "inbound-call@1"]


def test_shares_are_counts_with_wilsons_interval(told):
    shares = told().tables["shares"]
    centre = shares[shares["level"] == "centre"]
    assert _rows(centre, "measure", "count", "n") == [
        ("passed", 4, 7),
        ("customer_accuracy", 5, 7),
        ("business_accuracy", 0, 0),
        ("compliance_accuracy", 6, 7),
        ("fatal_rate", 1, 8),
        # 20 questions that earn points were answered, 8 of them short: greeting, identity, closing.
        ("defects", 8, 20),
        ("customer_defects", 2, 7),
        ("business_defects", 0, 0),
        ("compliance_defects", 1, 7),
        ("not_applicable", 4, 24),
    ]
    assert list(centre["percent"])[1] == pytest.approx(100 * 45 / 65)
    assert list(centre["percent"])[2] is None


def test_agents_are_listed_by_name_with_what_is_missing(told):
    agents = told().tables["agents"]
    assert _rows(agents, "agent", "score", "score_n", "missing", "beside", "fatal") == [
        ("Ali Moradi", 90.0, 1, 1, 0, 0),
        ("Omid Sadeghi", None, 0, 2, 0, 0),
        ("Reza Karimi", 65.0, 2, 0, 0, 1),
        ("Sara Nouri", 85.0, 4, 0, 2, 0),
    ]


def test_questions_have_their_text_in_the_reports_language(told):
    for language, text in (("en", "Sums up"), ("fa", "جمع‌بندی می‌کند")):
        questions = told(language=language).tables["questions"]
        columns = "number answered full short not_applicable fatal".split()
        assert _rows(questions, *columns) == [
            (1, 7, 5, 2, 1, 0),
            (2, 7, 6, 1, 1, 1),
            (3, 6, 1, 5, 2, 0),
        ]
        assert questions["question"][2] == text
        assert questions["critical"][2] is None


def test_shares_of_questions_count_interactions_not_answers(told):
    questions = told().tables["questions"]
    # Summing up was short in 3 of Sara's and one of Reza's (10 interactions each) and in one of
    # Ali's (5), and full in one of Sara's: 45 of 55 interactions, where 5 of 6 answers were.
    assert questions["short_percent"][2] == pytest.approx(100 * 45 / 55)
    assert questions["short_low"][2] < 50
    assert questions["short_high"][2] > 90


def test_coverage_counts_replaced_picks_and_those_without_a_reserve(engine):
    with transaction(engine) as session:
        open_pick = session.scalars(
            select(Assignment.pick_id)
            .where(Assignment.state == "open", Pick.agent_id == "omid.sadeghi")
            .join(Pick)
        ).one()
        session.add(Replacement(pick_id=open_pick, reason="noise", at=NOW, by="mina"))
    coverage = _report(engine).tables["coverage"]
    columns = "agent picked evaluated open unassigned missing replaced lost".split()
    assert _rows(coverage, *columns)[:2] == [
        ("Ali Moradi", 3, 2, 1, 0, 1, 0, 0),
        ("Omid Sadeghi", 2, 0, 0, 1, 2, 1, 1),
    ]


def test_what_a_draw_left_out_is_told_in_the_policys_words(engine, told):
    assert _rows(told().tables["exclusions"], "period", "reason", "label", "interactions") == [
        ("1405-08", "no_recording", None, 3)
    ]
    label = {"en": "No recording", "fa": "بدون فایل ضبط‌شده"}
    with transaction(engine) as session:
        draw = session.scalars(select(Draw).where(Draw.period == "1405-08")).one()
        draw.policy = {"leave_out": [{"reason": "no_recording", "label": label}]}
    assert _report(engine, language="fa").tables["exclusions"]["label"][0] == label["fa"]


def test_a_seed_that_is_not_revealed_stays_out_of_the_report(engine, told):
    assert told().tables["draws"]["seed_sha256"][0] == sha256(b"seed of 1405-08").hexdigest()
    with transaction(engine) as session:
        draw = session.scalars(select(Draw).where(Draw.period == "1405-08")).one()
        seed = DrawSeed(
            period=draw.period,
            starts_at=NOW,
            ends_at=NOW,
            seed=draw.seed,
            seed_sha256="e" * 64,
            committed_at=NOW,
            committed_by="manager",
        )
        session.add(seed)
        session.flush()
        draw.seed_id = seed.id
    hidden = _report(engine).tables["draws"].iloc[0]
    assert (hidden["seed"], hidden["seed_sha256"], hidden["committed_at"]) == (None, "e" * 64, NOW)
    with transaction(engine) as session:
        session.scalars(select(DrawSeed)).one().revealed_at = NOW
    assert _report(engine).tables["draws"]["seed"][0] == "seed of 1405-08"


def test_coverage_tells_what_became_of_every_pick(told):
    coverage = told().tables["coverage"]
    columns = "agent frame_size picked evaluated scored open unassigned missing".split()
    assert _rows(coverage, *columns, "evaluated_percent") == [
        ("Ali Moradi", 10, 3, 2, 1, 1, 0, 1, 20.0),
        ("Omid Sadeghi", 10, 2, 0, 0, 1, 1, 2, 0.0),
        ("Reza Karimi", 20, 2, 2, 2, 0, 0, 0, 10.0),
        ("Sara Nouri", 40, 4, 4, 4, 0, 0, 0, 10.0),
    ]


def test_report_names_the_draw_and_the_forms_it_rests_on(told):
    report = told()
    draw = report.tables["draws"].iloc[0]
    assert (draw["seed"], draw["frame_size"], draw["excluded"]) == (
        "seed of 1405-08",
        80,
        "no_recording: 3",
    )
    assert (draw["frame_sha256"], draw["policy_sha256"]) == ("b" * 64, "a" * 64)
    assert _rows(report.tables["forms"], "form", "title", "evaluations", "sha256") == [
        ("inbound-call@1", "Inbound call", 10, FORM_SHA256)
    ]


def test_coaching_notes_have_names_and_the_score_beside_them(told):
    coaching = told(language="fa").tables["coaching"]
    assert _rows(coaching, "agent", "team", "score", "author", "state") == [
        ("سارا نوری", "سفارش‌ها", 80.0, "مینا راد", "shared"),
        ("سارا نوری", "سفارش‌ها", 70.0, "مینا راد", "shared"),
    ]


def test_an_empty_month_is_reported_as_empty_and_not_as_zero(told):
    report = told(AZAR)
    assert report.is_empty
    assert _rows(report.tables["overview"], "level", "score", "score_n", "note") == [
        ("centre", None, 0, "no_data")
    ]
    for table in (
        report.tables["agents"],
        report.tables["questions"],
        report.tables["coaching"],
        report.tables["coverage"],
    ):
        assert table.empty
    assert report.separation.verdict == "too_few"


def test_only_who_may_export_gets_a_report_and_it_is_logged(engine):
    with pytest.raises(NotAllowed):
        monthly_report(
            engine,
            Actor("lead", "lead", team_id="orders"),
            ABAN,
            centre=CENTRE,
            now=NOW,
        )
    _report(engine)
    with transaction(engine) as session:
        events = [(e.action, e.subject, e.actor) for e in session.scalars(select(AuditEvent))]
    assert events == [("report", "1405-08", "command line")]
