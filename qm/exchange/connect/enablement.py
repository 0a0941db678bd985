"""Conditions of ours → `Enablement` of Amazon Connect.

Connect knows no "not": it is moved inwards to the comparators, which changes no truth. A
condition of which any part cannot be held is not written at all.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qm.core.forms.conditions import (
    ATTRIBUTES,
    All,
    Answered,
    AnyOf,
    Condition,
    InteractionIs,
    Leaf,
    Not,
)
from qm.core.forms.form import Form
from qm.core.forms.identifiers import NOT_APPLICABLE
from qm.core.forms.questions import (
    ChoiceQuestion,
    MultipleChoiceQuestion,
    NumberQuestion,
    ScaleQuestion,
)
from qm.exchange.connect.scores import scale_id, scale_numbers

Written = dict[str, Any]


class CannotHold(Exception):  # noqa: N818 (named for the fact)
    """A condition that Amazon Connect has no words for."""


def write_condition(form: Form, condition: Condition) -> Written | None:
    """Return the `Enablement` of what is asked on `condition`; None where it cannot be held."""
    action = "ENABLE"
    if isinstance(condition, Not) and isinstance(condition.negated, All | AnyOf):
        action, condition = "DISABLE", condition.negated
    try:
        operand = _operand(form, condition, negated=False)
    except CannotHold:
        return None
    whole = operand.get("Condition") or {"Operands": [operand]}
    default = "DISABLE" if action == "ENABLE" else "ENABLE"
    return {"Condition": whole, "Action": action, "DefaultAction": default}


def _operand(form: Form, condition: Condition, *, negated: bool) -> Written:
    if isinstance(condition, Not):
        return _operand(form, condition.negated, negated=not negated)
    if not isinstance(condition, All | AnyOf):
        return _leaf(form, condition, negated=negated)
    is_all = isinstance(condition, All)
    parts: Sequence[Condition] = condition.all if isinstance(condition, All) else condition.any
    if is_all and not negated and (beyond := _beyond(form, parts)):
        return beyond
    operands = [_operand(form, part, negated=negated) for part in parts]
    return _group("AND" if is_all != negated else "OR", operands)


def _group(operator: str, operands: list[Written]) -> Written:
    joined = {"Operator": operator} if len(operands) > 1 else {}
    return {"Condition": {"Operands": operands, **joined}}


def _leaf(form: Form, leaf: Leaf, *, negated: bool) -> Written:
    source = _source(leaf)
    if isinstance(leaf, InteractionIs) and leaf.one_of:
        values = [{"Type": "STRING_VALUE", "StringValue": text} for text in leaf.one_of]
        return _expression(source, "NOT_IN" if negated else "IN", values)
    if isinstance(leaf, Answered):
        question = form.question(leaf.question)
        if any(leaf.question == field.id for field in form.header):
            raise CannotHold  # there is no header
        if isinstance(question, ChoiceQuestion | MultipleChoiceQuestion | ScaleQuestion):
            values = [{"Type": "OPTION_REF_ID", "RefId": ref} for ref in _options(form, leaf)]
            return _expression(source, "NOT_IN" if negated else "IN", values)
        if not isinstance(question, NumberQuestion) or leaf.answered:
            raise CannotHold
    return _bounds(source, leaf, negated=negated)


def _source(leaf: Leaf) -> Written:
    if isinstance(leaf, InteractionIs):
        if leaf.interaction in ATTRIBUTES:
            raise CannotHold  # of our import; the contact has no attribute of that name
        return {"Type": "CONTACT", "ContactAttributeKey": leaf.interaction}
    return {"Type": "QUESTION_REF_ID", "RefId": leaf.question}


def _options(form: Form, leaf: Answered) -> list[str]:
    question = form.question(leaf.question)
    if isinstance(question, ScaleQuestion):
        refs = [scale_id(n) for n in scale_numbers(question) if leaf.within(Decimal(n))]
        if leaf.answered or not refs:
            raise CannotHold
        return refs
    if NOT_APPLICABLE in leaf.answered or not leaf.answered:
        raise CannotHold
    return list(leaf.answered)


def _bounds(source: Written, leaf: Leaf, *, negated: bool) -> Written:
    least, most = leaf.at_least, leaf.at_most
    if least is not None and least == most:
        return _compare(source, "NOT_EQUAL_TO" if negated else "EQUAL_TO", least)
    words = ("LESS_THAN", "GREATER_THAN")
    if not negated:
        words = ("GREATER_THAN_OR_EQUAL_TO", "LESS_THAN_OR_EQUAL_TO")
    bounds = [
        _compare(source, word, bound)
        for word, bound in zip(words, (least, most), strict=True)
        if bound is not None
    ]
    return bounds[0] if len(bounds) == 1 else _group("OR" if negated else "AND", bounds)


def _beyond(form: Form, parts: Sequence[Condition]) -> Written | None:
    """Return “above” or “below” for “at least, and not at most” the same number."""
    if len(parts) != 2 or not isinstance(parts[1], Not):
        return None
    bound, other = parts[0], parts[1].negated
    if not isinstance(bound, Answered | InteractionIs) or _is_scale(form, bound):
        return None
    least, most = bound.at_least, bound.at_most
    for word, value, opposite in (
        ("GREATER_THAN", least, {"at_least": None, "at_most": least}),
        ("LESS_THAN", most, {"at_least": most, "at_most": None}),
    ):
        if value is not None and other == bound.model_copy(update=opposite):
            _leaf(form, bound, negated=False)  # raises where it cannot be held
            return _compare(_source(bound), word, value)
    return None


def _is_scale(form: Form, leaf: Leaf) -> bool:
    asked = form.question(leaf.question) if isinstance(leaf, Answered) else None
    return isinstance(asked, ScaleQuestion)


def _compare(source: Written, comparator: str, value: Decimal) -> Written:
    number = int(value) if value == int(value) else float(value)
    return _expression(source, comparator, [{"Type": "NUMERIC_VALUE", "NumericValue": number}])


def _expression(source: Written, comparator: str, values: list[Written]) -> Written:
    return {"Expression": {"Source": source, "Values": values, "Comparator": comparator}}
