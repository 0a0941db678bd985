"""What each column of the report's tables means, by its name, its unit, and when it is empty."""

from collections.abc import Mapping
from typing import NamedTuple

from qm.core.problems import N_


class Meaning(NamedTuple):
    """What a column holds; `unit` is "" for texts, `empty` says when a cell is."""

    meaning: str
    unit: str
    empty: str


_POINTS, _PERCENT = N_("points of the score"), N_("percent")
_SHARE_POINTS, _COUNT = N_("percentage points"), N_("count")
_DAYS, _MINUTES, _TIME, _HOUR = N_("days"), N_("minutes"), N_("time"), N_("hour, 0 to 23")
_NEVER, _OTHER = N_("never"), N_("at other levels")
_NOTHING = N_("nothing was measured, or too little to show")
_FEW = N_("too little to show")
_PLAIN = N_("the question earns no points, or there is too little to show")
_APART = N_("the agents cannot be told apart")
_UNKNOWN = N_("not known")
_YET = N_("not yet")


def _count(meaning: str, empty: str = _NEVER) -> Meaning:
    return Meaning(meaning, _COUNT, empty)


def _share(meaning: str) -> Meaning:
    return Meaning(meaning, _PERCENT, _NOTHING)


def _text(meaning: str, empty: str = _NEVER) -> Meaning:
    return Meaning(meaning, "", empty)


LOW = N_("Lower end of the 95-percent interval of “{column}”.")
HIGH = N_("Upper end of the 95-percent interval of “{column}”.")
NO_INTERVAL = N_("there is no number, or too few values for an interval")
N = _count(N_("How many evaluations or answers the number before it rests on."), _FEW)

