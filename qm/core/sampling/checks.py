"""Single findings about a draw, in words."""

from dataclasses import dataclass
from typing import Any, Literal

from qm.core.problems import Sentence

Outcome = Literal["ok", "wrong", "note"]

_NAMED_MOST = 5


@dataclass(frozen=True)
class Check:
    """One thing that was compared: `name` for programs, `words` for people."""

    name: str
    outcome: Outcome
    words: Sentence


def ok(name: str, template: str, **values: object) -> Check:
    """Return that something is as it should be."""
    return Check(name, "ok", Sentence(template, values))


def wrong(name: str, template: str, **values: object) -> Check:
    """Return that something is not as it should be."""
    return Check(name, "wrong", Sentence(template, values))


def note(name: str, template: str, **values: object) -> Check:
    """Return what a reader should know though nothing is wrong."""
    return Check(name, "note", Sentence(template, values))


def examples(ids: Any) -> list[str]:
    """Return the first few ids, with an ellipsis where there are more."""
    named = [str(each) for each in list(ids)[:_NAMED_MOST]]
    return named if len(ids) <= _NAMED_MOST else [*named, "…"]
