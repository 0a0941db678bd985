"""The words for the codes that the core and the store use."""

from collections.abc import Callable

from babel import Locale

Translate = Callable[[str], str]


def channel(_: Translate, code: str) -> str:
    """Name a channel."""
    return {"call": _("Call"), "chat": _("Chat"), "email": _("E-mail")}[code]


def period_kind(_: Translate, code: str) -> str:
    """Name a kind of period."""
    return {"week": _("Week"), "month": _("Month"), "quarter": _("Quarter")}[code]


def role(_: Translate, code: str) -> str:
    """Name a role."""
    return {
        "analyst": _("QA analyst"),
        "lead": _("Team lead"),
        "manager": _("Manager"),
        "agent": _("Agent"),
        "admin": _("Administrator"),
    }[code]


def lens(_: Translate, code: str) -> str:
    """Name the lens of a critical question."""
    return {
        "customer": _("customer critical"),
        "business": _("business critical"),
        "compliance": _("compliance critical"),
    }[code]


def outcome(_: Translate, code: str | None) -> str:
    """Name an outcome; an evaluation without a score has none."""
    return {"pass": _("Pass"), "fail": _("Fail"), None: _("No outcome")}[code]


def no_score(_: Translate, code: str) -> str:
    """Say why there is no score."""
    return {
        "nothing_answered": _("Nothing is answered yet."),
        "all_not_applicable": _("Not scoreable: no question applies."),
        "nothing_asked": _("Not scoreable: every question is hidden."),
        "outside_control": _("Not scoreable: all findings were outside the agent's control."),
        "nothing_weighs": _("Not scoreable: what is answered weighs nothing."),
        "unscored": _("This form gives no score."),
    }[code]


def state(_: Translate, code: str) -> str:
    """Name how a question stands."""
    return {
        "answered": _("answered"),
        "outside_control": _("outside the agent's control"),
        "not_applicable": _("N/A"),
        "hidden": _("not asked"),
        "unanswered": _("not answered"),
    }[code]


def adjustment(_: Translate, code: str) -> str:
    """Name the rule of a form that moved the score."""
    return {
        "start_points": _("Points to begin with"),
        "section_fatal": _("A fatal answer fails the section"),
        "lowest_percent": _("Raised to the lowest score of the form"),
        "highest_percent": _("Cut to the highest score of the form"),
        "critical_gate": _("A critical question fell too short: score zero"),
        "fatal": _("A fatal answer: score zero"),
    }[code]


def missing(_: Translate, code: str) -> str:
    """Say what an answer lacks before it can be submitted."""
    return {
        "answer": _("answer missing"),
        "comment": _("comment missing"),
        "evidence": _("evidence missing"),
        "reason": _("reason missing"),
        "whole_section": _("N/A only with the whole section"),
    }[code]


def recording_state(_: Translate, code: str | None) -> str:
    """Name the state of an interaction's words."""
    return {
        None: _("not transcribed"),
        "waiting": _("waiting"),
        "running": _("being transcribed"),
        "done": _("transcribed"),
        "failed": _("failed"),
    }[code]


def spoken_language(page_language: str, code: str) -> str:
    """Name the language with an ISO 639 code in the language of the page; the code if unknown."""
    names = Locale.parse(page_language).languages
    return str(names.get(code, code))


def note_state(_: Translate, code: str) -> str:
    """Name the state of a coaching note."""
    return {"open": _("to discuss"), "discussed": _("discussed")}[code]
