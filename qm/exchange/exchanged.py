"""What reading and writing of foreign forms takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qm.core.forms.answers import Answer
from qm.core.forms.form import Channel, Form
from qm.core.forms.questions import Lens
from qm.core.problems import Problem
from qm.core.text import Language


@dataclass(frozen=True)
class ImportChoices:
    """What a foreign document does not say about a form and the importer has to be told.

    `form_id` None: made from the title. `language` is that of the document's texts, `lens` the
    one that critical questions get where the document knows no lenses.
    """

    form_id: str | None = None
    version: str = "1"
    channel: Channel = "call"
    language: Language = "en"
    lens: Lens = "business"


@dataclass(frozen=True)
class ImportedForm:
    """What came of reading a foreign document.

    There is no form where there are problems. `losses` name every concept that could not be
    carried over, each with its place in the document and what became of it. `answers` are those
    of an evaluation that the document holds; None where it holds only a form.
    """

    form: Form | None
    problems: tuple[Problem, ...] = ()
    losses: tuple[Problem, ...] = ()
    answers: Mapping[str, Answer] | None = None


@dataclass(frozen=True)
class ExportedForm:
    """A form in a foreign format, and every concept that the format cannot hold."""

    file_name: str
    content: bytes = field(repr=False)
    losses: tuple[Problem, ...] = ()
