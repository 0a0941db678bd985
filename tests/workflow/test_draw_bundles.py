from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import Interaction
from qm.workflow.draw_bundles import export_bundle
from qm.workflow.draw_checks import verify_bundle
from qm.workflow.draw_seeds import reveal_seed
from tests.fixtures.small_centre import MANAGER, MINA, NOW, PERIOD, SmallCentre, build
from tests.workflow.drawn_month import SEED, START, commit, draw, import_more, policy_of

CHATS = {"reason": "chats", "when": {"interaction": "channel", "is": ["chat"]}}
POLICY = policy_of(leave_out=[CHATS], double_scored_percent="20", percent="35")


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def drawn_bundle(centre: SmallCentre) -> Path:
    commit(centre, POLICY)
    draw(centre, POLICY)
    reveal_seed(centre.engine, MANAGER, PERIOD, now=NOW)
    return export_bundle(centre.engine, MANAGER, 1, centre.folder / "out", now=NOW)


@pytest.fixture(scope="module")
def bundled(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> SmallCentre:
    """A centre with a draw and its bundle; nobody changes anything in it."""
    folder = tmp_path_factory.mktemp("bundled")
    (folder / "qm.db").write_bytes(migrated_sqlite.read_bytes())
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder)
    drawn_bundle(centre)
    return centre


