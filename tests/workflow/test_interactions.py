from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select

from qm.core.access import COMMAND_LINE, Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import BadInput, NotAllowed
from qm.store import interactions as store
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import metadata
from qm.workflow import interactions as workflow
from qm.workflow.interactions import (
    ImportReport,
    import_interactions,
    list_interactions,
    problems_table,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEHRAN = Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa")
CONTENT = ("team", "agent", "interaction", "transcript", "segment", "recording")


def line(number: int = 1, **values: Any) -> dict[str, Any]:
    good = {
        "id": f"c-{number}",
        "channel": "call",
        "agent": "sara.nouri",
        "agent_name_fa": "سارا نوری",
        "team": "orders",
        "team_name": "Orders",
        "team_name_fa": "سفارش‌ها",
        "started_at": "1405/08/14 10:32",
        "recording": f"2026-11/c-{number}.wav",
    }
    return good | values


def chat(number: int, *texts: str) -> dict[str, Any]:
    messages = [
        {"from": ("customer", "agent")[i % 2], "text": text, "at": f"1405/08/14 10:{32 + i}"}
        for i, text in enumerate(texts)
    ]
    return line(number, channel="chat", recording=None, language="fa", messages=messages)


class Importer:
    """Imports small files into a real database, and shows what is in it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder

    def lines(self, *objects: Any, actor: Actor = COMMAND_LINE, **more: Any) -> ImportReport:
        path = self.folder / "in.jsonl"
        path.write_text("\n".join(json.dumps(o, ensure_ascii=False) for o in objects), "utf-8")
        return self.file(path, actor=actor, **more)

    def file(self, path: Path, actor: Actor = COMMAND_LINE, **more: Any) -> ImportReport:
        fixed = {"recordings_folder": self.folder, "now": NOW, "max_bytes": 10**7}
        return import_interactions(self.engine, actor, path, centre=TEHRAN, **{**fixed, **more})

    def rows(self, table: str) -> list[dict[str, Any]]:
        columns = metadata.tables[table]
        with self.engine.connect() as connection:
            found = connection.execute(select(columns).order_by(*columns.primary_key))
            return [dict(row) for row in found.mappings()]

    def content(self) -> dict[str, list[dict[str, Any]]]:
        return {table: self.rows(table) for table in CONTENT}

    def count(self) -> dict[str, int]:
        with self.engine.connect() as connection:
            return {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()
            }


@pytest.fixture
def importer(database_url: str, tmp_path: Path) -> Iterator[Importer]:
    engine = open_engine(database_url)
    migrate(engine)
    yield Importer(engine, tmp_path)
    engine.dispose()


def test_an_import_stores_every_column(importer: Importer) -> None:
    report = importer.lines(
        line(
            queue="صف سفارش",
            direction="inbound",
            talk_s=184.5,
            hold_s=0,
            wrap_s=35,
            language="fa",
            customer="k-1",
            outcome="حل شد ✓",
            **{"سطح مشتری": "طلایی", "score": 4},
        )
    )
    assert (report.rows_new, report.rows_known, report.rows_rejected) == (1, 0, 0)
    with transaction(importer.engine) as session:
        found = store.interaction(session, "c-1")
        assert store.interaction(session, "c-2") is None
    assert found is not None
    assert found.model_dump(exclude={"row_sha256"}) == {
        "id": "c-1",
        "channel": "call",
        "agent_id": "sara.nouri",
        "team_id": "orders",
        "queue": "صف سفارش",
        "direction": "inbound",
        "started_at": datetime(2026, 11, 5, 7, 2, tzinfo=UTC),
        "talk_s": 184.5,
        "hold_s": 0.0,
        "wrap_s": 35.0,
        "language": "fa",
        "customer_ref": "k-1",
        "outcome": "حل شد ✓",
        "recording_file": "2026-11/c-1.wav",
        "attributes": {"سطح مشتری": "طلایی", "score": "4"},
        "participants": None,
        "import_run_id": report.run_id,
    }
    assert importer.rows("team") == [{"id": "orders", "name": "Orders", "name_fa": "سفارش‌ها"}]
    (agent,) = importer.rows("agent")
    assert (agent["name"], agent["name_fa"]) == ("sara.nouri", "سارا نوری")
    assert importer.rows("recording") == [], "calls get one when they are drawn"


def test_an_import_leaves_a_run_and_an_audit_event(importer: Importer) -> None:
    report = importer.lines(line(1), line(2, channel="fax"), file_name="آبان.jsonl")
    (run,) = importer.rows("import_run")
    assert (run["id"], run["file_name"], run["by"]) == (report.run_id, "آبان.jsonl", "command line")
    assert (run["rows_new"], run["rows_known"], run["rows_rejected"]) == (1, 0, 1)
    assert len(run["file_sha256"]) == 64
    (event,) = importer.rows("audit_event")
    assert (event["action"], event["subject"]) == (
        "import_interactions",
        f"import {report.run_id}",
    )


def test_written_words_become_transcripts(importer: Importer) -> None:
    importer.lines(chat(1, "سلام", "درود", "سفارشم کجاست؟"), line(2), chat(3, "Hello"))
    words = {}
    for recording in importer.rows("recording"):
        assert recording["state"] == "done"
        words[recording["interaction_id"]] = [
            (s["position"], s["speaker"], s["start_s"], s["end_s"], s["text"])
            for s in importer.rows("segment")
            if s["transcript_id"] == recording["transcript_id"]
        ]
    assert words == {
        "c-1": [
            (0, "customer", 0.0, None, "سلام"),
            (1, "agent", 60.0, None, "درود"),
            (2, "customer", 120.0, None, "سفارشم کجاست؟"),
        ],
        "c-3": [(0, "customer", 0.0, None, "Hello")],
    }
    assert {(t["origin"], t["language"]) for t in importer.rows("transcript")} == {
        ("imported", "fa")
    }


def test_texts_stay_with_their_interaction_in_a_large_import(importer: Importer) -> None:
    importer.lines(*[chat(i, f"text of c-{i}") for i in range(2500)])
    with transaction(importer.engine) as session:
        tables = metadata.tables
        joined = select(tables["recording"].c.interaction_id, tables["segment"].c.text).join(
            tables["segment"],
            tables["segment"].c.transcript_id == tables["recording"].c.transcript_id,
        )
        found = session.execute(joined).all()
    assert len(found) == 2500
    assert all(text == f"text of {interaction_id}" for interaction_id, text in found)


def test_the_same_file_again_changes_nothing(importer: Importer) -> None:
    lines = [line(1), chat(2, "سلام"), line(3, channel="fax")]
    first = importer.lines(*lines)
    before = importer.content()
    again = importer.lines(*lines)
    assert (first.rows_new, first.rows_known, first.rows_rejected) == (2, 0, 1)
    assert (again.rows_new, again.rows_known, again.rows_rejected) == (0, 2, 1)
    assert importer.content() == before
    assert len(importer.rows("import_run")) == 2


def test_a_longer_file_adds_what_is_new(importer: Importer) -> None:
    importer.lines(line(1))
    report = importer.lines(line(1), line(2))
    assert (report.rows_new, report.rows_known) == (1, 1)


def test_known_interactions_do_not_change(importer: Importer) -> None:
    importer.lines(line(1, outcome="open"), chat(2, "سلام"))
    before = importer.content()
    report = importer.lines(line(1, outcome="resolved"), chat(2, "درود"), line(3))
    assert (report.rows_new, report.rows_known, report.rows_rejected) == (1, 0, 2)
    assert [(p.code, p.row, p.field) for p in report.problems] == [
        ("import.changed", 1, "id"),
        ("import.changed", 2, "id"),
    ]
    after = importer.content()
    assert after["interaction"][:2] == before["interaction"]
    assert after["segment"] == before["segment"]


def test_an_agent_moves_with_the_newest_interaction(importer: Importer) -> None:
    def team() -> str:
        return str(importer.rows("agent")[0]["team_id"])

    importer.lines(line(1, started_at="1405/07/10 10:00"))
    newer = line(2, team="support", started_at="1405/08/10 10:00")
    importer.lines(newer, line(3, started_at="1405/08/01 10:00"))
    assert team() == "support"
    importer.lines(line(4, started_at="1405/06/10 10:00"))
    assert team() == "support", "an older file, imported late, moves nobody back"
    assert [i["team_id"] for i in importer.rows("interaction")] == [
        "orders",
        "support",
        "orders",
        "orders",
    ]


def test_all_agents_of_an_interaction_are_stored(importer: Importer) -> None:
    importer.lines(
        line(1, agents="reza.karimi:300; sara.nouri:120; emma.clark:7.5"),
        line(2, agent="emma.clark", team="international", started_at="1405/08/10 10:00"),
        line(3, started_at="1405/08/20 10:00", agents="sara.nouri:1; new.hire:2"),
    )
    assert [row["participants"] for row in importer.rows("interaction")] == [
        [
            ["reza.karimi", 300.0, "orders"],
            ["sara.nouri", 120.0, "orders"],
            ["emma.clark", 7.5, "international"],
        ],
        None,
        [["sara.nouri", 1.0, "orders"], ["new.hire", 2.0, "orders"]],
    ]
    agents = {row["id"]: (row["name"], row["team_id"]) for row in importer.rows("agent")}
    assert agents["new.hire"] == ("new.hire", "orders"), "the row's team, until we know better"
    assert agents["emma.clark"] == ("emma.clark", "international")


def test_being_named_beside_others_moves_nobody(importer: Importer) -> None:
    importer.lines(line(1, agent="emma.clark", team="international"))
    importer.lines(line(2, started_at="1405/08/20 10:00", agents="sara.nouri:1; emma.clark:2"))
    teams = {row["id"]: row["team_id"] for row in importer.rows("agent")}
    assert teams == {"emma.clark": "international", "sara.nouri": "orders"}


def test_the_earliest_interaction_of_an_agent_is_noted(importer: Importer) -> None:
    def first_days() -> dict[str, int]:
        return {row["id"]: row["first_at"].day for row in importer.rows("agent")}

    importer.lines(
        line(1, started_at="2026-11-05T10:00Z", agents="sara.nouri:9; reza.karimi:9"),
        line(2, started_at="2026-11-03T10:00Z"),
    )
    assert first_days() == {"sara.nouri": 3, "reza.karimi": 5}
    importer.lines(line(3, started_at="2026-11-08T10:00Z", agent="reza.karimi"))
    assert first_days() == {"sara.nouri": 3, "reza.karimi": 5}
    importer.lines(line(4, started_at="2026-11-01T10:00Z", agents="reza.karimi:1; sara.nouri:1"))
    assert first_days() == {"sara.nouri": 1, "reza.karimi": 1}


def test_an_import_ends_with_packing_what_it_stored(importer: Importer) -> None:
    report = importer.lines(*(line(i, started_at=f"1405/08/{i:02} 10:00") for i in (3, 1, 2)))
    importer.lines(line(1, started_at="1405/08/01 10:00"))
    (block,) = importer.rows("interaction_block")
    assert (block["import_run_id"], block["rows"]) == (report.run_id, 3)
    assert block["first_at"] == datetime(2026, 10, 23, 6, 30, tzinfo=UTC)
    assert block["last_at"] == datetime(2026, 10, 25, 6, 30, tzinfo=UTC)


def test_names_are_taken_over_and_never_lost(importer: Importer) -> None:
    importer.lines(line(1))
    importer.lines(line(2, agent_name="Sara Nouri", agent_name_fa=None, team_name="Order desk"))
    (agent,) = importer.rows("agent")
    (team,) = importer.rows("team")
    assert (agent["name"], agent["name_fa"]) == ("Sara Nouri", "سارا نوری")
    assert (team["name"], team["name_fa"]) == ("Order desk", "سفارش‌ها")


def test_who_may_import(importer: Importer) -> None:
    for role in ("analyst", "lead", "agent"):
        with pytest.raises(NotAllowed):
            importer.lines(line(1), actor=Actor("somebody", role))  # type: ignore[arg-type]
    assert importer.lines(line(1), actor=Actor("boss", "manager")).rows_new == 1


def test_a_file_that_cannot_be_taken_leaves_no_trace(importer: Importer) -> None:
    path = importer.folder / "in.csv"
    path.write_text("id,channel\nc-1,call\n")
    with pytest.raises(BadInput):
        importer.file(path)
    assert not any(importer.count().values())


def test_a_failure_in_the_middle_leaves_nothing(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "_ROWS_AT_ONCE", 2)
    lines = [chat(i, "سلام") for i in range(5)]
    seen = []

    def fail(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importer.lines(*lines, on_progress=fail)
    assert not any(importer.count().values())
    assert importer.lines(*lines, on_progress=lambda *at: seen.append(at)).rows_new == 5
    assert seen == [(2, 5), (4, 5), (2, 5), (4, 5), (5, 5)]


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.store.engine import open_engine
from qm.workflow import interactions
interactions._ROWS_AT_ONCE = 2
url, path, now = sys.argv[1:]
interactions.import_interactions(
    open_engine(url), COMMAND_LINE, Path(path), recordings_folder=Path(path).parent,
    centre=Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa"),
    now=datetime.fromisoformat(now), max_bytes=10**7,
    on_progress=lambda done, total: done == 4 and os.kill(os.getpid(), signal.SIGKILL),
)
"""


def test_a_killed_process_leaves_nothing(importer: Importer) -> None:
    path = importer.folder / "in.jsonl"
    path.write_text("\n".join(json.dumps(chat(i, "سلام")) for i in range(5)))
    url = importer.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, url, str(path), NOW.isoformat()]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not any(importer.count().values())
    assert importer.file(path).rows_new == 5


