"""Questions of Amazon Connect forms → questions of ours.

Points: `Score` (0-10) in the percentage modes, where a multi-select question earns at most 10;
`PointsConfiguration` (0-100) in POINTS_BASED. In the percentage modes a question's share is what
it earned of its own best answer: that it is not divided by 10 where no option reaches 10 is our
reading of the documented example.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from qm.exchange.connect import findings
from qm.exchange.connect.documents import Part
from qm.exchange.connect.parts import (
    MOST_PER_QUESTION,
    MOST_POINTS,
    Reading,
    ReadQuestion,
    filled,
    our_id,
    ref_id,
)

_TYPES = {
    "SINGLESELECT": "SingleSelect",
    "MULTISELECT": "MultiSelect",
    "NUMERIC": "Numeric",
    "TEXT": "Text",
    "DATETIME": "DateTime",
}
_OUR_TYPES = {
    "SINGLESELECT": "choice",
    "MULTISELECT": "choices",
    "NUMERIC": "number",
    "TEXT": "text",
    "DATETIME": "date",
}
_INTEGER_MOST = 2**31 - 1
_OPTIONS_MOST = 256


def read_question(part: Part, reading: Reading, homes: Mapping[str, str]) -> ReadQuestion | None:
    """Return the question in `part`, or None with problems.

    `homes` tells for every section which section of ours its questions go to.
    """
    ref = ref_id(part)
    title = part.text("Title", required=True)
    kind = part.one_of("QuestionType", list(_TYPES))
    if ref is None or title is None or kind is None:
        return None
    question = ReadQuestion(ref, part.path, {"id": ref, "type": _OUR_TYPES[kind]})
    question.data |= filled(
        text=reading.wording(title),
        guidance=reading.wording(part.text("Instructions")),
        not_applicable=part.flag("NotApplicableEnabled") or None,
        required=True,
    )
    properties = part.part("QuestionTypeProperties")
    own = properties.part(_TYPES[kind]) if properties else None
    if kind == "DATETIME":
        part.report.lose(findings.LOST_TIME_OF_DAY, part.at("QuestionType"))
    elif kind != "TEXT":
        _read_answers(
            question,
            own or Part({}, part.at("QuestionTypeProperties"), part.report),
            reading,
            homes,
        )
    _read_scoring(question, part, reading)
    question.enablement = part.part("Enablement")
    for read in (part, properties, own):
        if read:
            read.leave()
    return question


def _read_answers(
    question: ReadQuestion, own: Part, reading: Reading, homes: Mapping[str, str]
) -> None:
    is_number = question.data["type"] == "number"
    options = own.parts("Options")
    read = [_gradable(part, reading, homes, is_number=is_number) for part in options]
    if is_number:
        question.data |= filled(
            at_least=_bound(own, "MinValue"), at_most=_bound(own, "MaxValue"), ranges=read
        )
        _check_ranges(question.data, own)
    elif len(read) < (2 if question.data["type"] == "choice" else 1):
        own.report.problem(findings.MISSING, own.at("Options"), key="Options")
    else:
        question.data["options"] = read
        _refuse_duplicates(read, own)
    question.is_scored = bool(read)


def _gradable(
    part: Part, reading: Reading, homes: Mapping[str, str], *, is_number: bool
) -> dict[str, Any]:
    if is_number:
        data = filled(at_least=_bound(part, "MinValue"), at_most=_bound(part, "MaxValue"))
    else:
        data = filled(id=ref_id(part), label=reading.wording(part.text("Text", required=True)))
    data |= _points(part, reading)
    if part.flag("AutomaticFail"):
        data["fatal"] = _fatal(part, homes)
    part.leave()
    return data


def _points(part: Part, reading: Reading) -> dict[str, Any]:
    if reading.mode != "POINTS_BASED" and (part.has("Score") or reading.mode != "UNSCORED"):
        return {"points": part.number("Score", 0, MOST_PER_QUESTION) or Decimal(0)}
    own = part.part("PointsConfiguration")
    if own is None:
        return {"points": Decimal(0)}
    points = own.number("PointValue", 0, MOST_POINTS, required=True)
    bonus = own.flag("IsBonus")
    own.leave()
    return filled(points=points or Decimal(0), bonus=bonus or None)


def _fatal(part: Part, homes: Mapping[str, str]) -> bool | dict[str, str]:
    own = part.part("AutomaticFailConfiguration")
    target = own.text("TargetSection") if own else None
    if own is None or target is None:
        return True
    own.leave()
    section = homes.get(our_id(target))
    if section is None:
        shown = target[:60]
        own.report.problem(findings.UNKNOWN_REFERENCE, own.at("TargetSection"), ref=shown)
        return True
    return {"scope": "section", "section": section}


def _read_scoring(question: ReadQuestion, part: Part, reading: Reading) -> None:
    scoring = part.part("ScoringConfiguration")
    if scoring:
        question.excluded = scoring.flag("IsExcludedFromScoring")
        if reading.mode == "POINTS_BASED" and question.is_scored:
            _read_limits(question.data, scoring.part("PointsConfiguration"))
        scoring.leave()
    if question.data["type"] == "choices" and reading.mode != "POINTS_BASED":
        question.data["most"] = Decimal(MOST_PER_QUESTION)
    if reading.mode == "QUESTION_ONLY" and question.is_scored and not question.excluded:
        question.weight = part.number("Weight", 0, 100)
    question.earns = question.is_scored and _earns(question.data)
    if question.is_scored and not question.excluded and reading.mode != "UNSCORED":
        if not question.earns and reading.mode != "POINTS_BASED":
            part.report.lose(findings.NO_POINTS, part.path, ref=question.ref)
        if question.earns and question.data["type"] != "choices":
            _take_points_of_fatal(question.data, part)


def _earns(data: Mapping[str, Any]) -> bool:
    """Whether the best answer has points; bonus points do not count."""
    plain = [each for each in _gradables(data) if not each.get("bonus")]
    return not data.get("bonus") and any(each["points"] > 0 for each in plain)


def _take_points_of_fatal(data: Mapping[str, Any], part: Part) -> None:
    """Let no fatal answer earn as much as the best one that is not fatal."""
    plain = [each for each in _gradables(data) if not each.get("fatal")]
    best = max((each["points"] for each in _gradables(data) if not each.get("bonus")), default=0)
    if best and any(each["points"] == best and not each.get("bonus") for each in plain):
        for each in _gradables(data):
            if each.get("fatal") and each["points"] == best:
                each["points"] = Decimal(0)
                part.report.lose(findings.FATAL_POINTS, part.path)


def _read_limits(data: dict[str, Any], own: Part | None) -> None:
    if own is None:
        return
    data |= filled(bonus=own.flag("IsBonus") or None)
    if data["type"] == "choices":
        data |= filled(
            most=own.number("MaxPointValue", 0, MOST_POINTS),
            least=own.number("MinPointValue", 0, MOST_POINTS),
        )
    own.leave()


def _gradables(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*data.get("options", ()), *data.get("ranges", ())]


def _bound(part: Part, key: str) -> Decimal | None:
    number = part.number(key, -_INTEGER_MOST, _INTEGER_MOST, required=True)
    if number is not None and number % 1:
        part.report.problem(
            findings.WRONG_TYPE, part.at(key), value=str(number)[:60], expected="a whole number"
        )
        return None
    return number


def _check_ranges(data: Mapping[str, Any], own: Part) -> None:
    """Refuse gaps and overlaps: what they earn is not said, and nothing is made up."""
    least, most = data.get("at_least"), data.get("at_most")
    bounds = [(part.get("at_least"), part.get("at_most")) for part in data["ranges"]]
    known = [(first, last) for first, last in bounds if first is not None and last is not None]
    if not bounds or least is None or most is None or len(known) < len(bounds):
        return
    for first, last in _gaps(sorted(known), least, most):
        own.report.problem(findings.RANGES_GAP, own.at("Options"), first=first, last=last)
    end = None
    for first, last in sorted(known):
        if end is not None and first <= end:
            own.report.problem(findings.RANGES_OVERLAP, own.at("Options"), number=first)
        end = last if end is None else max(end, last)


def _gaps(
    ranges: list[tuple[Decimal, Decimal]], least: Decimal, most: Decimal
) -> Iterator[tuple[Decimal, Decimal]]:
    following = least
    for first, last in ranges:
        if first > following:
            yield following, first - 1
        following = max(following, last + 1)
    if following <= most:
        yield following, most


def _refuse_duplicates(options: list[dict[str, Any]], own: Part) -> None:
    seen: dict[str, int] = {}
    for place, option in enumerate(options):
        ref = option.get("id")
        if ref is not None and ref in seen:
            first = f"{own.at('Options')}[{seen[ref]}]"
            path = f"{own.at('Options')}[{place}].RefId"
            own.report.problem(findings.DUPLICATE_REF_ID, path, ref=ref, first=first)
        elif ref is not None:
            seen[ref] = place
