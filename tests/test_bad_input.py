"""Bad input as its user meets it: where it is, what to do, and the good rows beside it are kept.

Every case goes through the real command. What each reader refuses besides is tested with it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from sqlalchemy import Engine

from tests.speech.sounds import DEMO_CALLS, base_model, clip, write_wav

if TYPE_CHECKING:
    from tests.fixtures.command import Command, Ended

HEADER = "id,channel,agent,team,started_at,recording\n"
GOOD = "good,call,sara,orders,2024-11-01T10:00:00+03:30,good.wav\n"


class Case(NamedTuple):
    """A file, and what its user reads: the place of each finding, and the remedy."""

    content: str | bytes
    places: list[str]
    remedy: str
    zone: str = "Asia/Tehran"


def bad_row(
    interaction_id: str = "bad", at: str = "2024-11-02T10:00:00+03:30", recording: str = ""
) -> str:
    return f"{interaction_id},call,sara,orders,{at},{recording}\n"


ROWS = {
    "an id twice": Case(
        HEADER + GOOD + bad_row("good"), ["calls.csv, row 3, id"], "give each interaction an id"
    ),
    "an impossible date": Case(
        HEADER + GOOD + bad_row(at="2024-02-30T10:00:00+03:30"),
        ["calls.csv, row 3, started_at"],
        "Check day and month; write it like 2026-11-05T10:32:00+03:30.",
    ),
    "an impossible Solar Hijri date": Case(
        HEADER + GOOD + bad_row(at="۱۴۰۲/۱۲/۳۰ 10:00"),
        ["calls.csv, row 3, started_at"],
        "Check day and month",
    ),
    "an hour that Tehran's clocks skipped": Case(
        HEADER + GOOD + bad_row(at="2022-03-22 00:30"),
        ["calls.csv, row 3, started_at"],
        "Write the offset from UTC, such as 2022-03-22T00:30:00+03:30",
    ),
    "an hour that Berlin's clocks skipped": Case(
        HEADER + GOOD + bad_row(at="2024-03-31T02:30:00"),
        ["calls.csv, row 3, started_at"],
        "Write the offset from UTC, such as 2024-03-31T02:30:00+01:00",
        zone="Europe/Berlin",
    ),
    "a recording outside its folder": Case(
        HEADER + GOOD + bad_row(recording="../../etc/passwd"),
        ["calls.csv, row 3, recording"],
        "Put the file into the recordings folder and name it without “..” or links.",
    ),
    "an absolute path": Case(
        HEADER + GOOD + bad_row(recording="/etc/passwd"),
        ["calls.csv, row 3, recording"],
        "Name the file relative to the recordings folder.",
    ),
    "everything at once": Case(
        HEADER + bad_row("", "soon", "..") + GOOD,
        [
            "calls.csv, row 2, id",
            "calls.csv, row 2, started_at",
            "calls.csv, row 2, recording",
        ],
        "Fill it; this column is required.",
    ),
}

WHOLE_FILES = {
    "another encoding": Case(
        (HEADER + GOOD + bad_row("آبان")).encode("cp1256"),
        ["calls.csv, row 3"],
        "Save the file as “CSV UTF-8”",
    ),
    "a missing column": Case(
        HEADER.replace("agent,", "") + GOOD.replace("sara,", ""),
        ["calls.csv, row 1, agent", "calls.csv, agent", "calls.csv, row 1"],
        "Add the column, or name it so in the first row.",
    ),
    "nothing": Case("", ["calls.csv"], "Export again"),
}


def stored_ids(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {row[0] for row in connection.exec_driver_sql("SELECT id FROM interaction")}


def places(ended: Ended) -> list[str]:
    return [line.partition(": ")[0] for line in ended.err.splitlines()]


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_a_bad_row_is_told_and_the_good_one_is_kept(qm: Command, case: Case) -> None:
    qm.set(centre_zone=case.zone)
    ended = qm("import", "interactions", qm.write("calls.csv", case.content))
    assert (ended.code, ended.out) == (1, "1 new, 0 known, 1 rejected\n")
    assert places(ended) == case.places
    assert case.remedy in ended.err
    assert stored_ids(qm.database()) == {"good"}


@pytest.mark.parametrize("case", WHOLE_FILES.values(), ids=WHOLE_FILES)
def test_a_file_of_which_nothing_can_be_taken_leaves_no_trace(qm: Command, case: Case) -> None:
    assert qm("import", "interactions", qm.write("good.csv", HEADER + GOOD)).code == 0
    ended = qm("import", "interactions", qm.write("calls.csv", case.content))
    assert (ended.code, ended.out) == (1, "")
    assert len(places(ended)) == 1
    assert places(ended)[0] in case.places
    assert case.remedy in ended.err
    assert stored_ids(qm.database()) == {"good"}
    with qm.database().connect() as connection:
        runs = connection.exec_driver_sql("SELECT count(*) FROM import_run").scalar()
    assert runs == 1


def test_a_file_of_2_gigabytes_is_refused_unread(qm: Command) -> None:
    huge = qm.write("calls.csv", HEADER + GOOD)
    with huge.open("r+b") as file:
        file.truncate(2 * 2**30)  # a hole: it takes no room on the disk
    ended = qm("import", "interactions", huge)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(
        "calls.csv: The file has 2147 MB, more than the limit of 200 MB. Split it, for example by "
        "month, or raise the setting upload_megabytes."
    )


FORMS = {
    "a misspelt key": ("pass_percent: 75", "pass_precent: 75", "pass_precent", "pass_percent"),
    "a question's id twice": (
        "id: identity-check",
        "id: greeting",
        "sections[0].questions[1].id",
        "an id of its own",
    ),
    "weights that sum to nothing": ("    weight: ", "    weight: 0 # ", "sections", "above zero"),
}


@pytest.mark.parametrize(("text", "instead", "field", "remedy"), FORMS.values(), ids=FORMS)
def test_a_bad_form_is_told_and_the_good_ones_are_published(
    qm: Command, text: str, instead: str, field: str, remedy: str
) -> None:
    good = (qm.forms / "inbound-call.yaml").read_text(encoding="utf-8")
    assert text in good
    bad = qm.forms / "bad.yaml"
    bad.write_text(good.replace(text, instead).replace("form: inbound-call", "form: bad"))
    checked = qm("form", "check")
    assert checked.code == 1
    assert checked.out.splitlines() == [
        "bad.yaml: has errors",
        "chat.yaml: ok",
        "email.yaml: ok",
        "inbound-call.yaml: ok",
        "sampling.yaml: ok",
        "phrases.yaml: ok",
    ]
    findings = [line for line in checked.err.splitlines() if f" {field}: " in line]
    assert [line for line in findings if not line.startswith("bad.yaml, row ")] == []
    assert any(remedy in line for line in findings), checked.err

    published = qm("form", "publish", qm.forms / "chat.yaml", bad)
    assert published.code == 1
    assert published.err == checked.err
    assert [line.split()[0] for line in (qm.forms / "LOCK").read_text().splitlines()[1:]] == [
        published.out.split()[1]
    ]
    assert "bad" not in qm("form", "list").out


SOUNDS = {
    "claims": ("claims.wav: The file says that it holds more than it does", "copy the recording"),
    "corrupt": ("corrupt.wav: The file is no sound file", "Check that it plays; wav, mp3"),
    "cut": ("cut.mp3: The file is no sound file", "Check that it plays; wav, mp3"),
    "empty": ("empty.wav: The file is empty.", "Copy the recording again"),
    "missing": ("missing.wav: ", "recordings folder"),
    "text": ("text.wav: The file is no sound file", "Check that it plays; wav, mp3"),
}


def write_sounds(qm: Command) -> str:
    """Write a good and the bad recordings; return the rows that name them."""
    clip(DEMO_CALLS / "emma.clark.mp3", qm.recordings / "good.wav", 0, 6)
    (qm.recordings / "corrupt.wav").write_bytes(np.random.default_rng(1).bytes(20_000))
    (qm.recordings / "cut.mp3").write_bytes((DEMO_CALLS / "emma.clark.mp3").read_bytes()[:60])
    (qm.recordings / "empty.wav").touch()
    (qm.recordings / "text.wav").write_text("no sound\n" * 100)
    claims = qm.recordings / "claims.wav"
    write_wav(claims, np.zeros((8000, 1)), rate=8000, claimed_s=2**30 / 8000)  # 2 GB
    files = ["good.wav", *(said.partition(": ")[0] for said, _ in SOUNDS.values())]
    at = "2024-11-01T10:00:00+03:30"
    return "".join(f"{file.partition('.')[0]},call,sara,orders,{at},{file}\n" for file in files)


@pytest.mark.speech
def test_a_bad_recording_is_told_and_the_good_one_is_transcribed(qm: Command) -> None:
    qm.set(speech_model=base_model())
    qm("import", "interactions", qm.write("calls.csv", HEADER + write_sounds(qm)))
    policy = qm.write("all.yaml", "policy: all\nversion: 1\npercent: 100\n")
    assert qm("draw", "run", "--period", "1403-08", "--policy", policy).code == 0
    ended = qm("transcribe")
    said = "1 transcribed, 0 with a known transcript, 5 failed, 1 put off\n"
    assert (ended.code, ended.out) == (1, said), ended.err
    lines = dict(line.split(": ", 1) for line in ended.err.splitlines())
    assert lines.keys() == SOUNDS.keys()
    for name, (reason, remedy) in SOUNDS.items():
        assert lines[name].startswith(reason)
        assert remedy in lines[name]
    assert lines["missing"].endswith("It will be tried again.")
    assert finished(qm) == {"good"}
    assert qm("worker", "--until-empty").out.endswith("0 failed\n")  # nothing may be begun

    shutil.copy(qm.recordings / "good.wav", qm.recordings / "empty.wav")
    mended = qm("transcribe", "--retry-failed")
    said = "0 transcribed, 1 with a known transcript, 4 failed, 1 put off\n"
    assert (mended.code, mended.out) == (1, said), mended.err
    assert finished(qm) == {"good", "empty"}


def finished(qm: Command) -> set[str]:
    with qm.database().connect() as connection:
        rows = connection.exec_driver_sql("SELECT interaction_id FROM recording WHERE state='done'")
        return {row[0] for row in rows}
