"""The cells of the report's tables, told column by column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qm.core.centre import Centre
from qm.core.text import Language
from qm.reports.files import printable
from qm.reports.layout import Column
from qm.reports.words import Translate, moment, word

NUMBERS = frozenset({"whole", "decimal"})
"""The kinds of columns that hold numbers."""


@dataclass(frozen=True)
class Teller:
    """Tells cells in words; `digits` is the language whose digits moments are written in.

    `forms` are the names of form versions; what it lacks is told by its key.
    """

    translate: Translate
    centre: Centre
    digits: Language
    forms: Mapping[str, str] = field(default_factory=dict)

    def cells(self, column: Column, values: Iterable[Any]) -> list[Any]:
        """Return a column's numbers as they are and all else as texts, None where it is empty.

        Each different value is told once: in a hundred thousand rows a few repeat.
        """
        values = list(values)
        if column.kind in NUMBERS:
            return values
        tell = self._tellers.get(column.kind, _text)
        known = {value: None if value is None else tell(value) for value in dict.fromkeys(values)}
        return [known[value] for value in values]

    @property
    def _tellers(self) -> Mapping[str, Callable[[Any], str]]:
        return {
            "word": lambda code: word(code, self.translate),
            "form": lambda key: printable(self.forms.get(key, key)),
            "moment": lambda at: moment(at, self.centre, self.digits),
        }


def _text(value: Any) -> str:
    return printable(str(value))
