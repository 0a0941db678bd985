"""The main path on real recordings: what each call became, and how long its words took.

`make bench-real-calls`, or for a folder of your own with calls of one month:
`make bench-real-calls ARGS="--recordings FOLDER"`.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from bench.call_files import describe, recordings_in
from bench.figures import Figure, all_of, exit_code
from bench.main_path import CallResult, play
from bench.plain_answers import RULE
from qm.core.problems import BadInput
from qm.core.text import clock, search_key

RECORDINGS = Path(__file__).parents[2] / "shared" / "data" / "recordings"

PHRASES: Mapping[str, Sequence[str]] = {
    "Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.wav": ("Big Jim's Auto",),
}
"""What is said in a recording, whoever writes it down."""


def is_said(phrase: str, text: str) -> bool:
    """Whether `text` holds the phrase, however it is cased, spaced and punctuated."""
    return _letters(phrase) in _letters(text)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", search_key(text))


def phrases_of(result: CallResult) -> tuple[list[str], list[str]]:
    """Return the known phrases of a recording, and those that its transcript holds."""
    known = list(PHRASES.get(result.call.file.name, ()))
    text = result.heard.text if result.heard else ""
    return known, [phrase for phrase in known if is_said(phrase, text)]


def figures_of(results: Sequence[CallResult], report_files: Sequence[Path]) -> list[Figure]:
    """Return what was measured beside the goals; phrases only where any is known."""
    calls = len(results)
    heard = [result.heard for result in results if result.heard]
    known, found = (sum(map(len, lists)) for lists in zip(*map(phrases_of, results), strict=True))
    worst = max((each.real_time_factor for each in heard if each.real_time_factor), default=None)
    return [
        all_of("calls_transcribed", len(heard), calls, "calls"),
        *([all_of("phrases_found", found, known, "phrases")] if known else []),
        Figure("worst_real_time_factor", worst, "x", "<1", worst is not None and worst < 1),
        all_of("picks_evaluated", sum(bool(r.evaluation) for r in results), calls, "picks"),
        all_of("report_files", sum(file.stat().st_size > 0 for file in report_files), 2, "files"),
    ]


def table_of(results: Sequence[CallResult]) -> str:
    """Return the calls as a table of text."""
    return pd.DataFrame([_row(result) for result in results]).to_string(index=False)


def _row(result: CallResult) -> dict[str, str]:
    heard, evaluation = result.heard, result.evaluation
    known, found = phrases_of(result)
    factor = heard.real_time_factor if heard else None
    return {
        "call": result.call.id,
        "agent": result.call.agent,
        "duration": clock(heard.duration_s if heard else None, "en"),
        "words": str(heard.words) if heard else "-",
        "speakers": "-" if not heard else ", ".join(heard.speakers) or "not told apart",
        "real-time factor": "-" if factor is None else f"{factor:.3f}",
        "score": "-" if evaluation is None else f"{evaluation.percent} {evaluation.outcome}",
        "phrases": f"{len(found)} of {len(known)}" if known else "none known",
        "error": result.error or "",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of the calls and the figures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="folder of the calls")
    folder: Path = parser.parse_args(arguments).recordings
    files = recordings_in(folder) if folder.is_dir() else []
    if not files:
        print(f"{folder}: no recordings here. Name their folder: --recordings FOLDER")
        return 1
    with tempfile.TemporaryDirectory(prefix="qm-real-calls-") as temporary:
        try:
            results, report_files = play(files, Path(temporary))
        except BadInput as refusal:
            print(refusal)
            return 1
        figures = figures_of(results, report_files)
    print(table_of(results))
    nameless = [call.file.name for call in describe(files) if not call.is_named]
    print(f"Agent and time are invented where the file name tells none: {', '.join(nameless)}.")
    print(RULE)
    print(*figures, sep="\n")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
