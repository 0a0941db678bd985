"""The ZIP file of a bundle, opened with suspicion: known files, of bounded size, never unpacked."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qm.core.problems import N_, BadInput, Problem, explain

NOT_A_ZIP = explain(
    "bundle.not_zip",
    N_("The file cannot be opened as a ZIP file: {detail}."),
    N_("Name a bundle that `qm draw bundle` wrote, and copy it anew where it is damaged."),
)
OTHER_FILES = explain(
    "bundle.other_files",
    N_("The ZIP file does not hold the files of a draw: missing {missing}; not expected {others}."),
    N_("Name a bundle that `qm draw bundle` wrote, with nothing added and nothing taken away."),
)
TOO_LARGE = explain(
    "bundle.too_large",
    N_("The file is larger than a draw's can be, or packed so tightly that it is a trap."),
    N_("Do not open it; ask for the bundle again."),
)
DAMAGED = explain(
    "bundle.damaged",
    N_("The file is damaged: {detail}."),
    N_("Copy the bundle anew, or ask for it again."),
)

_NEEDED = ("README.txt", "draw.json", "policy.json", "population.csv", "picks.csv")
_POSSIBLE = ("earlier.csv",)
_MOST_BYTES = {".json": 20_000_000, ".txt": 200_000, ".csv": 4_000_000_000}
_NAMED_MOST = 5
# Tables of ids shrink to a tenth or so; nothing honest of this size shrinks a hundredfold.
_HARMLESS_BYTES = 1_000_000
_TIGHTEST = 100


@contextmanager
def opened(path: Path) -> Iterator[Callable[[str], bytes]]:
    """Yield what returns the content of a file in the bundle, empty where it is not there.

    Raises `BadInput` where the ZIP file is none, holds other files than a bundle's, is damaged
    or would grow beyond measure.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _require_files(archive, path.name)

            def content_of(name: str) -> bytes:
                return _content(archive, name, f"{path.name}/{name}")

            yield content_of
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadInput(Problem(NOT_A_ZIP, path.name, values={"detail": str(error)})) from error


def _require_files(archive: zipfile.ZipFile, place: str) -> None:
    names = archive.namelist()
    missing = [name for name in _NEEDED if name not in names]
    others = [name for name in names if name not in (*_NEEDED, *_POSSIBLE)]
    others += [name for name in set(names) if names.count(name) > 1]
    if missing or others:
        values = {"missing": missing or "–", "others": [*map(ascii, others[:_NAMED_MOST])] or "–"}
        raise BadInput(Problem(OTHER_FILES, place, values=values))


def _content(archive: zipfile.ZipFile, name: str, place: str) -> bytes:
    if name not in archive.namelist():
        return b""
    entry = archive.getinfo(name)
    most = _MOST_BYTES[Path(name).suffix]
    is_trap = entry.file_size > max(_HARMLESS_BYTES, _TIGHTEST * entry.compress_size)
    if entry.file_size > most or is_trap:
        raise BadInput(Problem(TOO_LARGE, place))
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error) as error:
        raise BadInput(Problem(DAMAGED, place, values={"detail": str(error)})) from error
    if len(content) != entry.file_size:
        raise BadInput(Problem(DAMAGED, place, values={"detail": "its size is another"}))
    return content
