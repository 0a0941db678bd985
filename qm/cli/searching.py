"""`qm search`: where words are said, and `qm reindex`: all transcripts made searchable."""

import json
from typing import Annotated

import typer

from qm.cli.terminal import open_database, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period, moment_label
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import clock
from qm.core.transcript import Speaker
from qm.workflow.transcript_search import Hit, Within, index_missing, search_transcripts

PERIODS_REVERSED = explain(
    "search.periods_reversed",
    N_("The search ends before it begins."),
    N_("Give the earlier period with --from."),
)


def search(  # noqa: PLR0913 (its options are its parameters)
    words: Annotated[
        str, typer.Argument(help="Words, “phrases”, -excluded, one OR other, begin*.")
    ],
    *,
    agent: Annotated[str | None, typer.Option(help="Id of the agent.")] = None,
    team: Annotated[str | None, typer.Option(help="Id of the team.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="First period, such as 1405-08 or 2026-W47.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last period; the first one.")] = None,
    channel: Annotated[str | None, typer.Option(help="call, chat or email.")] = None,
    speaker: Annotated[Speaker | None, typer.Option(help="Who says it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many places at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Find where words are said in the transcripts, the newest interaction first."""
    settings = read_settings()
    start = end = None
    if first or last:
        begin, finish = Period.parse(first or last or ""), Period.parse(last or first or "")
        start, end = begin.bounds(settings.centre.zone)[0], finish.bounds(settings.centre.zone)[1]
        if end <= start:
            raise BadInput(Problem(PERIODS_REVERSED, f"{first}, {last}"))
    within = Within(start, end, agent, team, channel, speaker)
    found = search_transcripts(open_database(settings), COMMAND_LINE, words, within, limit=limit)
    for hit in found.hits:
        if as_json:
            typer.echo(json.dumps(_as_data(hit), ensure_ascii=False))
            continue
        at = moment_label(
            hit.interaction.started_at, settings.centre.calendar, settings.centre.zone, "en"
        )
        place = f"{hit.interaction.id} {clock(hit.start_s, 'en')} {hit.speaker}"
        typer.echo(f"{at}  {place}  {hit.text}")
    typer.echo(f"{found.total} places in {found.interactions} interactions", err=True)


def reindex() -> None:
    """Make transcripts searchable that are not, as after an update or new masking rules."""
    engine = open_database(read_settings())
    with progress("transcript", "Indexing") as show:
        count = index_missing(engine, COMMAND_LINE, show)
    typer.echo(f"{count} transcripts made searchable")


def _as_data(hit: Hit) -> dict[str, object]:
    return {
        "interaction": hit.interaction.id,
        "agent": hit.interaction.agent_id,
        "team": hit.interaction.team_id,
        "channel": hit.interaction.channel,
        "started_at": hit.interaction.started_at.isoformat(),
        "speaker": hit.speaker,
        "segment": hit.position,
        "start_s": hit.start_s,
        "text": hit.text,
        "found": [list(stretch) for stretch in hit.found],
        "evaluation": hit.evaluation_id,
    }
