"""Other programs that transcribe, run as their users run them, from environments of their own."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def whisper_ctranslate2(
    model: Path, files: Sequence[Path], folder: Path, beam: int
) -> dict[str, str]:
    """Return the text of each file by its stem; installs the program at its first use."""
    program = folder / "whisper-ctranslate2" / "bin" / "whisper-ctranslate2"
    if not program.is_file():
        environment = program.parents[1]
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = [str(environment / "bin" / "pip"), "install", "--quiet", "whisper-ctranslate2"]
        subprocess.run(pip, check=True)
    texts = folder / "texts"
    command = [
        *(str(program), *map(str, files)),
        *("--model_directory", str(model), "--device", "cpu", "--compute_type", "int8"),
        *("--language", "en", "--beam_size", str(beam), "--vad_filter", "True"),
        *("--word_timestamps", "True", "--output_format", "txt", "--output_dir", str(texts)),
        *("--verbose", "False"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {file.stem: (texts / f"{file.stem}.txt").read_text(encoding="utf-8") for file in files}