def test_two_imports_of_a_file_at_once(importer: Importer) -> None:
    path = importer.folder / "in.jsonl"
    path.write_text("\n".join(json.dumps(line(i)) for i in range(300)))
    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(importer.file, [path] * 4))
    assert sorted(report.rows_new for report in reports) == [0, 0, 0, 300]
    assert sorted(report.rows_known for report in reports) == [0, 300, 300, 300]


def test_problems_as_a_table(importer: Importer) -> None:
    report = importer.lines(line(1), line(2, channel="fax"))
    table = problems_table(report.problems)
    assert table.to_dict("records") == [
        {
            "file": "in.jsonl",
            "row": 2,
            "field": "channel",
            "code": "import.not_a_choice",
            "reason": "“fax” is not known here.",
            "remedy": "Write one of: call, chat, email.",
        }
    ]
    persian = problems_table(report.problems, lambda text: f"«{text}»")
    assert persian.loc[0, "reason"] == "«“fax” is not known here.»"
    assert list(problems_table([])) == list(table)


def test_listing(importer: Importer) -> None:
    importer.lines(
        line(1, started_at="1405/08/01 00:00"),
        line(2, started_at="1405/08/02 00:00", agent="reza.karimi"),
        line(3, started_at="1405/08/03 00:00", team="support", agent="emma.clark"),
        chat(4, "سلام"),
    )
    start = datetime(2026, 10, 23, tzinfo=TEHRAN.zone)  # 1 Aban 1405

    def ids(limit: int = 10, **wanted: Any) -> list[str]:
        with transaction(importer.engine) as session:
            return list(store.listing(session, limit=limit, **wanted)["id"])

    assert ids() == ["c-4", "c-3", "c-2", "c-1"]
    assert ids(limit=2) == ["c-4", "c-3"]
    assert ids(channel="chat") == ["c-4"]
    assert ids(bounds=(start, start.replace(day=25))) == ["c-2", "c-1"]
    with transaction(importer.engine) as session:
        newest = store.listing(session, limit=1).iloc[0]
    assert (newest["agent_name_fa"], newest["team_name"], newest["words"]) == (
        "سارا نوری",
        "Orders",
        "done",
    )
    assert newest["started_at"] == datetime(2026, 11, 5, 7, 2, tzinfo=UTC)
    assert newest["talk_s"] is None


def test_only_those_who_import_see_the_list(importer: Importer) -> None:
    importer.lines(line(1, started_at="1405/08/01 00:00"))
    wanted: dict[str, Any] = {
        "period": Period(1405, 8),
        "centre": TEHRAN,
        "channel": None,
        "limit": 10,
    }
    listed = list_interactions(importer.engine, COMMAND_LINE, **wanted)
    assert list(listed["id"]) == ["c-1"]
    with pytest.raises(NotAllowed):
        list_interactions(importer.engine, Actor("mina", "analyst"), **wanted)
