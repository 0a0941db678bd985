"""Speak every dialogue of recordings/dialogues as a two-channel call.

    python recordings/make_recordings.py [agent ...]

Needs the programs espeak-ng and ffmpeg, and ruamel.yaml. The agent is on the left channel, the
customer on the right. The same versions of the programs give the same bytes.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
RATE_HZ = 22_050  # what espeak-ng speaks at
PAUSE_S = 0.4
MARGIN_S = 0.4  # silence before the first turn and after the last one
CHANNELS = {"agent": 0, "customer": 1}

Samples = NDArray[np.int16]


def speak(text: str, voice: dict[str, Any]) -> Samples:
    """The samples of `text` in `voice` (espeak-ng name, pitch 0-99, speed in words a minute)."""
    options = ["-v", voice["name"], "-p", str(voice["pitch"]), "-s", str(voice["speed"])]
    command = ["espeak-ng", *options, "--stdin", "--stdout"]
    spoken = subprocess.run(  # noqa: S603 - no shell, words from our own dialogues
        command, input=text.encode(), capture_output=True, check=True
    ).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        if file.getframerate() != RATE_HZ:
            raise ValueError(f"espeak-ng spoke at {file.getframerate()} Hz, not {RATE_HZ} Hz")
        return trimmed(np.frombuffer(file.readframes(file.getnframes()), dtype="<i2"))


def trimmed(samples: Samples, floor: int = 60) -> Samples:
    """The samples without the silence at both ends, so that pauses are ours alone."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > floor)
    if loud.size == 0:
        raise ValueError("espeak-ng spoke nothing")
    return samples[loud[0] : loud[-1] + 1]


def mix(dialogue: dict[str, Any]) -> Samples:
    """The call as samples × 2 channels; a negative `pause_s` lets a turn cut into the last one."""
    placed: list[tuple[int, int, Samples]] = []
    end_s = MARGIN_S - PAUSE_S
    for turn in dialogue["turns"]:
        said = speak(turn.get("say", turn["text"]), dialogue["voices"][turn["speaker"]])
        start_s = end_s + turn.get("pause_s", PAUSE_S)
        end_s = start_s + len(said) / RATE_HZ
        placed.append((CHANNELS[turn["speaker"]], round(start_s * RATE_HZ), said))
    call = np.zeros((round((end_s + MARGIN_S) * RATE_HZ), 2), dtype="<i2")
    for channel, start, said in placed:
        call[start : start + len(said), channel] = said
    return call


def write_mp3(call: Samples, path: Path) -> None:
    """Writes `call` as MP3 with separately coded channels and no tags; replaces `path` at once."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder) / path.name
        source = ["-f", "s16le", "-ar", str(RATE_HZ), "-ac", "2", "-i", "pipe:0"]
        # Joint stereo would mix a little of each speaker into the other channel.
        codec = ["-c:a", "libmp3lame", "-b:a", "56k", "-joint_stereo", "0"]
        clean = ["-map_metadata", "-1", "-fflags", "+bitexact", "-id3v2_version", "0"]
        command = ["ffmpeg", "-v", "error", "-y", *source, *codec, *clean, str(made)]
        subprocess.run(command, input=call.tobytes(), check=True)  # noqa: S603 - no shell
        made.replace(path)


def main(agents: list[str]) -> int:
    """Makes the recordings of `agents` (all when none is named); 2 when it cannot start."""
    if missing := [name for name in ("espeak-ng", "ffmpeg") if shutil.which(name) is None]:
        print(f"missing: {', '.join(missing)}. Install with: apt-get install espeak-ng ffmpeg")
        return 2
    wanted = agents or sorted(path.stem for path in (HERE / "dialogues").glob("*.yaml"))
    files = [HERE / "dialogues" / f"{agent}.yaml" for agent in wanted]
    if unknown := [path.name for path in files if not path.exists()]:
        print(f"no such dialogue in {HERE / 'dialogues'}: {', '.join(unknown)}")
        return 2
    for path in files:
        call = mix(YAML(typ="safe").load(path))
        recording = HERE / f"{path.stem}.mp3"
        write_mp3(call, recording)
        size_kib = recording.stat().st_size / 1024
        print(f"{recording.name:20} {len(call) / RATE_HZ:5.1f} s {size_kib:5.0f} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
