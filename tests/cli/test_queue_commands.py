"""`qm jobs` as its user meets it; `qm transcribe` and `qm worker`: tests/test_bad_input.py."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from qm.core.access import COMMAND_LINE
from qm.core.problems import Problem
from qm.workflow.transcription import Heard
from qm.workflow.transcription_results import finish
from qm.workflow.transcription_workers import beat
from tests.fixtures.queued_calls import claimed, queued, row, words, worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from tests.fixtures.command import Command


@pytest.fixture
def engine(qm: Command) -> Iterator[Engine]:
    engine = queued(f"sqlite:///{qm.folder / 'var' / 'qm.sqlite'}", ("c1", "c2", "c3"))
    yield engine
    engine.dispose()


def test_the_queue_in_lines_and_as_json(qm: Command, engine: Engine) -> None:
    now = datetime.now(UTC)
    worker(engine, "w1", now)
    done = claimed(engine, "w1", now)
    finish(engine, COMMAND_LINE, done, words("a"), tries=3, now=now)
    failed = claimed(engine, "w1", now)
    empty = Heard(problem=Problem("audio.empty", "c2.wav"))
    finish(engine, COMMAND_LINE, failed, empty, tries=3, now=now)
    beat(engine, COMMAND_LINE, "w1", claimed(engine, "w1", now), 75.0, now=now)
    qm("jobs", "pause")

    ended = qm("jobs")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "waiting 0, held 0, put off 0, running 1, failed 1, done 1"
    assert lines[1].startswith("paused by command line at ")
    assert lines[2] == (
        "time left: unknown, the recordings' lengths are not known "
        "(0.050 s of work per second of sound, by the last 1)"
    )
    assert lines[3] == "workers alive: 1"
    assert lines[5:7] == ["running:", "  c3  c3.wav  here process 1, 01:15 of –"]
    assert lines[7] == "failed:"
    assert lines[8].startswith("  c2  c2.wav  c2.wav: The file is empty.")

    told = json.loads(qm("jobs", "--json").out)
    assert told["counts"]["done"] == 1
    assert (told["left_s"], told["left_unknown"], told["pace"]) == (None, "no_length", 0.05)
    assert told["running"][0]["heard_s"] == 75.0
    assert told["failed"][0]["problem"]["code"] == "audio.empty"
    assert told["paused_by"] == "command line"


def test_pausing_holding_and_retrying(qm: Command, engine: Engine) -> None:
    assert qm("jobs", "pause").out == "paused\n"
    assert qm("jobs", "pause").out == "was paused already\n"
    assert qm("jobs", "resume").out == "goes on\n"
    assert qm("jobs", "resume").out == "was not paused\n"
    assert qm("jobs", "hold", "c1", "c3").out == "2 held\n"
    assert row(engine, "c1").is_held
    assert qm("jobs", "release", "c1").out == "1 released\n"
    assert not row(engine, "c1").is_held
    assert qm("jobs", "retry").out == "0 wait again\n"
    ended = qm("jobs", "retry", "c1")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("c1: The recording has not failed")
    ended = qm("jobs", "hold", "nobody")
    assert (ended.code, ended.err.partition(":")[0]) == (1, "nobody")
    ended = qm("jobs", "hold")
    assert (ended.code, "[jobs.ids_missing]" in ended.err) == (1, True)


def test_letters_that_would_command_the_terminal_are_not_printed(
    qm: Command, engine: Engine
) -> None:
    claim = claimed(engine, "w1")
    odd = Heard(problem=Problem("audio.empty", "\x1b[2Jc1.wav"))
    finish(engine, COMMAND_LINE, claim, odd, tries=3, now=row(engine, "c1").updated_at)
    assert "\x1b" not in qm("jobs").out
