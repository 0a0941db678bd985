"""`qm form …` as it is typed: what it prints, in words and as JSON, and what it refuses."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.forms.form import Form
from qm.core.forms.form_lint import catalogue
from qm.store.engine import transaction
from qm.store.tables import Assignment
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from qm.workflow.my_work import my_work

if TYPE_CHECKING:
    from tests.fixtures.command import Command, Ended

FORM = """\
# why we ask
form: small
version: 1
channel: call
title: {en: Small, fa: کوچک}
pass_percent: 50
header:
  - {id: kind, type: text, text: {en: Kind, fa: نوع}}
sections:
  - id: opening
    title: {en: Opening, fa: آغاز}
    weight: 40
    questions:
      - id: greeting
        text: {en: Greets?, fa: سلام؟}
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 2}
          - {id: partly, label: {en: Partly, fa: تا حدی}, points: 1}
          - {id: no, label: {en: No, fa: خیر}, points: 0}
  - id: body
    title: {en: Body, fa: بدنه}
    weight: 60
    questions:
      - id: solved
        text: {en: Solved?, fa: حل شد؟}
        guidance: {en: Ask., fa: بپرسید.}
        critical: customer
        not_applicable: true
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 1}
          - {id: no, label: {en: No, fa: خیر}, points: 0, fatal: true}
      - id: waited
        text: {en: Announced?, fa: گفته شد؟}
        when: {any: [{question: solved, answered: [yes]}, {interaction: hold_s, at_least: 30}]}
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 3}
          - {id: no, label: {en: No, fa: خیر}, points: 0}
