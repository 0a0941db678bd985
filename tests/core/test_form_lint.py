"""The linter: what looks like a slip is told with code and path, and good forms are left alone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.forms import form_lint, question_lint
from qm.core.forms import texts as form_texts
from qm.core.forms.answers import Answer
from qm.core.forms.faults import WARNINGS
from qm.core.forms.form import Form
from qm.core.forms.form_lint import catalogue, findings
from qm.core.problems import CATALOGUE
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import State
from tests.fixtures.any_form import any_form

Data = dict[str, Any]
FIRST = "sections[0].questions[0]"
SECOND = "sections[0].questions[1]"
BOTH = {"en": "text", "fa": "متن"}


def option(option_id: str, points: float, **more: Any) -> Data:
    return {"id": option_id, "label": {"en": option_id}, "points": points, **more}


def question(question_id: str, **more: Any) -> Data:
    options = [option("yes", 1), option("no", 0)]
    return {"id": question_id, "text": {"en": question_id}, "options": options, **more}


def other(question_id: str, kind: str, **more: Any) -> Data:
    return {"id": question_id, "text": {"en": question_id}, "type": kind, **more}


def graded(question_id: str, *points: float, **more: Any) -> Data:
    options = [option(f"o{place}", value) for place, value in enumerate(points)]
    return question(question_id, **{"options": options, **more})


def section(section_id: str, *questions: Data, **more: Any) -> Data:
    return {"id": section_id, "title": {"en": section_id}, "questions": list(questions), **more}


def form(*sections: Data, **more: Any) -> Data:
    return {
        "form": "f",
        "version": "1",
        "channel": "call",
        "title": {"en": "F"},
        "sections": list(sections),
        **more,
    }


def of(*questions: Data, **more: Any) -> Data:
    return form(section("a", *questions), **more)


def answered(asked: str, *options: str, **more: Any) -> Data:
    return {"question": asked, **({"answered": list(options)} if options else {}), **more}


def fact(name: str, *values: str, **more: Any) -> Data:
    return {"interaction": name, **({"is": list(values)} if values else {}), **more}


def found(content: Data) -> list[tuple[str, str | None]]:
    problems = list(findings(Form.model_validate(content)))
    for problem in problems:
        assert problem.place == "f@1"
        assert problem.code in WARNINGS
        assert str(problem)  # every placeholder of the templates is filled
    return [(problem.code, problem.field) for problem in problems]


def band(band_id: str, percent: float) -> Data:
    return {"id": band_id, "label": {"en": band_id}, "from_percent": percent}


HALF = [option("x", 1, label=BOTH), option("y", 0)]
FATAL = [option("good", 1), option("bad", 0, fatal=True)]
SUSPECT: dict[str, tuple[Data, str, str]] = {
    # texts
    "a text without the title's language": (
        form(section("a", question("one", text=BOTH, options=HALF), title=BOTH), title=BOTH),
        "form.missing_translation",
        f"{FIRST}.options[1].label",
    ),
    "a text still to be written": (
        of(question("one", text={"en": "Did they ??? it"})),
        "form.placeholder",
        f"{FIRST}.text.en",
    ),
    "a Persian text still to be written": (
        of(question("one", text={"en": "Did they?", "fa": "آیا ؟؟؟"})),
        "form.placeholder",
        f"{FIRST}.text.fa",
    ),
    "an invisible sign of direction": (
        of(question("one"), title={"en": "abc\u202edef"}),
        "form.hidden_direction",
        "title.en",
    ),
    # ids and lengths
    "ids that differ in capitals": (
        of(question("one"), question("One")),
        "form.similar_id",
        f"{SECOND}.id",
    ),
    "many questions": (
        of(*(question(f"q{place}") for place in range(41))),
        "form.too_long",
        "sections",
    ),
    # weights and limits
    "no score": (of(other("t", "text")), "form.nothing_scored", "sections"),
    "a section weighs, and nothing in it is scored": (
        form(section("a", question("one")), section("b", other("t", "text"), weight=20)),
        "form.section_unscored",
        "sections[1].weight",
    ),
    "section weights of 99": (
        form(section("a", question("one"), weight=50), section("b", question("two"), weight=49)),
        "form.weights_not_100",
        "sections",
    ),
    "question weights of 105": (
        of(question("one", weight=60), question("two", weight=45), scoring="weighted-questions"),
        "form.weights_not_100",
        "sections",
    ),
    "a critical question that weighs nothing": (
        of(question("one"), question("two", weight=0, critical="business", guidance={"en": "g"})),
        "form.critical_weightless",
        f"{SECOND}.critical",
    ),
    "a gate without critical questions": (
        of(question("one"), critical_gate_percent=50),
        "form.gate_unused",
        "critical_gate_percent",
    ),
    "a highest score that nothing reaches": (
        of(question("one"), highest_percent=120, scoring="points-with-bonus"),
        "form.maximum_unreached",
        "highest_percent",
    ),
    "a band above every score": (
        of(question("one"), bands=[band("low", 0), band("high", 101)]),
        "form.band_unreached",
        "bands[1].from_percent",
    ),
    "scores below all bands": (
        of(question("one"), bands=[band("good", 80), band("fair", 50)]),
        "form.below_bands",
        "bands",
    ),
    # conditions
    "a condition on a later question": (
        of(question("one", when=answered("two", "yes")), question("two")),
        "form.condition_later",
        f"{FIRST}.when.question",
    ),
    "a section's condition on a later one": (
        form(
            section("a", question("one"), when={"not": answered("two", "yes")}),
            section("b", question("two")),
        ),
        "form.condition_later",
        "sections[0].when.not.question",
    ),
    "a condition waits for N/A that cannot be": (
        of(question("one"), question("two", when=answered("one", "n/a", "no"))),
        "form.condition_left_out",
        f"{SECOND}.when.answered",
    ),
    "a misspelt attribute": (
        of(question("one", when=fact("chanel", "call"))),
        "form.attribute_misspelt",
        f"{FIRST}.when.interaction",
    ),
    "a question that is never asked": (
        of(
            question("one"),
            question("two", when={"all": [answered("one", "yes"), answered("one", "no")]}),
        ),
        "form.unreachable",
        f"{SECOND}.when",
    ),
    # questions
    "all answers earn the same": (
        of(graded("one", 2, 2)),
        "form.same_points",
        f"{FIRST}.options",
    ),
    "no option of a selection earns anything": (
        of(question("one"), graded("two", 0, 0, type="choices"), scoring="points"),
        "form.same_points",
        f"{SECOND}.options",
    ),
    "points that go up and down": (
        of(graded("one", 2, 0, 1)),
        "form.order",
        f"{FIRST}.options",
    ),
    "no earns more than yes": (
        of(question("one", options=[option("yes", 1), option("no", 2)])),
        "form.polarity",
        f"{FIRST}.options[1].points",
    ),
    "no earns more than yes in Persian": (
        of(
            question(
                "one",
                options=[
                    option("a", 0, label={"en": "Done", "fa": "بله"}),
                    option("b", 1, label={"en": "Left", "fa": "خير"}),  # with the Arabic letter
                ],
            )
        ),
        "form.polarity",
        f"{FIRST}.options[1].points",
    ),
    "two options with one label": (
        of(question("one", options=[option("x", 1), option("y", 0, label={"en": " X "})])),
        "form.same_label",
        f"{FIRST}.options[1].label.en",
    ),
    "every answer is fatal": (
        of(
            question("one"),
            graded(
                "two",
                weight=0,
                guidance={"en": "g"},
                options=[option("x", 0, fatal=True), option("y", 0, fatal=True)],
            ),
        ),
        "form.all_fatal",
        f"{SECOND}.options",
    ),
    "the full points cannot be had without failing": (
        of(
            graded(
                "one",
                type="choices",
                guidance={"en": "g"},
                options=[option("x", 1), option("y", 1, fatal=True)],
            )
        ),
        "form.fatal_in_best",
        f"{FIRST}.options[1].points",
    ),
    "every evaluation begins with a fatal answer": (
        of(question("one", options=FATAL, guidance={"en": "g"}, default="bad")),
        "form.default_fatal",
        f"{FIRST}.default",
    ),
    "every evaluation begins with N/A": (
        of(question("one", not_applicable=True, default="n/a")),
        "form.default_left_out",
        f"{FIRST}.default",
    ),
    "a range without a number": (
        of(
            other(
                "one",
                "number",
                at_least=0,
                at_most=10,
                ranges=[
                    {"at_least": 0, "at_most": 4.2, "points": 1},
                    {"at_least": 4.5, "at_most": 4.8, "points": 2},
                    {"at_least": 5, "at_most": 10},
                ],
            )
        ),
        "form.range_empty",
        f"{FIRST}.ranges[1]",
    ),
    "a limit that is never reached": (
        of(graded("one", 1, 2, type="choices", most=5)),
        "form.limit_unreached",
        f"{FIRST}.most",
    ),
    "a lower limit that is never reached": (
        of(graded("one", 1, -2, type="choices", least=-5)),
        "form.limit_unreached",
        f"{FIRST}.least",
    ),
    "limits that leave no difference": (
        of(graded("one", 1, 2, type="choices", least=3)),
        "form.limits_flatten",
        f"{FIRST}.least",
    ),
    "a critical question without guidance": (
        of(question("one", critical="customer")),
        "form.no_guidance",
        FIRST,
    ),
    "a fatal option without guidance": (
        of(question("one", options=FATAL)),
        "form.no_guidance",
        FIRST,
    ),
    "points in the header": (
        of(question("one"), header=[graded("h", 1, 0)]),
        "form.header_scored",
        "header[0].options[0].points",
    ),
    "a critical field in the header": (
        of(question("one"), header=[graded("h", 0, 0, critical="business")]),
        "form.header_scored",
        "header[0].critical",
    ),
}


@pytest.mark.parametrize(("content", "code", "path"), SUSPECT.values(), ids=SUSPECT.keys())
def test_a_slip_has_a_code_and_a_path(content: Data, code: str, path: str) -> None:
    assert found(content) == [(code, path)]


def test_every_warning_is_told_by_a_case() -> None:
    told = {code for _content, code, _path in SUSPECT.values()}
    registered = {
        code
        for module in (form_lint, form_texts, question_lint)
        for code in vars(module).values()
        if isinstance(code, str) and code in CATALOGUE
    }
    assert registered == told == {code for code in WARNINGS if code.startswith("form.")}


CLEAN: dict[str, Data] = {
    "from best to worst": of(graded("one", 2, 1, 0)),
    "from worst to best": of(graded("one", 0, 1, 1, 2)),
    "a bonus option out of order": of(
        graded("one", options=[option("x", 1), option("y", 0), option("z", 1, bonus=True)]),
        scoring="points-with-bonus",
    ),
    "a question that only steers": of(question("one"), graded("two", 1, 1, weight=0)),
    "points that do not follow the numbers": of(
        other(
            "one",
            "number",
            at_least=0,
            at_most=9,
            ranges=[
                {"at_least": 0, "at_most": 2},
                {"at_least": 3, "at_most": 6, "points": 2},
                {"at_least": 7, "at_most": 9, "points": 1},
            ],
        )
    ),
    "weights that are no percentages": form(
        section("a", question("one"), weight=3), section("b", question("two"), weight=2)
    ),
    "weights of 100": form(
        section("a", question("one"), weight="33.3"), section("b", question("two"), weight="66.7")
    ),
    "an unscored form": of(other("t", "text"), scoring="unscored", bands=[band("x", 500)]),
    "a section of texts without a weight of its own": form(
        section("a", question("one")), section("b", other("t", "text"))
    ),
    "a bonus": of(
        question("one"),
        question("two", bonus=True),
        scoring="points-with-bonus",
        highest_percent=150,
        bands=[band("low", 0), band("more", 120)],
    ),
    "guidance at the options": of(
        graded(
            "one",
            critical="business",
            options=[option("x", 1, guidance={"en": "when"}), option("y", 0)],
        )
    ),
    "a question mark": of(question("one", text={"en": "Really? todos, Txxxt ??"})),
    "the centre's own attribute": of(question("one", when=fact("campaign", "spring"))),
    "N/A of the section is waited for": form(
        section("a", question("one"), not_applicable=True),
        section("b", question("two"), when=answered("one", "n/a")),
    ),
    "N/A as the default of an optional question": of(
        question("one", not_applicable=True, default="n/a", required=False)
    ),
    "a selection with limits": of(graded("one", 3, 4, -2, type="choices", least=0, most=5)),
    "labels alike in other questions": of(question("one"), question("two")),
}


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN.keys())
def test_what_is_no_slip(content: Data) -> None:
    assert found(content) == []


def test_a_missing_translation_is_told_in_every_kind_of_text() -> None:
    half = of(
        question(
            "one",
            guidance={"fa": "راهنما"},
            options=[option("x", 1, guidance={"en": "g"}), option("y", 0)],
            reasons=[{"id": "r", "label": {"en": "R"}}],
        ),
        other("n", "number", at_least=0, at_most=1, unit={"en": "s"}),
        other("s", "scale", lowest=0, highest=1, lowest_label={"en": "l"}),
        other("i", "information"),
        title=BOTH,
        description={"en": "d"},
        header=[other("h", "text")],
        bands=[band("b", 0)],
    )
    half["sections"][0]["sections"] = [
        section(
            "in",
            question(
                "deep",
                options=[option("x", 1, label=BOTH), option("y", 0, label={**BOTH, "en": "other"})],
            ),
        )
    ]
    half["sections"][0]["sections"][0]["guidance"] = {"en": "g"}
    missing = [path for code, path in found(half) if code == "form.missing_translation"]
    assert missing == [
        "description",
        "bands[0].label",
        "header[0].text",
        "sections[0].title",
        *(
            f"{FIRST}.{name}"
            for name in (
                "text",
                "guidance",
                "reasons[0].label",
                "options[0].label",
                "options[0].guidance",
                "options[1].label",
            )
        ),
        "sections[0].questions[1].text",
        "sections[0].questions[1].unit",
        "sections[0].questions[2].text",
        "sections[0].questions[2].lowest_label",
        "sections[0].questions[3].text",
        "sections[0].sections[0].title",
        "sections[0].sections[0].guidance",
        "sections[0].sections[0].questions[0].text",
    ]
    one_language = Form.model_validate({**half, "title": {"en": "F"}})
    # Only the Persian guidance lacks the title's language now.
    codes = [(p.code, p.field) for p in findings(one_language)]
    assert [path for code, path in codes if code == "form.missing_translation"] == [
        f"{FIRST}.guidance"
    ]


# --- what can be reached

NUMBER = other("n", "number", at_least=0, at_most=10)
SCALE = other("s", "scale", lowest=1, highest=5)
MANY = other("m", "choices", options=[option("x", 1), option("y", 1)])
TEXT = other("t", "text", not_applicable=True)


@pytest.mark.parametrize(
    ("when", "is_reachable"),
    [
        ({"all": [answered("one", "yes"), answered("one", "no")]}, False),
        ({"any": [answered("one", "yes"), answered("one", "no")]}, True),
        ({"all": [answered("m", "x"), answered("m", "y")]}, True),
        ({"all": [answered("m", "x"), {"not": answered("m", "x", "y")}]}, False),
        ({"not": {"any": [answered("one", "yes"), answered("one", "no")]}}, True),  # not answered
        ({"all": [answered("n", at_least=4), answered("n", at_most=4)]}, True),
        ({"all": [answered("n", at_least="4.1"), answered("n", at_most="4.9")]}, False),
        ({"all": [answered("n", at_least=5), {"not": answered("n", at_least=5)}]}, False),
        (answered("n", at_least=11), False),
        (answered("n", at_most=-1), False),
        (answered("s", at_least="4.5"), True),
        ({"all": [answered("s", at_least="2.2"), answered("s", at_most="2.8")]}, False),
        (answered("t", "n/a"), True),
        (fact("channel", "chat"), False),
        (fact("channel", "call", "chat"), True),
        ({"not": fact("channel", "call")}, False),
        ({"all": [fact("talk_s", at_least=5), fact("talk_s", at_most=4)]}, False),
        ({"all": [fact("talk_s", at_least=4), fact("talk_s", at_most=4)]}, True),
        ({"all": [fact("talk_s", at_least=4), {"not": fact("talk_s", at_least="4.5")}]}, True),
        ({"all": [fact("queue", "a"), fact("queue", "b")]}, False),
        ({"all": [fact("queue", "7"), fact("queue", at_least=5)]}, True),
        ({"not": {"any": [fact("queue", "a"), {"not": fact("queue", "a")}]}}, False),
        # The second is asked after yes and the third after no: never both.
        ({"all": [answered("after-yes", "yes"), answered("after-no", "yes")]}, False),
        ({"any": [answered("after-yes", "yes"), answered("after-no", "yes")]}, True),
        ({"all": [answered("after-yes", "yes"), answered("one", "no")]}, False),
        # An attribute and a question may have one name.
        ({"all": [answered("one", "yes"), fact("one", "no")]}, True),
    ],
)
def test_what_can_be_reached(when: Data, is_reachable: bool) -> None:
    content = of(
        question("one"),
        question("after-yes", when=answered("one", "yes")),
        question("after-no", when=answered("one", "no")),
        NUMBER,
        SCALE,
        MANY,
        TEXT,
        question("target", when=when),
    )
    unreached = [path for code, path in found(content) if code == "form.unreachable"]
    assert unreached == ([] if is_reachable else ["sections[0].questions[7].when"])


def test_only_the_outermost_of_what_is_never_asked_is_told() -> None:
    never = {"all": [answered("one", "yes"), answered("one", "no")]}
    inner = section("c", question("three", when=answered("one", "yes")), when=answered("one", "no"))
    content = form(
        section("a", question("one")),
        section("b", question("two", when=answered("one", "yes")), when=never, sections=[inner]),
        section("d", question("four", when=answered("three", "yes"))),
    )
    assert found(content) == [
        ("form.unreachable", "sections[1].when"),
        ("form.unreachable", "sections[2].questions[0].when"),
    ]


def test_conditions_of_sections_and_questions_are_taken_together() -> None:
    content = form(
        section("a", question("one")),
        section("b", question("two", when=answered("one", "no")), when=answered("one", "yes")),
    )
    assert found(content) == [("form.unreachable", "sections[1].questions[0].when")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_called_unreachable_is_never_asked(data: st.DataObject) -> None:
    form_ = data.draw(any_form(scorings=["points"], types=["choice"], max_questions=3))
    paths = {p.field for p in findings(form_) if p.code == "form.unreachable"}
    answers = {
        q.id: Answer(option=data.draw(st.sampled_from(q.options)).id)  # type: ignore[union-attr]
        for q in form_.everything_asked()
    }
    states = score(form_, answers, {"channel": form_.channel}).states
    for place, section_ in enumerate(form_.sections):
        for at, asked in enumerate(section_.questions):
            if f"sections[{place}].questions[{at}].when" in paths:
                assert states[asked.id] is State.HIDDEN


HARD: dict[str, Data] = {
    "a long chain": of(
        question("q0"),
        *(question(f"q{n}", when=answered(f"q{n - 1}", "yes")) for n in range(1, 400)),
    ),
    "each depends on many": of(
        *(
            question(
                f"q{n}",
                **(
                    {"when": {"any": [answered(f"q{m}", "yes") for m in range(max(0, n - 90), n)]}}
                    if n
                    else {}
                ),
            )
            for n in range(200)
        )
    ),
    "many options chosen together": of(
        graded("m", *range(1, 200), type="choices"),
        question("z", when={"all": [answered("m", f"o{n}") for n in range(100)]}),
    ),
    "parity": of(
        *(question(f"q{n}") for n in range(25)),
        question(
            "z",
            when={
                "all": [
                    {"any": [answered(f"q{n}", "yes"), {"not": answered(f"q{(7 * n) % 25}", "no")}]}
                    for n in range(25)
                ]
                + [
                    {"any": [answered("q24", "no"), answered("q24", "yes")]},
                    {"not": answered("q24", "yes")},
                    {"not": answered("q24", "no")},
                ]
            },
        ),
    ),
    "many attributes": of(
        question(
            "z",
            when={
                "all": [
                    {"any": [fact(f"a{n}{m}", at_least=n, at_most=n + m) for n in range(90)]}
                    for m in range(20)
                ]
            },
        )
    ),
}


@pytest.mark.parametrize("content", HARD.values(), ids=HARD.keys())
def test_what_is_hard_to_find_out_is_given_up_soon(content: Data) -> None:
    form_ = Form.model_validate(content)
    began = time.process_time()
    list(findings(form_))
    assert time.process_time() - began < 2


# --- the catalogue


def test_the_catalogue_has_every_finding_with_its_severity() -> None:
    entries = {entry.code: entry for entry in catalogue()}
    assert list(entries) == sorted(entries)
    assert entries["form.range_gap"].severity == "error"
    assert entries["form.unreachable"].severity == "warning"
    warnings = {code for code, entry in entries.items() if entry.severity == "warning"}
    assert warnings == {code for code in WARNINGS if code.startswith("form.")}
    assert all(entry.reason and entry.remedy for entry in entries.values())
