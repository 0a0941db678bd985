from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.known_recording_names import KNOWN_NAMES, name_patterns
from qm.core.problems import BadInput
from qm.core.recording_names import FIELDS, ToldByName, compiled, read_name

SAMPLE = "Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.wav"
NOTHING = ToldByName("", *(None,) * 7)


def read(pattern: str, path: str) -> ToldByName | None:
    return read_name(compiled([pattern], "qm.toml"), path)


def told(path: str) -> dict[str, str]:
    """What the patterns that come with qm read, without what they do not."""
    found = read_name(name_patterns((), "qm.toml"), path)
    return {} if found is None else {k: v for k, v in found._asdict().items() if v is not None}


def fault(pattern: str) -> tuple[str, object]:
    with pytest.raises(BadInput) as refusal:
        compiled(["{id}", pattern], "qm.toml")
    (problem,) = refusal.value.problems
    assert (problem.place, problem.field) == ("qm.toml", "recording_names[1]")
    assert problem.reason
    assert problem.remedy
    return problem.code.removeprefix("recording_names."), problem.values.get("position")


def test_the_pattern_of_the_sample_reads_the_sample() -> None:
    pattern = "Auto{any}_GUID_{id}_AGENT_{agent}_DT_{time:%Y-%m-%dT%H-%M-%S}_{any}.wav"
    started_at = "2025-02-19T06:01:22"
    assert read(pattern, SAMPLE) == NOTHING._replace(
        id="000", agent="ChrisL", started_at=started_at
    )
    assert read(pattern, SAMPLE.replace(".wav", ".mp3")) is None
    assert read(pattern, SAMPLE.replace("_Mono", "")) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (SAMPLE, {"id": "000", "agent": "ChrisL", "started_at": "2025-02-19T06:01:22"}),
        (
            "2025/03/27/out-02188776655-3201-20250327-092517-1743042317.12206.wav",
            {
                "id": "1743042317.12206",
                "agent": "3201",
                "direction": "outbound",
                "started_at": "2025-03-27T09:25:17",
            },
        ),
        (
            "exten-3201-02188776655-20250327-092517-1743042317.12206.WAV",
            {"id": "1743042317.12206", "agent": "3201", "started_at": "2025-03-27T09:25:17"},
        ),
        (
            "q-7999-199-20161228-235644-1482980204.16402.wav",
            {"id": "1482980204.16402", "queue": "7999", "started_at": "2016-12-28T23:56:44"},
        ),
        (
            "force-0821-3201-20250327-092517-1743042317.7.mp3",
            {"id": "1743042317.7", "started_at": "2025-03-27T09:25:17"},
        ),
        (
            "CallRecordings/2024/01/26/e81b7b4d-20ac-472d_20240126T03:07_UTC.wav",
            {"id": "e81b7b4d-20ac-472d", "started_at": "2024-01-26T03:07:00Z"},
        ),
        (
            "e81b7b4d-20ac-472d_20240126T03_07_UTC.wav",
            {"id": "e81b7b4d-20ac-472d", "started_at": "2024-01-26T03:07:00Z"},
        ),
        (
            "org/year=2025/month=02/day=19/hour=6/conversation_id=a-b/f00.opus",
            {"id": "a-b"},
        ),
        ("2026/11/c-100231.wav", {"id": "c-100231"}),
        ("تماس-۱۲.ogg", {"id": "تماس-۱۲"}),
    ],
)
def test_names_of_common_systems_are_read(path: str, expected: dict[str, str]) -> None:
    assert told(path) == expected


@pytest.mark.parametrize(
    ("written", "name", "started_at"),
    [
        ("%Y%m%d_%H%M%S", "14050815_103012", "1405-08-15T10:30:12"),
        ("%Y%m%d_%H%M%S", "۱۴۰۵۰۸۱۵_۱۰۳۰۱۲", "1405-08-15T10:30:12"),
        ("%Y%m%d_%H%M%S", "١٤٠٥٠٨١٥_١٠٣٠١٢", "1405-08-15T10:30:12"),
        ("%y%m%d%H%M", "2611101230", "2026-11-10T12:30:00"),
        ("%s", "1743042317", "2025-03-27T02:25:17+00:00"),
        ("%Y-%m-%d %H.%M%z", "2026-11-10 12.30+0330", "2026-11-10T12:30:00+0330"),
        ("%Y-%m-%d %H.%M%z", "2026-11-10 12.30z", "2026-11-10T12:30:00Z"),
        ("100%%%Y%m%d%H%M", "100%202611101230", "2026-11-10T12:30:00"),
    ],
)
def test_times_are_read_as_they_are_written(written: str, name: str, started_at: str) -> None:
    found = read(f"{{time:{written}}}-{{id}}", f"{name}-c1.wav")
    assert found is not None
    assert (found.started_at, found.id) == (started_at, "c1")


def test_a_time_may_stand_in_folder_and_name() -> None:
    found = read("{time:%Y/%m-%d}/{agent}/{time:%H%M}_{id}", "x/2026/11-10/sara/1230_c_1.wav")
    assert found == NOTHING._replace(id="c_1", agent="sara", started_at="2026-11-10T12:30:00")


