"""The rules that make content a form: each breach has a code and a path."""

from __future__ import annotations

from typing import Any

import pytest

from qm.core.forms import condition_rules, form_rules, question_rules
from qm.core.forms.form import Form
from qm.core.problems import CATALOGUE, BadInput

Data = dict[str, Any]
FIRST = "sections[0].questions[0]"


def option(option_id: str, points: float, **more: Any) -> Data:
    return {"id": option_id, "label": {"en": option_id}, "points": points, **more}


def question(question_id: str, **more: Any) -> Data:
    options = [option("yes", 1), option("no", 0)]
    return {"id": question_id, "text": {"en": question_id}, "options": options, **more}


def other(question_id: str, kind: str, **more: Any) -> Data:
    return {"id": question_id, "text": {"en": question_id}, "type": kind, **more}


def number(question_id: str, *bounds: tuple[float, float], **more: Any) -> Data:
    ranges = [
        {"at_least": low, "at_most": high, "points": place + 1}
        for place, (low, high) in enumerate(bounds)
    ]
    return other(question_id, "number", **{"at_least": 0, "at_most": 10, "ranges": ranges, **more})


def choices(question_id: str, *points: float, **more: Any) -> Data:
    options = [option(f"o{place}", value) for place, value in enumerate(points)]
    return other(question_id, "choices", **{"options": options, **more})


def section(section_id: str, *questions: Data, **more: Any) -> Data:
    return {"id": section_id, "title": {"en": section_id}, "questions": list(questions), **more}


def form(*sections: Data, **more: Any) -> Data:
    return {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": {"en": "F"},
        "pass_percent": 75,
        "sections": list(sections),
        **more,
    }


def of(*questions: Data, **more: Any) -> Data:
    return form(section("a", *questions), **more)


def answered(asked: str, *options: str, **more: Any) -> Data:
    return {"question": asked, **({"answered": list(options)} if options else {}), **more}


def fatal(points: float = 0, **fatality: Any) -> list[Data]:
    return [option("yes", 1), option("no", points, fatal=fatality or True)]


def deep(levels: int) -> Data:
    condition = answered("one", "yes")
    for _ in range(levels):
        condition = {"not": condition}
    return condition


def broken(content: Data) -> list[tuple[str, str | None]]:
    with pytest.raises(BadInput) as caught:
        Form.model_validate(content)
    for problem in caught.value.problems:
        assert problem.place == "f@1"
        assert str(problem)  # every placeholder of the templates is filled
    return [(problem.code, problem.field) for problem in caught.value.problems]


def test_a_form_that_keeps_the_rules_is_taken() -> None:
    taken = Form.model_validate(
        form(section("a", question("one")), section("b", question("two"), weight=0))
    )
    assert [q.id for q in taken.questions()] == ["one", "two"]
    assert taken.key == "f@1"
    assert taken.number_of("two") == 2


