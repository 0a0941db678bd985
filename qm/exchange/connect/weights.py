"""What the parts of an Amazon Connect form weigh in the form language."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from qm.exchange.connect import findings
from qm.exchange.connect.parts import Reading, ReadQuestion, ReadSection

_PLACES = Decimal("0.0001")
_HUNDRED = Decimal(100)
Weighed = ReadQuestion | ReadSection


def set_weights(reading: Reading) -> None:
    """Give every section and question its weight.

    QUESTION_ONLY: the questions have the weights. SECTION_ONLY: the sections have them, and each
    spreads its weight evenly over its questions; subsections with weights of their own share
    that of their section where it has no questions beside them. Otherwise all weigh 1. What is
    excluded from scoring weighs 0.
    """
    everything = [part for section in reading.sections for part in section.everything()]
    questions = [question for part in everything for question in part.questions]
    left_out = _left_out(reading)
    parts: list[Weighed] = [*everything, *questions]
    for part in parts:
        part.weight = _own_weight(part, reading, left_out)
    if reading.mode == "QUESTION_ONLY":
        counted = [q for q in questions if q.earns and q.path not in left_out]
        _fill(reading, counted, "Items")
    elif reading.mode == "SECTION_ONLY":
        _fill(reading, [s for s in reading.sections if not s.excluded], "Items")
        for section in reading.sections:
            _share_out(reading, section)
    for part in parts:
        if part.excluded or (isinstance(part, ReadQuestion) and _never_earns(part, reading)):
            part.weight = Decimal(0)
        elif part.weight is None:
            part.weight = Decimal(1)
    if reading.mode == "SECTION_ONLY":
        for section in reversed(everything):
            _zero_where_nothing_counts(section, reading)
    is_scored = any(question.is_scored for question in questions)
    counts = any(_counts(section) for section in reading.sections)
    if reading.mode != "UNSCORED" and is_scored and not counts:
        reading.report.lose(findings.NOTHING_COUNTS, "Items")
        reading.mode = "UNSCORED"


def _left_out(reading: Reading) -> set[str]:
    """Return the paths of everything that is excluded, or stands in a section that is.

    Where nothing is scored anyway, the exclusion is named as lost.
    """
    paths: set[str] = set()
    for section in reading.sections:
        for part in section.everything():
            inside: list[Weighed] = [*part.everything(), *part.all_questions()]
            if part.excluded:
                paths |= {each.path for each in inside}
            own: list[Weighed] = [part, *part.questions]
            for each in own:
                if not each.excluded:
                    continue
                paths.add(each.path)
                if reading.mode == "UNSCORED" or not _moves(each, reading):
                    inner = ".ScoringConfiguration" if isinstance(each, ReadQuestion) else ""
                    path, keys = f"{each.path}{inner}", "IsExcludedFromScoring"
                    reading.report.lose(findings.LOST_KEYS, path, keys=keys)
    return paths


def _moves(part: Weighed, reading: Reading) -> bool:
    """Whether something here would move the score, were it not excluded."""
    if isinstance(part, ReadQuestion):
        return part.is_scored
    by_points = reading.mode == "POINTS_BASED"
    scored = [q for q in part.all_questions() if q.is_scored and not q.excluded]
    return any(question.earns or by_points for question in scored)


def _own_weight(part: Weighed, reading: Reading, left_out: set[str]) -> Decimal | None:
    """Return the weight that the document states, where it can count."""
    wanted = "QUESTION_ONLY" if isinstance(part, ReadQuestion) else "SECTION_ONLY"
    if part.weight is None or reading.mode != wanted:
        return None
    if part.path in left_out:
        if part.weight:
            reading.report.lose(findings.LOST_KEYS, part.path, keys=f"Weight ({part.weight})")
        return None
    return part.weight


def _counts(section: ReadSection) -> bool:
    """Whether something in a section moves the score."""
    if not section.weight:
        return False
    own = any(question.weight and question.earns for question in section.questions)
    return own or any(_counts(inner) for inner in section.sections)


def _zero_where_nothing_counts(section: ReadSection, reading: Reading) -> None:
    """Take the weight of a section whose scored questions weigh nothing."""
    has_scored = any(question.is_scored for question in section.all_questions())
    if section.weight and has_scored and not _counts(section):
        reading.report.lose(findings.NOTHING_COUNTS_INSIDE, section.path, ref=section.ref)
        section.weight = Decimal(0)


def _never_earns(question: ReadQuestion, reading: Reading) -> bool:
    counts_shares = reading.mode in {"QUESTION_ONLY", "SECTION_ONLY"}
    return counts_shares and question.is_scored and not question.earns


def _share_out(reading: Reading, section: ReadSection) -> None:
    """Weigh the subsections of a section whose questions weigh the same."""
    inner = [part for part in section.sections if not part.excluded]
    own = [q for q in section.questions if q.earns and not q.excluded]
    stated = [part for part in inner if part.weight is not None]
    if stated and not own:
        _fill(reading, inner, section.path)
        return
    if stated:
        refs = ", ".join(part.ref for part in stated)
        reading.report.lose(findings.LOST_KEYS, section.path, keys=f"Weight ({refs})")
    for part in inner:
        counted = sum(1 for q in part.questions if q.earns and not q.excluded)
        part.weight = Decimal(counted)


def _fill(reading: Reading, siblings: Sequence[Weighed], path: str) -> None:
    """Give siblings without a weight one, and say so; where none has one, all weigh the same."""
    missing = [part for part in siblings if part.weight is None]
    given = [_rounded(part, reading) for part in siblings if part.weight is not None]
    total = sum(given, Decimal(0))
    if missing:
        weight = Decimal(0 if given else 1)
        refs = ", ".join(part.ref for part in missing)
        reading.report.lose(findings.WEIGHTS_MISSING, path, refs=refs, weight=weight)
        for part in missing:
            part.weight = weight
    if given and total != _HUNDRED:
        reading.report.lose(findings.WEIGHTS_NOT_100, path, sum=f"{total.normalize():f}")


def _rounded(part: Weighed, reading: Reading) -> Decimal:
    value = part.weight or Decimal(0)
    rounded = value.quantize(_PLACES, ROUND_HALF_UP)
    if rounded != value:
        values = {"value": str(value)[:40], "rounded": rounded}
        reading.report.lose(findings.LOST_PRECISION, f"{part.path}.Weight", **values)
    part.weight = rounded
    return rounded
