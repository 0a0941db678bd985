"""How many words each speech model gets wrong: Persian against a reference, English by agreement.

`make bench-wer`, or with models of your own:
`make bench-wer ARGS="--model package:base --model /srv/models/whisper-large-v3"`.
Persian clips have a human reference text; the English calls have none, so there each model is
compared with the largest one of the run: agreement, not truth.
"""

import argparse
import csv
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import jiwer
import pandas as pd

from bench.call_files import recordings_in
from bench.figures import Figure
from qm.core.problems import BadInput
from qm.core.speech_quality import expected_word_error
from qm.core.text import search_key
from qm.speech.model_files import find_model
from qm.speech.whisper import Transcriber

DATA = Path(__file__).parents[2] / "shared" / "data"
MODELS = ("package:tiny.en", "package:base")
_ENGLISH_ONLY = ".en"
_NEAR = 0.1


class Heard(NamedTuple):
    """What a model wrote of some files: texts by file name, seconds of sound and of work."""

    texts: Mapping[str, str]
    sound_s: float
    work_s: float


def comparable(text: str) -> str:
    """Return the words alone: no punctuation, one form per letter, half-spaces as spaces."""
    words = re.sub(r"[^\w\s']|_", " ", search_key(text.replace("\u200c", " ")))
    return " ".join(words.split())


def hear(model: Transcriber, files: Iterable[Path], language: str) -> Heard:
    """Transcribe the files one after the other as a worker does."""
    texts, sound_s, began = {}, 0.0, time.monotonic()
    for file in files:
        made = model.transcribe(file, language)
        texts[file.name] = " ".join(segment.text for segment in made.segments)
        sound_s += made.duration_s
    return Heard(texts, sound_s, time.monotonic() - began)


def compared(label: str, heard: Heard, references: Mapping[str, str]) -> dict[str, object]:
    """Return a row of the table: errors per word and per letter against the references."""
    expected = [comparable(references[name]) for name in references]
    found = [comparable(heard.texts[name]) for name in references]
    words, letters = jiwer.process_words(expected, found), jiwer.process_characters(expected, found)
    return {
        "model": label,
        "files": len(expected),
        "words": words.hits + words.substitutions + words.deletions,
        "word errors": words.wer,
        "letter errors": letters.cer,
        "substituted": words.substitutions,
        "left out": words.deletions,
        "put in": words.insertions,
        "real-time factor": heard.work_s / heard.sound_s,
    }


def persian_references(folder: Path) -> dict[str, str]:
    """Return the reference text of each clip."""
    with (folder / "reference.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["file"]: row["reference_text"] for row in csv.DictReader(file)}


def persian(models: Mapping[str, Transcriber], folder: Path) -> pd.DataFrame:
    """Return the errors of each multilingual model on the Persian clips."""
    references = persian_references(folder)
    files = [folder / name for name in references]
    return pd.DataFrame(
        compared(label, hear(model, files, "fa"), references)
        for label, model in models.items()
        if not label.endswith(_ENGLISH_ONLY)
    )


def english(models: Mapping[str, Transcriber], folder: Path) -> pd.DataFrame:
    """Return how far each model is from the last, the largest, on the English calls."""
    files = recordings_in(folder)
    heard = {label: hear(model, files, "en") for label, model in models.items()}
    references = list(heard.values())[-1].texts
    return pd.DataFrame(compared(label, each, references) for label, each in heard.items())


def figures_of(persian_table: pd.DataFrame, english_table: pd.DataFrame) -> list[Figure]:
    """Return the errors beside what the pages tell of the model, where they tell anything."""
    figures = []
    for language, table in (("fa", persian_table), ("en", english_table)):
        for row in table.to_dict("records"):
            label, found = str(row["model"]), float(row["word errors"])
            told = expected_word_error(label, language) if language == "fa" else None
            goal = "told" if told is None else f"{told:.2f}±{_NEAR}"
            near = told is None or abs(found - told) <= _NEAR
            name = re.sub(r"\W+", "_", Path(label).name)
            figures.append(Figure(f"wer_{language}_{name}", found, "share", goal, near))
    return figures


def load(names: Sequence[str], cache: Path) -> dict[str, Transcriber]:
    """Return the models that can be had; say why the others cannot."""
    models = {}
    for name in names:
        try:
            model = Transcriber(find_model(name, cache), label=name)
            model.load()
        except BadInput as refusal:
            print(f"left out: {refusal}")
        else:
            models[name] = model
    return models


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table per language and the figures; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", action="append", help="smallest first; may be repeated")
    parser.add_argument("--data", type=Path, default=DATA, help="holds persian_clips, recordings")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="qm-wer-") as cache:
        models = load(given.model or MODELS, Path(cache))
        if not models:
            return 1
        tables = (
            persian(models, given.data / "persian_clips"),
            english(models, given.data / "recordings"),
        )
    for title, table in zip(("Persian clips", "English calls"), tables, strict=True):
        print(f"\n{title}", table.round(3).to_string(index=False), sep="\n")
    figures = figures_of(*tables)
    print(*figures, sep="\n")
    return 0 if all(figure.is_reached for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
