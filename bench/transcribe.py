"""Transcription: `make bench-transcribe`, against faster-whisper called in a plain loop.

Same files, same model, same settings (int8, beam 2, voice filter, word times), all cores for
both. Ours is the product's own: recordings in a queue, worked off by `qm`'s worker processes.
Both hear the same sound, the mono mix of each call; both clocks start when the model is loaded.
Words are compared with what float32 with beam 5 hears. `--peers FOLDER` adds whisper-ctranslate2
from an environment of its own, which is made in that folder.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import jiwer
import pandas as pd

from bench.call_files import describe, recordings_in
from bench.figures import Figure, all_of, exit_code
from bench.mono_mix import channels_of, write_mono_mix
from bench.queue_run import Run, by_workers
from bench.transcribe_peers import whisper_ctranslate2
from qm.core.text import search_key
from qm.speech.machine import worker_environment
from qm.speech.model_files import find_model

REPOSITORY = Path(__file__).parents[1]
RECORDINGS = REPOSITORY / ".." / "shared" / "data" / "recordings"
OWN_CALLS = ("adam.blake", "daniel.reed", "emma.clark", "olivia.hart")
_BEAM = 2


def by_loop(model: Path, files: Sequence[Path], *options: str) -> Run:
    """Return what a plain loop over faster-whisper took, from its first call to its last."""
    return _run(heard_by("loop", model, files, *options))


def heard_by(
    way: str, model: Path, files: Sequence[Path], *options: str, **variables: str
) -> list[dict[str, object]]:
    """Return what `bench.hearing` says of each file, from a process of its own."""
    command = [sys.executable, "-m", "bench.hearing", way, str(model), *map(str, files), *options]
    ended = subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def _run(heard: Sequence[Mapping[str, object]]) -> Run:
    frame = pd.DataFrame(heard)
    texts = dict(zip(frame["file"], frame["text"], strict=True))
    return Run(float(frame["wall_s"].sum()), float(frame["cpu_s"].sum()), texts)


def comparable(text: str) -> str:
    """Return the words alone, in lower case."""
    return " ".join(re.sub(r"[^\w\s']|_", " ", search_key(text)).split())


def word_errors(references: Mapping[str, str], texts: Mapping[str, str]) -> float:
    """Return the share of wrong words over all calls; a missing text counts in full."""
    names = list(references)
    return float(
        jiwer.wer(
            [comparable(references[name]) for name in names],
            [comparable(texts.get(name, "")) for name in names],
        )
    )


def two_channel_cost(model: Path, calls: Sequence[Path], mixes: Sequence[Path]) -> float:
    """Return how many times the seconds of the mono mix a two-channel call takes."""
    files = [*calls, *mixes]
    heard = heard_by("ours", model, files, "--threads", "1", **worker_environment())
    cpu_s = {str(each["file"]): float(str(each["cpu_s"])) for each in heard}
    return sum(cpu_s[call.name] for call in calls) / sum(cpu_s[mix.name] for mix in mixes)


def decoding_share(model: Path, files: Sequence[Path]) -> float:
    """Return what a call takes beside the model and the voice detector, as a share of these."""
    frame = pd.DataFrame(heard_by("ours", model, files, "--threads", "1", **worker_environment()))
    return float(frame["wall_s"].sum() / frame["model_s"].sum()) - 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the rounds, the words per file and the figures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recordings", type=Path, default=RECORDINGS, help="folder of the calls")
    parser.add_argument("--model", default="package:base")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peers", type=Path, help="folder for the environments of peers")
    options = parser.parse_args(arguments)
    calls = [
        *(recordings_in(options.recordings) if options.recordings.is_dir() else []),
        *(REPOSITORY / "recordings" / f"{name}.mp3" for name in OWN_CALLS),
    ]
    model = Path(find_model(options.model, REPOSITORY / ".pytest_cache" / "speech-models"))
    with tempfile.TemporaryDirectory(prefix="qm-bench-") as name:
        figures = list(_figures(model, calls, Path(name), options.rounds, options.peers))
    print(*figures, sep="\n")
    return exit_code(figures)


def _figures(
    model: Path, calls: Sequence[Path], folder: Path, rounds: int, peers: Path | None
) -> Iterator[Figure]:
    mixes = [write_mono_mix(call, folder / f"{call.stem}.wav") for call in calls]
    reference = by_loop(model, mixes, "--compute-type", "float32", "--beam", "5").texts
    reference = {Path(name).stem: text for name, text in reference.items()}
    loops, own = [], []
    for at in range(rounds):
        loops.append(by_loop(model, mixes, "--beam", str(_BEAM)))
        own.append(by_workers(model, mixes, _BEAM))
        for label, run in (("loop", loops[-1]), ("ours", own[-1])):
            print(f"round {at + 1} {label}: {run.wall_s:.1f} s, processors {run.cpu_s:.1f} s")
    texts = {describe([mix])[0].id: mix.stem for mix in mixes}
    ours = {texts[id_]: text for id_, text in own[-1].texts.items()}
    loop = {Path(name).stem: text for name, text in loops[-1].texts.items()}
    rivals = {"loop": loop, "ours": ours}
    loop_s, own_s = (median(run.wall_s for run in runs) for runs in (loops, own))
    if peers:
        began = time.monotonic()
        rivals["whisper-ctranslate2"] = whisper_ctranslate2(model, mixes, peers, _BEAM)
        peer_s = time.monotonic() - began
        print(f"whisper-ctranslate2: {peer_s:.1f} s with loading; ours {peer_s / own_s:.2f}×")
    print(_words_per_file(reference, rivals))
    errors = {label: word_errors(reference, heard) for label, heard in rivals.items()}
    for label, share in errors.items():
        print(f"word errors of {label}: {share:.4f}")
    more = 100 * (errors["ours"] - errors["loop"])
    overhead = 100 * (median(run.pauses for run in own) + decoding_share(model, mixes))
    paired = [pair for pair in zip(calls, mixes, strict=True) if channels_of(pair[0]) == 2]
    cost = two_channel_cost(model, *zip(*paired, strict=True))
    yield all_of("calls_transcribed", len(own[-1].texts), len(calls), "calls")
    yield Figure("throughput_against_loop", loop_s / own_s, "x", ">=2", loop_s >= 2 * own_s)
    yield Figure("word_errors_more_than_loop", more, "points", "<=2", more <= 2)
    yield Figure("overhead", overhead, "%", "<5", overhead < 5)
    yield Figure("two_channels_against_mono", cost, "x", "<=1.3", cost <= 1.3)


def _words_per_file(reference: Mapping[str, str], rivals: Mapping[str, Mapping[str, str]]) -> str:
    rows = [
        {
            "call": name,
            "words": len(comparable(text).split()),
            **{label: f"{word_errors({name: text}, heard):.3f}" for label, heard in rivals.items()},
        }
        for name, text in reference.items()
    ]
    return pd.DataFrame(rows).to_string(index=False)


if __name__ == "__main__":
    sys.exit(main())
