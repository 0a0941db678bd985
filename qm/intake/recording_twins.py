"""Files with the same content under two names."""

import filecmp
import hashlib
from collections.abc import Iterable
from pathlib import Path

from qm.intake.recording_files import SoundFile

_SAMPLE_BYTES = 1 << 16


class SoundTwins:
    """Files that belong to interactions; whole files are read only to make sure.

    Recordings of equal length have equal sizes, so those of one size are told apart by their first
    and last bytes before they are compared.
    """

    def __init__(self, folder: Path, files: Iterable[SoundFile]) -> None:
        self._folder = folder
        self._by_size: dict[int, list[SoundFile]] = {}
        self._by_sample: dict[tuple[int, bytes], list[SoundFile]] = {}
        for file in files:
            self.add(file)

    def add(self, file: SoundFile) -> None:
        """Add a file that belongs to an interaction from now on."""
        self._by_size.setdefault(file.bytes, []).append(file)

    def of(self, file: SoundFile) -> str | None:
        """Return the name of a file that has the same content, None where there is none.

        A file that cannot be read is the same as no other.
        """
        if file.bytes not in self._by_size:
            return None
        while self._by_size[file.bytes]:
            self._add_sampled(self._by_size[file.bytes].pop())
        try:
            alike = self._by_sample.get((file.bytes, self._sample(file)), [])
            return next((other.name for other in alike if self._is_same(file, other)), None)
        except OSError:
            return None

    def _add_sampled(self, file: SoundFile) -> None:
        try:
            key = file.bytes, self._sample(file)
        except OSError:
            return
        self._by_sample.setdefault(key, []).append(file)

    def _is_same(self, file: SoundFile, other: SoundFile) -> bool:
        return filecmp.cmp(self._folder / file.name, self._folder / other.name, shallow=False)

    def _sample(self, file: SoundFile) -> bytes:
        with (self._folder / file.name).open("rb") as opened:
            digest = hashlib.sha256(opened.read(_SAMPLE_BYTES))
            opened.seek(max(0, file.bytes - _SAMPLE_BYTES))
            digest.update(opened.read(_SAMPLE_BYTES))
        return digest.digest()
