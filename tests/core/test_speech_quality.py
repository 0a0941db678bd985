from __future__ import annotations

import pytest

from qm.core.speech_quality import expected_word_error, is_weak


@pytest.mark.parametrize(
    ("model", "language", "share"),
    [
        ("package:base", "fa", 0.94),
        ("small", "fa-IR", 0.74),
        ("medium", "FA_ir", 0.50),
        ("Systran/faster-whisper-large-v3", "fa", 0.38),
        ("/srv/models/whisper-medium/", "fa", 0.50),
        (r"C:\models\faster-whisper-small", "fa", 0.74),
        ("package:tiny.en", "fa", None),
        ("small.en", "fa", None),
        ("large-v3-turbo", "fa", None),
        ("database", "fa", None),
        ("whisper-large-v3", "en", None),
        ("package:base", "", None),
    ],
)
def test_what_is_known_of_a_model_and_a_language(
    model: str, language: str, share: float | None
) -> None:
    assert expected_word_error(model, language) == share
    assert is_weak(model, language) is (share is not None)