BROKEN: dict[str, tuple[Data, str, str]] = {
    # ids
    "two sections with one id": (
        form(section("a", question("one")), section("a", question("two"))),
        "form.duplicate_id",
        "sections[1].id",
    ),
    "a section and a subsection with one id": (
        form(section("a", question("one"), sections=[section("a", question("two"))])),
        "form.duplicate_id",
        "sections[0].sections[0].id",
    ),
    "two questions with one id, in different sections": (
        form(section("a", question("one")), section("b", question("one"))),
        "form.duplicate_id",
        "sections[1].questions[0].id",
    ),
    "a header field and an information block with one id": (
        of(question("one"), other("x", "information"), header=[other("x", "text")]),
        "form.duplicate_id",
        "sections[0].questions[1].id",
    ),
    "two options with one id": (
        of(question("one", options=[option("x", 1), option("x", 0)])),
        "form.duplicate_id",
        f"{FIRST}.options[1].id",
    ),
    "two reasons with one id": (
        of(question("one", reasons=[{"id": "r", "label": {"en": t}} for t in "ab"])),
        "form.duplicate_id",
        f"{FIRST}.reasons[1].id",
    ),
    "two bands with one id": (
        of(
            question("one"),
            bands=[{"id": "b", "label": {"en": "B"}, "from_percent": p} for p in (0, 50)],
        ),
        "form.duplicate_id",
        "bands[1].id",
    ),
    # weights and points
    "a section that holds nothing": (
        form(section("a", question("one")), section("b")),
        "form.empty_section",
        "sections[1]",
    ),
    "no section weighs": (
        form(section("a", question("one"), weight=0), section("b", question("two"), weight=0)),
        "form.zero_weights",
        "sections",
    ),
    "a section weighs, its questions do not": (
        form(section("a", question("one")), section("b", question("two", weight=0))),
        "form.zero_weights_in_section",
        "sections[1].weight",
    ),
    "a subsection weighs, its questions do not": (
        form(section("a", question("one"), sections=[section("b", question("two", weight=0))])),
        "form.zero_weights_in_section",
        "sections[0].sections[0].weight",
    ),
    "what weighs stands in a section that does not": (
        form(
            section("a", question("one"), weight=0),
            section("b", question("two", weight=0)),
            scoring="weighted-questions",
        ),
        "form.nothing_weighs",
        "sections",
    ),
    "nothing can be earned by points": (
        of(question("one", options=[option("x", 0), option("y", -1)]), scoring="points"),
        "form.nothing_weighs",
        "sections",
    ),
    "no option earns points": (
        of(question("one", options=[option("x", 0), option("y", 0)])),
        "form.no_points",
        f"{FIRST}.options",
    ),
    "no range earns points": (
        of(number("one", ranges=[{"at_least": 0, "at_most": 10}])),
        "form.no_points",
        f"{FIRST}.ranges",
    ),
    "a scale that earns no points": (
        of(other("one", "scale", lowest=-5, highest=0)),
        "form.no_points",
        f"{FIRST}.highest",
    ),
    "all answers in one position": (
        of(question("one", options=[option("x", 1), option("y", 1)]), scoring="scale-position"),
        "form.same_position",
        f"{FIRST}.options",
    ),
    "start points of a method that has none": (
        of(question("one"), start_points=10),
        "form.start_points_method",
        "start_points",
    ),
    "a bonus question in a method that has none": (
        of(question("one"), question("two", bonus=True), scoring="points"),
        "form.bonus_method",
        "sections[0].questions[1].bonus",
    ),
    "a bonus option in a method that has none": (
        of(question("one", options=[option("x", 1), option("y", 1, bonus=True)])),
        "form.bonus_method",
        f"{FIRST}.options[1].bonus",
    ),
    # fatal
    "the best option is fatal": (
        of(question("one", options=fatal(1))),
        "form.fatal_earns_all",
        f"{FIRST}.options[1].fatal",
    ),
    "the best range is fatal": (
        of(number("one", ranges=[{"at_least": 0, "at_most": 10, "points": 1, "fatal": True}])),
        "form.fatal_earns_all",
        f"{FIRST}.ranges[0].fatal",
    ),
    "a fatal answer fails a section that does not exist": (
        of(question("one", options=fatal(scope="section", section="none"))),
        "form.fatal_section",
        f"{FIRST}.options[1].fatal.section",
    ),
    "a fatal answer names a section but fails the form": (
        of(question("one", options=fatal(section="a"))),
        "form.fatal_scope",
        f"{FIRST}.options[1].fatal.section",
    ),
    # numbers
    "a number's bounds are reversed": (
        of(question("one"), number("two", at_least=11, ranges=[])),
        "form.reversed_bounds",
        "sections[0].questions[1].at_most",
    ),
    "a range's bounds are reversed": (
        of(number("one", (10, 0))),
        "form.reversed_bounds",
        f"{FIRST}.ranges[0].at_most",
    ),
    "a scale of one number": (
        of(other("one", "scale", lowest=5, highest=5)),
        "form.reversed_bounds",
        f"{FIRST}.highest",
    ),
    "the limits of a selection are reversed": (
        of(choices("one", 1, 2, least=2, most=1)),
        "form.reversed_bounds",
        f"{FIRST}.most",
    ),
    "a gap between two ranges": (
        of(number("one", (0, 4), (6, 10))),
        "form.range_gap",
        f"{FIRST}.ranges[1]",
    ),
    "a gap of one decimal": (
        of(number("one", (0, 4.9), (5.1, 10), decimals=1)),
        "form.range_gap",
        f"{FIRST}.ranges[1]",
    ),
    "ranges that begin too late": (
        of(number("one", (1, 10))),
        "form.range_gap",
        f"{FIRST}.ranges[0]",
    ),
    "ranges that end too early": (of(number("one", (0, 9))), "form.range_gap", f"{FIRST}.ranges"),
    "ranges that share a number": (
        of(number("one", (5, 10), (0, 5))),
        "form.range_overlap",
        f"{FIRST}.ranges[0]",
    ),
    "a range within another": (
        of(number("one", (0, 10), (3, 4))),
        "form.range_overlap",
        f"{FIRST}.ranges[1]",
    ),
    "a range beyond the question's bounds": (
        of(number("one", (0, 4), (5, 11))),
        "form.range_outside",
        f"{FIRST}.ranges[1]",
    ),
    # defaults and requirements
    "a default that is no option": (
        of(question("one", default="maybe")),
        "form.bad_default",
        f"{FIRST}.default",
    ),
    "a default that chooses an option twice": (
        of(choices("one", 1, 2, default=["o1", "o1"])),
        "form.bad_default",
        f"{FIRST}.default",
    ),
    "a default that is N/A and an option": (
        of(choices("one", 1, 2, default=["o1", "n/a"], not_applicable=True)),
        "form.bad_default",
        f"{FIRST}.default",
    ),
    "a default outside the bounds": (
        of(number("one", (0, 10), default=11)),
        "form.bad_default",
        f"{FIRST}.default",
    ),
    "a default with too many decimals": (
        of(number("one", (0, 10), default=1.5)),
        "form.bad_default",
        f"{FIRST}.default",
    ),
    "a default outside the scale": (
        of(other("one", "scale", lowest=1, highest=5, default=0)),
        "form.bad_default",
        f"{FIRST}.default",
    ),
    "a header field's default": (
        of(question("one"), header=[question("h", default="maybe")]),
        "form.bad_default",
        "header[0].default",
    ),
    "a default N/A that is not allowed": (
        of(question("one", default="n/a")),
        "form.default_not_applicable",
        f"{FIRST}.default",
    ),
    "an option requires a reason and there are none": (
        of(question("one", options=[option("x", 1), option("y", 0, requires=["reason"])])),
        "form.no_reasons",
        f"{FIRST}.options[1].requires",
    ),
    "a text requires a reason": (
        of(question("one"), other("two", "text", requires=["reason"])),
        "form.no_reasons",
        "sections[0].questions[1].requires",
    ),
    # days and bands
    "the last day before the first": (
        of(question("one"), effective_from="2026-03-21", effective_to="2026-03-20"),
        "form.reversed_days",
        "effective_to",
    ),
    "a Solar Hijri day": (
        of(question("one"), effective_from="1405-01-01"),
        "form.hijri_day",
        "effective_from",
    ),
    "a day of long ago": (of(question("one"), effective_to="0"), "form.bad_day", "effective_to"),
    "two bands at one percentage": (
        of(
            question("one"),
            bands=[{"id": i, "label": {"en": i}, "from_percent": 50} for i in "xy"],
        ),
        "form.duplicate_band",
        "bands[1].from_percent",
    ),
    # conditions
    "a condition on a question that does not exist": (
        of(question("one", when=answered("none", "yes"))),
        "form.condition_unknown",
        f"{FIRST}.when.question",
    ),
    "a section's condition on a question that does not exist": (
        form(
            section("a", question("one")),
            section("b", question("two"), when={"not": answered("none", "yes")}),
        ),
        "form.condition_unknown",
        "sections[1].when.not.question",
    ),
    "a condition on an option that does not exist": (
        of(question("one"), question("two", when={"any": [answered("one", "yes", "maybe")]})),
        "form.condition_option",
        "sections[0].questions[1].when.any[0].answered[1]",
    ),
    "bounds for a choice": (
        of(question("one"), question("two", when=answered("one", at_most=1))),
        "form.condition_key",
        "sections[0].questions[1].when.at_most",
    ),
    "an option for a number": (
        of(number("one", (0, 10)), question("two", when=answered("one", "5"))),
        "form.condition_key",
        "sections[0].questions[1].when.answered",
    ),
    "bounds for a text": (
        of(question("one", when=answered("t", at_least=1)), header=[other("t", "text")]),
        "form.condition_key",
        f"{FIRST}.when.at_least",
    ),
    "values and bounds at once": (
        of(question("one"), question("two", when={"interaction": "x", "is": ["1"], "at_most": 1})),
        "form.condition_both",
        "sections[0].questions[1].when.is",
    ),
    "the bounds of a condition are reversed": (
        of(
            question("one"),
            question("two", when={"interaction": "talk_s", "at_least": 9, "at_most": 1}),
        ),
        "form.reversed_bounds",
        "sections[0].questions[1].when.at_most",
    ),
    "a condition on itself": (
        of(question("one", when=answered("one", "yes"))),
        "form.condition_circle",
        f"{FIRST}.when",
    ),
    "two conditions on each other": (
        of(
            question("zero"),
            question("one", when=answered("two", "yes")),
            question("two", when=answered("one", "yes")),
        ),
        "form.condition_circle",
        "sections[0].questions[1].when",
    ),
    "a section's condition on a question in it": (
        form(
            section("a", question("one")), section("b", question("two"), when=answered("two", "no"))
        ),
        "form.condition_circle",
        "sections[1].when",
    ),
    "conditions nested too deep": (
        of(question("one"), question("two", when=deep(20))),
        "form.condition_deep",
        "sections[0].questions[1].when",
    ),
}


