"""The texts of a form: where each stands, and what may be wrong with its words."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel

from qm.core.forms.faults import Fault, warning
from qm.core.problems import N_
from qm.core.text import LANGUAGES, Wording

if TYPE_CHECKING:
    from qm.core.forms.form import Form

MISSING_TRANSLATION = warning(
    "form.missing_translation",
    N_("This text has no “{language}”, although the form's title has."),
    N_("Add it; until then readers of that language see the other one."),
)
PLACEHOLDER = warning(
    "form.placeholder",
    N_("“{word}” in this text looks like something still to be written."),
    N_("Write the text, or take the word away."),
)
HIDDEN_DIRECTION = warning(
    "form.hidden_direction",
    N_("This text holds {character}, an invisible sign that turns the direction of writing."),
    N_("Take it away: pages set the direction of each text themselves."),
)

_PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX)\b|\?{3,}|؟{3,}|\blorem ipsum\b|\[(?:text|متن)\]", re.IGNORECASE
)
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def text_faults(form: "Form") -> Iterator[Fault]:
    """Yield what may be wrong with the words of a form, text by text."""
    wanted = [language for language in LANGUAGES if getattr(form.title, language)]
    for path, wording in placed_texts(form):
        for language in wanted:
            if getattr(wording, language) is None:
                yield Fault(MISSING_TRANSLATION, path, {"language": language})
        yield from wording_faults(path, wording)


def wording_faults(path: str, wording: Wording) -> Iterator[Fault]:
    """Yield what may be wrong with the words at `path`."""
    for language in LANGUAGES:
        yield from _faults_of(getattr(wording, language) or "", f"{path}.{language}")


def placed_texts(part: BaseModel, path: str = "") -> Iterator[tuple[str, Wording]]:
    """Yield every text in a form or a part of one, each with its path, in the file's order."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        at = f"{path}.{name}" if path else name
        if isinstance(value, Wording):
            yield at, value
        elif isinstance(value, tuple):
            for place, inner in enumerate(value):
                if isinstance(inner, BaseModel):
                    yield from placed_texts(inner, f"{at}[{place}]")


def _faults_of(text: str, path: str) -> Iterator[Fault]:
    if found := _PLACEHOLDER.search(text):
        yield Fault(PLACEHOLDER, path, {"word": found[0]})
    if found := _DIRECTION.search(text):
        yield Fault(HIDDEN_DIRECTION, path, {"character": f"U+{ord(found[0]):04X}"})
