"""A list of names to mask: one a line, each once in whatever form it is written."""

from collections.abc import Iterable

from qm.core.personal_data.folding import folded
from qm.core.problems import N_, BadInput, Problem, explain, merged
from qm.core.text import search_key

NAME_TOO_SHORT = explain(
    "privacy.name_too_short",
    N_("A name of one letter would be masked in every sentence."),
    N_("Write the whole name."),
)
NAME_TOO_LONG = explain(
    "privacy.name_too_long",
    N_("The line is longer than {most} letters."),
    N_("Write one name a line."),
)
TOO_MANY_NAMES = explain(
    "privacy.too_many_names",
    N_("There are {count} names; at most {most} are masked."),
    N_("List only the names that calls really mention."),
)

MOST_LETTERS = 100
MOST_NAMES = 2000


def names_of(lines: Iterable[str], place: str) -> tuple[str, ...]:
    """Return the names of a list, in its order; blank lines and those that begin with # are none.

    The same name in another form (ي for ی, with or without a half-space) is there once. Raises
    `BadInput` with every line that is no name; `place` is what problems call the list, and they
    never hold the name itself.
    """
    names: dict[str, str] = {}
    problems: list[Problem] = []
    for row, line in enumerate(lines, start=1):
        name = " ".join(line.lstrip("\ufeff").split())
        if not name or name.startswith("#"):
            continue
        if len(name) > MOST_LETTERS:
            problems.append(Problem(NAME_TOO_LONG, place, row, values={"most": MOST_LETTERS}))
        elif sum(letter.isalpha() for letter in name) < 2:
            problems.append(Problem(NAME_TOO_SHORT, place, row))
        else:
            names.setdefault(key_of(name), name)
    if len(names) > MOST_NAMES:
        values = {"count": len(names), "most": MOST_NAMES}
        problems.append(Problem(TOO_MANY_NAMES, place, values=values))
    if problems:
        raise BadInput(merged(problems))
    return tuple(names.values())


def key_of(name: str) -> str:
    """Return the form in which the same names are equal."""
    return search_key(folded(name).replace("\u200c", " "))
