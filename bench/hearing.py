"""One process that hears files one after the other, and says as JSON what that took.

`loop` is faster-whisper as its guide shows it; `ours` is qm's transcriber, without any queue.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from qm.speech.whisper import Transcriber


def loop(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Hear each file with `WhisperModel.transcribe`, with all threads that the machine has."""
    from faster_whisper import WhisperModel  # noqa: PLC0415

    model = WhisperModel(
        options.model,
        device="cpu",
        compute_type=options.compute_type,
        cpu_threads=options.threads,
    )
    for file in options.files:
        began, cpu = time.monotonic(), time.process_time()
        segments, _ = model.transcribe(
            str(file),
            language="en",
            beam_size=options.beam,
            vad_filter=True,
            word_timestamps=True,
        )
        text = " ".join(segment.text.strip() for segment in segments)
        yield {
            "file": file.name,
            "text": text,
            "wall_s": time.monotonic() - began,
            "cpu_s": time.process_time() - cpu,
        }


def ours(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """Hear each file as a worker process does."""
    model = Transcriber(
        Path(options.model),
        label="bench",
        device="cpu",
        compute_type=options.compute_type,
        beam_size=options.beam,
        threads=options.threads,
    )
    model.load()
    for file in options.files:
        cpu = time.process_time()
        made = model.transcribe(file, "en")
        yield {
            "file": file.name,
            "text": " ".join(line.text for line in made.segments),
            "wall_s": made.processing_s,
            "model_s": made.model_s,
            "cpu_s": time.process_time() - cpu,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line of JSON per file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("way", choices=["loop", "ours"])
    parser.add_argument("model", help="folder of the model")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--compute-type", default="int8")
    parser.add_argument("--beam", type=int, default=2)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as the machine has")
    options = parser.parse_args(arguments)
    for line in {"loop": loop, "ours": ours}[options.way](options):
        print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
