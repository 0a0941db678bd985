"""What kind of sound file something is, told by its first bytes; a name is only a name."""

from pathlib import Path

_HEAD_BYTES = 4096
_MAGIC = {b"OggS": "audio/ogg", b"fLaC": "audio/flac"}
_EBML = b"\x1a\x45\xdf\xa3"
# Second byte of an MPEG-1 or MPEG-2 layer III frame, without and with a checksum.
_MPEG_FRAMES = {b"\xfb", b"\xfa", b"\xf3", b"\xf2"}
# Codecs in a wav file that no browser lacks: PCM, floats, and PCM in the extended header.
_PLAYED_IN_WAV = {1, 3, 0xFFFE}


def browser_type(path: Path) -> str | None:
    """Return the media type of a file that every browser plays; None for other sound and files.

    The telephone's own formats are among the others: A-law, µ-law and GSM in wav files, AMR, AU.
    """
    with path.open("rb") as file:
        start = file.read(_HEAD_BYTES)
    if start.startswith(b"RIFF") and start[8:12] == b"WAVE":
        return "audio/wav" if _wav_codec(start) in _PLAYED_IN_WAV else None
    if start[4:8] == b"ftyp":
        return "audio/mp4"
    if start.startswith(b"ID3") or (start[:1] == b"\xff" and start[1:2] in _MPEG_FRAMES):
        return "audio/mpeg"
    if start.startswith(_EBML) and b"webm" in start[:64]:
        return "audio/webm"
    return _MAGIC.get(start[:4])


def _wav_codec(start: bytes) -> int | None:
    """Return the codec's number in the header of a wav file, None where none is to be found."""
    place = 12
    while place + 10 <= len(start):
        if start[place : place + 4] == b"fmt ":
            return int.from_bytes(start[place + 8 : place + 10], "little")
        size = int.from_bytes(start[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return None
