"""What can be wrong with input, as values: where it is, what is wrong and what to do."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


def N_(text: str) -> str:  # noqa: N802 (the name that message extraction looks for)
    """Mark a text for the message catalogue and return it unchanged."""
    return text


class Explanation(NamedTuple):
    """Reason and remedy of one code; templates in English, translated at the edge."""

    reason: str
    remedy: str


CATALOGUE: dict[str, Explanation] = {}


def explain(code: str, reason: str, remedy: str) -> str:
    """Register the explanation of `code` and return the code."""
    CATALOGUE[code] = Explanation(reason, remedy)
    return code


@dataclass(frozen=True)
class _Number:
    """A number of a template: formatted as the template says, then put into other digits."""

    value: float
    digits: Callable[[str], str]

    def __format__(self, spec: str) -> str:
        text = format(self.value, spec)
        return text if spec.endswith("X") else self.digits(text)


_BETWEEN = N_(", ")


def filled(
    template: str,
    values: Mapping[str, object],
    translate: Callable[[str], str] = str,
    digits: Callable[[str], str] = str,
) -> str:
    """Return a marked template through `translate` with its placeholders filled.

    Only values that are numbers pass `digits`: commands, codes and ids stay as they are. Lists
    are written with the language's comma, sentences in their words.
    """

    def shown(value: object) -> object:
        if isinstance(value, Sentence):
            return value.said(translate, digits)
        if isinstance(value, list | tuple):
            return translate(_BETWEEN).join(f"{shown(part)}" for part in value)
        return _Number(value, digits) if isinstance(value, int | float) else value

    return translate(template).format_map({name: shown(value) for name, value in values.items()})


@dataclass(frozen=True)
class Sentence:
    """Something to tell people: an English template, marked `N_()`, and what fills it."""

    template: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def said(
        self, translate: Callable[[str], str] = str, digits: Callable[[str], str] = str
    ) -> str:
        """Return the sentence through `translate`, its numbers through `digits`."""
        return filled(self.template, self.values, translate, digits)

    def __str__(self) -> str:
        return self.said()


@dataclass(frozen=True)
class Problem:
    """One finding about input.

    `place` names the file or form, `row` counts from 1 as a spreadsheet shows it (the header
    is row 1), `field` is a column name or a path like `sections[2].questions[1].id`.
    `values` fills the placeholders of the catalogue's templates.
    """

    code: str
    place: str
    row: int | None = None
    field: str | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def reason(self) -> str:
        """What is wrong, in English."""
        return self.explained().reason

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self.explained().remedy

    def explained(
        self, translate: Callable[[str], str] = str, digits: Callable[[str], str] = str
    ) -> Explanation:
        """Return reason and remedy through `translate`, their numbers through `digits`."""

        reason, remedy = CATALOGUE[self.code]
        return Explanation(
            filled(reason, self.values, translate, digits),
            filled(remedy, self.values, translate, digits),
        )

    def as_data(self) -> dict[str, Any]:
        """Return the problem as values that JSON can hold."""
        return dataclasses.asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Problem":
        """Return the problem that `as_data` was made of."""
        return cls(**data)

    def __str__(self) -> str:
        where = [self.place]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.field:
            where.append(self.field)
        return f"{', '.join(where)}: {self.reason} {self.remedy} [{self.code}]"


def merged(problems: Iterable[Problem], most: int = 5) -> list[Problem]:
    """Return the problems with those that say the same told once, at the place of the first.

    Its `field` lists where it is said: the first `most` places, and how many more there are.
    """
    alike: dict[object, list[Problem]] = {}
    for problem in problems:
        key = problem.code, problem.place, repr(sorted(problem.values.items()))
        alike.setdefault(key, []).append(problem)
    return [_merged(same, most) for same in alike.values()]


def _merged(same: Sequence[Problem], most: int) -> Problem:
    fields = list(dict.fromkeys(problem.field for problem in same if problem.field))
    if len(fields) < 2:
        return same[0]
    listed = ", ".join(fields[:most])
    more = f" (+{len(fields) - most})" if len(fields) > most else ""
    return dataclasses.replace(same[0], row=None, field=listed + more)


class BadInput(Exception):  # noqa: N818 (named for the fact)
    """Input that could not be taken at all; nothing of it was written."""

    def __init__(self, problems: Sequence[Problem] | Problem) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotAllowed(Exception):  # noqa: N818 (named for the fact)
    """The person's role or team does not give the right to do or see this."""
