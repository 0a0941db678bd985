"""What a form as a whole loses when it is written for Genesys Cloud, and the report of it."""

from qm.core.forms.form import Form
from qm.core.problems import Problem
from qm.core.text import Language, Wording
from qm.exchange.genesys import limits

_KEYS = (
    "description",
    "effective_from",
    "effective_to",
    "lowest_percent",
    "highest_percent",
    "pass_percent",
    "bands",
    "places",
    "outside_control",
)


class ExportReport:
    """The losses of one export, and the texts in its one language."""

    def __init__(self, form: Form, language: Language) -> None:
        self._place = form.key
        self._language = language
        self._losses: list[Problem] = []
        self._two_languages: dict[str, None] = {}
        self._untranslated: dict[str, None] = {}

    def lost(self, code: str, field: str, **values: object) -> None:
        """Note what Genesys cannot hold at a path of the form."""
        self._losses.append(Problem(code, self._place, field=field, values=values))

    def text(self, wording: Wording, path: str = "", most: int = 0) -> str:
        """Return a text in the language; with a path, what that costs is noted."""
        text = wording.in_language(self._language)
        if path:
            if wording.en is not None and wording.fa is not None:
                self._two_languages[path] = None
            elif getattr(wording, self._language) is None:
                self._untranslated[path] = None
        if most and len(text) > most:
            self.lost(limits.LOST_LENGTH, path, most=most, count=len(text))
        return text

    def losses(self) -> tuple[Problem, ...]:
        """Return all losses; texts in a language that is left out are counted, not listed."""
        counted = (
            (limits.LOST_LANGUAGE, self._two_languages),
            (limits.LOST_UNTRANSLATED, self._untranslated),
        )
        for code, paths in counted:
            if paths:
                self.lost(code, next(iter(paths)), count=len(paths))
        return tuple(self._losses)


def form_losses(form: Form, report: ExportReport) -> None:
    """Note what of the form's own settings Genesys cannot hold."""
    report.lost(limits.LOST_IDENTITY, "form")
    for name in _KEYS:
        # Off is how Genesys has it; every other default is at work without being written.
        is_default = getattr(form, name) == Form.model_fields[name].default
        if getattr(form, name) is not False and (not is_default or name == "outside_control"):
            report.lost(limits.LOST_KEY, name, name=name)
    for place, field in enumerate(form.header):
        report.lost(limits.LOST_HEADER, f"header[{place}]", id=field.id)
    _method_losses(form, report)
    _policy_losses(form, report)
    _critical_losses(form, report)


def _method_losses(form: Form, report: ExportReport) -> None:
    if form.start_points and form.method.measure == "points":
        report.lost(limits.LOST_START_POINTS, "start_points")
    if form.scoring == "lowest-grade":
        report.lost(limits.LOST_METHOD, "scoring", method=form.scoring)
    if form.scoring == "unscored":
        report.lost(limits.LOST_UNSCORED, "scoring")
    if form.method.by_section and _can_be_left_out(form):
        report.lost(limits.LOST_SECTION_WEIGHTS, "scoring")
    if form.method.measure == "position":
        report.lost(limits.LOST_POSITION, "scoring")


def _can_be_left_out(form: Form) -> bool:
    return any(
        question.allows_not_applicable
        or question.when
        or any(part.not_applicable or part.when for part in form.part_of(question.id))
        for question in form.scored_questions()
    )


def _policy_losses(form: Form, report: ExportReport) -> None:
    policies = {
        question.not_applicable if isinstance(question.not_applicable, str) else form.not_applicable
        for question in form.scored_questions()
        if question.allows_not_applicable
        or any(part.not_applicable for part in form.part_of(question.id))
    }
    for policy in sorted(policies - {"redistribute"}):
        report.lost(limits.LOST_POLICY, "not_applicable", policy=policy)


def _critical_losses(form: Form, report: ExportReport) -> None:
    lenses = sorted({q.critical for q in form.scored_questions() if q.critical})
    if not lenses:
        return
    report.lost(limits.LOST_LENS_NAME, "sections", lenses=", ".join(lenses))
    if form.critical_gate_percent is not None or form.method.gate_percent is not None:
        report.lost(limits.LOST_GATE, "critical_gate_percent")
