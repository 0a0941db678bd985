"""What the first bytes of a file say of it: whether it is sound, without decoding anything."""

HEAD_BYTES = 192

# What stands at which place of a file of the kind; a transport stream marks each packet of 188.
_MARKS: tuple[tuple[str, dict[int, bytes]], ...] = (
    (".wav", {0: b"RIFF", 8: b"WAVE"}),
    (".wav", {0: b"RF64", 8: b"WAVE"}),
    (".avi", {0: b"RIFF", 8: b"AVI "}),
    (".w64", {0: b"riff", 24: b"wave"}),
    (".aiff", {0: b"FORM", 8: b"AIFF"}),
    (".aiff", {0: b"FORM", 8: b"AIFC"}),
    (".m4a", {4: b"ftyp"}),
    (".ts", {0: b"G", 188: b"G"}),
    (".mp3", {0: b"ID3"}),
    (".ogg", {0: b"OggS"}),
    (".flac", {0: b"fLaC"}),
    (".amr", {0: b"#!AMR"}),
    (".au", {0: b".snd"}),
    (".webm", {0: b"\x1a\x45\xdf\xa3"}),
)
# Second byte of an MPEG audio frame (layers I to III) and of an ADTS one (AAC): the mark of eleven
# ones, and a version and layer that exist.
_FRAMES = {second for second in range(0xE0, 0x100) if second & 0x18 != 0x08}
# Formats that are nothing but frames: the name must say it, for any byte could be sound.
_RAW = {".g722": None, ".gsm": 0xD0}


def ending_of(head: bytes) -> str | None:
    """Return the ending that fits the first `HEAD_BYTES` of a sound file; None for other files."""
    for ending, marks in _MARKS:
        if all(head[at : at + len(mark)] == mark for at, mark in marks.items()):
            return ending
    if len(head) > 1 and head[0] == 0xFF and head[1] in _FRAMES:
        return ".aac" if head[1] & 0x06 == 0 else ".mp3"
    return None


def is_sound(head: bytes, named: str | None) -> bool:
    """Whether the first bytes are those of a sound file that `named`, its ending, may hold."""
    if named in _RAW:
        mark = _RAW[named]
        return bool(head) and (mark is None or head[0] & 0xF0 == mark)
    return ending_of(head) is not None


def declared_wav_bytes(head: bytes) -> int | None:
    """Return the file's size that a wav header states; None for other files and for streams."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    size = int.from_bytes(head[4:8], "little")
    is_stream = size >= 0xFFFFFF00 or size in {0, 0x7FFFFFFF}
    return None if is_stream else size + 8
