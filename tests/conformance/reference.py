"""A second scorer, slow and straightforward, that shares nothing with `qm`.

It is written from the formulas that the README beside it states, on plain data as JSON holds it,
with one pass per idea and plain fractions. The suite's expected values come from here or from a
hand; the engine under test must agree with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Data = Mapping[str, Any]
Weighed = dict[str, Fraction]
SHARES = {"weighted-questions", "weighted-sections", "lowest-grade"}


def number(value: Any) -> Fraction:
    """An exact number of what JSON or a text says."""
    return Fraction(str(value))


def rounded(value: Fraction, places: int) -> Fraction:
    """Half up, away from zero."""
    size = (abs(value) * 10**places + Fraction(1, 2)) // 1
    return Fraction(size if value >= 0 else -size, 10**places)


def scorecard(form: Data, answers: Data, facts: Data | None = None) -> dict[str, Any]:
    """What the answers come to: percentages as exact fractions, None where there is no score."""
    evaluation = Evaluation(form, answers, facts or {})
    agent = evaluation.standing(evaluation.states)
    everything = {
        name: "answered" if state == "outside_control" else state
        for name, state in evaluation.states.items()
    }
    return {**agent, "states": evaluation.states, "process": evaluation.standing(everything)}


class Evaluation:
    """One set of answers to one form."""

    def __init__(self, form: Data, answers: Data, facts: Data) -> None:
        self.form, self.facts = form, facts
        self.scoring = form.get("scoring", "weighted-sections")
        self.questions: dict[str, Data] = {}
        self.path: dict[str, list[Data]] = {}
        for section in form["sections"]:
            for path in ([section], *([section, inner] for inner in section.get("sections", []))):
                for item in path[-1].get("questions", []):
                    if item.get("type") != "information":
                        self.questions[item["id"]] = item
                        self.path[item["id"]] = path
        header = {field["id"]: field for field in form.get("header", [])}
        self.asked = {**self.questions, **header}
        self.answers = {name: self._given(name, given) for name, given in answers.items()}
        self.states: dict[str, str] = {}
        for name in self.asked:
            self._state(name)

    # --- answers, states, conditions

    def _given(self, name: str, given: Any) -> dict[str, Any]:
        if not isinstance(given, Mapping):
            given = {"value": given}
        value = given.get("value")
        if self.asked[name].get("type") == "choices" and isinstance(value, str) and value != "n/a":
            value = value.split()
        return {
            "value": value,
            "n/a": value == "n/a",
            "tagged": given.get("outside_control", False),
        }

    def _state(self, name: str) -> str:
        if name not in self.states:
            item = self.asked[name]
            conditions = [part.get("when") for part in self.path.get(name, [])]
            hidden = not all(self._true(c) for c in (*conditions, item.get("when")) if c)
            answer = self.answers.get(name, {"value": None})
            if hidden:
                state = "hidden"
            elif answer["value"] is None:
                state = "unanswered"
            elif answer["n/a"]:
                state = "not_applicable"
            elif (
                answer["tagged"] and name in self.scored and self.form.get("outside_control", True)
            ):
                state = "outside_control"
            else:
                state = "answered"
            self.states[name] = state
        return self.states[name]

    def _true(self, when: Data) -> bool:
        if "all" in when:
            return all(self._true(part) for part in when["all"])
        if "any" in when:
            return any(self._true(part) for part in when["any"])
        if "not" in when:
            return not self._true(when["not"])
        return self._fact_is(when) if "interaction" in when else self._answer_is(when)

    def _answer_is(self, when: Data) -> bool:
        name, waited = when["question"], when.get("answered") or []
        state, kind = self._state(name), self.asked[name].get("type", "choice")
        if state not in {"answered", "outside_control"}:
            return state == "not_applicable" and "n/a" in waited
        value = self.answers[name]["value"]
        if kind in {"number", "scale"}:
            return not waited and _within(when, number(value))
        if kind == "choices":
            return any(option in waited for option in value)
        return kind == "choice" and value in waited

    def _fact_is(self, when: Data) -> bool:
        fact = self.facts.get(when["interaction"])
        if fact is None:
            return False
        if when.get("is"):
            return str(fact) in when["is"]
        try:
            return _within(when, number(fact))
        except ValueError:
            return False

    # --- points

    @property
    def scored(self) -> dict[str, Data]:
        """The questions whose answers earn points."""
        if self.scoring == "unscored":
            return {}
        return {
            name: item
            for name, item in self.questions.items()
            if item.get("type", "choice") in {"choice", "choices", "scale"} or item.get("ranges")
        }

    def chosen(self, name: str) -> list[Data]:
        """The options or ranges that an answer names."""
        item, value = self.scored[name], self.answers[name]["value"]
        if item.get("type") == "number":
            within = [part for part in item["ranges"] if _within(part, number(value))]
            return within[:1]
        names = value if item.get("type") == "choices" else [value]
        return [option for option in item.get("options", []) if option["id"] in names]

    def earned(self, name: str) -> Fraction:
        """The points of an answer."""
        item = self.scored[name]
        if item.get("type") == "scale":
            return number(self.answers[name]["value"])
        points = sum((_points(part) for part in self.chosen(name)), Fraction(0))
        return _bounded(item, points)

    def best(self, name: str) -> Fraction:
        """The points of the best answer, without bonus."""
        item = self.scored[name]
        if item.get("bonus"):
            return Fraction(0)
        if item.get("type") == "scale":
            return number(item["highest"])
        parts = [p for p in item.get("options") or item["ranges"] if not p.get("bonus")]
        if item.get("type") == "choices":
            return _bounded(item, sum((max(_points(p), Fraction(0)) for p in parts), Fraction(0)))
        return max((_points(part) for part in parts), default=Fraction(0))

    def worst(self, name: str) -> Fraction:
        """The points of the worst answer."""
        item = self.scored[name]
        if item.get("type") == "scale":
            return number(item["lowest"])
        parts = item.get("options") or item["ranges"]
        if item.get("type") == "choices":
            return _bounded(item, sum((min(_points(p), Fraction(0)) for p in parts), Fraction(0)))
        return min(_points(part) for part in parts)

    def measure(self, name: str) -> Fraction:
        """What share of full marks an answer is worth; of a question that has any."""
        zero = self.worst(name) if self.scoring == "scale-position" else Fraction(0)
        return (self.earned(name) - zero) / (self.best(name) - zero)

    # --- weights

    def role(self, name: str, states: Data) -> str:
        """What becomes of a question's weight: it counts, or it goes to the others, or is gone."""
        if states[name] == "answered":
            return "counts"
        if states[name] != "not_applicable":
            return "left"
        return {"redistribute": "left", "split-equally": "equally"}.get(self.policy(name), "counts")

    def policy(self, name: str) -> str:
        """The N/A policy of a question."""
        own = self.scored[name].get("not_applicable", False)
        return own if isinstance(own, str) else self.form.get("not_applicable", "redistribute")

    def factor(self, name: str) -> Fraction:
        """A question's weight times those of its section and subsection."""
        product = _weight(self.scored[name])
        for part in self.path[name]:
            product *= _weight(part)
        return product

    def weights(self, states: Data) -> tuple[Weighed, Fraction]:
        """Percent of every question (and of `start`), and the percent of one weighted point."""
        if self.scoring == "weighted-sections":
            weighed: Weighed = {}
            self._divide_sections(self.form["sections"], [], Fraction(100), states, weighed)
            return weighed, Fraction(0)
        by_points = self.scoring.startswith("points")
        items = []
        for name in self.scored:
            size = max(self.best(name), Fraction(0)) if by_points else Fraction(1)
            items.append((name, self.factor(name) * size, self.role(name, states)))
        start = number(self.form.get("start_points", 0)) if by_points else Fraction(0)
        items.append(("start", start, "fixed"))  # full marks, and no part of what others leave
        weighed = divided(Fraction(100), items)
        whole = whole_of(items)
        return weighed, 100 / whole if whole and by_points else Fraction(0)

    def _divide_sections(
        self, parts: list[Data], names: list[str], amount: Fraction, states: Data, weighed: Weighed
    ) -> None:
        items = [(f"part {n}", _weight(p), self._part_role(p, states)) for n, p in enumerate(parts)]
        items += [(name, _weight(self.scored[name]), self.role(name, states)) for name in names]
        percents = divided(amount, items)
        weighed.update({name: percents[name] for name in names})
        for n, part in enumerate(parts):
            inner = part.get("sections", [])
            self._divide_sections(
                inner, self._directly_in(part), percents[f"part {n}"], states, weighed
            )

    def _directly_in(self, part: Data) -> list[str]:
        return [name for name in self.scored if self.path[name][-1] is part]

    def _part_role(self, part: Data, states: Data) -> str:
        roles = [
            self.role(name, states)
            for name in self._directly_in(part)
            if _weight(self.scored[name])
        ]
        roles += [self._part_role(p, states) for p in part.get("sections", []) if _weight(p)]
        for role in ("counts", "equally"):
            if role in roles:
                return role
        return "left"

    # --- score

    def standing(self, states: Data) -> dict[str, Any]:
        """The score while the questions stand like this."""
        fatal = self._fatal(states)
        form_fatal = [effect for _, section, effect in fatal if section is None]
        result: dict[str, Any] = {
            "no_score": self._why_none(states),
            "percent": None,
            "calculated_percent": None,
            "exact_percent": None,
            "outcome": "fail" if form_fatal else None,
            "band": None,
            "fatal_questions": list(dict.fromkeys(name for name, _, _ in fatal)),
            "applied_weights": dict.fromkeys(self.questions, Fraction(0)),
            "contributions": dict.fromkeys(self.questions, Fraction(0)),
            "start": Fraction(0),
        }
        if result["no_score"]:
            return result
        contributions, weights = self._contributions(states)
        result["start"] = weights.pop("start", Fraction(0))
        result["contributions"].update(contributions)
        result["applied_weights"].update(weights)
        total = sum(contributions.values(), result["start"])
        score = self._limited(self._without_failed_sections(contributions, total, fatal, states))
        if "zero" in form_fatal or self._gated(states):
            score = min(score, Fraction(0))  # a penalty, never a gain
        places = self.form.get("places", 1)
        result |= {
            "calculated_percent": rounded(self._limited(total), places),
            "percent": rounded(score, places),
            "exact_percent": score,
        }
        compared, passing = rounded(score, 6), self.form.get("pass_percent")
        if not form_fatal and passing is not None:
            result["outcome"] = "pass" if compared >= number(passing) else "fail"
        bands = [(number(band["from_percent"]), band["id"]) for band in self.form.get("bands", [])]
        reached = [band for band in bands if band[0] <= compared]
        result["band"] = max(reached)[1] if reached else None
        return result

    def _moves(self, name: str, weighed: Weighed, point: Fraction) -> bool:
        return bool(weighed[name] or point * self.factor(name))

    def _why_none(self, states: Data) -> str | None:
        found = {states[name] for name in self.scored}
        if not found:
            return "unscored"
        answered = [name for name in self.scored if states[name] == "answered"]
        weighed, point = self.weights(states)
        if any(self._moves(name, weighed, point) for name in answered):
            return None
        if answered:
            return "nothing_weighs"
        if found == {"hidden"}:
            return "nothing_asked"
        for state, reason in (
            ("unanswered", "nothing_answered"),
            ("outside_control", "outside_control"),
        ):
            if state in found:
                return reason
        return "all_not_applicable"

    def _contributions(self, states: Data) -> tuple[Weighed, Weighed]:
        weighed, point = self.weights(states)
        given: Weighed = {}
        for name in self.scored:
            if states[name] == "answered":
                given[name] = (
                    weighed[name] * self.measure(name)
                    if weighed[name]
                    else point * self.factor(name) * self.earned(name)
                )
            elif states[name] == "not_applicable" and self.policy(name) == "full-marks":
                given[name] = weighed[name]
        if self.scoring != "lowest-grade":
            return given, weighed
        weighed.pop("start")
        grades = {n: given.get(n, Fraction(0)) / w for n, w in weighed.items() if w}
        worst = min(grades.values())
        deciding = [name for name, grade in grades.items() if grade == worst]
        weight = Fraction(100, len(deciding))
        return dict.fromkeys(deciding, weight * worst), dict.fromkeys(deciding, weight)

    def _limited(self, score: Fraction) -> Fraction:
        score = max(score, number(self.form.get("lowest_percent", 0)))
        return min(score, number(self.form.get("highest_percent", 100)))

    def _fatal(self, states: Data) -> list[tuple[str, str | None, str]]:
        found = []
        for name in self.scored:
            if states[name] != "answered":
                continue
            for part in self.chosen(name):
                fatal = part.get("fatal") or False
                if fatal is False:
                    continue
                fatal = {} if fatal is True else fatal
                section = None
                if fatal.get("scope") == "section":
                    section = fatal.get("section") or self.path[name][-1]["id"]
                effect = fatal.get("effect") or self.form.get("fatal", "keep")
                found.append((name, section, effect))
        return found

    def _without_failed_sections(
        self,
        contributions: Weighed,
        total: Fraction,
        fatal: list[tuple[str, str | None, str]],
        states: Data,
    ) -> Fraction:
        zeroed = {section for _, section, effect in fatal if section and effect == "zero"}
        answered = [name for name in self.scored if states[name] == "answered"]
        if self.scoring == "lowest-grade":
            hit = {part["id"] for name in answered for part in self.path[name]}
            return min(total, Fraction(0)) if zeroed & hit else total
        for section in self.form["sections"]:
            whole = [section["id"]] if section["id"] in zeroed else []
            inner = [part["id"] for part in section.get("sections", []) if part["id"] in zeroed]
            for failed in whole or inner:  # what an outer section lost is not lost again
                given = [
                    contributions.get(name, Fraction(0))
                    for name, path in self.path.items()
                    if failed in [part["id"] for part in path]
                ]
                total -= max(sum(given, Fraction(0)), Fraction(0))
        return total

    def _gated(self, states: Data) -> bool:
        gate = self.form.get("critical_gate_percent")
        if gate is None:
            if self.scoring != "scale-position":
                return False
            gate = 50
        critical = [n for n, q in self.scored.items() if q.get("critical") and self._has_full(n)]
        return any(
            states[name] == "answered" and 100 * self.measure(name) < number(gate)
            for name in critical
        )

    def _has_full(self, name: str) -> bool:
        zero = self.worst(name) if self.scoring == "scale-position" else Fraction(0)
        return self.best(name) > zero


