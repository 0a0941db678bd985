from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from bench.call_files import describe, recordings_in
from bench.figures import Figure, all_of, exit_code
from bench.main_path import FORMS, CallResult, Heard, play
from bench.plain_answers import (
    GREETING_QUESTION,
    HOLD_QUESTION,
    LEAVE_QUESTION,
    answers_of,
    coaching_of,
)
from bench.real_calls import PHRASES, RECORDINGS, figures_of, is_said, main, table_of
from qm.core.forms.form import Form
from qm.core.scoring.score import score
from qm.core.transcript import Segment
from qm.intake.form_files import read_form
from tests.fixtures.shared_data import shared_data
from tests.speech.sounds import base_model, clip

MONO = next(iter(PHRASES))


@pytest.fixture(scope="module")
def form() -> Form:
    found, _, _ = read_form((FORMS / "inbound-call.yaml").read_text(encoding="utf-8"), "form")
    assert found
    return found


def lines(*said: str, pause_s: float = 1) -> tuple[Segment, ...]:
    return tuple(
        Segment("agent" if place % 2 == 0 else "customer", start, start + 1, text)
        for place, text in enumerate(said)
        for start in [place * (1 + pause_s)]
    )


@pytest.mark.speech
def test_real_calls_go_the_whole_path(tmp_path: Path) -> None:
    # Whole calls go this way with `make bench-real-calls`.
    two_channels = shared_data("auto_repairs_40_stereo_agent_left.wav")
    files = [
        shared_data("loyalty_points_stereo.mp3"),
        clip(shared_data(MONO), tmp_path / MONO, 0, 20),
        clip(two_channels, tmp_path / "auto_repairs_40.wav", 0, 20),
    ]
    lock = (FORMS / "LOCK").read_bytes()

    folder = tmp_path / "work"
    folder.mkdir()
    settings = {
        "speech_model": str(base_model()),
        "speech_processes": "1",
        "speech_threads": "1",
    }
    results, report_files = play(files, folder, settings)

    figures = figures_of(results, report_files)
    assert [str(figure) for figure in figures if not figure.is_reached] == []
    assert exit_code(figures) == 0
    assert (FORMS / "LOCK").read_bytes() == lock  # published in a copy
    heard = {result.call.id: result.heard for result in results}
    assert heard["Auto0-000"] is not None
    assert heard["Auto0-000"].duration_s == pytest.approx(20, abs=0.1)
    assert heard["auto_repairs_40"] is not None
    assert heard["auto_repairs_40"].speakers == ("agent", "customer")
    assert min(each.words for each in heard.values() if each) > 30
    scores = [result.evaluation.percent for result in results if result.evaluation]
    with zipfile.ZipFile(report_files[1]) as tables:
        centre = pd.read_csv(tables.open("overview.csv")).iloc[0]
    assert centre["score_n"] == len(scores) == 3
    assert centre["score"] == pytest.approx(sum(scores) / 3, abs=0.05)


def test_file_names_tell_what_they_can(tmp_path: Path) -> None:
    for name in (MONO, "some call.mp3", "notes.txt"):
        (tmp_path / name).touch()
    told, invented = describe(recordings_in(tmp_path))
    assert (told.id, told.agent, told.is_named) == ("Auto0-000", "ChrisL", True)
    assert told.started_at.isoformat() == "2025-02-19T06:01:22+00:00"
    assert (invented.id, invented.is_named) == ("some call", False)
    assert invented.started_at.isoformat() == "2025-02-03T10:00:00+00:00"


def test_a_phrase_is_found_however_it_is_written() -> None:
    assert is_said("Big Jim's Auto", "thanks for calling Big Jim’s auto, this is")
    assert is_said("Big Jim's Auto", "BIG JIMS  AUTO")
    assert not is_said("Big Jim's Auto", "Big Tim's auto")


def test_the_answers_follow_the_words(form: Form) -> None:
    polite = lines("Thank you for calling.", "Hi.", "Done.", "Thanks.", "Goodbye!", "Bye.")
    answers = answers_of(form, polite)
    assert score(form, answers).percent == 100
    assert [evidence.segment for evidence in answers[GREETING_QUESTION].evidence] == [0]
    assert [evidence.segment for evidence in answers[LEAVE_QUESTION].evidence] == [4]
    assert coaching_of(form, answers) == ""

    curt = answers_of(form, lines("What?", "Hello.", "No.", "Bye."))
    assert {curt[q].option for q in (GREETING_QUESTION, LEAVE_QUESTION)} == {"no"}
    assert coaching_of(form, curt).count("\n") == 1
    worse = score(form, curt)
    assert worse.is_final
    assert worse.percent is not None
    assert worse.percent < 100

    silent = answers_of(form, lines("Hello.", "Hi.", "Goodbye.", pause_s=25))
    assert (answers[HOLD_QUESTION].option, silent[HOLD_QUESTION].option) == ("no", "yes")
    assert silent.keys() - answers.keys() == {"hold-announced"}


def test_a_call_that_was_not_transcribed_is_told_and_misses_the_goals(tmp_path: Path) -> None:
    (tmp_path / MONO).touch()
    (call,) = describe([tmp_path / MONO])
    failed = CallResult(call, error="broken.wav: The file is empty.")
    figures = {figure.name: figure for figure in figures_of([failed], [])}
    assert str(figures["calls_transcribed"]) == "figure calls_transcribed 0 calls goal 1 short"
    assert str(figures["phrases_found"]) == "figure phrases_found 0 phrases goal 1 short"
    slow = figures["worst_real_time_factor"]
    assert str(slow) == "figure worst_real_time_factor none x goal <1 short"
    assert exit_code(list(figures.values())) == 1
    assert "The file is empty." in table_of([failed])
    late = CallResult(call, Heard(10, 12.5, 3, (), "big jims auto"))
    assert "1.250" in table_of([late])
    assert not figures_of([late], [])[2].is_reached


def test_goals() -> None:
    assert str(all_of("calls", 2, 2, "calls")) == "figure calls 2 calls goal 2 ok"
    assert not all_of("calls", 0, 0, "calls").is_reached
    assert exit_code([Figure("a", 1, "s", "<2", is_reached=True)]) == 0


def test_a_folder_without_recordings_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert main(["--recordings", str(folder)]) == 1
        assert "Name their folder: --recordings FOLDER" in capsys.readouterr().out
    assert RECORDINGS.parts[-3:] == ("shared", "data", "recordings")
