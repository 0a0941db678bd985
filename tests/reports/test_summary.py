"""The summary in words: a sentence for each thing that can happen to a month's numbers."""

from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from qm.core.estimates import NOTHING, Estimate
from qm.core.periods import Period
from qm.core.quality.coaching import CoachingFigures
from qm.core.quality.disputes import DisputeFigures
from qm.core.quality.figures import NO_FIGURES, Figures
from qm.core.text import Wording, localise_digits
from qm.locale import translator
from qm.reports.monthly import in_words
from qm.reports.summary import Told, scope_of, summary_of

_FATAL = "Evaluations with a fatal answer: 36; weighted by the draw 90.0 % of the interactions."
HIDDEN = Estimate(None, 2, None, None, "none", "too_few_to_show")
NO_PARETO = pd.DataFrame(columns=["question", "cost", "percent"])
DISPUTES = DisputeFigures(0, 0, NOTHING, 0, 0, NOTHING, NOTHING, 0, 0)
COACHING = CoachingFigures(
    0, 0, 0, NOTHING, 0, 0, 0, 0, NOTHING, 0, 0, 0, NOTHING, NOTHING
)  # fmt: skip


def mean(value: float, error: float = 1.0, n: int = 50) -> Estimate:
    low, high = value - 2 * error, value + 2 * error
    return Estimate(value, n, low, high, "t", standard_error=error, freedom=n - 1)


def figures(score: Estimate, **own: object) -> Figures:
    return replace(NO_FIGURES, score=score, evaluated=max(score.n, 1), **own)


def signals(*agents: str) -> pd.DataFrame:
    """The table of signals: one of the centre and one of each agent, where agents are given."""
    centre = [("centre", None, None)] if agents else []
    rows = [*centre, *(("agent", Wording(en="A"), Wording(en=who)) for who in agents)]
    return pd.DataFrame(rows, columns=["level", "team", "agent"], dtype=object)


def told(score: Estimate, before: Estimate = NOTHING, **own: object) -> Told:
    known = {"same_forms": True, "disputes": DISPUTES, "coaching": COACHING, "signals": signals()}
    return Told(figures=figures(score), before=figures(before), **{**known, "fewest": 3, **own})


def said(given: Told, pareto: pd.DataFrame = NO_PARETO, language: str = "en") -> list[str]:
    return [in_words(each, language, translator(language)) for each in summary_of(given, pareto)]


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (mean(80.0), "The quality score is 80.0 ± 2.0 (n = 50)."),
        (HIDDEN, "The quality score is not shown: it rests on fewer than 3 evaluations."),
        (NOTHING, "There is no quality score: in no evaluation did a question apply."),
        (
            Estimate(80.0, 1, None, None, "none", "one_value"),
            "The quality score is 80.0 (n = 1), which tells no margin.",
        ),
        (
            Estimate(80.0, 4, 80.0, 80.0, "none", "all_counted"),
            "The quality score is 80.0. All 4 interactions were evaluated: no margin.",
        ),
    ],
)
def test_the_score_with_its_margin_or_why_it_has_none(score, words):
    assert said(told(score))[0] == words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (mean(70.0), mean(80.0), "Up 10.0 points from the month before, more than noise explains."),
        (mean(80.0), mean(70.0), "Down 10.0 points from the month before, more than noise "),
        (
            mean(78.0),
            mean(80.1),
            "Up 2.1 points from the month before, within noise: less than 2.8",
        ),
        (mean(80.1), mean(78.0), "Down 2.1 points from the month before, within noise: less than "),
        (mean(80.0), mean(80.0), "As in the month before."),
        (
            Estimate(70.0, 1, None, None, "none", "one_value"),
            mean(80.0),
            "Up 10.0 points from the month before; too few scores to call it a change.",
        ),
        (NOTHING, mean(80.0), "There is no score of the month before to compare it with."),
        (HIDDEN, mean(80.0), "The score of the month before rests on too few evaluations to show."),
    ],
)
def test_the_change_is_called_one_only_beyond_noise(before, now, words):
    assert said(told(now, before))[1].startswith(words)


def test_scores_of_two_form_versions_are_not_subtracted():
    lines = said(told(mean(80.0), mean(70.0), same_forms=False))
    assert lines[1].startswith("A form changed since the month before (70.0 then)")
    assert not any("Up " in line for line in lines)


def test_without_a_score_there_is_no_change_to_tell():
    assert not any("month before" in line for line in said(told(HIDDEN, mean(70.0))))


