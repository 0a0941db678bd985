"""The answers that a question of qm has as a multiple choice question of Genesys Cloud."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from qm.core.forms.gradables import Option, Range
from qm.core.forms.questions import (
    ChoiceQuestion,
    InformationBlock,
    Item,
    NumberQuestion,
    ScaleQuestion,
)
from qm.core.text import Wording

TextOf = Callable[[Wording], str]


class WrittenAnswer(NamedTuple):
    """One answer; `span` are the numbers it covers, `part` the option or range it comes from."""

    id: str
    text: str
    points: Decimal
    part: Option | Range | None = None
    span: tuple[Decimal, Decimal] | None = None


def answers_of(item: Item, text: TextOf) -> list[WrittenAnswer]:
    """Return the answers of a choice, a scale or a number with several ranges; else none."""
    if isinstance(item, InformationBlock) or is_promoter_score(item):
        return []
    if isinstance(item, ChoiceQuestion):
        return [WrittenAnswer(o.id, text(o.label), o.points, o) for o in item.options]
    if isinstance(item, ScaleQuestion):
        return [_step(item, number, text) for number in range(item.lowest, item.highest + 1)]
    if isinstance(item, NumberQuestion) and len(item.ranges) > 1:
        unit = f" {text(item.unit)}" if item.unit else ""
        return [
            WrittenAnswer(
                f"r{place}",
                f"{part.at_least} – {part.at_most}{unit}",
                part.points,
                part,
                (part.at_least, part.at_most),
            )
            for place, part in enumerate(item.ranges)
        ]
    return []


def is_promoter_score(item: Item) -> bool:
    """Whether Genesys has the question as it is: 0 to 10, recorded and not scored."""
    return (
        isinstance(item, ScaleQuestion)
        and (item.lowest, item.highest) == (0, 10)
        and not item.weight
        and not (item.critical or item.lowest_label or item.highest_label)
    )


def _step(item: ScaleQuestion, number: int, text: TextOf) -> WrittenAnswer:
    labels = {item.lowest: item.lowest_label, item.highest: item.highest_label}
    label = labels.get(number)
    words = f"{number}: {text(label)}" if label else str(number)
    value = Decimal(number)
    name = f"minus{-number}" if number < 0 else str(number)
    return WrittenAnswer(name, words, value, None, (value, value))
