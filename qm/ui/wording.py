"""The words for the codes that the core and the store use."""

from collections.abc import Callable

from babel import Locale

from qm.core.problems import N_
from qm.store.tables import Transcript

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
        "qa_lead": _("QA lead"),
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


def life_state(_: Translate, code: str) -> str:
    """Name where an evaluation is in its life after it was submitted."""
    return {
        "submitted": _("waits to be published"),
        "returned": _("sent back"),
        "published": _("published"),
        "acknowledged": _("acknowledged"),
        "disputed": _("disputed"),
        "closed": _("closed"),
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


def personal_data(_: Translate, code: str) -> str:
    """Name a kind of personal data."""
    return {
        "card": _("Payment cards"),
        "iban": _("IBAN and Sheba numbers"),
        "national_id": _("National ids"),
        "phone": _("Telephone numbers"),
        "email": _("E-mail addresses"),
        "name": _("Names on the list"),
    }[code]


def masked(_: Translate, text: str) -> str:
    """Return a text whose masks are in the reader's language."""
    for mask in _MASKS:
        if mask in text:
            text = text.replace(mask, _(mask))
    return text


def with_plain_masks(_: Translate, text: str) -> str:
    """Return a text that somebody wrote with masks in their language with those of the store."""
    for mask in _MASKS:
        text = text.replace(_(mask), mask)
    return text


def speaker(_: Translate, code: str) -> str:
    """Name who speaks in a line."""
    return {
        "agent": _("Agent"),
        "customer": _("Customer"),
        "unknown": _("Speaker unknown"),
        "system": _("System"),
    }[code]


_MASKS = (
    N_("[card]"),
    N_("[iban]"),
    N_("[national id]"),
    N_("[phone]"),
    N_("[e-mail]"),
    N_("[name]"),
)


def transcript_origin(_: Translate, transcript: Transcript) -> str:
    """Say where the words of an interaction come from, those of a corrected one included.

    “Transcript from Amazon Transcribe Call Analytics”; a speech model's name where it is told.
    """
    if transcript.origin == "imported":
        return _("Messages of the import")
    if transcript.origin == "corrected":
        return _("Transcript, corrected by {name}").format(name=transcript.created_by or "–")
    if transcript.origin != "file":
        return _("Transcript made by {model}").format(model=speech_model(transcript.model))
    maker = transcript_format(_, transcript.source_format or "")
    if transcript.model:
        maker = f"{maker} ({transcript.model})"
    return _("Transcript from {maker}").format(maker=maker)


def speech_model(setting: str | None) -> str:
    """Name a speech model, without where it lies: “Whisper base” for `package:base`."""
    name = (setting or "–").replace("\\", "/").rstrip("/").rpartition("/")[2].rpartition(":")[2]
    return name if name == "–" or "whisper" in name.casefold() else f"Whisper {name}"


def transcript_format(_: Translate, code: str) -> str:
    """Name the format of a transcript file, or whoever makes files like it."""
    return {
        "webvtt": _("a WebVTT file"),
        "srt": _("an SRT file"),
        "whisper": "Whisper",
        "whisperx": "WhisperX",
        "whisper_cpp": "whisper.cpp",
        "amazon_transcribe": "Amazon Transcribe",
        "amazon_call_analytics": "Amazon Transcribe Call Analytics",
        "azure_speech": "Azure Speech",
        "azure_conversation": _("a conversation in Azure's shape"),
        "genesys_cloud": "Genesys Cloud",
        "chat_json": _("a chat log"),
        "chat_text": _("a chat log"),
        "table": _("a table of what was said"),
    }.get(code, code)
