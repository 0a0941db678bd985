"""`qm import transcripts`: attach transcripts that were made elsewhere."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from qm.cli.terminal import now, open_database, print_problems, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.known_recording_names import name_patterns
from qm.core.problems import Problem
from qm.intake.transcripts.speakers import AgentIs
from qm.workflow.transcript_intake import (
    Attached,
    AttachOptions,
    GivenFile,
    attach_transcripts,
)

Channel = Literal["0", "1", "left", "right"]

_CHANNELS: dict[Channel, int] = {"0": 0, "1": 1, "left": 0, "right": 1}
_ENDINGS = {".vtt", ".srt", ".json", ".csv", ".tsv", ".txt"}


def import_transcripts(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files, or folders whose files (.vtt .srt .json .csv .txt) are taken."),
    ],
    interaction: Annotated[
        str | None, typer.Option(help="The interaction's id; for one file that does not tell it.")
    ] = None,
    agent_channel: Annotated[
        Channel | None, typer.Option(help="The agent's channel in files of two channels.")
    ] = None,
    agent_label: Annotated[
        str | None, typer.Option(help="What the files call the agent, such as spk_0.")
    ] = None,
    replace_corrected: Annotated[
        bool,
        typer.Option(
            "--replace-corrected", help="Replace transcripts that somebody corrected, too."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what became of each file as JSON.")
    ] = False,
) -> None:
    """Attach transcripts made elsewhere to their interactions: WebVTT, SRT, JSON and chat logs.

    A file belongs to the interaction whose id it holds or is named after, or to the one with the
    recording of that name. Run it again as often as you like: the same file changes nothing. The
    exit code is 1 where a file was refused.
    """
    found = [file for path in files for file in _files_of(path)]
    if interaction is not None and len(found) != 1:
        raise typer.BadParameter("it needs exactly one file", param_hint="--interaction")
    settings = read_settings()
    options = AttachOptions(
        agent=AgentIs(_CHANNELS[agent_channel] if agent_channel else None, agent_label),
        patterns=name_patterns(settings.recording_names, "qm.toml"),
        replace_corrected=replace_corrected,
    )
    given = [GivenFile(file.name, file, interaction) for file in found]
    with progress("file", "transcripts") as show:
        engine = open_database(settings)
        outcomes = attach_transcripts(
            engine, COMMAND_LINE, given, options, now=now(), on_progress=show
        )
    if as_json:
        typer.echo(json.dumps(list(map(_as_data, outcomes)), ensure_ascii=False, indent=2))
    else:
        _print(outcomes)
    if any(each.result == "refused" for each in outcomes):
        raise typer.Exit(1)


def _files_of(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file for file in path.iterdir() if file.suffix.lower() in _ENDINGS and file.is_file()
    )


def _print(outcomes: Sequence[Attached]) -> None:
    for each in outcomes:
        print_problems(each.problems)
        if each.result != "refused":
            spoken = ", ".join(f"{who} {count}" for who, count in each.speakers.items())
            told = f"{each.format}, {each.lines} lines ({spoken})"
            typer.echo(f"{each.file_name}: {each.result}, {each.interaction_id}, {told}")
    results = [each.result for each in outcomes]
    counts = (f"{results.count(one)} {one}" for one in ("attached", "replaced", "known", "refused"))
    typer.echo(", ".join(counts))


def _as_data(outcome: Attached) -> dict[str, Any]:
    return {
        "file": outcome.file_name,
        "result": outcome.result,
        "interaction": outcome.interaction_id,
        "format": outcome.format,
        "language": outcome.language,
        "lines": outcome.lines,
        "speakers": dict(outcome.speakers),
        "problems": list(map(_problem_data, outcome.problems)),
    }


def _problem_data(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "row": problem.row,
        "field": problem.field,
        "reason": problem.reason,
        "remedy": problem.remedy,
    }
