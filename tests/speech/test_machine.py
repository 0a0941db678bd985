from __future__ import annotations

import os
import subprocess
import sys

import pytest

from qm.speech.machine import cores, device_of, worker_environment
from tests.speech.sounds import base_model


def test_the_device_is_the_one_asked_for() -> None:
    assert device_of("cpu") == "cpu"
    assert device_of("cuda") == "cuda"
    assert device_of("auto") in {"cpu", "cuda"}
    assert cores() >= 1


def test_what_the_operator_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    assert "MALLOC_ARENA_MAX" not in worker_environment()
    monkeypatch.delenv("MALLOC_ARENA_MAX")
    assert worker_environment()["MALLOC_ARENA_MAX"] == "1"


@pytest.mark.speech
def test_the_model_runs_in_that_environment() -> None:
    """An instruction set that the processor lacks would end the process at once."""
    code = (
        "import sys, numpy; from ctranslate2 import StorageView\n"
        "from ctranslate2.models import Whisper\n"
        "silence = numpy.zeros((1, 80, 3000), numpy.float32)\n"
        "model = Whisper(sys.argv[1], compute_type='int8')\n"
        "print(model.encode(StorageView.from_array(silence)).shape)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(base_model())],
        env={**os.environ, **worker_environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == "[1, 1500, 512]\n"
