"""The commands about draws as they are typed: a month from commitment to a verified bundle."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from qm.core.sampling.policy import policy_schema_text

if TYPE_CHECKING:
    from tests.fixtures.command import Command

MONTH = "1403-08"
HEADER = "id,channel,agent,team,started_at,recording\n"


def calls(names: list[str], first: int = 0) -> str:
    return HEADER + "".join(
        f"c-{number},call,{agent},orders,2024-11-{number % 18 + 1:02d}T10:00+03:30,{number}.wav\n"
        for number, agent in enumerate(names, start=first)
    )


@pytest.fixture
def imported(qm: Command) -> Command:
    file = qm.write("calls.csv", calls(["sara"] * 25 + ["reza"] * 15))
    assert qm("import", "interactions", file).code == 0
    return qm


def drawn_ids(qm: Command, data_folder: str = "var") -> list[str]:
    with qm.database(data_folder).connect() as connection:
        query = "SELECT interaction_id FROM pick WHERE NOT is_reserve ORDER BY 1"
        return [row[0] for row in connection.exec_driver_sql(query)]


def sql(qm: Command, statement: str) -> None:
    with qm.database().begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_month_from_commitment_to_a_verified_bundle(imported: Command) -> None:
    late = imported("draw", "commit", "--period", MONTH, "--seed", "sesame")
    assert (late.code, late.out) == (1, "")
    assert "[seed.late]" in late.err
    committed = imported("draw", "commit", "--period", MONTH, "--seed", "sesame", "--late")
    assert re.match(rf"seed of {MONTH}: sha256:[0-9a-f]{{64}}, committed to .*LATE", committed.out)
    assert "sesame" not in committed.out
    drawn = imported("draw", "run", "--period", MONTH)
    assert (drawn.code, drawn.err) == (0, "")
    assert "draw 1: of 40 in the frame" in drawn.out
    assert "new: seed of 1403-09: sha256:" in drawn.out
    assert "sesame" not in drawn.out + imported("draw", "list").out
    assert imported("draw", "verify", 1).out.endswith(f"Draw 1 of {MONTH} is what it says.\n")
    hidden = imported("draw", "bundle", 1, "--to", imported.folder / "out")
    assert (hidden.code, hidden.out) == (1, "")
    assert f"Reveal it first: qm draw reveal --period {MONTH}" in hidden.err
    assert imported("draw", "reveal", "--period", MONTH).out.endswith("seed: sesame\n")
    assert "revealed: sesame" in imported("draw", "list").out
    bundle = imported("draw", "bundle", 1, "--to", imported.folder / "out").out.strip()
    imported.set(database_url="postgresql+psycopg://x@127.0.0.1:1/nobody")
    found = imported("draw", "verify", bundle, "--json")
    assert found.code == 0
    told = json.loads(found.out)
    assert told["is_right"]
    assert {check["outcome"] for check in told["checks"]} == {"ok", "note"}


def test_what_was_tampered_with_ends_with_exit_code_1(imported: Command) -> None:
    imported("draw", "run", "--period", MONTH)
    first = drawn_ids(imported)[0]
    sql(imported, f"UPDATE pick SET number = 0.5 WHERE interaction_id = '{first}'")
    found = imported("draw", "verify", 1)
    assert found.code == 1
    assert f"WRONG  “number” of 1 picks is not what is drawn again: {first}." in found.out
    assert "Draw 1 of 1403-08 is NOT what it says: 2 wrong." in found.out
    as_json = imported("draw", "verify", 1, "--json")
    assert as_json.code == 1
    assert not json.loads(as_json.out)["is_right"]


def test_a_draw_is_made_once_and_extended_by_what_comes_later(imported: Command) -> None:
    assert imported("draw", "run", "--period", "۱۴۰۳-۰۸", "--seed", "x").code == 0
    first = drawn_ids(imported)
    assert len(first) == 4  # 5 % of 25 and of 15, at least two each
    again = imported("draw", "run", "--period", MONTH)
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith(f"{MONTH}: The period was drawn already (draw 1).")
    assert f"qm draw run --period {MONTH} --extend" in again.err
    imported("import", "interactions", imported.write("more.csv", calls(["sara"] * 30, first=100)))
    added = imported("draw", "run", "--period", MONTH, "--extend")
    assert added.code == 0
    assert drawn_ids(imported)[:4] == first or set(first) < set(drawn_ids(imported))
    assert len(drawn_ids(imported)) == 5  # 5 % of 55 are 3 of sara's
    assert imported("draw", "verify", 2).code == 0


def test_a_seed_draws_the_same_interactions_whatever_the_order_of_the_file(
    imported: Command,
) -> None:
    imported("draw", "run", "--period", MONTH, "--seed", "x")
    first = drawn_ids(imported)
    lines = calls(["sara"] * 25 + ["reza"] * 15).splitlines(keepends=True)
    backwards = imported.write("calls.csv", "".join([lines[0], *reversed(lines[1:])]))
    imported.set(data_folder=imported.folder / "second")
    imported("import", "interactions", backwards)
    assert imported("draw", "run", "--period", MONTH, "--seed", "x").code == 0
    assert drawn_ids(imported, "second") == first


def test_a_plan_stores_nothing_and_tells_what_it_would_give(imported: Command) -> None:
    plan = imported("draw", "plan", "--period", MONTH, "--hours", 4, "--percent", 20, "--min", 3)
    assert (plan.code, plan.err) == (0, "")
    assert re.search(r"reza +orders +15 +3 +±\d", plan.out)
    assert "frame: 40 of 40; left out: none" in plan.out
    assert "margins ASSUME that an agent's scores vary by 10 points" in plan.out
    assert "evaluators are needed" in plan.out
    told = json.loads(imported("draw", "plan", "--period", MONTH, "--json").out)
    assert (told["picks"], told["double_scored"], told["is_sd_assumed"]) == (4, 1, True)
    assert told["centre"]["margin"] > 0
    assert told["work"]["evaluations"] == 5
    with imported.database().connect() as connection:
        for table in ("draw", "draw_seed", "pick", "policy_version"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_an_interaction_is_explained_in_both_languages(imported: Command) -> None:
    assert imported("draw", "explain", "c-0").out == "Its period has not been drawn.\n"
    imported("draw", "run", "--period", MONTH, "--seed", "x")
    picked = drawn_ids(imported)[0]
    english = imported("draw", "explain", picked)
    assert (english.code, english.err) == (0, "")
    assert "so it was picked" in english.out
    told = json.loads(imported("draw", "explain", picked, "--json").out)
    assert (told[0]["status"], told[0]["is_in_effect"]) == ("picked", True)
    persian = imported("draw", "explain", picked, "--language", "fa", "--period", MONTH).out
    assert re.search("[۰-۹]", persian)
    other = next(f"c-{n}" for n in range(40) if f"c-{n}" not in drawn_ids(imported))
    assert re.search(
        "is not among the random picks|: a reserve", imported("draw", "explain", other).out
    )
    unknown = imported("draw", "explain", "nothing")
    assert (unknown.code, unknown.out) == (1, "")
    assert "There is no interaction with this id." in unknown.err


def test_the_policy_is_shown_checked_and_described(qm: Command) -> None:
    shown = qm("draw", "policy")
    assert shown.code == 0
    assert re.match(r"monthly@\d+ sha256:[0-9a-f]{64}\n", shown.out)
    assert "left out as no_recording: the interaction's channel is call and" in shown.out
    assert qm("draw", "policy", "--schema").out == policy_schema_text()
    told = json.loads(qm("draw", "policy", "--json").out)
    assert told["policy"]["percent"] == 5
    assert told["sha256"] in shown.out
    policy = qm.forms / "sampling.yaml"
    policy.write_text(policy.read_text().replace("min_per_agent: 2", "min_per_agent: 1"))
    warned = qm("draw", "policy")
    assert (warned.code, "warning: sampling.yaml" in warned.err) == (0, True)
    policy.write_text(policy.read_text().replace("percent: 5", "precent: 5", 1))
    broken = qm("draw", "policy", policy)
    assert (broken.code, broken.out) == (1, "")
    assert "precent" in broken.err
    refused = json.loads(qm("draw", "policy", "--json").out)
    assert refused["policy"] is None
    assert {finding["severity"] for finding in refused["findings"]} == {"error"}


REFUSED = {
    "no draw": ("draw verify 7", "There is no draw 7."),
    "no bundle": ("draw verify nowhere.zip", "nowhere.zip"),
    "no ZIP": ("draw verify calls.csv", "calls.csv: The file cannot be opened as a ZIP file"),
    "not drawn": (f"draw reveal --period {MONTH}", "The period has no seed yet."),
    "nothing to extend": (f"draw run --period {MONTH} --extend", "no draw that could be extended"),
    "a week": ("draw run --period 1403-W32", "The policy monthly@2 is not for such a period."),
    "no week": ("draw commit --period 1403-W60", "is not a period"),
    "no policy": (f"draw plan --period {MONTH} --policy no.yaml", "no.yaml: The file cannot be"),
    "nothing to plan": ("draw plan --period 1402-01", "so nothing is planned"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_told_in_words(imported: Command, words: str, said: str) -> None:
    ended = imported(*words.split())
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert drawn_ids(imported) == []
