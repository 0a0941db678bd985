"""Files of phrase rules → phrase rules, or what is wrong with them."""

from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from qm.core.phrases.rules import PhraseRules
from qm.core.problems import BadInput, Problem
from qm.intake.model_problems import in_document, model_problems
from qm.intake.yaml_files import read_text, read_yaml

PHRASES_FILE = "phrases.yaml"


class PhraseReading(NamedTuple):
    """What came of reading a file of phrase rules: none where there are problems."""

    rules: PhraseRules | None
    problems: tuple[Problem, ...]


def check_phrases(path: Path) -> PhraseReading:
    """Return the phrase rules in the file with every problem; never raises for a bad file."""
    try:
        return read_phrases_text(read_text(path), path.name)
    except BadInput as error:
        return PhraseReading(None, error.problems)


def read_phrases_text(text: str, place: str) -> PhraseReading:
    """Return the phrase rules that `text` writes, or every problem with its line.

    `place` is the name the problems show. Never raises for a bad text.
    """
    try:
        document = read_yaml(text, place)
    except BadInput as error:
        return PhraseReading(None, error.problems)
    try:
        return PhraseReading(PhraseRules.model_validate(document.value), ())
    except ValidationError as error:
        problems = model_problems(error, PhraseRules, document, place)
        return PhraseReading(None, tuple(problems))
    except BadInput as error:
        return PhraseReading(None, in_document(error.problems, document, place))
