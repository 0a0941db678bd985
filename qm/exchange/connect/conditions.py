"""`Enablement` of Amazon Connect → conditions of ours.

A condition on a question holds only while that question has an answer; `NOT_IN` and
`NOT_EQUAL_TO` are the opposites of `IN` and `EQUAL_TO`. What `ALL_IN` and `EXACT` mean exactly
is not published: our reading is named whenever they are met. Sources other than questions and
contact attributes are not known here; a condition that needs one is left out as a whole.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qm.exchange.connect import findings
from qm.exchange.connect.documents import Part
from qm.exchange.connect.parts import ReadQuestion, our_id

Tree = dict[str, Any]
_COMPARATORS = (
    "IN",
    "NOT_IN",
    "ALL_IN",
    "EXACT",
    "GREATER_THAN",
    "LESS_THAN",
    "GREATER_THAN_OR_EQUAL_TO",
    "LESS_THAN_OR_EQUAL_TO",
    "EQUAL_TO",
    "NOT_EQUAL_TO",
)
_NEGATED = {"NOT_IN": "IN", "NOT_EQUAL_TO": "EQUAL_TO"}
_ACTIONS = {"ENABLE": "DISABLE", "DISABLE": "ENABLE"}
_NUMBER_MOST = 10**9


def read_condition(enablement: Part, questions: Mapping[str, ReadQuestion]) -> Tree | None:
    """Return when something is asked, in the form language; None for always.

    What cannot be held is named in the report; `questions` are all of the form, by id.
    """
    action = enablement.one_of("Action", list(_ACTIONS))
    condition = enablement.part("Condition")
    if condition is None:
        enablement.report.problem(findings.MISSING, enablement.at("Condition"), key="Condition")
    default = enablement.one_of("DefaultAction", list(_ACTIONS), _ACTIONS.get(action or "", ""))
    enablement.leave()
    tree = _operands(condition, questions) if condition else None
    if tree is None or action is None:
        return None
    if default == action:
        enablement.report.lose(findings.READ_ACTIONS, enablement.path, action=action)
        return None if action == "ENABLE" else {"all": [tree, {"not": tree}]}
    if action == "DISABLE":
        return {"not": tree}
    parts = [part for group in tree.values() for part in group]
    return parts[0] if len(parts) == 1 else tree


def _operands(condition: Part, questions: Mapping[str, ReadQuestion]) -> Tree | None:
    operands = condition.parts("Operands")
    operator = condition.one_of("Operator", ("AND", "OR"), "AND" if len(operands) < 2 else None)
    condition.leave()
    if not operands:
        condition.report.problem(findings.MISSING, condition.at("Operands"), key="Operands")
    read = [_operand(operand, questions) for operand in operands]
    parts = [part for part in read if part is not None]
    if len(parts) < len(read) or not parts:
        return None
    return {"any" if operator == "OR" else "all": parts}


def _operand(operand: Part, questions: Mapping[str, ReadQuestion]) -> Tree | None:
    inner, expression = operand.part("Condition"), operand.part("Expression")
    operand.leave()
    if inner:
        return _operands(inner, questions)
    if expression:
        return _expression(expression, questions)
    operand.report.problem(findings.MISSING, operand.at("Expression"), key="Expression")
    return None


def _expression(expression: Part, questions: Mapping[str, ReadQuestion]) -> Tree | None:
    source = expression.part("Source")
    comparator = expression.one_of("Comparator", _COMPARATORS)
    values = expression.parts("Values")
    expression.leave()
    if source is None or not values:
        key = "Values" if source else "Source"
        expression.report.problem(findings.MISSING, expression.at(key), key=key)
        return None
    if comparator is None:
        return None
    kind = source.text("Type", required=True)
    if kind == "QUESTION_REF_ID":
        return _about_question(expression, source, comparator, values, questions)
    attribute = source.text("ContactAttributeKey") if kind == "CONTACT" else None
    if attribute is None:
        shown = f"{kind or ''} {source.text('ContactField') or ''}".strip()
        expression.report.lose(findings.LOST_CONDITION, source.path, source=shown[:60])
        return None
    return _about_attribute(expression, attribute, comparator, values)


def _about_question(
    expression: Part,
    source: Part,
    comparator: str,
    values: list[Part],
    questions: Mapping[str, ReadQuestion],
) -> Tree | None:
    ref = source.text("RefId", required=True)
    question = questions.get(our_id(ref)) if ref else None
    if question is None:
        if ref:
            path = source.at("RefId")
            source.report.problem(findings.UNKNOWN_REFERENCE, path, ref=ref[:60])
        return None
    if question.data["type"] == "number":
        numbers = _numbers(values)
        return _compared({"question": question.ref}, comparator, numbers, expression)
    options = [option["id"] for option in question.data.get("options", ()) if "id" in option]
    chosen = []
    for value in values:
        option = value.text("RefId") if value.text("Type") == "OPTION_REF_ID" else None
        if option is not None and our_id(option) not in options:
            path = value.at("RefId")
            value.report.problem(findings.UNKNOWN_REFERENCE, path, ref=option[:60])
        chosen.append(our_id(option) if option is not None else None)
    listed = [option for option in chosen if option is not None]
    if len(listed) < len(chosen) or not options:
        return _lost(expression, "a value that is no option")
    return _about_options(expression, question, comparator, listed, options)


def _about_options(
    expression: Part,
    question: ReadQuestion,
    comparator: str,
    listed: list[str],
    options: list[str],
) -> Tree | None:
    asked = {"question": question.ref, "answered": listed}
    if comparator in {"IN", "EQUAL_TO"}:
        return asked
    if comparator in _NEGATED:
        return {"not": asked}
    if comparator not in {"ALL_IN", "EXACT"}:
        return _lost(expression, f"{comparator} of options")
    is_exact = comparator == "EXACT"
    meaning = "all of the options and no other are chosen" if is_exact else "all are chosen"
    path = expression.at("Comparator")
    expression.report.lose(findings.READ_COMPARATOR, path, comparator=comparator, meaning=meaning)
    if question.data["type"] == "choice":
        return asked
    parts: list[Tree] = [{"question": question.ref, "answered": [each]} for each in listed]
    others = [option for option in options if option not in listed]
    if is_exact and others:
        parts.append({"not": {"question": question.ref, "answered": others}})
    return {"all": parts}


def _about_attribute(
    expression: Part, key: str, comparator: str, values: list[Part]
) -> Tree | None:
    about = {"interaction": key}
    if values[0].has("NumericValue"):
        return _compared(about, comparator, _numbers(values), expression)
    texts = [value.text("StringValue") for value in values]
    given = [text for text in texts if text is not None]
    if len(given) < len(texts) or comparator not in {"IN", "EQUAL_TO", *_NEGATED}:
        return _lost(expression, f"{comparator} of an attribute")
    tree = {**about, "is": given}
    return {"not": tree} if comparator in _NEGATED else tree


def _numbers(values: list[Part]) -> list[Decimal]:
    read = [value.number("NumericValue", -_NUMBER_MOST, _NUMBER_MOST) for value in values]
    return [number for number in read if number is not None]


def _compared(
    about: Tree, comparator: str, numbers: list[Decimal], expression: Part
) -> Tree | None:
    if not numbers:
        return _lost(expression, "a value that is no number")
    equal: list[Tree] = [{**about, "at_least": n, "at_most": n} for n in numbers]
    is_one: Tree = equal[0] if len(equal) == 1 else {"any": equal}
    least, most = {**about, "at_least": numbers[0]}, {**about, "at_most": numbers[0]}
    trees: dict[str, Tree] = {
        "GREATER_THAN_OR_EQUAL_TO": least,
        "LESS_THAN_OR_EQUAL_TO": most,
        "GREATER_THAN": {"all": [least, {"not": most}]},
        "LESS_THAN": {"all": [most, {"not": least}]},
        "IN": is_one,
        "EQUAL_TO": is_one,
        "NOT_IN": {"not": is_one},
        "NOT_EQUAL_TO": {"not": is_one},
    }
    return trees.get(comparator) or _lost(expression, f"{comparator} of numbers")


def _lost(expression: Part, source: str) -> Tree | None:
    expression.report.lose(findings.LOST_CONDITION, expression.path, source=source)
    return None