@pytest.fixture
def bundle(bundled: SmallCentre) -> Path:
    return bundled.folder / "out" / "draw-1-1405-08.zip"


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.postgres
def test_a_bundle_is_right_on_a_machine_without_the_database(
    postgres_database: str, tmp_path: Path
) -> None:
    path = drawn_bundle(build(postgres_database, tmp_path))
    moved = path.rename(tmp_path / "moved.zip")
    program = "import sys; from qm.cli import main; main(['draw', 'verify', sys.argv[1]])"
    command = [sys.executable, "-c", program, str(moved)]
    (tmp_path / "elsewhere").mkdir()
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "elsewhere",
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "QM_DATABASE_URL": "postgresql://no"},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith("Draw 1 of 1405-08 is what it says.\n")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_third_party_can_check_it_without_qm(bundle: Path) -> None:
    """With nothing but the steps of the README in it."""
    files = files_of(bundle)
    document, policy = json.loads(files["draw.json"]), json.loads(files["policy.json"])
    seed = document["seed"]

    def number(name: str, of: str = seed) -> float:
        digest = hashlib.sha256(of.encode() + b"\x1f" + name.encode()).digest()
        return ((int.from_bytes(digest[:8], "big") >> 11) + 0.5) / 2**53

    canonical = json.dumps(policy, sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == document["policy_sha256"]
    commitment = document["commitment"]
    assert hashlib.sha256(seed.encode()).hexdigest() == commitment["seed_sha256"]
    assert commitment["committed_at"] < commitment["starts_at"]
    frame = [row for row in rows_of(files["population.csv"]) if row["channel"] != "chat"]
    frame.sort(key=lambda row: (row["agent_id"], row["started_at"], row["interaction_id"]))
    lines = ["\x1f".join((r["interaction_id"], r["agent_id"], "", r["started_at"])) for r in frame]
    hashed = hashlib.sha256("".join(line + "\n" for line in lines).encode())
    assert (len(frame), hashed.hexdigest()) == (24, document["frame_sha256"])
    expected: dict[str, tuple[int, int, bool, float]] = {}
    for agent in {row["agent_id"] for row in frame}:
        own = [row["interaction_id"] for row in frame if row["agent_id"] == agent]
        n = min(len(own), max(policy["min_per_agent"], -(-35 * len(own) // 100)))
        for k in range(n):
            members = own[k * len(own) // n : (k + 1) * len(own) // n]
            for rank, name in enumerate(sorted(members, key=number)[:2], start=1):
                expected[name] = (k + 1, rank, rank > 1, number(name))
    picks = rows_of(files["picks.csv"])
    assert expected == {
        row["interaction_id"]: (
            int(row["zone"]),
            int(row["rank"]),
            row["is_reserve"] == "yes",
            float(row["number"]),
        )
        for row in picks
    }
    chosen = [
        name for name, (_zone, _rank, is_reserve, _number) in expected.items() if not is_reserve
    ]
    chosen.sort(key=lambda name: number(name, seed + "\x1fdouble"))
    double = {row["interaction_id"] for row in picks if row["purpose"] == "double_scored"}
    assert double == set(chosen[: -(-20 * len(chosen) // 100)])
    lines = []
    for row in sorted(picks, key=lambda row: row["interaction_id"]):
        row["is_reserve"] = "1" if row["is_reserve"] == "yes" else "0"
        lines.append("\x1f".join(row.values()) + "\n")
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == document["picks_sha256"]


def test_it_holds_nobody_and_only_what_the_policy_looks_at(bundle: Path) -> None:
    files = files_of(bundle)
    assert list(rows_of(files["population.csv"])[0]) == [
        "interaction_id", "agent_id", "team_id", "started_at", "channel",
    ]  # fmt: skip
    assert len(rows_of(files["population.csv"])) == 30
    text = b"".join(files.values()).decode().casefold()
    for person in ("manager", "mina", ".mp3", "sales"):
        assert person not in text
    assert SEED.casefold() in text


def test_the_same_draw_gives_the_same_bytes(
    bundled: SmallCentre, bundle: Path, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=9)
    again = export_bundle(bundled.engine, MANAGER, 1, tmp_path / "b", now=later)
    assert again.read_bytes() == bundle.read_bytes()
    assert [path.name for path in again.parent.iterdir()] == ["draw-1-1405-08.zip"]


def test_a_secret_seed_is_not_exported(centre: SmallCentre) -> None:
    commit(centre, POLICY)
    draw(centre, POLICY)
    with pytest.raises(BadInput) as refused:
        export_bundle(centre.engine, MANAGER, 1, centre.folder / "out", now=NOW)
    assert refused.value.problems[0].code == "bundle.not_revealed"
    assert "qm draw reveal --period 1405-08" in refused.value.problems[0].remedy
    assert not (centre.folder / "out").exists()
    with pytest.raises(NotAllowed):
        export_bundle(centre.engine, MINA, 1, centre.folder, now=NOW)


def test_a_top_up_travels_with_the_picks_before_it(centre: SmallCentre) -> None:
    commit(centre, POLICY)
    draw(centre, POLICY)
    names = ['=1+1,"x"', "-2+3", "'quoted", "@line\nbreak", "سفارش", "plain"]
    import_more(centre, [f"{name}-{n}" for name in names for n in range(3)])
    draw(centre, POLICY, now=NOW + timedelta(days=1), extend=True)
    reveal_seed(centre.engine, MANAGER, PERIOD, now=NOW + timedelta(days=2))
    path = export_bundle(centre.engine, MANAGER, 2, centre.folder / "out", now=NOW)
    assert verify_bundle(path).is_right
    cells = [row["interaction_id"] for row in rows_of(files_of(path)["population.csv"])]
    assert [cell for cell in cells if cell.startswith(("=", "-", "@", "+"))] == []
    assert sum(cell.startswith("'") for cell in cells) == 12
    files = files_of(path)
    del files["earlier.csv"]
    assert not verify_bundle(written(centre.folder / "less.zip", files)).is_right


def test_seconds_moments_and_missing_values_come_back_exactly(centre: SmallCentre) -> None:
    rules = [
        {"reason": "short", "when": {"interaction": "talk_s", "at_most": "30.1"}},
        {"reason": "queue", "when": {"interaction": "queue", "is": ["sales"]}},
        {"reason": "own", "when": {"interaction": "mood", "is": ["sour"]}},
    ]
    policy = policy_of(leave_out=rules, spread={"over": ["duration", "part_of_day"]})
    with transaction(centre.engine) as session:
        for number in range(10):
            row = session.get_one(Interaction, f"sara-{number}")
            row.talk_s = None if number == 3 else 30 + number / 30
            row.queue, row.attributes = None, {"mood": "sour"} if number == 8 else {}
            row.started_at = START + timedelta(days=number, microseconds=number)
    draw(centre, policy)
    reveal_seed(centre.engine, MANAGER, PERIOD, now=NOW)
    path = export_bundle(centre.engine, MANAGER, 1, centre.folder / "out", now=NOW)
    found = verify_bundle(path)
    assert found.is_right, [str(check.words) for check in found.checks]
    document = json.loads(files_of(path)["draw.json"])
    assert document["excluded"] == {"short": 3, "queue": 20, "own": 1}  # the fourth is unknown


def replaced(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def set_to(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: content})


def cell(name: str, row: int, column: str, value: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        lines = files[name].decode().split("\n")
        cells = lines[row - 1].split(",")
        cells[lines[0].split(",").index(column)] = value
        lines[row - 1] = ",".join(cells)
        files[name] = "\n".join(lines).encode()

    return change


def twice(files: dict[str, bytes]) -> None:
    files["picks.csv"] += files["picks.csv"].split(b"\n")[1] + b"\n"


BAD: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "a path out": (set_to("../../evil.txt", b"x"), "draw.zip: .*not expected '../../evil.txt'"),
    "an absolute path": (set_to("/etc/passwd", b"x"), "draw.zip: .*'/etc/passwd'"),
    "a file missing": (lambda files: files.pop("picks.csv"), "draw.zip: .*missing picks.csv"),
    "a bomb": (set_to("population.csv", b"0" * 30_000_000), "draw.zip/population.csv: .*trap"),
    "no JSON": (set_to("draw.json", b"{"), "draw.zip/draw.json: .*read as JSON"),
    "no object": (set_to("policy.json", b"[]"), "draw.zip/policy.json: .*no object"),
    "NaN in JSON": (replaced("draw.json", b'"frame_size": 24', b'"frame_size": NaN'), "NaN is no"),
    "nested deep": (set_to("policy.json", b"[" * 100_000), "draw.zip/policy.json: "),
    "a strange key": (replaced("draw.json", b'"draw": 1', b'"draw": 1, "x": 2'), "draw.json, x: "),
    "a short hash": (replaced("draw.json", b'"frame_sha256": "', b'"frame_sha256": "a'), "frame_s"),
    "a zone as a path": (
        replaced("draw.json", b"Asia/Tehran", b"../../etc/passwd"),
        "draw.zip/draw.json, zone: ",
    ),
    "an unknown zone": (replaced("draw.json", b"Asia/Tehran", b"Asia/Atlantis"), "zone: "),
    "a naive moment": (replaced("draw.json", b'00:00Z",\n  "seed"', b'00:00",\n  "seed"'), "at: "),
    "no header": (set_to("picks.csv", b""), "draw.zip/picks.csv: .*read"),
    "a column less": (
        replaced("picks.csv", b"zone_size", b"zonesize"),
        "draw.zip/picks.csv, row 1: .*missing zone_size",
    ),
    "a column twice": (
        replaced("population.csv", b"channel", b"team_id"),
        "population.csv, row 1: .*twice 'team_id'",
    ),
    "a cell too many": (cell("picks.csv", 4, "zone", "1,1"), "draw.zip/picks.csv: .*14"),
    "NaN for a number": (
        cell("picks.csv", 3, "number", "nan"),
        "draw.zip/picks.csv, row 3, number: “nan”",
    ),
    "endless": (cell("picks.csv", 3, "inclusion_probability", "1e999"), "row 3, inclusion_prob"),
    "no whole number": (cell("picks.csv", 2, "rank", "1.5"), "picks.csv, row 2, rank: “1.5”"),
    "a huge number": (cell("picks.csv", 2, "zone", "9" * 30), "picks.csv, row 2, zone: "),
    "neither yes nor no": (cell("picks.csv", 5, "is_reserve", "maybe"), "row 5, is_reserve: "),
    "no moment": (cell("population.csv", 9, "started_at", "yesterday"), "row 9, started_at: “yes"),
    "the 31st": (
        cell("population.csv", 9, "started_at", "2026-02-31T00:00:00.000000Z"),
        "population.csv, started_at: ",
    ),
    "an empty id": (cell("population.csv", 3, "interaction_id", ""), "row 3, interaction_id: "),
    "a formula": (
        cell("population.csv", 7, "interaction_id", "=HYPERLINK()"),
        "population.csv, row 7, interaction_id: The cell “=HYPERLINK\\(\\)” begins like a formula",
    ),
    "an interaction twice": (twice, "draw.zip/picks.csv, row .*, interaction_id: .* twice"),
    "no UTF-8": (set_to("population.csv", b"interaction_id\n\xff\xfe\n"), "population.csv: "),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_bundle_is_refused_in_words(
    bundle: Path, tmp_path: Path, name: str
) -> None:
    change, words = BAD[name]
    files = files_of(bundle)
    change(files)
    with pytest.raises(BadInput, match=words) as refused:
        verify_bundle(written(tmp_path / "draw.zip", files))
    assert refused.value.problems[0].remedy


def test_a_damaged_or_foreign_file_is_refused_in_words(bundle: Path, tmp_path: Path) -> None:
    whole = bundle.read_bytes()
    place = whole.index(b"population.csv") + 60
    broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
    for content, words in (
        (b"no zip at all", "cannot be opened as a ZIP file"),
        (whole[: len(whole) // 2], "cannot be opened as a ZIP file"),
        (broken, "population.csv: The file is damaged"),
    ):
        path = tmp_path / "bad.zip"
        path.write_bytes(content)
        with pytest.raises(BadInput, match=words):
            verify_bundle(path)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (cell("picks.csv", 2, "number", "0.5"), "“number” of 1 picks"),
        (replaced("policy.json", b'"percent": "35"', b'"percent": "36"'), "The policy is not"),
        (replaced("policy.json", b'"percent": "35"', b'"percent": "no"'), "policy cannot be read"),
        (replaced("draw.json", SEED.encode(), b"a luckier one"), "not the one that was commit"),
        (replaced("population.csv", b"sara-9,sara", b"sara-9,reza"), "The frame is another"),
        (replaced("draw.json", b'"chats": 6', b'"chats": 5'), "Others are left out"),
    ],
)
def test_a_bundle_that_was_tampered_with_is_found_out(
    bundle: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], wrong: str
) -> None:
    files = files_of(bundle)
    change(files)
    found = verify_bundle(written(tmp_path / "draw.zip", files))
    assert not found.is_right
    assert wrong in " ".join(str(c.words) for c in found.checks if c.outcome == "wrong")
