"""What the machine offers to the speech model, and how a process must be started to use it."""

import os
from pathlib import Path

_ISA_FLAGS = {"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq", "avx512_vnni"}
_NEVER = str(1 << 32)  # more bytes than the model ever asks for at once


def cores() -> int:
    """Return the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def device_of(setting: str) -> str:
    """Return cpu or cuda; `auto` is a GPU if the machine has one that can be used."""
    if setting != "auto":
        return setting
    import ctranslate2  # noqa: PLC0415  half a second that only a process with work needs

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def worker_environment() -> dict[str, str]:
    """Return the environment variables with which a process that transcribes should start.

    They change how fast it is, not what it does. The memory that a layer of the model gives back
    is kept for the next one, in one place for all threads: else the system clears some gigabytes
    anew for every minute of sound (a quarter of the time, measured with glibc; others do not
    know these names). CTranslate2 uses AVX-512 only if it is told to.
    """
    variables = {
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": _NEVER,
        "MALLOC_TRIM_THRESHOLD_": _NEVER,
    }
    if _cpu_flags() >= _ISA_FLAGS:
        variables["CT2_FORCE_CPU_ISA"] = "AVX512"
    return {name: value for name, value in variables.items() if name not in os.environ}


def _cpu_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return set(next((line for line in lines if line.startswith("flags")), "").split())
