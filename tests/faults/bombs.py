"""Sound files that are small and claim, or decode to, more than any machine holds."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

RATE = 8000
_BLOCK = 65_535  # samples of a FLAC frame, the most there can be


def write_bombs(folder: Path) -> Iterator[tuple[str, str]]:
    """Write the bombs, each under 2 MB; yield the name of each and the problem it must be."""
    kinds = {
        "hours.wav": (_wav(1, RATE, claimed=2**31 - 2000), "audio.cut_short"),
        "rate.wav": (_wav(1, 2**31, claimed=16_000), "audio.not_audio"),
        "channels.wav": (_wav(65_535, RATE, claimed=16_000), "audio.not_audio"),
        "zeros.flac": (_flac(3 * 10**9 // 2, declared=0), "audio.too_long"),
        "honest.flac": (_flac(3 * 10**9 // 2, declared=3 * 10**9 // 2), "audio.too_long"),
        "claims.flac": (_flac(_BLOCK, declared=2**36 - 1), "audio.too_long"),
        "inflated.mka": (_matroska(5 * 3600), "audio.too_long"),
        "silent.amr": (b"#!AMR\n" + b"\x7c" * (5 * 3600 * 50), "audio.too_long"),
    }
    for name, (content, code) in kinds.items():
        (folder / name).write_bytes(content)
        assert len(content) < 2_000_000
        yield name, code


def _wav(channels: int, rate: int, claimed: int) -> bytes:
    """Return a wav file of 16,000 bytes of sound whose data chunk claims to be longer."""
    align = channels * 2 & 0xFFFF
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * align & 0xFFFFFFFF, align, 16)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", claimed)
    return b"RIFF" + struct.pack("<I", len(head) + claimed) + head + bytes(16_000)


def _flac(samples: int, declared: int) -> bytes:
    """Return a FLAC file of digital silence: 14 bytes for each 65,535 samples."""
    about = (RATE << 44) | (15 << 36) | declared  # 20 bits rate, 3 channels-1, 5 bits-1, 36 samples
    info = struct.pack(">HH", _BLOCK, _BLOCK) + bytes(6) + about.to_bytes(8, "big") + bytes(16)
    head = b"fLaC\x80" + len(info).to_bytes(3, "big") + info
    return head + b"".join(_silent_frame(n) for n in range(-(-samples // _BLOCK)))


@cache
def _silent_frame(number: int) -> bytes:
    # Fixed blocks; 16-bit block size at the end of the header; rate and bits as in the head.
    head = b"\xff\xf8\x70\x00" + chr(number).encode("utf-8", "surrogatepass")
    head += struct.pack(">H", _BLOCK - 1)
    head += bytes([_crc(head, 8, 0x07)])
    frame = head + b"\x00\x00\x00"  # a constant subframe of the value 0
    return frame + _crc(frame, 16, 0x8005).to_bytes(2, "big")


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    value = 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1) ^ (polynomial if value >> (bits - 1) else 0)
            value &= (1 << bits) - 1
    return value


def _matroska(seconds: int) -> bytes:
    """Return a Matroska file of zlib-compressed silence: a minute of PCM is a kilobyte."""
    minute = zlib.compress(bytes(60 * RATE * 2), 9)
    compression = _element(0x5034, _element(0x4254, b"\x00"))
    encodings = _element(0x6D80, _element(0x6240, compression))
    audio = _element(
        0xE1,
        _element(0xB5, struct.pack(">d", RATE))
        + _element(0x9F, b"\x01")
        + _element(0x6264, b"\x10"),
    )
    track = b"".join(
        [
            _element(0xD7, b"\x01"),
            _element(0x73C5, b"\x01"),
            _element(0x83, b"\x02"),
            _element(0x86, b"A_PCM/INT/LIT"),
            audio,
            encodings,
        ]
    )
    clusters = b"".join(
        _element(
            0x1F43B675,
            _element(0xE7, struct.pack(">I", n * 60_000))
            + _element(0xA3, b"\x81\x00\x00\x80" + minute),
        )
        for n in range(-(-seconds // 60))
    )
    segment = _element(0x1549A966, _element(0x2AD7B1, struct.pack(">I", 1_000_000)))
    segment += _element(0x1654AE6B, _element(0xAE, track)) + clusters
    head = _element(0x1A45DFA3, _element(0x4282, b"matroska"))
    return head + _element(0x18538067, segment)


def _element(name: int, content: bytes) -> bytes:
    size = (1 << 56 | len(content)).to_bytes(8, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + content
