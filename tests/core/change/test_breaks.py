"""Runs of one yardstick, and the marks of what happened meanwhile."""

from datetime import date

from qm.core.change.breaks import form_breaks, model_changes, runs_of, same_yardstick, talk_marks
from qm.core.periods import Period

TIR, MORDAD, SHAHRIVAR, MEHR, ABAN = (Period(1405, month) for month in range(4, 9))
CALL_1, CALL_2, CHAT_1 = ("call", "1"), ("call", "2"), ("chat", "1")


def test_a_series_is_cut_where_a_form_has_another_version():
    versions = {ABAN: [CALL_2], TIR: [CALL_1], MORDAD: [CALL_1], SHAHRIVAR: [], MEHR: [CALL_2]}
    assert runs_of(versions) == ((TIR, MORDAD), (MEHR, ABAN))
    (only,) = form_breaks(versions)
    assert (only.kind, only.period, only.at, only.cuts) == ("form", MEHR, date(2026, 9, 23), True)
    assert str(only.what) == "From here on the form “call” is version 2: another yardstick."


def test_a_month_with_both_versions_stands_alone():
    versions = {TIR: [CALL_1], MORDAD: [CALL_1, CALL_2], SHAHRIVAR: [CALL_2]}
    assert runs_of(versions) == ((TIR,), (MORDAD,), (SHAHRIVAR,))
    first, second = form_breaks(versions)
    assert (first.period, second.period) == (MORDAD, SHAHRIVAR)
    assert str(second.what) == "From here on without version 1 of the form “call”."


def test_a_channel_that_comes_up_or_not_is_no_other_yardstick():
    versions = {TIR: [CALL_1], MORDAD: [CALL_1, CHAT_1], SHAHRIVAR: [CHAT_1], MEHR: [CALL_2]}
    assert len(runs_of(versions)) == 1
    assert form_breaks(versions) == ()
    assert same_yardstick([CALL_1], [CHAT_1])
    assert not same_yardstick([CALL_1, CHAT_1], [CALL_2, CHAT_1])


def test_no_scores_no_runs():
    assert runs_of({}) == runs_of({TIR: []}) == ()


def test_talks_are_marked_by_month():
    # 30 Mehr 1405 is 22 October 2026.
    talks = [date(2026, 10, 25), date(2026, 10, 22), date(2026, 10, 24)]
    mehr, aban = talk_marks(talks, "jalali")
    assert (mehr.period, mehr.at, str(mehr.what)) == (
        MEHR, date(2026, 10, 22), "A coaching talk was held."
    )  # fmt: skip
    assert (aban.period, aban.at, aban.cuts) == (ABAN, date(2026, 10, 24), False)
    assert str(aban.what) == "2 coaching talks were held."


def test_every_speech_model_but_the_first_is_a_change():
    used = [(date(2026, 10, 25), "small"), (date(2026, 7, 1), "base")]
    (only,) = model_changes(used, "jalali")
    assert (only.kind, only.period, only.at) == ("model", ABAN, date(2026, 10, 25))
    assert str(only.what) == "From here on the speech model “small” transcribes."
    assert model_changes(used[1:], "jalali") == ()
