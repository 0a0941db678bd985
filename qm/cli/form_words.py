"""Parts of forms in English words, as the form commands print them."""

from decimal import Decimal

from qm.core.forms.conditions import All, Answered, AnyOf, Condition, InteractionIs, Not
from qm.core.forms.gradables import Option, Range
from qm.core.forms.questions import Question, ScaleQuestion
from qm.core.problems import Problem
from qm.core.text import Language


def number_text(value: Decimal) -> str:
    """Return a decimal without trailing zeros."""
    return f"{value.normalize():f}"


def condition_words(condition: Condition) -> str:
    """Return a condition as a sentence part, such as `“solved” is no`."""
    if isinstance(condition, Not):
        return f"not ({condition_words(condition.negated)})"
    if isinstance(condition, All | AnyOf):
        is_all = isinstance(condition, All)
        parts = condition.all if isinstance(condition, All) else condition.any
        return (" and " if is_all else " or ").join(_inner(part) for part in parts)
    return f"{_subject(condition)} is {_values(condition)}"


def answers_words(question: Question, language: Language) -> str:
    """Return the answers a question takes, each with its points, on one line."""
    words = [
        f"{option.label.in_language(language)} [{option.id}] {_earned(option)}"
        for option in getattr(question, "options", ())
    ]
    words += [
        f"{number_text(part.at_least)} to {number_text(part.at_most)} {_earned(part)}"
        for part in getattr(question, "ranges", ())
    ]
    if isinstance(question, ScaleQuestion):
        words.append(f"{question.lowest} to {question.highest}, which are the points")
    if question.allows_not_applicable:
        words.append("N/A")
    return " · ".join(words)


def finding_line(problem: Problem, severity: str) -> str:
    """Return a finding as a line for the terminal; errors stand as they are."""
    return str(problem) if severity == "error" else f"{severity}: {problem}"


def _inner(condition: Condition) -> str:
    words = condition_words(condition)
    return f"({words})" if isinstance(condition, All | AnyOf) else words


def _subject(leaf: Answered | InteractionIs) -> str:
    if isinstance(leaf, Answered):
        return f"“{leaf.question}”"
    return f"the interaction's {leaf.interaction}"


def _values(leaf: Answered | InteractionIs) -> str:
    values = leaf.answered if isinstance(leaf, Answered) else leaf.one_of
    words = [" or ".join(values)] if values else []
    if leaf.at_least is not None:
        words.append(f"at least {number_text(leaf.at_least)}")
    if leaf.at_most is not None:
        words.append(f"at most {number_text(leaf.at_most)}")
    return " and ".join(words)


def _earned(part: Option | Range) -> str:
    notes = [number_text(part.points)]
    if part.bonus:
        notes.append("bonus")
    if fatality := part.fatality:
        of_section = f" for {fatality.section or 'its section'}"
        notes.append(f"fatal{of_section if fatality.scope == 'section' else ''}")
    if part.requires:
        notes.append(f"needs {', '.join(part.requires)}")
    return f"({', '.join(notes)})"