@pytest.mark.parametrize(("content", "code", "path"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_has_a_code_and_a_path(content: Data, code: str, path: str) -> None:
    assert broken(content) == [(code, path)]


def test_every_rule_is_broken_by_a_case() -> None:
    told = {code for _content, code, _path in BROKEN.values()}
    for module in (form_rules, question_rules, condition_rules):
        registered = {code for code in vars(module).values() if isinstance(code, str)}
        assert registered & CATALOGUE.keys() <= told


KEPT: dict[str, Data] = {
    "no earns more than yes": of(question("one", options=[option("yes", 1), option("no", 2)])),
    "all answers earn the same": of(question("one", options=[option("x", 1), option("y", 1)])),
    "no answer earns anything, by points": of(
        question("one"), question("two", options=[option("x", 0), option("y", 0)]), scoring="points"
    ),
    "only deductions from start points": of(
        question("one", options=[option("x", 0), option("y", -5)]),
        scoring="points",
        start_points=100,
    ),
    "a bonus and nothing else": of(
        question("one"), question("two", bonus=True), scoring="points-with-bonus"
    ),
    "a question without weight or points": of(
        question("one"), question("two", weight=0, options=[option("x", 0), option("y", 0)])
    ),
    "a fatal answer without points in a question without any": of(
        question("one"),
        question("two", weight=0, options=[option("x", 0), option("y", 0, fatal=True)]),
    ),
    "a section of nothing but a text": form(
        section("a", question("one")), section("b", other("t", "text"))
    ),
    "a form without scored questions": of(other("t", "text")),
    "points in an unscored form": of(
        question("one", bonus=True, options=[option("x", 0), option("y", 0)]),
        scoring="unscored",
        start_points=5,
    ),
    "negative positions": of(other("one", "scale", lowest=-2, highest=0), scoring="scale-position"),
    "ranges that follow at the step of one decimal": of(
        number("one", (0, 4.9), (5, 10), decimals=1)
    ),
    "ranges that meet between two numbers": of(number("one", (0, 2.5), (2.5, 10))),
    "ranges in any order": of(number("one", (5, 10), (0, 4))),
    "a number without ranges": of(question("one"), number("two", ranges=[])),
    "a default N/A that the section allows": form(
        section("a", question("one", default="n/a"), not_applicable=True)
    ),
    "defaults": of(
        question("one", default="no"),
        choices("two", 1, default=[]),
        number("three", (0, 10), default=10),
    ),
    "a reason required and offered": of(
        question("one", requires=["reason"], reasons=[{"id": "r", "label": {"en": "R"}}])
    ),
    "a fatal answer that fails a subsection": form(
        section(
            "a",
            question("one", options=fatal(scope="section", section="b")),
            sections=[section("b", question("two"))],
        )
    ),
    "the first and the last day are one": of(
        question("one"), effective_from="2026-03-21", effective_to="2026-03-21"
    ),
    "a condition on a later question": of(
        question("one", when=answered("two", "yes")), question("two")
    ),
    "conditions of every kind": of(
        number("one", (0, 10), not_applicable=True),
        question("two", when=answered("one", "n/a")),
        question(
            "three", when={"all": [answered("one", at_least=5), {"not": answered("h", "no")}]}
        ),
        question("four", when={"interaction": "talk_s", "at_least": 0, "at_most": 300}),
        header=[question("h"), other("day", "date", when=answered("h", "yes"))],
    ),
    "conditions nested as deep as may be": of(question("one"), question("two", when=deep(19))),
}


@pytest.mark.parametrize("content", KEPT.values(), ids=KEPT.keys())
def test_what_breaks_no_rule(content: Data) -> None:
    Form.model_validate(content)


def test_all_broken_rules_are_told_at_once() -> None:
    when = answered("two", "yes")
    told = broken(
        form(section("a", question("one", when=when), question("one", default="x"), weight=0))
    )
    assert set(told) == {
        ("form.zero_weights", "sections"),
        ("form.condition_unknown", f"{FIRST}.when.question"),
        ("form.duplicate_id", "sections[0].questions[1].id"),
        ("form.bad_default", "sections[0].questions[1].default"),
    }


def test_a_circle_is_told_from_its_first_question_on() -> None:
    content = of(
        question("c", when=answered("a", "yes")),
        question("b", when=answered("c", "yes")),
        question("a", when=answered("b", "yes")),
        question("x", when=answered("x", "yes")),
    )
    with pytest.raises(BadInput) as caught:
        Form.model_validate(content)
    circles = {problem.values["circle"] for problem in caught.value.problems}
    assert circles == {"c → a → b → c", "x → x"}


def test_a_solar_hijri_day_is_told_with_the_gregorian_one() -> None:
    with pytest.raises(BadInput) as caught:
        Form.model_validate(of(question("one"), effective_from="1405-01-01"))
    (problem,) = caught.value.problems
    assert problem.remedy == "Write the Gregorian day: 2026-03-21."


def test_a_gap_is_told_in_the_numbers_that_are_in_none() -> None:
    with pytest.raises(BadInput) as caught:
        Form.model_validate(of(number("one", (0, 4.5), (5, 10), decimals=1)))
    (problem,) = caught.value.problems
    assert problem.reason == "No range says what the numbers from 4.6 to 4.9 earn."
