"""Writes methods.json: every method × N/A policy × what a fatal answer does.

    python -m tests.conformance.write_methods

The expected values come from `reference`, not from the engine under test.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from tests.conformance.plain_json import pretty
from tests.conformance.reference import scorecard

TARGET = Path(__file__).with_name("methods.json")
METHODS = (
    "points",
    "points-with-bonus",
    "weighted-questions",
    "weighted-sections",
    "scale-position",
    "lowest-grade",
)
POLICIES = ("redistribute", "split-equally", "full-marks", "zero")
FATAL: dict[str, Any] = {
    "none": False,
    "form-zero": {"scope": "form", "effect": "zero"},
    "form-keep": {"scope": "form", "effect": "keep"},
    "own-section-zero": {"scope": "section", "effect": "zero"},
    "own-section-keep": {"scope": "section", "effect": "keep"},
    "other-section-zero": {"scope": "section", "section": "talk", "effect": "zero"},
    "subsection-zero": {"scope": "section", "section": "pace", "effect": "zero"},
}
ANSWERS: dict[str, Any] = {
    "greeting": "partly",
    "steps": ["a", "c"],
    "speed": 3,
    "holds": "n/a",
    "closing": "none",
    "solved": "yes",
    "why": "yes",
    "note": "x",
}
ABOUT = (
    "Every method × N/A policy × what a fatal answer does, on one form: one answer is fatal, one "
    "N/A, one question is hidden and an optional one is left blank. Written by write_methods.py."
)


def mixed(fatal: Any) -> dict[str, Any]:
    """A form with every scored type, a subsection, and one answer that is `fatal`."""
    none = {"id": "none", "label": {"en": "None"}, "points": 0}
    return {
        "form": "mixed",
        "version": "1",
        "channel": "call",
        "title": {"en": "Mixed"},
        "pass_percent": 50,
        "places": 2,
        "bands": [
            {"id": "good", "label": {"en": "Good"}, "from_percent": 60},
            {"id": "poor", "label": {"en": "Poor"}, "from_percent": 20},
        ],
        "sections": [
            {
                "id": "talk",
                "title": {"en": "Talk"},
                "weight": 3,
                "questions": [
                    question("greeting", 2, fully=4, partly=2, no=0),
                    {**question("steps", 1, a=3, b=2, c=-1), "type": "choices"},
                ],
                "sections": [
                    {
                        "id": "pace",
                        "title": {"en": "Pace"},
                        "weight": 2,
                        "questions": [speed(), holds()],
                    }
                ],
            },
            {
                "id": "end",
                "title": {"en": "End"},
                "weight": 2,
                "questions": [
                    {
                        **question("closing", 1, full=4, short=1),
                        "options": [
                            *question("closing", 1, full=4, short=1)["options"],
                            {**none, "fatal": fatal} if fatal else none,
                        ],
                    },
                    question("solved", 0.5, yes=1, no=0),
                    {
                        **question("why", 1, yes=1, no=0),
                        "when": {"question": "solved", "answered": ["no"]},
                    },
                    {**question("offer", 2, yes=1, no=0), "required": False},
                    {"id": "note", "type": "text", "text": {"en": "Note"}},
                ],
            },
        ],
    }


def question(name: str, weight: float, **points: int) -> dict[str, Any]:
    """A choice of options with these points."""
    options = [{"id": o, "label": {"en": o.title()}, "points": p} for o, p in points.items()]
    return {"id": name, "text": {"en": name.title()}, "weight": weight, "options": options}


def speed() -> dict[str, Any]:
    """A scale on which the worst is not zero."""
    about = {"id": "speed", "type": "scale", "text": {"en": "Speed"}, "critical": "customer"}
    return {**about, "lowest": 1, "highest": 5}


def holds() -> dict[str, Any]:
    """A number with ranges that may be N/A."""
    return {
        "id": "holds",
        "type": "number",
        "text": {"en": "How often on hold?"},
        "weight": 3,
        "not_applicable": True,
        "at_least": 0,
        "at_most": 10,
        "ranges": [
            {"at_least": 0, "at_most": 2, "points": 5},
            {"at_least": 3, "at_most": 10, "points": 1},
        ],
    }


def figure(value: Fraction | None) -> str | None:
    """A decimal where it is a short one, otherwise a fraction."""
    if value is None:
        return None
    short = value * 10**6
    return f"{float(value):.10g}" if short.denominator == 1 else str(value)


def expected(form: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """What the reference makes of the answers."""
    card = scorecard(form, answers)
    return {
        "percent": figure(card["percent"]),
        "calculated_percent": figure(card["calculated_percent"]),
        "no_score": card["no_score"],
        "outcome": card["outcome"],
        "band": card["band"],
        "fatal_questions": card["fatal_questions"],
        "applied_weights": {n: figure(w) for n, w in card["applied_weights"].items()},
        "contributions": {n: figure(w) for n, w in card["contributions"].items()},
    }


def case(name: str, title: str, base: str, settings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One case on a form of the file, with other settings."""
    answers = {**ANSWERS, **more}
    form = {**mixed(FATAL[base]), **settings}
    return {
        "id": name,
        "title": title,
        "source": "Computed by reference.py",
        "status": "ours",
        "form": {"based_on": base, "with": settings},
        "answers": answers,
        "expected": expected(form, answers),
    }


def cases() -> list[dict[str, Any]]:
    """All cases of the file."""
    found = []
    for method, policy, fatal in product(METHODS, POLICIES, FATAL):
        settings = {"scoring": method, "not_applicable": policy}
        title = f"{method}, N/A {policy}, fatal: {fatal}"
        found.append(case(f"{method}.{policy}.{fatal}", title, fatal, settings))
    for method, (gate, tone) in product(METHODS, ((50, 2), (40, 2), (0, 1))):
        settings = {"scoring": method, "critical_gate_percent": gate}
        title = f"{method}, a critical answer of {tone} on 1 to 5 at a gate of {gate}"
        found.append(
            case(f"{method}.gate-{gate}", title, "none", settings, speed=tone, closing="full")
        )
    unscored = {"scoring": "unscored"}
    found.append(case("unscored", "A form that does not score", "form-zero", unscored))
    return found


def text() -> str:
    """The file."""
    forms = {name: mixed(fatal) for name, fatal in FATAL.items()}
    return pretty({"about": ABOUT, "forms": forms, "cases": cases()}) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
