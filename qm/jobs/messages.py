"""What a worker process and its supervisor tell each other, as lines of JSON through pipes."""

import json
from dataclasses import asdict, dataclass
from typing import IO, Any

from qm.config import Settings
from qm.core.problems import CATALOGUE, Problem, explain
from qm.jobs.timing import Timing
from qm.workflow.transcription import Outcome


@dataclass(frozen=True)
class Order:
    """What a worker process is started with."""

    worker_id: str
    settings: Settings
    threads: int
    poll_s: float
    timing: Timing

    def send(self, pipe: IO[str]) -> None:
        """Write the order into the pipe."""
        content = {
            "worker_id": self.worker_id,
            "settings": self.settings.model_dump(mode="json"),
            "threads": self.threads,
            "poll_s": self.poll_s,
            "timing": asdict(self.timing),
        }
        _write(pipe, content)

    @classmethod
    def receive(cls, pipe: IO[str]) -> "Order":
        """Read the order from the pipe."""
        content: dict[str, Any] = json.loads(pipe.readline())
        settings = Settings(**content.pop("settings"))
        timing = Timing(**content.pop("timing"))
        return cls(settings=settings, timing=timing, **content)


Message = Outcome | Problem
"""What a worker tells: what became of a recording, or why it cannot work at all."""


def send(pipe: IO[str], message: Message) -> None:
    """Write a message into the pipe, with the explanation of its problem."""
    problem = message if isinstance(message, Problem) else message.problem
    explained = {problem.code: CATALOGUE[problem.code]} if problem else {}
    _write(pipe, {type(message).__name__: asdict(message), "explained": explained})


def received(line: str) -> Message:
    """Return the message of a line.

    Its problem can be explained here, though only the worker imports what found it (the speech
    model).
    """
    content = json.loads(line)
    for code, explanation in content.pop("explained").items():
        explain(code, *explanation)
    ((kind, values),) = content.items()
    if kind == "Problem":
        return Problem.from_data(values)
    problem = values.pop("problem")
    return Outcome(**values, problem=Problem.from_data(problem) if problem else None)


def _write(pipe: IO[str], content: dict[str, Any]) -> None:
    pipe.write(json.dumps(content, default=str) + "\n")
    pipe.flush()
