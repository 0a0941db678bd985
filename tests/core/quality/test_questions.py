"""Questions and sections in figures, and the ones that cost the most."""

from dataclasses import replace

import pytest

from qm.core.forms.form import Form
from qm.core.quality.pareto import pareto, weights_of
from qm.core.quality.questions import questions_by, sections_by
from qm.core.text import Wording
from tests.core.quality.small_facts import QUESTIONS, facts, question, small_centre

V1, V2 = ("inbound", "1"), ("inbound", "2")
IN_VERSION_2 = tuple(replace(each, form_version="2") for each in QUESTIONS)


def test_the_small_centres_questions_are_those_worked_out_by_hand():
    greeting, identity, closing = questions_by(small_centre())[()]
    names = [each.newest.question_id for each in (greeting, identity, closing)]
    assert names == ["greeting", "identity", "closing"]
    counts = ("decided", "answered", "full", "short", "not_applicable", "fatal")
    assert [tuple(getattr(each, name) for name in counts) for each in (greeting, identity)] == [
        (8, 7, 5, 2, 1, 0),
        (8, 7, 6, 1, 1, 1),
    ]
    # Closing: 30 + 10 + 5 of 60 − 5 interactions short; N/A of 10 + 5 of 70.
    assert closing.short_share.value == pytest.approx(100 * 45 / 55)
    assert closing.not_applicable_share.value == pytest.approx(100 * 15 / 70)
    assert (closing.short_share.n, closing.not_applicable_share.n) == (6, 8)
    assert identity.fatal_share.value == pytest.approx(100 * 10 / 65)
    assert identity.fatal_share.low < 100 * 10 / 65 < identity.fatal_share.high


def test_groups_have_the_questions_they_were_asked():
    by_agent = questions_by(small_centre(), "agent_id")
    assert [*by_agent] == [("ali",), ("reza",), ("sara",)]
    assert [each.short for each in by_agent["sara",]] == [1, 0, 3]
    assert [each.decided for each in by_agent["ali",]] == [2, 2, 2]
    totals = [each.short for each in questions_by(small_centre())[()]]
    of_agents = [[each.short for each in group] for group in by_agent.values()]
    assert totals == [sum(column) for column in zip(*of_agents, strict=True)]


def test_hidden_questions_and_those_without_points_are_not_failed():
    greeting, identity, closing = questions_by(facts({"results": "HCP"}))[()]
    assert (closing.decided, closing.short_share.note) == (0, "no_data")
    assert (greeting.decided, greeting.answered) == (1, 0)
    assert (identity.answered, identity.short_share.note) == (1, "no_data")


def test_a_question_of_two_versions_is_one_only_with_the_very_same_text():
    closing, greeting, identity = IN_VERSION_2
    reworded = replace(greeting, text=Wording(en="Greets"))
    asked = {V1: QUESTIONS, V2: (closing, reworded, identity)}
    both = facts({"results": "SSF"}, {"form_version": "2", "results": "SFF"}, questions=asked)
    together = questions_by(both, versions_together=True)[()]
    told = [(each.newest.question_id, len(each.asked), each.decided) for each in together]
    assert told == [("greeting", 1, 1), ("greeting", 1, 1), ("identity", 2, 2), ("closing", 2, 2)]
    apart = questions_by(both)[()]
    assert [each.newest.form_version for each in apart] == ["1"] * 3 + ["2"] * 3
    costs = pareto(both).costs
    assert [(each.asked[0].question_id, len(each.asked), each.short) for each in costs] == [
        ("closing", 2, 2),
        ("greeting", 1, 1),
    ]


def test_nothing_counted_has_no_questions():
    assert questions_by(facts())[()] == []
    assert sections_by(facts())[()] == []
    assert pareto(facts()).costs == ()


def test_sections_add_up_their_questions():
    talk, law = sections_by(small_centre())[()]
    # Talk: greeting and closing. Short 10·(5 + 1) + 5·... see test_figures: all less identity.
    assert (talk.section_id, talk.defects.n, talk.defects.count) == ("talk", 13, 7)
    assert talk.defects.value == pytest.approx(100 * 65 / 120)
    assert (law.section_id, law.defects.n) == ("law", 7)
    assert law.defects.value == pytest.approx(100 * 10 / 65)
    by_team = sections_by(small_centre(), "team_id")
    assert [each.defects.count for each in by_team["support",]] == [1, 0]


def test_questions_stand_in_the_order_of_what_they_cost():
    found = pareto(small_centre(), {V1: {"greeting": 20.0, "identity": 70.0, "closing": 10.0}})
    assert found.measure == "points"
    told = [(each.asked[0].question_id, each.short, round(each.cost, 4)) for each in found.costs]
    # Identity: 10 of 70 interactions at 70 points; closing 45 of 70 at 10; greeting 20 at 20.
    assert told == [("identity", 1, 10.0), ("closing", 5, 6.4286), ("greeting", 2, 5.7143)]
    assert [round(each.cumulative_percent, 2) for each in found.costs] == [45.16, 74.19, 100.0]
    by_share = pareto(small_centre())
    assert by_share.measure == "interactions"
    assert [each.asked[0].question_id for each in by_share.costs] == [
        "closing",
        "greeting",
        "identity",
    ]
    assert by_share.costs[0].cost == pytest.approx(100 * 45 / 70)


def test_equal_costs_stay_in_the_order_of_the_form():
    everything = facts({"results": "SSS"}, {"results": "SSS", "stands_for": 0.1})
    assert [each.asked[0].number for each in pareto(everything).costs] == [1, 2, 3]
    # A tenth three times and three tenths once are the same cost.
    asked = {V1: (question("a", 2), question("b", 1))}
    rows = [{"results": "SF", "stands_for": 0.1}] * 3 + [{"results": "FS", "stands_for": 0.3}]
    told = [each.asked[0].question_id for each in pareto(facts(*rows, questions=asked)).costs]
    assert told == ["b", "a"]


def test_a_forms_weights_are_its_questions_parts_of_the_score():
    form = Form.model_validate(
        {
            "form": "inbound",
            "version": "1",
            "channel": "call",
            "title": {"en": "Inbound"},
            "sections": [
                _section("talk", 40, {"greeting": 1, "closing": 3}),
                _section("law", 60, {"identity": 1}),
            ],
        }
    )
    assert weights_of(form) == {"greeting": 10, "closing": 30, "identity": 60}


def _section(name, weight, questions):
    options = [
        {"id": "yes", "label": {"en": "Yes"}, "points": 1},
        {"id": "no", "label": {"en": "No"}, "points": 0},
    ]
    asked = [
        {"id": each, "text": {"en": each}, "weight": own, "options": options}
        for each, own in questions.items()
    ]
    return {"id": name, "title": {"en": name}, "weight": weight, "questions": asked}
