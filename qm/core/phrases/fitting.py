"""Whether what phrase rules suggest can be answered: the form, its question and the answer."""

from collections.abc import Iterator, Sequence

from qm.core.forms.form import Form
from qm.core.phrases.rules import PhraseRules, Suggests
from qm.core.phrases.suggesting import answer_taken
from qm.core.problems import N_, Problem, explain

UNKNOWN_FORM = explain(
    "phrases.unknown_form",
    N_("The rule “{id}” suggests to the form “{form}”, which is not in the forms folder."),
    N_("Write the id of a form; there are: {known}."),
)
UNKNOWN_QUESTION = explain(
    "phrases.unknown_question",
    N_("The rule “{id}” suggests to “{question}”, which is no question of the form “{form}”."),
    N_("Write the id of a question: qm form show {form}"),
)
ANSWER_NOT_TAKEN = explain(
    "phrases.answer_not_taken",
    N_("The rule “{id}” suggests “{answer}”, which “{question}” of “{form}” does not take."),
    N_("Write an answer that it takes: qm form show {form}"),
)


def unanswerable(rules: PhraseRules, forms: Sequence[Form]) -> Iterator[Problem]:
    """Yield what no version of a form takes: it would never be suggested to anybody."""
    for place, rule in enumerate(rules.rules):
        for number, wish in enumerate(rule.suggests):
            path = f"rules[{place}].suggests[{number}]"
            yield from _unanswerable(rules.key, path, rule.rule, wish, forms)


def _unanswerable(
    key: str, path: str, rule: str, wish: Suggests, forms: Sequence[Form]
) -> Iterator[Problem]:
    values: dict[str, object] = {"id": rule, "form": wish.form, "question": wish.question}
    versions = [form for form in forms if form.form == wish.form]
    if not versions:
        values["known"] = sorted({form.form for form in forms})
        yield Problem(UNKNOWN_FORM, key, field=f"{path}.form", values=values)
        return
    questions = [each for form in versions if (each := form.question(wish.question))]
    if not questions:
        yield Problem(UNKNOWN_QUESTION, key, field=f"{path}.question", values=values)
        return
    for name, text in (("found", wish.found), ("missing", wish.missing)):
        if text is not None and not any(answer_taken(each, text) for each in questions):
            told = {**values, "answer": text}
            yield Problem(ANSWER_NOT_TAKEN, key, field=f"{path}.{name}", values=told)
