"""Amazon Connect documents → forms, and evaluations with their form.

Three documents are told apart by their shape: a form (what DescribeEvaluationForm returns,
CreateEvaluationForm takes, or a CloudFormation resource holds), an evaluation with its form
(DescribeContactEvaluation), and an evaluation exported to S3.
"""

from qm.exchange.connect import findings
from qm.exchange.connect.answers import read_answers
from qm.exchange.connect.documents import Part, Report, read_document
from qm.exchange.connect.forms import read_form_document
from qm.exchange.connect.results import read_result
from qm.exchange.exchanged import ImportChoices, ImportedForm

_WRAPPERS = ("EvaluationForm", "Properties")


def read_connect(content: bytes, place: str, choices: ImportChoices) -> ImportedForm:
    """Return the form, and where there is one the evaluation, that `content` writes in JSON.

    `place` is the name that problems and losses show; their `field` is a JSON path. Never
    raises for bad content.
    """
    report = Report(place)
    document = read_document(content, report)
    if document is None:
        return ImportedForm(None, tuple(report.problems))
    if document.has("schemaVersion"):
        reading, answers = read_result(document, choices)
    else:
        holder = _form_in(document)
        if holder is None:
            report.problem(findings.UNKNOWN_DOCUMENT, "")
            return ImportedForm(None, tuple(report.problems))
        reading, answers = read_form_document(holder, choices), None
        evaluation = document.part("Evaluation") if holder is not document else None
        if evaluation and reading.form:
            answers = read_answers(evaluation, reading.form)
        if holder is not document:
            document.leave()
    losses = tuple(report.losses)
    if report.problems:
        return ImportedForm(None, tuple(report.problems), losses)
    return ImportedForm(reading.form, (), losses, answers)


def _form_in(document: Part) -> Part | None:
    """Return the object that holds the form, or None where nothing looks like one."""
    for key in _WRAPPERS:
        if isinstance(document.content.get(key), dict):
            return document.part(key)
    is_form = document.has("Title") or document.has("Items")
    return document if is_form else None
