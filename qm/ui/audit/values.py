"""The single values of an event's detail in the words that the pages use for them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import cast

from babel import Locale

from qm.core.problems import CATALOGUE, Problem
from qm.core.text import without_turns
from qm.ui import wording
from qm.ui.accounts import words as accounts
from qm.ui.audit.saying import Saying
from qm.ui.coaching import words as coaching
from qm.ui.evaluation.days import day_in_words
from qm.ui.life import words as life
from qm.ui.sampling import words as sampling

_LONGEST = 500
Sayer = Callable[[Saying, str], str]


def said(saying: Saying, path: tuple[str, ...], value: object) -> str:
    """Say a value that stands under the keys of `path`; a code that has no words stays one."""
    page = saying.page
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return page._("Yes") if value else page._("No")
    if isinstance(value, int | float):
        return page.number(value, 0 if float(value).is_integer() else 1)
    if isinstance(value, list):
        return page.listed(said(saying, path, each) for each in value)[:_LONGEST]
    text = _in_words(saying, path, str(value))
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _in_words(saying: Saying, path: tuple[str, ...], text: str) -> str:
    key = next((each for each in reversed(path) if not each.isdecimal()), "")
    sayer = _SAYERS.get(f"{saying.event.action} {key}") or _SAYERS.get(key)
    try:
        return sayer(saying, text) if sayer else without_turns(text)
    except (KeyError, ValueError):  # of another release
        return without_turns(text)


def problem(saying: Saying, data: Mapping[str, object]) -> str:
    """Say what went wrong; one of another release by its code."""
    if data.get("code") not in CATALOGUE:
        return str(data.get("code"))
    return saying.page.problem(Problem.from_data(data))


def _question(saying: Saying, question_id: str) -> str:
    form = saying.told.forms.get(cast("int", saying.event.detail.get("evaluation")))
    question = form.question(question_id) if form else None
    return question.text.in_language(saying.page.language) if question else question_id


def _reason(saying: Saying, code: str) -> str:
    policy = saying.told.policies.get(cast("int", saying.event.detail.get("draw")))
    return sampling.reason(policy, code, saying.page.language) if policy else code


def _refusal(saying: Saying, code: str) -> str:
    values = {"provider": saying.page.settings.openid_label, "role": "…"}
    return Problem(code, "sign-in", values=values).explained(saying.page._).reason


def _decision(saying: Saying, code: str) -> str:
    return life.decision(saying.page._, {"uphold": "upheld", "change": "changed"}[code])


def _result(saying: Saying, code: str) -> str:
    return wording.recording_state(saying.page._, "done" if code == "reused" else code)


def _trigger(saying: Saying, code: str) -> str:
    _ = saying.page._
    return {
        "fatal": _("Fatal answer"),
        "misses": _("Repeated misses"),
        "repeated-miss": _("Repeated misses"),
        "drop": _("Drop of the score"),
    }[code]


def _country(saying: Saying, code: str) -> str:
    return str(Locale.parse(saying.page.language).territories[code])


def _worded(worder: Callable[[wording.Translate, str], str]) -> Sayer:
    return lambda saying, code: worder(saying.page._, code)


_person: Sayer = Saying.person
_agent: Sayer = Saying.agent
_team: Sayer = Saying.team
_role: Sayer = _worded(wording.role)

# By the key in the detail; where its codes differ between actions, by action and key.
_SAYERS: Mapping[str, Sayer] = {
    "agent": _agent,
    "agent_id": _agent,
    "agent_moved from": lambda saying, text: saying.page.day(datetime.fromisoformat(text)),
    "approvers": _role,
    "assignment_moved from": _person,
    "assignment_moved to": _person,
    "by": _person,
    "channels": _worded(wording.channel),
    "close_commitment state": _worded(coaching.commitment_state),
    "coaching_proposal state": _worded(coaching.proposal_state),
    "decision": _decision,
    "evaluator": _person,
    "first": lambda saying, text: day_in_words(saying.page, date.fromisoformat(text)),
    "format": _worded(wording.transcript_format),
    "kinds": _worded(wording.personal_data),
    "languages": lambda saying, code: wording.spoken_language(saying.page.language, code),
    "last": lambda saying, text: day_in_words(saying.page, date.fromisoformat(text)),
    "openid_refused reason": _refusal,
    "own_evaluation_begun kind": _worded(life.kind),
    "phone_region": _country,
    "publication": _worded(life.publication),
    "questions": _question,
    "replace reason": _reason,
    "result": _result,
    "role": _role,
    "rules_set kind": _trigger,
    "scopes": lambda saying, code: accounts.scope(saying.page, code),  # type: ignore[arg-type]
    "team": _team,
    "team_id": _team,
    "trigger": _trigger,
}
