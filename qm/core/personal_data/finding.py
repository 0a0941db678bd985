"""A place of personal data in a text."""

from dataclasses import dataclass

from qm.core.personal_data.rules import Kind


@dataclass(frozen=True, order=True)
class Finding:
    """Personal data of a kind at the characters from `start` up to `end`."""

    start: int
    end: int
    kind: Kind


def apart(findings: list[Finding]) -> list[Finding]:
    """Return those findings, the first ones first, that touch none before them; in text order."""
    kept: list[Finding] = []
    for finding in findings:
        if all(finding.end <= other.start or other.end <= finding.start for other in kept):
            kept.append(finding)
    return sorted(kept)


def without(text: str, findings: list[Finding]) -> str:
    """Return a text of the same length in which the findings are blanked out."""
    for finding in findings:
        blank = "\0" * (finding.end - finding.start)
        text = text[: finding.start] + blank + text[finding.end :]
    return text
