"""`qm privacy`: what is masked in transcripts, search, exports and played recordings."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qm.cli.terminal import now, open_database, print_problems, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.personal_data.name_lists import names_of
from qm.core.personal_data.rules import KINDS, PrivacyRules
from qm.core.problems import N_, BadInput, Problem, explain
from qm.workflow.playback import prepare_copies
from qm.workflow.privacy import add_names, privacy_rules, remove_name, set_privacy

NOT_UTF8 = explain(
    "privacy.not_utf8",
    N_("The list is no UTF-8 text."),
    N_("Save it as a text file in UTF-8, one name a line."),
)

app = typer.Typer(help="What is masked as personal data.", no_args_is_help=True)
names = typer.Typer(help="The names that are masked.", no_args_is_help=True)
app.add_typer(names, name="names")

KindName = StrEnum("KindName", {kind: kind for kind in KINDS})  # type: ignore[misc]


@app.command("show")
def show(
    *, with_names: Annotated[bool, typer.Option("--names", help="List the names, too.")] = False
) -> None:
    """Show the rules in force."""
    _print(privacy_rules(open_database(read_settings()), COMMAND_LINE), with_names=with_names)


@app.command("set")
def set_rules(
    *,
    mask: Annotated[list[KindName] | None, typer.Option(help="Mask this kind.")] = None,
    leave: Annotated[list[KindName] | None, typer.Option(help="Mask it no more.")] = None,
    silence: Annotated[
        bool | None, typer.Option("--silence/--no-silence", help="Silence it in played audio.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Country whose telephone numbers lack its code: IR.")
    ] = None,
) -> None:
    """Change the rules; transcripts are masked anew wherever they are read or searched."""
    engine = open_database(read_settings())
    kinds = {*privacy_rules(engine, COMMAND_LINE).kinds, *(mask or [])} - {*(leave or [])}
    changes: dict[str, object] = {"kinds": tuple(str(kind) for kind in kinds)}
    if silence is not None:
        changes["silences_audio"] = silence
    if region is not None:
        changes["phone_region"] = region
    with progress("transcripts", "indexing") as bar:
        rules = set_privacy(engine, COMMAND_LINE, changes, now=now(), on_progress=bar)
    _print(rules)


@names.command("add")
def names_add(listed: Annotated[list[str], typer.Argument(help="Names, each in quotes.")]) -> None:
    """Put names onto the list."""
    _add(names_of(listed, "command line"))


@names.command("import")
def names_import(
    file: Annotated[Path, typer.Argument(help="UTF-8, one name a line.", dir_okay=False)],
) -> None:
    """Put the names of a file onto the list."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(Problem(NOT_UTF8, file.name)) from error
    _add(names_of(text.splitlines(), file.name))


@names.command("remove")
def names_remove(name: Annotated[str, typer.Argument(help="The name, in any form.")]) -> None:
    """Take a name off the list."""
    engine = open_database(read_settings())
    with progress("transcripts", "indexing") as bar:
        rules = remove_name(engine, COMMAND_LINE, name, now=now(), on_progress=bar)
    typer.echo(f"{len(rules.names)} names are masked")


@app.command("prepare-audio")
def prepare_audio() -> None:
    """Make the copies of recordings that are played in their place, and delete outdated ones."""
    settings = read_settings()
    with progress("recordings", "copies") as bar:
        prepared = prepare_copies(
            open_database(settings),
            COMMAND_LINE,
            settings.recordings_folder,
            settings.playback_folder,
            on_progress=bar,
        )
    print_problems(prepared.problems)
    typer.echo(f"{prepared.copies} copies are ready, {len(prepared.problems)} cannot be made")


def _add(listed: tuple[str, ...]) -> None:
    engine = open_database(read_settings())
    with progress("transcripts", "indexing") as bar:
        rules = add_names(engine, COMMAND_LINE, listed, now=now(), on_progress=bar)
    typer.echo(f"{len(rules.names)} names are masked")


def _print(rules: PrivacyRules, *, with_names: bool = False) -> None:
    for kind in KINDS:
        typer.echo(f"{kind}\t{'masked' if kind in rules.kinds else 'shown'}")
    typer.echo(f"played audio\t{'silenced' if rules.silences_audio else 'as recorded'}")
    typer.echo(f"telephone region\t{rules.phone_region}")
    typer.echo(f"names on the list\t{len(rules.names)}")
    for name in rules.names if with_names else ():
        typer.echo(f"  {name}")
