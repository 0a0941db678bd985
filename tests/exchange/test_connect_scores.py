"""The scores of imported Amazon Connect forms against an independent reading of its rules."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard
from qm.exchange.connect.reading import read_connect
from qm.exchange.exchanged import ImportChoices, ImportedForm

Data = dict[str, Any]


def read(document: Data, **choices: Any) -> ImportedForm:
    return read_connect(json.dumps(document).encode(), "form.json", ImportChoices(**choices))


def read_evaluation(form: Data, answers: Data) -> ImportedForm:
    values = {ref: {"Value": value} for ref, value in answers.items()}
    return read({"EvaluationForm": form, "Evaluation": {"Answers": values, "Notes": {}}})


def scored(form: Data, answers: Data) -> Scorecard:
    imported = read_evaluation(form, answers)
    assert imported.problems == ()
    assert imported.form is not None
    assert imported.answers is not None
    return score(imported.form, imported.answers)


def form_of(mode: str | None, *sections: Data) -> Data:
    strategy = {"ScoringStrategy": {"Mode": mode, "Status": "ENABLED"}} if mode else {}
    return {"Title": "Form", "Items": [{"Section": section} for section in sections], **strategy}


def section_of(ref: str, *items: Data, **more: Any) -> Data:
    wrapped = [{"Section" if "Items" in item else "Question": item} for item in items]
    return {"Title": ref.upper(), "RefId": ref, "Items": wrapped, **more}


def question_of(ref: str, *options: Data, kind: str = "SINGLESELECT", **more: Any) -> Data:
    name = {"SINGLESELECT": "SingleSelect", "MULTISELECT": "MultiSelect", "NUMERIC": "Numeric"}
    own = {"Options": list(options)}
    if kind == "NUMERIC":
        own["MinValue"] = options[0]["MinValue"]
        own["MaxValue"] = options[-1]["MaxValue"]
    properties = {"QuestionTypeProperties": {name[kind]: own}} if kind in name else {}
    return {"Title": f"{ref}?", "RefId": ref, "QuestionType": kind, **properties, **more}


def option_of(ref: str, score: int, **more: Any) -> Data:
    return {"RefId": ref, "Text": ref, "Score": score, **more}


def points_of(ref: str, points: int, *, bonus: bool = False, **more: Any) -> Data:
    configuration = {"PointValue": points, **({"IsBonus": True} if bonus else {})}
    return {"RefId": ref, "Text": ref, "PointsConfiguration": configuration, **more}


def graded_question(ref: str, weight: int) -> Data:
    options = [option_of("full", 10), option_of("half", 5), option_of("none", 0)]
    return question_of(ref, *options, Weight=weight, NotApplicableEnabled=True)


FOUR = form_of(
    "QUESTION_ONLY",
    section_of("s", *(graded_question(f"q{n}", w) for n, w in enumerate((40, 20, 20, 20)))),
)


def test_documented_weights() -> None:
    given = dict(zip(("q0", "q1", "q2", "q3"), ("full", "half", "half", "none"), strict=True))
    card = scored(FOUR, {ref: {"StringValue": option} for ref, option in given.items()})
    assert card.exact_percent == 60


def test_documented_weights_after_not_applicable() -> None:
    answers: Data = {"q0": {"StringValue": "full"}, "q1": {"StringValue": "half"}}
    answers |= {"q2": {"StringValue": "half"}, "q3": {"NotApplicable": True}}
    card = scored(FOUR, answers)
    assert card.exact_percent == 75
    assert [entry.weight_percent for entry in card.entries] == [50, 25, 25, 0]


@pytest.mark.parametrize(("number", "points"), [(0, 10), (1, 5), (3, 5), (4, 5), (5, 1), (10, 1)])
def test_documented_ranges(number: int, points: int) -> None:
    bounds = ((0, 0, 10), (1, 4, 5), (5, 10, 1))
    ranges = [{"MinValue": a, "MaxValue": b, "Score": s} for a, b, s in bounds]
    form = form_of("QUESTION_ONLY", section_of("s", question_of("n", *ranges, kind="NUMERIC")))
    card = scored(form, {"n": {"NumericValue": number}})
    assert card.exact_percent == 10 * points


@pytest.mark.parametrize(
    ("chosen", "percent"), [(["a", "b"], 100), (["a"], 70), (["b"], 60), ([], 0)]
)
def test_a_selection_earns_at_most_ten(chosen: list[str], percent: int) -> None:
    asked = question_of("m", option_of("a", 7), option_of("b", 6), kind="MULTISELECT")
    card = scored(form_of("QUESTION_ONLY", section_of("s", asked)), {"m": {"StringValues": chosen}})
    assert card.exact_percent == percent


def test_points_with_a_bonus_option_and_a_bonus_question() -> None:
    plain = question_of(
        "p", points_of("yes", 20), points_of("no", 5), points_of("wow", 30, bonus=True)
    )
    extra = question_of(
        "x",
        points_of("yes", 10),
        points_of("no", 0),
        ScoringConfiguration={"PointsConfiguration": {"IsBonus": True}},
    )
    both = form_of("POINTS_BASED", section_of("s", plain, extra))
    answers = {"p": {"StringValue": "no"}, "x": {"StringValue": "yes"}}
    assert scored(both, answers).exact_percent == 75  # 15 of 20
    answers["p"] = {"StringValue": "wow"}
    assert scored(both, answers).exact_percent == 100  # 40 of 20, limited


def test_automatic_fail_of_the_form_and_of_a_section() -> None:
    fails = option_of("bad", 0, AutomaticFail=True)
    fails_other = option_of(
        "worse", 0, AutomaticFail=True, AutomaticFailConfiguration={"TargetSection": "b"}
    )
    first = question_of("q1", option_of("good", 10), fails, fails_other, Weight=50)
    second = question_of("q2", option_of("good", 10), option_of("bad", 0), Weight=50)
    form = form_of("QUESTION_ONLY", section_of("a", first), section_of("b", second))

    card = scored(form, {"q1": {"StringValue": "bad"}, "q2": {"StringValue": "good"}})
    assert (card.exact_percent, card.calculated_percent, card.outcome) == (0, 50, "fail")
    card = scored(form, {"q1": {"StringValue": "worse"}, "q2": {"StringValue": "good"}})
    assert (card.exact_percent, card.outcome) == (0, None)  # b lost its half; a had none
    assert [section.failed for section in card.sections] == [False, True]


def test_subsections_without_weights_spread_that_of_their_section_evenly() -> None:
    def asked(ref: str) -> Data:
        return question_of(ref, option_of("a", 10), option_of("b", 0))

    inner = section_of("s1.1", asked("q1"), asked("q2"))
    form = form_of("SECTION_ONLY", section_of("s1", asked("q0"), inner, Weight=100))
    card = scored(form, {f"q{n}": {"StringValue": "b" if n else "a"} for n in range(3)})
    assert card.exact_percent == Fraction(100, 3)


# --- random forms, answers, and the rules once more


@st.composite
def connect_forms(draw: st.DrawFn, *, modes: tuple[str | None, ...] = ()) -> Data:
    """A form document as Connect would take it; questions are named q0, q1 … in their order."""
    known = ("QUESTION_ONLY", "SECTION_ONLY", "POINTS_BASED")
    mode = draw(st.sampled_from(modes or known))
    questions: list[Data] = []
    sections = []
    for place in range(draw(st.integers(1, 3))):
        inner = [
            _section(draw, f"s{place}.{n}", questions, mode)
            for n in range(draw(st.sampled_from([0, 0, 1, 2])))
        ]
        own = 0 if inner and draw(st.booleans()) else draw(st.integers(1, 3))
        section = _section(draw, f"s{place}", questions, mode, count=own)
        section["Items"] += [{"Section": part} for part in inner]
        if mode == "SECTION_ONLY" and inner and not own and draw(st.booleans()):
            _weigh(draw, inner)
        if draw(st.integers(0, 9)) == 9:
            section["IsExcludedFromScoring"] = True
        sections.append(section)
    form = form_of(mode, *sections)
    if mode == "SECTION_ONLY":
        _weigh(draw, [s for s in sections if "IsExcludedFromScoring" not in s])
    if mode == "QUESTION_ONLY":
        excluded = [s for s in sections if "IsExcludedFromScoring" in s]
        inside = [q["RefId"] for s in excluded for q in questions_in(s)]
        counted = [q for q in questions if is_counted(q) and q["RefId"] not in inside]
        _weigh(draw, counted)
    if mode and draw(st.booleans()):
        form["ScoringStrategy"]["ScoreThresholds"] = draw(_thresholds())
    _add_fails(draw, form, questions)
    _add_conditions(draw, questions)
    return form


def _section(
    draw: st.DrawFn, ref: str, questions: list[Data], mode: str | None, count: int | None = None
) -> Data:
    own = []
    for _ in range(draw(st.integers(1, 2)) if count is None else count):
        question = _question(draw, f"q{len(questions)}", mode)
        questions.append(question)
        own.append(question)
    more = {"Instructions": "How"} if draw(st.booleans()) else {}
    return section_of(ref, *own, **more)


def _question(draw: st.DrawFn, ref: str, mode: str | None) -> Data:
    kinds = ["SINGLESELECT", "SINGLESELECT", "MULTISELECT", "NUMERIC", "TEXT", "DATETIME"]
    kind = draw(st.sampled_from(kinds))
    most = 100 if mode == "POINTS_BASED" else 10
    points = [draw(st.sampled_from([most, most, most // 2, 1, 0]))]
    points += draw(st.lists(st.integers(0, points[0]), min_size=1, max_size=3))
    options = []
    for place, earned in enumerate(points):
        option: Data = {"RefId": f"o{place}", "Text": f"Option {place}"}
        if kind == "NUMERIC":
            option = {"MinValue": 3 * place, "MaxValue": 3 * place + 2}
        if mode == "POINTS_BASED":
            bonus = {"IsBonus": True} if place and draw(st.integers(0, 5)) == 5 else {}
            option["PointsConfiguration"] = {"PointValue": earned, **bonus}
        else:
            option["Score"] = earned
        options.append(option)
    question = (
        question_of(ref, *options, kind=kind)
        if kind in {"SINGLESELECT", "MULTISELECT", "NUMERIC"}
        else question_of(ref, kind=kind)
    )
    if draw(st.booleans()):
        question["NotApplicableEnabled"] = True
    if kind in {"SINGLESELECT", "MULTISELECT", "NUMERIC"} and draw(st.integers(0, 9)) == 9:
        question["ScoringConfiguration"] = {"IsExcludedFromScoring": True}
    elif kind == "MULTISELECT" and mode == "POINTS_BASED" and points[0] and draw(st.booleans()):
        question["ScoringConfiguration"] = {"PointsConfiguration": {"MaxPointValue": points[0]}}
    return question


def _weigh(draw: st.DrawFn, parts: list[Data]) -> None:
    """Weights of whole percent that sum to 100, none of them 0."""
    if not parts:
        return
    cuts = draw(
        st.lists(st.integers(1, 99), min_size=len(parts) - 1, max_size=len(parts) - 1, unique=True)
    )
    ends = [*sorted(cuts), 100]
    for part, start, end in zip(parts, [0, *ends], ends, strict=False):
        part["Weight"] = end - start


@st.composite
def _thresholds(draw: st.DrawFn) -> list[Data]:
    low, high = draw(st.integers(1, 60)), draw(st.integers(61, 99))
    low_band = {"PerformanceCategory": "NEEDS_IMPROVEMENT", "MaxScorePercentage": low}
    high_band = {"PerformanceCategory": "EXCEEDS_EXPECTATIONS", "MinScorePercentage": high}
    return draw(st.sampled_from([[low_band], [high_band], [low_band, high_band]]))


def _add_fails(draw: st.DrawFn, form: Data, questions: list[Data]) -> None:
    refs = [part["RefId"] for part, _ in sections_of(form)]
    for question in questions:
        for option in options_of(question)[1:]:
            is_worse = points_in(option) < max(map(points_in, options_of(question)))
            is_bonus = option.get("PointsConfiguration", {}).get("IsBonus")
            if is_worse and not is_bonus and draw(st.integers(0, 5)) == 5:
                option["AutomaticFail"] = True
                if draw(st.booleans()):
                    target = {"TargetSection": draw(st.sampled_from(refs))}
                    option["AutomaticFailConfiguration"] = target


def _add_conditions(draw: st.DrawFn, questions: list[Data]) -> None:
    for place, question in enumerate(questions):
        sources = [q for q in questions[:place] if q["QuestionType"] == "SINGLESELECT"]
        if not sources or draw(st.integers(0, 2)):
            continue
        operands = []
        for _ in range(draw(st.integers(1, 3))):
            source = draw(st.sampled_from(sources))
            refs = [option["RefId"] for option in options_of(source)]
            chosen = draw(st.lists(st.sampled_from(refs), min_size=1, max_size=2, unique=True))
            expression = {
                "Source": {"Type": "QUESTION_REF_ID", "RefId": source["RefId"]},
                "Values": [{"Type": "OPTION_REF_ID", "RefId": ref} for ref in chosen],
                "Comparator": draw(st.sampled_from(["IN", "NOT_IN"])),
            }
            operands.append({"Expression": expression})
        operator = draw(st.sampled_from(["AND", "OR"]))
        if len(operands) == 3:
            inner = {"Operands": operands[1:], "Operator": draw(st.sampled_from(["AND", "OR"]))}
            operands = [operands[0], {"Condition": inner}]
        condition = {"Operands": operands}
        if len(operands) > 1:
            condition["Operator"] = operator
        action = draw(st.sampled_from([("ENABLE", "DISABLE"), ("DISABLE", "ENABLE")]))
        question["Enablement"] = {
            "Condition": condition,
            "Action": action[0],
            "DefaultAction": action[1],
        }


@st.composite
def connect_answers(draw: st.DrawFn, form: Data) -> Data:
    answers: Data = {}
    for question in questions_in(form):
        kinds = ["value"] * 4 + ["nothing"]
        kinds += ["n/a"] if question.get("NotApplicableEnabled") else []
        kind = draw(st.sampled_from(kinds))
        if kind == "n/a":
            answers[question["RefId"]] = {"NotApplicable": True}
        elif kind == "value":
            answers[question["RefId"]] = _answer(draw, question)
    return answers


def _answer(draw: st.DrawFn, question: Data) -> Data:
    kind, options = question["QuestionType"], options_of(question)
    if kind == "TEXT":
        return {"StringValue": "said"}
    if kind == "DATETIME":
        return {"DateTimeValue": "2026-03-21T09:30:00Z"}
    if kind == "NUMERIC":
        return {"NumericValue": draw(st.integers(0, options[-1]["MaxValue"]))}
    refs = [option["RefId"] for option in options]
    if kind == "MULTISELECT":
        return {"StringValues": draw(st.lists(st.sampled_from(refs), unique=True))}
    return {"StringValue": draw(st.sampled_from(refs))}


def sections_of(holder: Data) -> list[tuple[Data, Data]]:
    found = []
    for item in holder["Items"]:
        if "Section" in item:
            found += [(item["Section"], holder), *sections_of(item["Section"])]
    return found


def questions_in(holder: Data) -> list[Data]:
    """All questions below, in the order in which they were named (conditions look back)."""
    own = [item["Question"] for item in holder["Items"] if "Question" in item]
    inner = [
        q for item in holder["Items"] if "Section" in item for q in questions_in(item["Section"])
    ]
    return sorted(own + inner, key=lambda question: int(question["RefId"].removeprefix("q") or 0))


def options_of(question: Data) -> list[Data]:
    properties = question.get("QuestionTypeProperties", {})
    return next(iter(properties.values()), {}).get("Options", [])


def points_in(option: Data) -> int:
    if "Score" in option:
        return int(option["Score"])
    return int(option.get("PointsConfiguration", {}).get("PointValue", 0))


def best_of(question: Data) -> int:
    options = [
        o for o in options_of(question) if not o.get("PointsConfiguration", {}).get("IsBonus")
    ]
    points = [points_in(option) for option in options]
    if question["QuestionType"] != "MULTISELECT":
        return max(points, default=0)
    is_points = any("PointsConfiguration" in option for option in options_of(question))
    return min(sum(points), cap_of(question) if is_points else 10)


def cap_of(question: Data) -> int:
    configuration = question.get("ScoringConfiguration", {}).get("PointsConfiguration", {})
    return int(configuration.get("MaxPointValue", 10**6))


def is_counted(question: Data) -> bool:
    excluded = question.get("ScoringConfiguration", {}).get("IsExcludedFromScoring")
    return bool(options_of(question)) and not excluded and best_of(question) > 0


class Rules:
    """The rules of Amazon Connect, written down once more and shorter."""

    def __init__(self, form: Data, answers: Data) -> None:
        self.form = form
        self.mode = form["ScoringStrategy"]["Mode"]
        self.asked: dict[str, Data] = {}
        for question in questions_in(form):
            answer = answers.get(question["RefId"])
            if answer and self._is_enabled(question.get("Enablement")):
                self.asked[question["RefId"]] = answer

    def _is_enabled(self, enablement: Data | None) -> bool:
        if enablement is None:
            return True
        action = "Action" if self._holds(enablement["Condition"]) else "DefaultAction"
        return bool(enablement[action] == "ENABLE")

    def _holds(self, condition: Data) -> bool:
        results = []
        for operand in condition["Operands"]:
            if "Condition" in operand:
                results.append(self._holds(operand["Condition"]))
                continue
            expression = operand["Expression"]
            answer = self.asked.get(expression["Source"]["RefId"], {})
            is_in = answer.get("StringValue") in [v["RefId"] for v in expression["Values"]]
            results.append(is_in == (expression["Comparator"] == "IN"))
        return any(results) if condition.get("Operator") == "OR" else all(results)

    def chosen(self, question: Data) -> list[Data]:
        answer = self.asked.get(question["RefId"], {})
        refs = answer.get("StringValues", [answer.get("StringValue")])
        number = answer.get("NumericValue")
        return [
            option
            for option in options_of(question)
            if option.get("RefId", "") in refs
            or (number is not None and option["MinValue"] <= number <= option["MaxValue"])
        ]

    def is_answered(self, question: Data) -> bool:
        answer = self.asked.get(question["RefId"])
        return answer is not None and "NotApplicable" not in answer

    def counts(self, question: Data) -> bool:
        return is_counted(question) and self.is_answered(question)

    def earned(self, question: Data) -> int:
        total = sum(points_in(option) for option in self.chosen(question))
        if question["QuestionType"] != "MULTISELECT":
            return total
        return min(total, cap_of(question) if self.mode == "POINTS_BASED" else 10)

    def percent(self) -> Fraction | None:
        weights = self.weights()
        total = sum(weights.values(), Fraction(0))
        if not total:
            return None
        failed, zero = set(), False
        for question in questions_in(self.form):
            for option in self.chosen(question):
                if option.get("AutomaticFail"):
                    target = option.get("AutomaticFailConfiguration", {}).get("TargetSection")
                    zero |= target is None
                    failed.add(target)
        if zero:
            return Fraction(0)
        lost = {
            question["RefId"]
            for section, _ in sections_of(self.form)
            if section["RefId"] in failed
            for question in questions_in(section)
        }
        result = Fraction(0)
        for question in questions_in(self.form):
            ref = question["RefId"]
            if ref in lost:
                continue
            if ref in weights:
                result += (
                    100 * weights[ref] / total * Fraction(self.earned(question), best_of(question))
                )
            elif self.mode == "POINTS_BASED" and self._is_extra(question):
                result += 100 * Fraction(self.earned(question)) / total
        return min(result, Fraction(100))

    def _is_extra(self, question: Data) -> bool:
        """Whether a question has bonus points and nothing else."""
        sections = [s for s, _ in sections_of(self.form) if s.get("IsExcludedFromScoring")]
        inside = any(question in questions_in(section) for section in sections)
        configuration = question.get("ScoringConfiguration", {})
        excluded = configuration.get("IsExcludedFromScoring") or inside
        return bool(options_of(question)) and not excluded and self.is_answered(question)

    def weights(self) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        items = [
            s["Section"]
            for s in self.form["Items"]
            if not s["Section"].get("IsExcludedFromScoring")
        ]
        if self.mode == "SECTION_ONLY":
            self._share(items, [Fraction(s["Weight"]) for s in items], Fraction(1), found)
            return found
        for section in items:
            for question in filter(self.counts, questions_in(section)):
                weight = best_of(question) if self.mode == "POINTS_BASED" else question["Weight"]
                found[question["RefId"]] = Fraction(weight)
        return found

    def _share(
        self,
        parts: list[Data],
        weights: list[Fraction],
        amount: Fraction,
        found: dict[str, Fraction],
    ) -> None:
        present = [any(self.counts(q) for q in self._inside(part)) for part in parts]
        total = sum((w for w, here in zip(weights, present, strict=True) if here), Fraction(0))
        for part, weight, here in zip(parts, weights, present, strict=True):
            if not here:
                continue
            if "Items" not in part:
                found[part["RefId"]] = amount * weight / total
                continue
            inner = [next(iter(item.values())) for item in part["Items"]]
            even = not all("Weight" in each for each in inner)
            shares = [
                Fraction(sum(map(is_counted, self._inside(each))) if even else each["Weight"])
                for each in inner
            ]
            self._share(inner, shares, amount * weight / total, found)

    def _inside(self, part: Data) -> list[Data]:
        return questions_in(part) if "Items" in part else [part]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_random_forms_score_by_the_rules(data: st.DataObject) -> None:
    form = data.draw(connect_forms())
    answers = data.draw(connect_answers(form))
    imported = read_evaluation(form, answers)
    assert imported.problems == ()
    assert imported.form is not None
    assert imported.answers is not None
    card = score(imported.form, imported.answers)
    assert card.exact_percent == Rules(form, answers).percent()
