"""Evidence: which words a stretch holds, and where it stands in a transcript made anew."""

from __future__ import annotations

from qm.core.citing import cited_lines, evidence_of_line, evidence_of_stretch, lines_between
from qm.core.forms.answers import Evidence
from qm.core.transcript import Segment

CALL = (
    Segment("agent", 3.0, 6.0, "Good morning."),
    Segment("customer", 9.0, 14.0, "My order is late."),
    Segment("agent", 13.0, 16.0, "I am sorry."),
    Segment("customer", 17.0, 18.0, ""),
    Segment("agent", 34.0, 36.0, "One moment please."),
)


def test_a_stretch_holds_the_lines_that_are_said_in_it() -> None:
    assert lines_between(CALL, 9.0, 14.0) == [1, 2]
    assert lines_between(CALL, 6.0, 9.0) == []  # it touches two and holds none
    assert lines_between(CALL, 16.5, 40.0) == [4]  # what is not said is no line
    found = evidence_of_stretch(CALL, 10.0, 35.0)
    assert found == Evidence(
        segment=1,
        start_s=10.0,
        end_s=35.0,
        quote="My order is late.\nI am sorry.\nOne moment please.",
    )


def test_a_silence_is_cited_without_words_at_the_line_before_it() -> None:
    assert evidence_of_stretch(CALL, 20.0, 30.0) == Evidence(segment=3, start_s=20.0, end_s=30.0)
    assert evidence_of_stretch(CALL, 0.0, 1.0).segment == 0
    assert evidence_of_stretch((), 0.0, 1.0).quote == ""


def test_a_cited_line_is_found_alone_and_a_stretch_with_all_its_lines() -> None:
    line = evidence_of_line(CALL, 1)
    assert cited_lines(CALL, line) == [1]  # not the one that is said at the same time
    assert cited_lines(CALL, evidence_of_stretch(CALL, 10.0, 35.0)) == [1, 2, 4]
    assert cited_lines(CALL, evidence_of_stretch(CALL, 20.0, 30.0)) == []


def test_evidence_finds_its_place_in_a_transcript_that_was_made_anew() -> None:
    line = evidence_of_line(CALL, 1)
    anew = (Segment("customer", 8.0, 14.5, "My order is very late."), CALL[4])
    assert cited_lines(anew, line) == [0]
    assert cited_lines((), line) == []
    written = (Segment("customer", None, None, "Hello."), Segment("agent", None, None, "Hi."))
    assert cited_lines(written, evidence_of_line(written, 1)) == [1]


def test_a_quote_is_never_longer_than_evidence_may_be() -> None:
    long = tuple(Segment("agent", float(n), n + 1.0, "word " * 200) for n in range(5))
    assert len(evidence_of_stretch(long, 0.0, 5.0).quote) == 2000
