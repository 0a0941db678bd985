"""The language in which the API tells what is wrong: that of the request, English by default."""

from dataclasses import dataclass

from starlette.requests import Request

from qm.core.problems import Explanation, Problem, Sentence
from qm.core.text import LANGUAGES, Language, localise_digits
from qm.locale import translator

_DEFAULT: Language = "en"


@dataclass(frozen=True)
class Words:
    """What turns problems and refusals into one language."""

    language: Language = _DEFAULT

    def said(self, sentence: Sentence) -> str:
        """Return a sentence."""
        return sentence.said(translator(self.language), self._digits)

    def explained(self, problem: Problem) -> Explanation:
        """Return reason and remedy of a problem."""
        return problem.explained(translator(self.language), self._digits)

    def _digits(self, text: str) -> str:
        return localise_digits(text, self.language)


def words_for(request: Request) -> Words:
    """Return the words of the language that the request accepts first (RFC 9110, 12.5.4)."""
    return Words(_accepted(request.headers.get("accept-language", "")))


def _accepted(header: str) -> Language:
    weighed: list[tuple[float, Language]] = []
    for part in header[:1000].split(","):
        tag, _semicolon, weight = part.strip().partition(";")
        code = tag.strip().lower().partition("-")[0]
        weighed += [(_weight(weight), language) for language in LANGUAGES if language == code]
    wanted = [(weight, language) for weight, language in weighed if weight > 0]
    return max(wanted, key=lambda each: each[0])[1] if wanted else _DEFAULT


def _weight(text: str) -> float:
    """Return the weight of `q=0.8`: 1 where there is none, 0 where it is no number."""
    name, _equals, number = text.strip().partition("=")
    try:
        return float(number) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