def test_a_pattern_without_folders_reads_the_name_in_any_folder() -> None:
    assert read("c-{id}", "a/b/c-1.wav") == NOTHING._replace(id="1")
    assert read("{agent}/c-{id}", "a/b/c-1.wav") == NOTHING._replace(id="1", agent="b")
    assert read("{agent}/c-{id}", "c-1.wav") is None


def test_a_field_ends_where_what_follows_first_fits() -> None:
    pattern = "{agent}_{time:%Y%m%d-%H%M}_{id}"
    found = read(pattern, "sara_of_orders_20261110-1230_20261110-1231_c.wav")
    assert found is not None
    assert (found.agent, found.id) == ("sara_of_orders", "20261110-1231_c")


@pytest.mark.parametrize(
    ("word", "direction"), [("in", "inbound"), ("OUTBOUND", "outbound"), ("internal", "internal")]
)
def test_directions_are_told_in_our_words(word: str, direction: str) -> None:
    found = read("{direction}-{id}", f"{word}-1.wav")
    assert found is not None
    assert found.direction == direction


@pytest.mark.parametrize(
    ("pattern", "code", "position"),
    [
        ("c-{call}-{id}", "field_unknown", 3),
        ("c-{id", "brace", 3),
        ("c-{id}}", "brace", 7),
        ("{id}{agent}", "together", 5),
        ("{id}-{any}{agent}", "together", 11),
        ("{id}-{id}", "twice", 6),
        ("{time:%Y%m%d%H%M}-{time:%H}-{id}", "twice", 19),
        ("{agent}-{time:%s}", "no_id", None),
        ("{id}-{time}", "format", 6),
        ("{id}-{time:%Y%q}", "format", 6),
        ("{id}-{time:10%}", "format", 6),
        ("{id:04}", "format", 1),
        ("{id}-{direction:up}", "format", 6),
        ("{id}-{time:%Y%m%d}", "time_incomplete", None),
        ("", "folders", None),
        ("/{id}", "folders", None),
        ("{agent}\\{id}\\", "folders", None),
    ],
)
def test_wrong_patterns_are_explained(pattern: str, code: str, position: int | None) -> None:
    assert fault(pattern) == (code, position)


def test_every_wrong_pattern_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refusal:
        compiled(["{id", "{id}", "{agent}"], "qm.toml")
    fields = [problem.field for problem in refusal.value.problems]
    assert fields == ["recording_names[0]", "recording_names[2]"]


def test_the_known_names_are_right_and_own_ones_take_their_place() -> None:
    assert len(name_patterns((), "qm.toml")) == len(KNOWN_NAMES)
    assert [each.text for each in name_patterns(("x-{id}",), "qm.toml")] == ["x-{id}"]


@pytest.mark.parametrize("pattern", ["-".join(["{any}"] * 9) + "-{id}.wav", "{any}a{id}a{agent}b"])
def test_no_name_makes_reading_long(pattern: str) -> None:
    began = time.perf_counter()
    for name in ("-" * 20_000, "a" * 20_000, "-a" * 10_000):
        read(pattern, name)
    assert time.perf_counter() - began < 0.5


VALUES = st.text("abcXYZ019آبپ۴. ", min_size=1, max_size=12)
FREE = [name for name in FIELDS if name not in {"time", "direction", "any"}]


@st.composite
def written_names(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """A pattern, a name that it was filled to, and with what; separators are in no value."""
    names = draw(st.permutations(FREE))[: draw(st.integers(0, 5))]
    names = draw(st.permutations(sorted({"id", "time", *names})))
    pattern, name, values = "", "", {}
    for place, field in enumerate(names):
        between = draw(st.sampled_from(["_", "-", "__x_", "/", "+(", "_AGENT_"])) if place else ""
        if field == "time":
            values["time"] = f"{draw(st.datetimes()):%Y%m%d%H%M%S}".rjust(14, "0")
            written = "{time:%Y%m%d%H%M%S}"
        else:
            values[field] = draw(VALUES)
            written = f"{{{field}}}"
        pattern += between + written
        name += between + values[field]
    return pattern, name, values


@settings(max_examples=60)
@given(written_names())
def test_what_is_written_by_a_pattern_is_read_by_it(case: tuple[str, str, dict[str, str]]) -> None:
    pattern, name, values = case
    found = read(pattern, f"any/folder/{name}.ogg")
    assert found is not None
    digits = "".join(c for c in found.started_at or "" if c.isdigit())
    assert digits == values.pop("time")
    assert {field: getattr(found, field) for field in values} == values


@settings(max_examples=60)
@given(st.text("{}:%YmdHMS/-_idany agent.", max_size=40), st.text(max_size=40))
def test_no_pattern_and_no_name_ends_in_anything_but_words(pattern: str, name: str) -> None:
    try:
        patterns = compiled([pattern], "qm.toml")
    except BadInput:
        return
    found = read_name(patterns, name)
    assert found is None or found.id