def test_shares_are_told_of_lenses_that_applied():
    share = Estimate(90.0, 40, 80.0, 96.0, "wilson", count=36)
    given = told(mean(80.0))
    own = replace(given.figures, passed=share, critical={**NO_FIGURES.critical, "customer": share})
    lines = said(replace(given, figures=replace(own, fatal_rate=replace(share, count=0))))
    assert "Passed: 90.0 % (80.0 to 96.0, n = 40)." in lines
    assert "Customer-critical accuracy: 90.0 % (80.0 to 96.0, n = 40)." in lines
    assert not any(line.startswith("Business") for line in lines)
    assert "No evaluation had a fatal answer." in lines
    lines = said(replace(given, figures=replace(own, fatal_rate=replace(share, count=36))))
    assert _FATAL in lines
    hidden = replace(given, figures=replace(own, fatal_rate=HIDDEN, passed=HIDDEN))
    assert not any("fatal" in line or "Passed" in line for line in said(hidden))


def test_what_else_happened_is_counted():
    dearest = pd.DataFrame([{"question": Wording(en="Greets"), "cost": 2.25, "percent": 40.0}])
    disputes = replace(DISPUTES, published=9, raised=3, upheld=1, changed=1)
    coaching = replace(COACHING, held=2, made=4, commitments_open=3, commitments_overdue=1)
    lines = said(
        told(mean(80.0), signals=signals("a1", "a2"), disputes=disputes, coaching=coaching), dearest
    )
    assert lines[-4:] == [
        (
            "Most points are lost at “Greets”: 2.2 points of the quality score, 40 % of all "
            "that is lost."
        ),
        "Signals beyond noise: 3. They are about: Contact centre, a1, a2.",
        "Disputes: 3; decided: 2; score changed: 1.",
        "Coaching talks: 2 held, 0 overdue; commitments: 4 made, 3 open, 1 overdue.",
    ]
    lines = said(told(mean(80.0), disputes=replace(DISPUTES, published=9)))
    assert lines[-2:] == [
        "No signal: nothing moved more than noise does.",
        "No evaluation was disputed.",
    ]


def test_signals_name_whom_they_are_about_once():
    ten = [f"a{number}" for number in range(10)]
    (line,) = [
        line for line in said(told(mean(80.0), signals=signals(*ten, "a0")))[1:] if "nois" in line
    ]
    assert line == (
        "Signals beyond noise: 12. They are about: Contact centre, a0, a1, a2, a3, a4 and 5 more."
    )


def test_a_month_of_nothing_says_so_alone():
    given = replace(told(NOTHING), figures=NO_FIGURES)
    assert said(given) == ["Nothing was evaluated, so nothing can be said of the month."]


def test_persian_has_its_digits_and_words():
    lines = said(told(mean(80.1), mean(78.0), signals=signals("a1", "a2")), language="fa")
    assert lines[0] == localise_digits(lines[0], "fa")
    assert "۸۰٫۱" in lines[0]
    assert "۲٫۱" in lines[1]
    assert not any(character.isascii() and character.isalpha() for character in lines[1])


def test_the_scope_tells_who_how_many_and_on_which_forms():
    plan = {"frame_size": 100, "picked": 10, "excluded": None}
    tables = {
        "overview": pd.DataFrame(
            [("centre", None), ("channel", "call"), ("channel", "fax"), ("team", None)],
            columns=["level", "channel"],
        ),
        "agents": pd.DataFrame({"agent": ["a", "b"]}),
        "plan": pd.DataFrame([plan]),
        "forms": pd.DataFrame({"form": ["a@1", "b@2"], "title": [Wording(en="Calls"), "B"]}),
    }
    tell = partial(in_words, language="en", _=translator("en"))
    month = Period(1405, 8)
    given = replace(NO_FIGURES, evaluated=7, beside=2)
    assert [tell(each) for each in scope_of(month, given, tables)] == [
        "Interactions of Aban 1405. Agents: 2; teams: 1; channels: Call, fax.",
        (
            "Drawn by chance: 10 of 100 interactions; 0 more were left out of the draw by its "
            "rules. Averages speak for those that could be drawn."
        ),
        "In the averages: 7 evaluations; outside them: 2.",
        "Forms: Calls (version 1), B (version 2).",
    ]
    forms = [(f"f@{n}", "F") for n in range(13)]
    many = {**tables, "forms": pd.DataFrame(forms, columns=["form", "title"])}
    nothing = {**many, "plan": pd.DataFrame([{**plan, "frame_size": 0}])}
    assert [tell(each) for each in scope_of(month, NO_FIGURES, nothing)][1:] == [
        "Form versions: 13."
    ]
