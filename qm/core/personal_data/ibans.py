"""IBANs written with their letters, in a folded text."""

import re

from qm.core.personal_data.checks import IBAN_LENGTHS, is_iban
from qm.core.personal_data.finding import Finding, apart
from qm.core.personal_data.folding import MARKS

_GAP = rf"[\s{MARKS}\-‐‑‒–—.,،]"
_START = re.compile(rf"(?<![a-z0-9])([a-z]){_GAP}{{0,3}}([a-z]){_GAP}{{0,3}}(?=[0-9])")
_IS_GAP = re.compile(_GAP)
_LONGEST_GAP = 3


def written_ibans_in(text: str) -> list[Finding]:
    """Return the IBANs with letters, in any grouping."""
    return apart(
        [
            Finding(match.start(), end, "iban")
            for match in _START.finditer(text)
            if (end := _end(text, match.start(), match[1] + match[2]))
        ]
    )


def _end(text: str, start: int, country: str) -> int | None:
    """Return where the IBAN that starts here ends, None where none does."""
    length = IBAN_LENGTHS.get(country.upper(), 0)
    letters, place, gap = "", start, 0
    while len(letters) < length and place < len(text) and gap <= _LONGEST_GAP:
        letter = text[place]
        is_gap = _IS_GAP.match(letter) is not None
        if not is_gap and not (letter.isascii() and letter.isalnum()):
            return None
        letters += "" if is_gap else letter
        gap = gap + 1 if is_gap else 0
        place += 1
    is_over = not re.match("[a-z0-9]", text[place : place + 1])
    is_bank_code = not re.search("[a-z]{5}", letters[2:])  # longer ones are words
    return place if length and is_over and is_bank_code and is_iban(letters) else None