"""
STRICTER = FORM.replace("version: 1", "version: 2").replace("points: 1}", "points: 0.5}", 1)
ANSWERS = {"greeting": "partly", "solved": "yes", "waited": "no"}
GENESYS = {
    "name": "Greeting Form",
    "questionGroups": [
        {
            "id": "g1",
            "name": "Opening",
            "weight": 1,
            "questions": [
                {
                    "id": "q1",
                    "type": "multipleChoiceQuestion",
                    "text": "Greets?",
                    "answerOptions": [
                        {"id": "a1", "text": "Yes", "value": 2},
                        {"id": "a2", "text": "No", "value": 0},
                    ],
                }
            ],
        }
    ],
}


@pytest.fixture
def form(qm: Command) -> Path:
    return qm.write("small.yaml", FORM)


def data(ended: Ended) -> Any:
    return json.loads(ended.out)


def untouched(qm: Command) -> bool:
    """Whether no database was opened: it would have been switched to a write-ahead log."""
    head = (qm.folder / "var" / "qm.sqlite").read_bytes()[:20]
    return head.endswith(b"\x01\x01")


# --- check


def test_check_takes_files_of_every_kind_without_a_database(qm: Command, form: Path) -> None:
    workbook = qm.folder / "small.xlsx"
    assert qm("form", "export", form, "--to", "xlsx", "--output", workbook).code == 0
    wrong = qm.write("wrong.yaml", FORM.replace("channel: call", "channel: fax"))
    assert qm("form", "check", form, workbook) == (0, "small.yaml: ok\nsmall.xlsx: ok\n", "")
    ended = qm("form", "check", form, wrong)
    assert (ended.code, ended.out) == (1, "small.yaml: ok\nwrong.yaml: has errors\n")
    assert ended.err.startswith("wrong.yaml, row 4, channel: “fax” is not among the choices.")
    assert untouched(qm)


def test_check_prints_json(qm: Command, form: Path) -> None:
    wrong = qm.write("wrong.yaml", FORM.replace("channel: call", "channel: fax"))
    warned = qm.write("warned.yaml", FORM.replace("weight: 40", "weight: 41"))
    ended = qm("form", "check", form, warned, wrong, "--json")
    assert (ended.code, ended.err) == (1, "")
    found = data(ended)
    assert (found["errors"], found["warnings"]) == (1, 1)
    assert [file["form"] for file in found["files"]] == ["small@1", "small@1", None]
    (warning,) = found["files"][1]["findings"]
    (error,) = found["files"][2]["findings"]
    assert set(error) == {
        *("code", "place", "row", "field", "values", "severity", "reason", "remedy")
    }
    assert (error["code"], error["row"], error["field"]) == ("form.bad_choice", 4, "channel")
    assert (error["severity"], warning["severity"]) == ("error", "warning")
    assert "101" in warning["reason"]


def test_check_of_the_folder_knows_the_lock(qm: Command) -> None:
    assert data(qm("form", "check", "--json"))["errors"] == 0
    chat = qm.forms / "chat.yaml"
    qm("form", "publish", chat)
    chat.write_text(chat.read_text() + "# a thought\n")
    (finding,) = data(qm("form", "check", chat, "--json"))["files"][0]["findings"]
    assert finding["code"] == "form.locked"


def test_a_file_that_is_not_there_is_told_like_others(qm: Command, form: Path) -> None:
    ended = qm("form", "check", "nowhere.yaml", form)
    assert ended.code == 1
    assert ended.out == "nowhere.yaml: has errors\nsmall.yaml: ok\n"
    assert ended.err.startswith("nowhere.yaml: The file cannot be read")


# --- show


def test_show_says_points_percents_and_conditions_in_words(qm: Command, form: Path) -> None:
    ended = qm("form", "show", form, "--language", "en")
    assert (ended.code, ended.err) == (0, "")
    assert [line.rstrip() for line in ended.out.splitlines()] == [
        "small@1  Small",
        "  call, scoring weighted-sections, N/A redistribute, fatal keep, passes from 50 %",
        "header",
        "  - kind  Kind  text, optional",
        "opening  Opening  40 %",
        "  1. greeting  Greets?  40 %",
        "       Yes [yes] (2) · Partly [partly] (1) · No [no] (0)",
        "body  Body  60 %",
        "  2. solved  Solved?  30 %, customer critical",
        "       Yes [yes] (1) · No [no] (0, fatal) · N/A",
        (
            "  3. waited  Announced?  30 %"
            "  asked when “solved” is yes or the interaction's hold_s is at least 30"
        ),
        "       Yes [yes] (3) · No [no] (0)",
    ]
    assert "کوچک" in qm("form", "show", form).out  # the centre's language
    assert untouched(qm)


def test_show_prints_the_form_as_json(qm: Command, form: Path) -> None:
    shown = data(qm("form", "show", form, "--json"))
    assert shown["key"] == "small@1"
    solved, waited = shown["sections"][1]["questions"]
    assert solved["weight_percent"] == {"percent": 30, "exact": "30"}
    assert (solved["number"], solved["options"][1]["fatal"]) == (2, True)
    assert waited["when"]["any"][1] == {"interaction": "hold_s", "is": [], "at_least": 30}
    assert waited["when_in_words"].startswith("“solved” is yes or")


def test_show_finds_published_versions_and_drafts_by_name(qm: Command) -> None:
    qm("form", "publish", qm.forms / "chat.yaml")
    assert qm("form", "show", "chat").out.startswith("chat@1")
    assert qm("form", "show", "email@1").out.startswith("email@1")  # a draft in the folder
    ended = qm("form", "show", "chat@7")
    assert (ended.code, ended.out) == (1, "")
    assert "chat@7: No published form" in ended.err
    assert "chat@1" in ended.err


# --- diff


def test_diff_marks_what_can_move_scores(qm: Command, form: Path) -> None:
    later = qm.write("later.yaml", STRICTER)
    ended = qm("form", "diff", form, later)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "  changed setting version: 1 → 2",
        "* changed option greeting.partly.points: 1 → 0.5",
        "2 changes, 1 can move scores",
    ]
    assert qm("form", "diff", form, form) == (0, "no difference\n", "")
    assert untouched(qm)


def test_diff_prints_json(qm: Command, form: Path) -> None:
    found = data(qm("form", "diff", form, qm.write("later.yaml", STRICTER), "--json"))
    assert (found["old"], found["new"], found["moves_scores"]) == ("small@1", "small@2", True)
    assert found["changes"][1] == {
        "kind": "changed",
        "part": "option",
        "ids": ["greeting", "partly"],
        "key": "points",
        "before": "1",
        "after": "0.5",
        "moves_scores": True,
        "path": "greeting.partly.points",
    }


# --- score


def test_score_prints_the_ledger_that_sums_to_it(qm: Command, form: Path) -> None:
    answers = qm.write("answers.json", json.dumps(ANSWERS))
    ended = qm("form", "score", form, answers)
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[:2] == ["score    50.0 %", "outcome  pass"]
    assert "lens     customer: 0 of 1 critical failed" in lines
    assert lines[-1] == "sum         50.0000 %  (50 exactly)"
    assert untouched(qm)


def test_score_prints_json_whose_ledger_sums_exactly(qm: Command, form: Path) -> None:
    given = {"answers": {"greeting": "partly", "solved": "no"}, "facts": {"hold_s": 31}}
    answers = qm.write("answers.json", json.dumps(given))
    card = data(qm("form", "score", form, answers, "--json"))
    assert (card["percent"], card["outcome"], card["final"]) == (20, "fail", False)
    assert card["missing"] == [{"question_id": "waited", "missing": "answer"}]
    lines = [*card["ledger"], *card["adjustments"]]
    total = sum((Fraction(line["contribution"]["exact"]) for line in lines), Fraction(0))
    assert total == Fraction(card["exact_percent"]["exact"]) == 20
    assert card["lenses"][0]["failed"] == 1
    assert card["fatal_questions"] == ["solved"]


def test_without_a_score_the_reason_is_told(qm: Command, form: Path) -> None:
    ended = qm("form", "score", form, qm.write("answers.json", "{}"))
    assert ended.out.startswith("score    none: nothing answered\n")
    assert "missing  greeting: answer" in ended.out


@pytest.mark.parametrize("as_json", [False, True])
def test_wrong_answers_are_all_told(qm: Command, form: Path, as_json: bool) -> None:
    answers = qm.write("answers.json", '{"greeting": "often", "thanks": "yes"}')
    ended = qm("form", "score", form, answers, *(["--json"] if as_json else []))
    assert ended.code == 1
    if as_json:
        assert ended.err == ""
        assert [found["field"] for found in data(ended)["findings"]] == ["greeting", "thanks"]
    else:
        assert ended.out == ""
        assert "no option “often”" in ended.err
        assert "no question “thanks”" in ended.err


# --- import and export


def test_import_writes_a_draft_and_names_what_was_lost(qm: Command) -> None:
    document = {**GENESYS, "evaluationSettings": {"revisionsEnabled": True}}
    file = qm.write("genesys.json", json.dumps(document))
    ended = qm("form", "import", "--from", "genesys", file, "--id", "greeting", "--version", "3")
    draft = qm.forms / "greeting.yaml"
    assert (ended.code, ended.out) == (0, f"wrote {draft}\n")
    assert [line.partition(":")[0] for line in ended.err.splitlines()] == ["loss"]
    shown = data(qm("form", "show", draft, "--json"))
    assert shown["key"] == "greeting@3"
    assert shown["sections"][0]["questions"][0]["options"][0]["points"] == 2
    assert untouched(qm)


def test_import_never_overwrites_unless_told(qm: Command) -> None:
    file = qm.write("genesys.json", json.dumps(GENESYS))
    words = ("form", "import", "--from", "genesys", file, "--id", "chat")
    chat = qm.forms / "chat.yaml"
    before = chat.read_text()
    ended = qm(*words)
    assert (ended.code, ended.out) == (1, "")
    assert "chat.yaml: The forms folder has a file of this name." in ended.err
    assert chat.read_text() == before
    assert qm(*words, "--force").code == 0
    assert chat.read_text() != before
    again = qm(*words)  # the same draft is no loss
    assert again.code == 0
    assert not [path for path in qm.forms.iterdir() if path.name.startswith(".")]


def test_a_form_that_would_replace_the_sampling_policy_is_refused(qm: Command) -> None:
    file = qm.write("genesys.json", json.dumps(GENESYS))
    words = ("form", "import", "--from", "genesys", file, "--id", "sampling", "--force")
    before = (qm.forms / "sampling.yaml").read_text()
    ended = qm(*words)
    assert ended.code == 1
    assert "sampling.yaml" in ended.err
    assert (qm.forms / "sampling.yaml").read_text() == before


def test_nothing_is_written_of_a_document_that_cannot_be_read(qm: Command) -> None:
    file = qm.write("genesys.json", '{"name": "x", "questionGroups": "none"}')
    before = sorted(qm.forms.iterdir())
    ended = qm("form", "import", "--from", "genesys", file, "--json")
    assert ended.code == 1
    assert data(ended)["files"] == []
    (form,) = data(ended)["forms"]
    assert form["form"] is None
    assert "error" in {found["severity"] for found in form["findings"]}
    assert sorted(qm.forms.iterdir()) == before


def test_a_too_large_document_is_refused_unread(qm: Command) -> None:
    file = qm.write("big.json", b" " * 5_000_001)
    ended = qm("form", "import", "--from", "connect", file)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("big.json: The file has more than 5 MB.")


@pytest.mark.parametrize("words", ["--id Big", "--version 0", "--from excel", "--channel fax"])
def test_a_mistyped_import_names_the_option(qm: Command, words: str) -> None:
    file = qm.write("genesys.json", json.dumps(GENESYS))
    ended = qm("form", "import", file, "--from", "genesys", *words.split())
    assert (ended.code, ended.out) == (2, "")
    assert words.partition(" ")[0] in ended.err


@pytest.mark.parametrize("target", ["yaml", "xlsx"])
def test_our_own_files_hold_the_whole_form(qm: Command, form: Path, target: str) -> None:
    file = qm.folder / f"copy.{target}"
    ended = qm("form", "export", form, "--to", target, "--output", file)
    assert ended == (0, f"wrote {file}\n", "")
    assert qm("form", "diff", form, file) == (0, "no difference\n", "")
    assert untouched(qm)


@pytest.mark.parametrize("target", ["genesys", "connect"])
def test_what_another_system_cannot_hold_is_named(qm: Command, form: Path, target: str) -> None:
    file = qm.folder / "form.json"
    ended = qm("form", "export", form, "--to", target, "--language", "en", "--output", file)
    assert ended.code == 0
    assert ended.err.count("loss: ") >= 1
    assert "Greets?" in file.read_text("utf-8")
    back = qm("form", "import", "--from", target, file, "--id", "back", "--json")
    assert back.code == 0
    assert data(back)["forms"][0]["form"] == "back@1"


def test_an_export_that_cannot_be_written_leaves_nothing(qm: Command, form: Path) -> None:
    qm.write("taken", "")
    ended = qm("form", "export", form, "--to", "yaml", "--output", qm.folder / "taken" / "x.yaml")
    assert (ended.code, ended.out) == (1, "")
    assert "taken" in ended.err


# --- publish, retire, list, simulate


def test_a_workbook_is_published_as_a_file_in_the_folder(qm: Command, form: Path) -> None:
    workbook = qm.folder / "other.xlsx"
    qm("form", "export", form, "--to", "xlsx", "--output", workbook)
    ended = qm("form", "publish", workbook)
    assert ended.code == 0
    assert ended.out.startswith("published small@1 sha256:")
    assert qm("form", "check", qm.forms / "small.yaml").code == 0
    assert qm("form", "diff", form, "small@1").out == "no difference\n"


def test_a_version_is_published_listed_and_retired(qm: Command, form: Path) -> None:
    published = data(qm("form", "publish", form, "--json"))["published"]
    assert [row["form"] for row in published] == ["small@1"]
    (row,) = data(qm("form", "list", "--json"))["forms"]
    assert (row["form_id"], row["state"], row["evaluations"]) == ("small", "in_force", 0)
    assert row["effective_from"] is None
    assert qm("form", "retire", "small@1") == (0, "retired small@1\n", "")
    assert data(qm("form", "list", "--json"))["forms"][0]["state"] == "retired"
    again = qm("form", "retire", "small@1", "--json")
    assert (again.code, data(again)["findings"][0]["code"]) == (1, "form.retired")
    assert "never published" in qm("form", "retire", "small").err


def evaluated(qm: Command) -> None:
    """Bring in calls, and let an analyst evaluate two of them: 50 % and 100 %."""
    rows = "".join(
        f"c-{n},call,sara,orders,2024-11-0{n}T10:00:00+03:30,{n}.wav\n" for n in range(1, 5)
    )
    calls = qm.write("calls.csv", "id,channel,agent,team,started_at,recording\n" + rows)
    assert qm("import", "interactions", calls).code == 0
    password = "correct horse battery\n" * 2
    qm.typing(password, "user", "add", "mina", "--role", "analyst", "--name", "Mina")
    policy = qm.write("all.yaml", "policy: all\nversion: 1\npercent: 100\n")
    assert qm("draw", "run", "--period", "1403-08", "--policy", policy).code == 0
    assert qm("assign", "--period", "1403-08").code == 0
    engine, actor = qm.database(), Actor("mina", "analyst")
    with transaction(engine) as session:
        now = session.exec(select(Assignment)).all()[0].due_at
    for greeting, rest in (("partly", "no"), ("yes", "yes")):
        queue = my_work(engine, actor).open
        assignment = int(queue["assignment_id"].iloc[0])
        open_assignment(engine, actor, assignment)
        answers = {"greeting": Answer(option=greeting), "solved": Answer(not_applicable=True)}
        if rest == "yes":
            answers["solved"] = Answer(option="yes")
            answers["waited"] = Answer(option="yes")
        saved = save_draft(engine, actor, assignment, answers, "", saved=0, now=now)
        submit_evaluation(engine, actor, assignment, saved=saved, now=now)


def test_simulate_shows_what_another_version_makes_of_them(qm: Command, form: Path) -> None:
    assert qm("form", "publish", form).code == 0
    evaluated(qm)
    later = qm.write("later.yaml", STRICTER)
    found = data(qm("form", "simulate", later, "--json"))
    assert (found["form"], found["versions"], found["evaluations"]) == ("small@2", ["small@1"], 2)
    assert (found["before"]["mean"], found["after"]["mean"]) == (75, 62.5)  # 50, 100; 25, 100
    assert found["mean_difference"] == -12.5
    (changed,) = found["outcomes"]
    assert (changed["before_outcome"], changed["after_outcome"]) == ("pass", "fail")
    assert (changed["before_percent"], changed["after_percent"]) == (50, 25)
    ended = qm("form", "simulate", later, "--period", "1403-08")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("small@2 on 2 evaluations with small@1\n")
    assert "changed outcomes: 1" in ended.out
    assert "mean difference -12.50 over 2 evaluations" in ended.out
    none = qm("form", "simulate", later, "--period", "1403-07", "--json")
    assert (none.code, data(none)["findings"][0]["code"]) == (1, "form.no_evaluations")


def test_the_installed_command_prints_json_alone(qm: Command, form: Path) -> None:
    ended = qm.in_shell("form", "check", form, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert data(ended)["errors"] == 0


DOCUMENTATION = Path(__file__).parents[2] / "docs" / "forms.md"


def test_the_documentation_lists_every_finding_as_it_is_told() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    lines = [
        f"| `{entry.code}` | {entry.severity} | {entry.reason} | {entry.remedy} |"
        for entry in catalogue()
    ]
    assert lines
    assert [line for line in lines if line not in text.replace("\\|", "|")] == []


def test_the_form_in_the_documentation_is_one(qm: Command) -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    start = text.index("    form: billing-call")
    whole = text[start : text.index("\n\n", start)]
    file = qm.write("documented.yaml", "\n".join(line[4:] for line in whole.splitlines()) + "\n")
    ended = qm("form", "check", file, "--json")
    assert ended.code == 0
    answers = qm.write("answers.json", '{"greeting": "yes", "solved": "n/a"}')
    assert qm("form", "score", file, answers).out.startswith("score    100.0 %")


def test_the_documentation_has_every_key_of_a_form() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    schema = Form.model_json_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part["properties"]}
    named = set(re.findall(r"[a-z_]+", text))
    assert keys - named == set()
