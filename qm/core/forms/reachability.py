"""Which conditions can never hold, whatever is answered.

Every question that a condition depends on is tried with each answer that can make a difference,
in the order in which they are asked, so that a hidden question has no answer. The search ends at
the first way to fulfil the condition; where it takes too long, the condition counts as fulfillable.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from qm.core.forms.answers import Answer
from qm.core.forms.conditions import (
    Answered,
    Condition,
    InteractionIs,
    Leaf,
    asked_questions,
    holds,
    leaves,
)
from qm.core.forms.form_rules import may_be_left_out
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    Question,
    ScaleQuestion,
)
from qm.core.scoring.visibility import answer_matches, asking_order, conditions_of

if TYPE_CHECKING:
    from qm.core.forms.form import Form

MOST_COMBINATIONS = 20_000
_MOST_NAMED = 100  # questions, and attributes, that a condition depends on
_MOST_WORK = 150_000  # leaves looked at, for all conditions of a form together

Truths = frozenset[Leaf]  # the leaves that hold
_Name = tuple[str, str]


class _TooMuch(Exception):  # noqa: N818 (named for the fact)
    pass


class _Truth(NamedTuple):
    """What is known of a condition while some answers are open: can it hold, must it?"""

    can: bool
    must: bool

    def __and__(self, other: "_Truth") -> "_Truth":
        return _Truth(self.can and other.can, self.must and other.must)

    def __or__(self, other: "_Truth") -> "_Truth":
        return _Truth(self.can or other.can, self.must or other.must)

    def __xor__(self, _true: object) -> "_Truth":  # how `holds` negates
        return _Truth(not self.must, not self.can)


_OPEN = _Truth(can=True, must=False)


class _Unknown(NamedTuple):
    """A question or attribute: when it is asked, and what its answers or values make true."""

    name: _Name
    conditions: Sequence[Condition]
    domain: Sequence[Truths]


class Reachability:
    """A form made ready to be asked which conditions can hold; its conditions run in no circle."""

    def __init__(self, form: "Form") -> None:
        self._form = form
        self._order = {q.id: place for place, q in enumerate(asking_order(form))}
        self._work = _MOST_WORK

    def can_hold(self, conditions: Sequence[Condition]) -> bool:
        """Whether all conditions can hold at once; True where that is too much to find out."""
        try:
            return self._search(conditions)
        except _TooMuch:
            return True

    def _search(self, target: Sequence[Condition]) -> bool:
        unknowns = self._unknowns(target)
        left = MOST_COMBINATIONS

        def fulfil(place: int, truths: Truths) -> bool:
            nonlocal left
            left -= 1
            if left < 0:
                raise _TooMuch
            settled = {unknown.name for unknown in unknowns[:place]}
            if not self._can_hold(target, truths, settled):
                return False
            if place == len(unknowns):
                return True
            unknown = unknowns[place]
            if not self._can_hold(unknown.conditions, truths, settled):
                return fulfil(place + 1, truths)  # hidden: no answer, so nothing about it holds
            return any(fulfil(place + 1, truths | true) for true in unknown.domain)

        return fulfil(0, frozenset())

    def _unknowns(self, target: Sequence[Condition]) -> list[_Unknown]:
        """Return what the target depends on: attributes, then questions in their asking order."""
        asked = self._depended_on(target)
        conditions = {question.id: conditions_of(self._form, question) for question in asked}
        every = [*target, *(c for own in conditions.values() for c in own)]
        found = list(dict.fromkeys(leaf for c in every for _path, leaf in leaves(c)))
        self._spend(len(found))
        unknowns = list(_attributes(found, self._form.channel))
        if len(unknowns) > _MOST_NAMED:
            raise _TooMuch
        return unknowns + [
            _Unknown(
                ("question", question.id),
                conditions[question.id],
                self._answer_domain(question, found),
            )
            for question in asked
        ]

    def _can_hold(
        self, conditions: Iterable[Condition], truths: Truths, settled: Container[_Name]
    ) -> bool:
        def truth_of(leaf: Leaf) -> _Truth:
            self._spend(1)
            if _name_in(leaf) not in settled:
                return _OPEN
            return _Truth(leaf in truths, leaf in truths)

        return all(holds(condition, truth_of).can for condition in conditions)

    def _depended_on(self, target: Sequence[Condition]) -> list[Question]:
        """Return the questions that the target depends on, in the order in which they are asked."""
        found: dict[str, Question] = {}
        open_conditions = list(target)
        while open_conditions:
            for name in asked_questions(open_conditions.pop()):
                self._spend(1)
                question = self._form.question(name)
                if question is None or name in found:
                    continue
                found[name] = question
                if len(found) > _MOST_NAMED:
                    raise _TooMuch
                open_conditions += conditions_of(self._form, question)
        return sorted(found.values(), key=lambda question: self._order[question.id])

    def _answer_domain(self, question: Question, found: Sequence[Leaf]) -> list[Truths]:
        """Return what the answers to a question can make true, each set of leaves once."""
        mine = [leaf for leaf in found if _asks_for(leaf, question)]
        domain: dict[Truths, None] = {frozenset(): None}  # not answered yet
        for answer in _answers(question, mine):
            true = frozenset(leaf for leaf in mine if answer_matches(leaf, answer))
            # Options of a multiple choice can be chosen together.
            others = list(domain) if isinstance(question, MultipleChoiceQuestion) else [true]
            self._spend(len(mine) + len(others))
            domain |= dict.fromkeys(true | other for other in others)
        if may_be_left_out(self._form, question):
            domain[frozenset(leaf for leaf in mine if NOT_APPLICABLE in leaf.answered)] = None
        return list(domain)

    def _spend(self, work: int) -> None:
        self._work -= work
        if self._work < 0:
            raise _TooMuch


def _name_in(leaf: Leaf) -> _Name:
    if isinstance(leaf, Answered):
        return "question", leaf.question
    return "interaction", leaf.interaction


def _asks_for(leaf: Leaf, question: Question) -> TypeGuard[Answered]:
    return isinstance(leaf, Answered) and leaf.question == question.id


def _answers(question: Question, mine: Sequence[Answered]) -> Iterator[Answer]:
    if isinstance(question, ChoiceQuestion):
        yield from (Answer(option=option.id) for option in question.options)
    elif isinstance(question, MultipleChoiceQuestion):
        yield from (Answer(options=(option.id,)) for option in question.options)
    elif isinstance(question, ScaleQuestion):
        low, high = Decimal(question.lowest), Decimal(question.highest)
        yield from _numbers(mine, low, high, Decimal(1))
    elif isinstance(question, NumberQuestion):
        step = Decimal(1).scaleb(-question.decimals)
        yield from _numbers(mine, question.at_least, question.at_most, step)


def _numbers(
    mine: Sequence[Answered], low: Decimal, high: Decimal, step: Decimal
) -> Iterator[Answer]:
    """Yield a number from each stretch in which the same leaves hold."""
    bounds = {low, high}
    for leaf in mine:
        bounds |= {bound for bound in (leaf.at_least, leaf.at_most) if bound is not None}
    for bound in sorted(bounds):
        below = bound // step * step
        for number in (below - step, below, below + step):
            if low <= number <= high:
                yield Answer(number=number)


def _attributes(found: Sequence[Leaf], channel: str) -> Iterator[_Unknown]:
    """Yield each attribute that is named, with what its values can make true."""
    by_name: dict[str, list[InteractionIs]] = {}
    for leaf in found:
        if isinstance(leaf, InteractionIs):
            by_name.setdefault(leaf.interaction, []).append(leaf)
    for name, mine in by_name.items():
        values = [channel] if name == "channel" else _values(mine)
        domain = [frozenset(w for w in mine if w.matches({name: value})) for value in values]
        if name != "channel":  # every other attribute can be missing, or have another value
            domain.append(frozenset())
        yield _Unknown(("interaction", name), (), list(dict.fromkeys(domain)))


def _values(mine: Sequence[InteractionIs]) -> list[str]:
    bounds = sorted({b for w in mine for b in (w.at_least, w.at_most) if b is not None})
    numbers = {*bounds, *(b - 1 for b in bounds), *(b + 1 for b in bounds)}
    numbers |= {(low + high) / 2 for low, high in pairwise(bounds)}
    words = dict.fromkeys(word for leaf in mine for word in leaf.one_of)
    return [*words, *(str(number) for number in sorted(numbers))]
