"""How well a speech model understands a language, as far as it was measured."""

from collections.abc import Mapping
from types import MappingProxyType

_WORD_ERRORS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"fa": {"tiny": 1.04, "base": 0.94, "small": 0.74, "medium": 0.50, "large-v3": 0.38}}
)

_WEAK = 0.2  # every fifth word


def expected_word_error(model: str, language: str) -> float | None:
    """Return the share of words that a Whisper model gets wrong; None where it was not measured.

    `model` is a transcript's label: a size, `package:` and a size, or a name or folder that ends
    with a size. A word is wrong if any letter of it is; more than 1 means more wrong words than
    were said. Persian: word error rates of the multilingual models (int8) on 36 clips of clear
    speech by two speakers, published in shynrdi/persian-speech-to-text-qualitative-testing,
    report_cpu_v3/asr_summary_all.csv. Telephone sound is harder; `bench/wer.py` measures 18 of
    these clips again.
    """
    by_size = _WORD_ERRORS.get(language.replace("_", "-").partition("-")[0].lower(), {})
    name = model.replace("\\", "/").rstrip("/").rpartition("/")[2].rpartition(":")[2].lower()
    sizes = [size for size in by_size if name == size or name.endswith(f"-{size}")]
    return by_size[max(sizes, key=len)] if sizes else None


def is_weak(model: str | None, language: str | None) -> bool:
    """Whether so many words are known to be wrong that whoever only reads them is misled."""
    error = expected_word_error(model, language) if model and language else None
    return error is not None and error >= _WEAK
