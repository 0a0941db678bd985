"""`qm form simulate`: what another version would have made of the stored evaluations."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import pandas as pd
import typer

from qm.cli.form_data import JsonOption, print_json, refusing_in_json
from qm.cli.form_files import FormArgument, form_called
from qm.cli.terminal import open_database, progress
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.scoring.rescoring import Scores
from qm.workflow.form_simulation import Simulation, simulate


@refusing_in_json
def form_simulate(
    form: FormArgument,
    period: Annotated[
        list[str] | None,
        typer.Option(help="Month of the evaluations, may be repeated; by default all."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score the stored evaluations of a form under another version; nothing is stored."""
    settings = read_settings()
    new = form_called(form, settings)
    periods = [str(Period.parse(text).require_month()) for text in period] if period else None
    with progress("evaluation", "simulate") as show:
        result = simulate(
            open_database(settings),
            COMMAND_LINE,
            new,
            form_id=new.form,
            periods=periods,
            on_progress=show,
        )
    if as_json:
        print_json(_as_data(result))
        return
    for line in _lines(result):
        typer.echo(line)


def _lines(result: Simulation) -> Iterator[str]:
    yield f"{result.form} on {result.evaluations} evaluations with {', '.join(result.versions)}"
    distributions = {"before": result.before, "after": result.after}
    summary = {name: _summary(scores) for name, scores in distributions.items()}
    yield pd.DataFrame(summary).T.to_string(float_format="%.1f", na_rep="-")
    starts = sorted({*result.before.bins, *result.after.bins})
    counts = {name: [s.bins.get(start, 0) for start in starts] for name, s in distributions.items()}
    labels = [f"{start} to {start + 10}" for start in starts]
    yield pd.DataFrame(counts, index=labels).to_string()
    if result.mean_difference is not None:
        yield f"mean difference {result.mean_difference:+.2f} over {result.compared} evaluations"
    for title, frame in (
        ("changed outcomes", result.outcomes),
        ("biggest moves", result.biggest),
        ("without a score before or after", result.incomparable),
    ):
        yield f"{title}: {len(frame) or 'none'}"
        if len(frame):
            yield frame.to_string(index=False, na_rep="-")
    for misfit in result.misfits:
        what = "is not asked" if misfit.value is None else f"does not take “{misfit.value}”"
        yield f"left out: “{misfit.question_id}” {what}, {misfit.answers} answers"
    if result.new_questions:
        yield f"never answered, being new: {', '.join(result.new_questions)}"
    if result.with_unanswered:
        yield f"{result.with_unanswered} evaluations lack an answer that the version requires"


def _summary(scores: Scores) -> dict[str, float | int | None]:
    return {
        "n": scores.n,
        "mean": scores.mean,
        "quarter": scores.lower_quartile,
        "median": scores.median,
        "three quarters": scores.upper_quartile,
        "passed %": scores.pass_percent,
    }


def _as_data(result: Simulation) -> dict[str, Any]:
    frames = {
        name: frame.astype(object).where(frame.notna(), None).to_dict("records")
        for name, frame in (
            ("outcomes", result.outcomes),
            ("biggest", result.biggest),
            ("incomparable", result.incomparable),
        )
    }
    return {
        "form": result.form,
        "evaluations": result.evaluations,
        "versions": result.versions,
        "before": {**asdict(result.before), "pass_percent": result.before.pass_percent},
        "after": {**asdict(result.after), "pass_percent": result.after.pass_percent},
        "compared": result.compared,
        "mean_difference": result.mean_difference,
        "misfits": [asdict(misfit) for misfit in result.misfits],
        "new_questions": result.new_questions,
        "with_unanswered": result.with_unanswered,
        **frames,
    }
