"""Every `qm` command as it is typed: what it prints, its exit code, and its refusals in words."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from qm.cli import app
from qm.cli.commands import PLACES, load
from qm.intake.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fixtures.command import Command

README = Path(__file__).parent.parent / "README.md"
HEADER = "id,channel,agent,team,started_at,recording\n"
MONTH = "1403-08"
ROWS = "".join(
    f"c-{number},call,{agent},orders,2024-11-{number % 18 + 1:02d}T10:00:00+03:30,{number}.wav\n"
    for number, agent in enumerate(["sara"] * 25 + ["reza"] * 15)
)
PASSWORD = "correct horse battery\n" * 2
ANALYST = ("user", "add", "mina", "--role", "analyst", "--name", "Mina")


def commands(group: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Every command below a group as `qm …` with what describes it."""
    for name, known in group.commands.items():
        command = known if path else load(name)
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield " ".join(["qm", *path, name]), command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.fixture
def imported(qm: Command) -> Command:
    assert qm("import", "interactions", qm.write("calls.csv", HEADER + ROWS)).code == 0
    return qm


@pytest.fixture
def published(imported: Command) -> Command:
    assert imported("form", "publish", *imported.forms.glob("*l.yaml")).code == 0
    return imported


def drawn_ids(qm: Command, data_folder: str = "var") -> set[str]:
    with qm.database(data_folder).connect() as connection:
        rows = connection.exec_driver_sql("SELECT interaction_id FROM pick WHERE NOT is_reserve")
        return {row[0] for row in rows}


def test_the_commands_are_those_of_the_main_path() -> None:
    assert set(COMMANDS) == {
        "qm import interactions",
        "qm import header",
        "qm import recordings",
        "qm import transcripts",
        "qm form check",
        "qm form show",
        "qm form diff",
        "qm form score",
        "qm form simulate",
        "qm form import",
        "qm form export",
        "qm form publish",
        "qm form retire",
        "qm form list",
        "qm draw policy",
        "qm draw commit",
        "qm draw plan",
        "qm draw run",
        "qm draw reveal",
        "qm draw verify",
        "qm draw bundle",
        "qm draw explain",
        "qm draw list",
        "qm assign",
        "qm analyst list",
        "qm analyst set",
        "qm analyst leave",
        "qm transcribe",
        "qm worker",
        "qm jobs pause",
        "qm jobs resume",
        "qm jobs hold",
        "qm jobs release",
        "qm jobs retry",
        "qm search",
        "qm reindex",
        "qm phrases check",
        "qm privacy show",
        "qm privacy set",
        "qm privacy prepare-audio",
        "qm privacy names add",
        "qm privacy names import",
        "qm privacy names remove",
        "qm report close",
        "qm report deliver",
        "qm report list",
        "qm report revise",
        "qm report run",
        "qm report verify",
        "qm user add",
        "qm user list",
        "qm user off",
        "qm user password",
        "qm serve",
        "qm demo",
        "qm audit head",
        "qm audit list",
        "qm audit verify",
        "qm coaching propose",
        "qm rules check",
        "qm rules set",
        "qm rules show",
        "qm token create",
        "qm token list",
        "qm token revoke",
        "qm user change",
        "qm user invite",
        "qm user on",
        "qm user reset",
        "qm user sign-out",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_and_each_of_its_options_do(name: str) -> None:
    command = COMMANDS[name]
    assert re.match(r"[A-Z].+\.", command.help), name
    options = [each for each in command.params if each.name != "help"]
    assert [each.name for each in options if not getattr(each, "help", None)] == []


def test_the_help_is_what_the_commands_say_of_themselves() -> None:
    said = {name: load(name).help.partition("\n")[0] for name in PLACES}
    assert said == {name: place.help for name, place in PLACES.items()}


def test_help_waits_for_none_of_the_packages_that_commands_need() -> None:
    program = "import sys, qm.cli; print(*{'pandas', 'scipy', 'sqlalchemy'} & {*sys.modules})"
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=README.parent, capture_output=True, check=True)
    assert ended.stdout.split() == []


def test_a_mistyped_command_is_told_with_what_was_meant(qm: Command) -> None:
    ended = qm("transcrib")
    assert ended.code == 2
    assert "Did you mean" in ended.err
    assert "transcribe" in ended.err


def test_help_lists_every_command(qm: Command) -> None:
    for group in ("", "import", "form", "draw", "user"):
        ended = qm(*group.split(), "--help")
        assert (ended.code, ended.err) == (0, "")
        prefix = f"qm {group}".strip()
        names = [name.removeprefix(f"{prefix} ") for name in COMMANDS if name.startswith(prefix)]
        assert [name for name in names if name.split()[0] not in ended.out] == []


def test_the_readme_shows_every_command() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if name not in text] == []


def test_import_takes_new_rows_and_knows_them_again(qm: Command) -> None:
    file = qm.write("calls.csv", HEADER + ROWS)
    assert qm("import", "interactions", file) == (0, "40 new, 0 known, 0 rejected\n", "")
    assert qm("import", "interactions", file) == (0, "0 new, 40 known, 0 rejected\n", "")


