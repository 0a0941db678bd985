"""`qm phrases`: the phrase rules, as data, with everything that is wrong about them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from qm.cli.form_data import JsonOption, findings, print_json
from qm.cli.form_words import finding_line
from qm.config import read_settings
from qm.core.phrases.rules import PhraseRules, Rule, phrase_schema_text
from qm.intake.phrase_files import PHRASES_FILE, check_phrases
from qm.workflow.forms import check_forms

app = typer.Typer(help="What must, and must not, be said in interactions.", no_args_is_help=True)


@app.callback()
def phrases() -> None:
    """Keep `check` a command of its own, as in the other groups."""


@app.command("check")
def phrases_check(
    file: Annotated[
        Path | None, typer.Argument(help="phrases.yaml of the forms folder by default.")
    ] = None,
    as_json: JsonOption = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of phrase rules instead.")
    ] = False,
) -> None:
    """Check phrase rules, also against the forms folder; exit code 1 for errors."""
    if schema:
        typer.echo(phrase_schema_text(), nl=False)
        return
    folder = read_settings().forms_folder
    path = file or folder / PHRASES_FILE
    forms = [each.form for each in check_forms(folder, folder / "LOCK") if each.form]
    rules, problems, warnings = check_phrases(path, forms)
    if as_json:
        data = rules.model_dump(mode="json", exclude_unset=True) if rules else None
        found = [*findings(problems, "error"), *findings(warnings, "warning")]
        print_json({"file": path.name, "phrases": data, "findings": found})
    else:
        for problem in problems:
            typer.echo(finding_line(problem, "error"), err=True)
        for problem in warnings:
            typer.echo(finding_line(problem, "warning"), err=True)
        for line in _lines(rules) if rules else ():
            typer.echo(line)
    if problems:
        raise typer.Exit(1)


def _lines(rules: PhraseRules) -> Iterator[str]:
    yield f"{rules.key}: {len(rules.rules)} rules"
    for rule in rules.rules:
        must = "must say" if rule.must == "be_said" else "must not say"
        count = f"{len(rule.phrases.en)} en, {len(rule.phrases.fa)} fa"
        yield f"  {rule.rule}: {rule.speaker} {must} one of {count}{_where(rule)}"


def _where(rule: Rule) -> str:
    channels = f", in {', '.join(rule.channels)}" if rule.channels else ""
    if rule.within is None:
        return channels
    ((stretch, count),) = rule.within.model_dump(exclude_none=True).items()
    edge, _, unit = stretch.partition("_")
    return f"{channels}, within the {edge} {count} {'seconds' if unit == 's' else unit}"