def divided(amount: Fraction, items: list[tuple[str, Fraction, str]]) -> Weighed:
    """`amount` shared in proportion; what is left `equally` goes on to the heirs in equal parts."""
    whole, heirs = whole_of(items), heirs_of(items)
    percents = dict.fromkeys((name for name, _, _ in items), Fraction(0))
    estate = sum((weight for _, weight, role in items if role == "equally"), Fraction(0))
    for name, weight, role in items:
        if whole and name in heirs:
            percents[name] = amount * (weight + estate / len(heirs)) / whole
        elif whole and role == "fixed":
            percents[name] = amount * weight / whole
    return percents


def heirs_of(items: list[tuple[str, Fraction, str]]) -> list[str]:
    """What counts and weighs something."""
    return [name for name, weight, role in items if role == "counts" and weight]


def whole_of(items: list[tuple[str, Fraction, str]]) -> Fraction:
    """All weight there is; that of an estate only while somebody inherits it."""
    roles = {"counts", "fixed", "equally"} if heirs_of(items) else {"counts", "fixed"}
    return sum((weight for _, weight, role in items if role in roles), Fraction(0))


def _weight(thing: Data) -> Fraction:
    return number(thing.get("weight", 1))


def _points(part: Data) -> Fraction:
    return number(part.get("points", 0))


def _within(bounds: Data, value: Fraction) -> bool:
    least, most = bounds.get("at_least"), bounds.get("at_most")
    return (least is None or value >= number(least)) and (most is None or value <= number(most))


def _bounded(item: Data, points: Fraction) -> Fraction:
    if item.get("most") is not None:
        points = min(points, number(item["most"]))
    if item.get("least") is not None:
        points = max(points, number(item["least"]))
    return points