def test_import_counts_rows_and_not_the_mistakes_in_them(qm: Command) -> None:
    bad = "c-98,phone,sara,orders,yesterday,a.wav\n"
    ended = qm("import", "interactions", qm.write("calls.csv", HEADER + ROWS + bad))
    assert (ended.code, ended.out) == (1, "40 new, 0 known, 1 rejected\n")
    assert [line.partition(":")[0] for line in ended.err.splitlines()] == [
        "calls.csv, row 42, channel",
        "calls.csv, row 42, started_at",
    ]


def test_import_header_documents_every_column(qm: Command) -> None:
    ended = qm("import", "header")
    assert ended.code == 0
    assert [c.name for c in COLUMNS if f"| `{c.name}` |" not in ended.out] == []


def test_forms_are_checked_published_and_listed(qm: Command) -> None:
    good = "chat.yaml: ok\nemail.yaml: ok\ninbound-call.yaml: ok\nsampling.yaml: ok\n"
    good += "phrases.yaml: ok\n"
    assert qm("form", "check") == (0, good, "")
    assert qm("form", "list") == (0, "nothing is published\n", "")
    first = qm("form", "publish", qm.forms / "chat.yaml")
    assert first.code == 0
    assert re.fullmatch(r"published [a-z-]+@1 sha256:[0-9a-f]{64}\n", first.out)
    assert qm("form", "publish", qm.forms / "chat.yaml") == first
    assert first.out.split()[1] in (qm.forms / "LOCK").read_text()
    listed = qm("form", "list")
    assert listed.out.count("\n") == 2
    assert first.out.split()[1].partition("@")[0] in listed.out


def test_a_wrong_sampling_policy_is_told(qm: Command) -> None:
    policy = qm.forms / "sampling.yaml"
    policy.write_text(policy.read_text().replace("percent:", "precent:"))
    checked = qm("form", "check")
    assert checked.code == 1
    assert "sampling.yaml: has errors\n" in checked.out
    assert "precent" in checked.err
    assert "percent" in checked.err


def test_a_changed_published_form_is_refused(qm: Command) -> None:
    chat = qm.forms / "chat.yaml"
    qm("form", "publish", chat)
    chat.write_text(chat.read_text() + "# a thought\n")
    for ended in (qm("form", "publish", chat), qm("form", "check")):
        assert ended.code == 1
        assert ended.err.startswith("chat.yaml, version: ")
        assert "Raise the version to 2" in ended.err


def test_picks_are_assigned_evenly_and_once(published: Command) -> None:
    for name in ("mina", "kaveh"):
        words = ("user", "add", name, "--role", "analyst", "--name", name.title())
        assert published.typing(PASSWORD, *words).code == 0
    policy = published.forms / "sampling.yaml"
    policy.write_text(policy.read_text().replace("percent: 5", "percent: 50", 1))
    published("draw", "run", "--period", MONTH)
    # 8 of reza's 15 and 13 of sara's 25, and a tenth of them twice
    first = published("assign", "--period", MONTH)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("kaveh: 12 new, 12 open\nmina: 12 new, 12 open\n")
    again = published("assign", "--period", MONTH)
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("kaveh: 0 new, 12 open\nmina: 0 new, 12 open\n")


def test_picks_without_a_published_form_stay_and_are_told(imported: Command) -> None:
    imported.typing(PASSWORD, *ANALYST)
    imported("draw", "run", "--period", MONTH)
    ended = imported("assign", "--period", MONTH)
    assert (ended.code, ended.out) == (1, "mina: 0 new, 0 open\n")
    assert ended.err.startswith(f"{MONTH}: No form is published for the channel “call”; ")
    assert "qm form publish FILE" in ended.err


def test_nothing_is_drawn_so_nothing_is_transcribed(imported: Command) -> None:
    said = "0 transcribed, 0 with a known transcript, 0 failed\n"
    assert imported("transcribe") == (0, said, "")


def test_the_report_is_written_where_and_in_the_language_that_was_asked(
    published: Command,
) -> None:
    folder = published.folder / "out"
    ended = published("report", "--period", MONTH, "--to", folder, "--language", "en")
    assert (ended.code, ended.err) == (0, "")
    files = [
        folder / f"quality-{MONTH}-draft-en.xlsx",
        folder / f"quality-{MONTH}-draft-en-csv.zip",
    ]
    assert ended.out.split() == [str(file) for file in files]
    assert [file.read_bytes()[:2] for file in files] == [b"PK", b"PK"]
    default = published("report", "--period", MONTH)
    assert default.out.split()[0].endswith(f"var/reports/quality-{MONTH}-draft-fa.xlsx")


def test_users_are_added_and_listed(imported: Command) -> None:
    added = imported.typing(PASSWORD, *ANALYST, "--name-fa", "مینا")
    assert added.code == 0
    assert added.out.endswith("added mina (analyst)\n")
    assert "correct horse" not in added.out + added.err
    lead = ("user", "add", "lead", "--role", "lead", "--name", "Lead", "--team", "orders")
    assert imported.typing(PASSWORD, *lead).code == 0
    assert imported("user", "list") == (0, "lead\tlead\tLead\nmina\tanalyst\tMina\n", "")


