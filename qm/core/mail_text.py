"""The parts of an e-mail that was imported as plain text: subject, headers, words, quotations."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

Part = Literal["subject", "headers", "text", "quote"]

_SUBJECT = re.compile(r"(?:subject|موضوع)\s*:\s*(.*)", re.IGNORECASE)
_HEADER = re.compile(
    r"(?:subject|from|to|cc|bcc|date|sent|reply-to"
    r"|موضوع|از|به|فرستنده|گیرنده|رونوشت|تاریخ)\s*:\s*\S.*",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"[-_]{2,}\s*(?:original message|forwarded message|پیام اصلی|پیام بازارسال‌شده)\s*[-_]{2,}",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:on|le|در)\s.+(?:wrote|نوشت)\s*:", re.IGNORECASE)


def mail_parts(text: str) -> list[tuple[Part, str]]:
    """Return the parts of an e-mail in their order; together they hold all its lines.

    Headers are lines such as “From: …” at the very beginning: two of them, or a subject. Quoted is
    what begins with “>”, and all that follows “On … wrote:” or “-- Original Message --”.
    """
    lines = text.splitlines()
    heads = _heads(lines)
    subjects = [found[1] for line in lines[:heads] if (found := _SUBJECT.fullmatch(line.strip()))]
    parts: list[tuple[Part, str]] = [("subject", subject) for subject in subjects]
    others = [line for line in lines[:heads] if not _SUBJECT.fullmatch(line.strip())]
    if others:
        parts.append(("headers", "\n".join(others)))
    body = lines[heads:]
    for is_quote, some in groupby(zip(body, _quoted(body), strict=True), key=lambda pair: pair[1]):
        words = "\n".join(line for line, _ in some).strip("\n")
        if words.strip():
            parts.append(("quote" if is_quote else "text", words))
    return parts


def _heads(lines: Sequence[str]) -> int:
    """Return how many lines at the beginning are headers."""
    count = 0
    while count < len(lines) and _HEADER.fullmatch(lines[count].strip()):
        count += 1
    has_subject = any(_SUBJECT.fullmatch(line.strip()) for line in lines[:count])
    return count if count > 1 or has_subject else 0


def _quoted(lines: Sequence[str]) -> list[bool]:
    """Tell of each line whether it is quoted."""
    found: list[bool] = []
    is_rest = False
    for place, line in enumerate(lines):
        words = line.strip()
        if not is_rest and _ORIGINAL.fullmatch(words):
            is_rest = True
        elif not is_rest and _WROTE.fullmatch(words):
            after = next((each for each in lines[place + 1 :] if each.strip()), "")
            if not after.lstrip().startswith(">"):
                is_rest = True
            else:
                found.append(True)
                continue
        is_blank_between = not words and bool(found) and found[-1]
        found.append(is_rest or words.startswith(">") or is_blank_between)
    return found
