"""Files of phrase rules → phrase rules, or what is wrong with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from qm.core.forms.form import Form
from qm.core.phrases.fitting import unanswerable
from qm.core.phrases.rules import PhraseRules
from qm.core.problems import BadInput, Problem
from qm.intake.model_problems import in_document, model_problems
from qm.intake.yaml_files import read_text, read_yaml

PHRASES_FILE = "phrases.yaml"


class PhraseReading(NamedTuple):
    """What came of reading phrase rules: none where there are problems; warnings do not block."""

    rules: PhraseRules | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def check_phrases(path: Path, forms: Sequence[Form] | None = None) -> PhraseReading:
    """Return the phrase rules in the file with every problem; never raises for a bad file.

    With `forms` the warnings tell the suggestions that none of them can take.
    """
    try:
        return read_phrases_text(read_text(path), path.name, forms)
    except BadInput as error:
        return PhraseReading(None, error.problems)


def read_phrases_text(text: str, place: str, forms: Sequence[Form] | None = None) -> PhraseReading:
    """Return the phrase rules that `text` writes, or every problem with its line.

    `place` is the name the problems show, `forms` are those to suggest to (None: not looked at).
    Never raises for a bad text.
    """
    try:
        document = read_yaml(text, place)
    except BadInput as error:
        return PhraseReading(None, error.problems)
    try:
        rules = PhraseRules.model_validate(document.value)
    except ValidationError as error:
        problems = model_problems(error, PhraseRules, document, place)
        return PhraseReading(None, tuple(problems))
    except BadInput as error:
        return PhraseReading(None, in_document(error.problems, document, place))
    nowhere = () if forms is None else unanswerable(rules, forms)
    return PhraseReading(rules, (), in_document(nowhere, document, place))