def test_a_user_gets_a_new_password_and_is_switched_off(imported: Command) -> None:
    imported.typing(PASSWORD, *ANALYST)
    changed = imported.typing(PASSWORD, "user", "password", "mina")
    assert changed.code == 0
    assert changed.out.endswith("mina signs in with the new password\n")
    assert imported("user", "off", "mina") == (0, "mina is switched off\n", "")
    assert imported("user", "list").out == "mina\tanalyst\tMina (off)\n"
    unknown = imported("user", "off", "nobody")
    assert unknown.code == 1
    assert "nobody" in unknown.err


REFUSED = {
    "no month": ("draw run --period 1403-13", "“1403-13” is not a period. Write year-month"),
    "words for a month": ("report --period Aban", "“Aban” is not a period. Write year-month"),
    "an empty month": ("draw run --period 1402-01", "1402-01: No interaction of this period"),
    "not drawn": ("assign --period 1403-08", "Draw it first: qm draw run --period 1403-08"),
    "no file": ("import interactions nowhere.csv", "nowhere.csv: There is no such file."),
    "no form file": ("form publish forms/nowhere.yaml", "nowhere.yaml: The file cannot be read"),
    "another kind": ("import interactions forms/chat.yaml", "chat.yaml: A file that ends in"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_told_in_words(imported: Command, words: str, said: str) -> None:
    ended = imported(*words.split())
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err


def test_nobody_to_assign_to(published: Command) -> None:
    published("draw", "run", "--period", MONTH)
    ended = published("assign", "--period", MONTH)
    assert (ended.code, ended.out) == (1, "")
    assert "Add one: qm user add NAME --role analyst" in ended.err


MISTYPED = {
    "above all": ("draw plan --period 1403-08 --percent 101", "--percent"),
    "not a number": ("draw plan --period 1403-08 --percent nan", "--percent"),
    "none at all": ("draw plan --period 1403-08 --percent 0", "--percent"),
    "less than none": ("draw plan --period 1403-08 --min -1", "--min"),
    "no period": ("draw run", "--period"),
    "no language of ours": ("report --period 1403-08 --language de", "--language"),
    "no role": ("user add x --name X --role boss", "--role"),
    "no port": ("serve --port 70000", "--port"),
    "no command": ("dawr --period 1403-08", "dawr"),
}


@pytest.mark.parametrize(("words", "named"), MISTYPED.values(), ids=MISTYPED)
def test_a_mistyped_command_names_the_option(imported: Command, words: str, named: str) -> None:
    ended = imported(*words.split())
    assert (ended.code, ended.out) == (2, "")
    assert named in ended.err
    assert drawn_ids(imported) == set()


SETTINGS = {
    "no zone": ('centre_zone = "Mars"', "qm.toml, centre_zone: ", "write one like Asia/Tehran"),
    "no such setting": ("speech_beam = 2", "qm.toml, speech_beam: ", "none of this name"),
    "no number": ('upload_megabytes = "a lot"', "qm.toml, upload_megabytes: ", "integer"),
    "no TOML": ("centre_zone = Asia/Tehran", "qm.toml: The file cannot be read", "Write one sett"),
}


@pytest.mark.parametrize(("text", "where", "what"), SETTINGS.values(), ids=SETTINGS)
def test_a_wrong_settings_file_is_told_in_words(
    qm: Command, text: str, where: str, what: str
) -> None:
    qm.write("qm.toml", text)
    ended = qm("form", "list")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(where)
    assert what in ended.err
    assert "pydantic" not in ended.err


DATABASES = {
    "no address": ("my database", "environment, QM_DATABASE_URL: "),
    "no database of ours": ("mysql://root:secret@localhost/qm", "“mysql” is no database of qm"),
    "nobody answers": ("postgresql+psycopg://x:secret@127.0.0.1:1/qm", "cannot be used"),
    "another file": ("sqlite:///calls.csv", "file is not a database"),
}


@pytest.mark.parametrize(("url", "said"), DATABASES.values(), ids=DATABASES)
def test_a_wrong_database_is_told_in_words(qm: Command, url: str, said: str) -> None:
    qm.write("calls.csv", HEADER + ROWS)
    qm.set(database_url=url)
    ended = qm("form", "list")
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert "secret" not in ended.err


def test_a_data_folder_that_is_a_file_is_told_in_words(qm: Command) -> None:
    qm.set(data_folder=qm.write("data", ""))
    ended = qm("user", "list")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"{qm.folder / 'data'}: ")


def test_the_installed_command_ends_as_the_shell_expects(qm: Command) -> None:
    file = qm.write("calls.csv", HEADER + ROWS + "c-99,call,,orders,2024-11-01T10:00Z,\n")
    ended = qm.in_shell("import", "interactions", file)
    assert (ended.code, ended.out) == (1, "40 new, 0 known, 1 rejected\n")
    assert ended.err.startswith("calls.csv, row 42, agent: The cell is empty.")
    assert ended.err.count("\n") == 1  # no bar, no traceback