MEANINGS: Mapping[str, Meaning] = {
    "level": _text(N_("What the row is about: the centre or one of its parts.")),
    "team": _text(N_("The team; an evaluation's is that at the time of the interaction."), _OTHER),
    "channel": _text(N_("The channel of the interactions."), _OTHER),
    "queue": _text(N_("The queue of the interactions."), N_("at other levels, or of no queue")),
    "agent": _text(N_("The agent's name."), _OTHER),
    "agent_id": _text(N_("The agent's id, as the imported interactions have it.")),
    "evaluator": _text(N_("Who evaluated."), _OTHER),
    "score": Meaning(N_("The score, or the weighted mean of scores."), _POINTS, _NOTHING),
    "margin": Meaning(N_("Half the width of the score's interval."), _POINTS, NO_INTERVAL),
    "design_effect": Meaning(
        N_("By how much unequal weights inflate the variance; 1: not at all."), "", _NOTHING
    ),
    "effective_n": _count(N_("How many equally weighted evaluations would say as much."), _NOTHING),
    "note": _text(N_("Why there is no number or no margin."), N_("there are both")),
    "change": Meaning(N_("The mean less that of the month before."), _POINTS, _NOTHING),
    "verdict": _text(N_("Whether the change is more than noise."), N_("nothing to compare")),
    "picked": _count(N_("Interactions that the draw picked.")),
    "evaluated": _count(N_("Evaluations that averages may rest on.")),
    "missing": _count(N_("Picks that nobody has evaluated."), N_("not a group of picks")),
    "without_score": _count(N_("Evaluations in which no question applied.")),
    "beside": _count(N_("Evaluations that enter no average.")),
    "fatal": _count(N_("Fatal answers, or evaluations with any."), _PLAIN),
    "measure": _text(N_("Which share, or which figure, the row tells."), N_("no figure moved")),
    "count": _count(N_("How many of the n it was found in, unweighted."), _FEW),
    "n": _count(N_("Evaluations, or for defects questions, that it was looked for in.")),
    "low": Meaning(N_("Lower end of the share's 95-percent interval."), _PERCENT, NO_INTERVAL),
    "high": Meaning(N_("Upper end of the share's 95-percent interval."), _PERCENT, NO_INTERVAL),
    "percent": _share(N_("The share in percent, weighted by the draw.")),
    "period": _text(N_("The month as year-month.")),
    "month": _text(N_("The month in words.")),
    "passed": _share(N_("Share of the interactions that passed.")),
    "customer": _share(N_("Share without a customer-critical error, where any applied.")),
    "business": _share(N_("Share without a business-critical error, where any applied.")),
    "compliance": _share(N_("Share without a compliance-critical error, where any applied.")),
    "forms": _text(N_("The form versions behind the month.")),
    "yardstick": Meaning(N_("Rises where a form changed; never compare across."), "", _NEVER),
    "signal": _text(N_("The chart that saw it.")),
    "direction": _text(N_("Whether the mean, or the share that fails, went up or down.")),
    "since": _text(N_("The month in which it began, as far as the chart can tell.")),
    "size": Meaning(
        N_("How far from what is usual; of shares, percentage points."), _POINTS, _NEVER
    ),
    "evaluations": _count(N_("Evaluations behind it.")),
    "by_chance": _count(
        N_("Once in how many such looks chance alone would do it."), N_("not told of means")
    ),
    "said": _text(N_("What was seen, and how sure it is.")),
    "rank": Meaning(N_("The place, from 1; of agents the expected one."), "", _APART),
    "form": _text(N_("The form and its version."), _OTHER),
    "number": Meaning(N_("The question's number in the form."), "", _UNKNOWN),
    "section": _text(N_("The section of the form."), _UNKNOWN),
    "question": _text(N_("The question's text.")),
    "critical": _text(N_("For whom an error is critical."), N_("the question is not critical")),
    "short": _count(N_("Evaluations in which it earned less than its best option."), _PLAIN),
    "cost": Meaning(N_("What it takes off the quality score at most."), _POINTS, _NEVER),
    "cumulative_percent": _share(N_("The shares added up from the top.")),
    "answered": _count(N_("Evaluations in which it was answered.")),
    "full": _count(N_("Evaluations in which it earned full points."), _PLAIN),
    "short_percent": _share(N_("Share of the interactions in which it fell short.")),
    "not_applicable": _count(N_("Evaluations in which it was said not to apply."), _FEW),
    "not_applicable_percent": _share(N_("Share of the interactions where it did not apply.")),
    "weekday": _text(N_("The day of the week on which the interactions began.")),
    "hour": Meaning(N_("The hour in which they began, on the centre's clocks."), _HOUR, _NEVER),
    "shrunk": Meaning(N_("The mean drawn towards that of all agents."), _POINTS, _NOTHING),
    "borrowed_percent": _share(N_("Which part of the shrunken mean comes from the other agents.")),
    "standing": _text(N_("Whether the agent has a rank, and why not."), _NOTHING),
    "lowest_quarter_percent": Meaning(
        N_("How likely the agent is among the lowest quarter."), _PERCENT, _APART
    ),
    "target": _share(N_("The share of all agents together.")),
    "low_95": _share(N_("Below this lies by chance one of forty with this n.")),
    "high_95": _share(N_("Above this lies by chance one of forty with this n.")),
    "low_998": _share(N_("Below this lies by chance one of a thousand with this n.")),
    "high_998": _share(N_("Above this lies by chance one of a thousand with this n.")),
    "place": _text(N_("Where the share lies beside these limits.")),
    "given": Meaning(N_("The plain mean of the scores given."), _POINTS, _NOTHING),
    "spread": Meaning(N_("The standard deviation of the scores given."), _POINTS, _NOTHING),
    "leniency": Meaning(N_("Points more than others give to the same mix."), _POINTS, _NOTHING),
    "not_applicable_more": Meaning(
        N_("More often “not applicable” than others on the same questions."),
        _SHARE_POINTS,
        _NOTHING,
    ),
    "double_scored": Meaning(
        N_("Mean difference from others on the very same interactions."), _POINTS, _NOTHING
    ),
    "full_marks": _share(N_("Share of scores of 100.")),
    "median_minutes": Meaning(N_("Work on an evaluation: half took less."), _MINUTES, _UNKNOWN),
    "comparable": Meaning(
        N_("Evaluators of one number can be compared with each other."), "", _UNKNOWN
    ),
    "published": _count(N_("Evaluations that their agents may see.")),
    "raised": _count(N_("Disputes raised, each round counted."), _FEW),
    "rate": _share(N_("Share of the published evaluations that were disputed.")),
    "upheld": _count(N_("Disputes that left the score as it was."), _FEW),
    "changed": _count(N_("Disputes that changed the score."), _FEW),
    "overturned": _share(N_("Share of the decided ones that changed the score.")),
    "days_to_decide": Meaning(N_("From raising to deciding: half took less."), _DAYS, _NOTHING),
    "open": _count(N_("What waits for somebody."), _FEW),
    "overdue": _count(N_("What waits for too long."), _FEW),
    "notes": _count(N_("Notes to evaluations of the month."), _FEW),
    "notes_open": _count(N_("Notes not talked about yet."), _FEW),
    "notes_overdue": _count(N_("Open notes past their time."), _FEW),
    "completed": _share(N_("Share of the notes that were talked about.")),
    "held": _count(N_("Talks held in the month."), _FEW),
    "cancelled": _count(N_("Talks called off."), _FEW),
    "planned": _count(N_("Talks to come."), _FEW),
    "held_on_time": _share(N_("Share held on the planned day or before.")),
    "made": _count(N_("Commitments made in these talks."), _FEW),
    "commitments_open": _count(N_("Commitments neither kept nor broken yet."), _FEW),
    "commitments_overdue": _count(N_("Open commitments past the agreed day."), _FEW),
    "kept": _share(N_("Share kept of those kept or broken.")),
    "kept_on_time": _share(N_("Share kept until the agreed day, where one was agreed.")),
    "talked_about": _count(N_("Questions that talks of two months were about.")),
    "compared": _count(N_("Of these, with interactions before and after.")),
    "fewer": _count(N_("Of these, with fewer misses than chance explains.")),
    "more": _count(N_("Of these, with more misses than chance explains.")),
    "before": Meaning(N_("The value before."), _POINTS, _NOTHING),
    "after": Meaning(N_("The value after."), _POINTS, _NOTHING),
    "difference": Meaning(N_("After less before."), _SHARE_POINTS, _NOTHING),
    "created_at": Meaning(N_("When it was written."), _TIME, _NEVER),
    "interaction_id": _text(N_("The interaction's id."), N_("not about one interaction")),
    "text": _text(N_("What the note says, personal data masked.")),
    "author": _text(N_("Who wrote it.")),
    "state": _text(N_("How far it has come.")),
    "discussed_at": Meaning(N_("When it was talked about."), _TIME, _YET),
    "lead_comment": _text(N_("What the team lead added."), N_("nothing was added")),
    "frame_size": _count(N_("Interactions that the draw could pick from.")),
    "excluded": _count(N_("Interactions that the draw's rules left out."), _OTHER),
    "scored": _count(N_("Evaluated picks that have a score.")),
    "unassigned": _count(N_("Picks that no analyst has.")),
    "replaced": _count(N_("Picks that could not be evaluated.")),
    "lost": _count(N_("Of these, without another one to take their place.")),
    "achieved": _share(N_("Share of the picks that is evaluated.")),
    "evaluated_percent": _share(N_("Share of the interactions in the frame that is evaluated.")),
    "reason": _text(N_("Why."), N_("no reason was given")),
    "picks": _count(N_("How many picks.")),
    "draw": Meaning(N_("The draw's number."), "", _NEVER),
    "label": _text(N_("The rule in the policy's words."), N_("the policy has none for it")),
    "interactions": _count(N_("Interactions left out by this rule.")),
    "at": Meaning(N_("When it happened."), _TIME, _UNKNOWN),
    "by": _text(N_("Who did it."), _UNKNOWN),
    "extends_id": Meaning(N_("The draw that this one goes on with."), "", N_("a first draw")),
    "seed": _text(N_("What the random numbers are made of."), N_("not revealed yet")),
    "seed_sha256": _text(N_("The seed's SHA-256.")),
    "committed_at": Meaning(N_("When the seed's hash was published."), _TIME, N_("never was")),
    "frame_sha256": _text(N_("The SHA-256 of what could be picked.")),
    "picks_sha256": _text(N_("The SHA-256 of what was picked."), _UNKNOWN),
    "policy": _text(N_("The rules of the draw.")),
    "policy_sha256": _text(N_("Their SHA-256.")),
    "title": _text(N_("The form's title.")),
    "sha256": _text(N_("The SHA-256 of the form as published.")),
    "what": _text(N_("What happened.")),
    "evaluation_id": Meaning(N_("The evaluation's number."), "", _NEVER),
    "started_at": Meaning(N_("When the interaction began."), _TIME, _UNKNOWN),
    "submitted_at": Meaning(N_("When the evaluation was submitted."), _TIME, _NEVER),
    "outcome": _text(N_("Passed or failed."), N_("the form knows neither, or too little to show")),
    "counted": _text(N_("Whether the averages rest on it.")),
    "stands_for": _count(N_("For how many interactions it counts."), N_("outside the averages")),
}
