"""How the report's numbers are made, for readers who are no statisticians."""

from collections.abc import Iterator
from dataclasses import dataclass

from qm.core.problems import N_
from qm.core.text import localise_digits
from qm.reports.monthly import PrintedReport
from qm.reports.words import HIDES, Translate


@dataclass(frozen=True)
class Note:
    """A matter: what it is, how it is computed, and what it does not say."""

    title: str
    what: str
    how: str
    not_said: str


NOTES = (
    Note(
        N_("Quality score"),
        N_("What the month's interactions would score on average, had all been evaluated."),
        N_(
            "Each evaluated interaction counts for as many as it stands for: the interactions of "
            "its time zone over the evaluated ones. Zones where nothing was evaluated are made up "
            "for by the others of the same agent and stratum."
        ),
        N_("It says nothing about interactions that the rules left out of the draw."),
    ),
    Note(
        N_("Margin ±, lower and upper end, n"),
        N_("How far off a number may be because only a part was evaluated; n says how many were."),
        N_("A 95-percent interval: of twenty such intervals, nineteen hold the true value."),
        N_("It does not cover how strict an evaluator is, nor picks that nobody evaluated."),
    ),
    Note(
        N_("Design effect, effective n"),
        N_("How much is lost because agents are drawn at different rates."),
        N_(
            "The design effect (Kish) says by how much unequal weights inflate the variance, 1 "
            "meaning not at all; the effective n is n over it: as many evaluations would say as "
            "much, had all counted alike."
        ),
        N_("It is no mark of quality: it comes from the plan, not from the evaluations."),
    ),
    Note(
        N_("Passed, critical accuracy"),
        N_(
            "The share that passed; the share in which every critical question of a kind "
            "(customer, business, compliance) that applied got full points."
        ),
        N_("Of the interactions, weighted as the quality score is, with Wilson's interval."),
        N_("An accuracy of 100 percent of few is no promise: look at its lower end."),
    ),
    Note(
        N_("Defects per opportunity"),
        N_("Of all questions that could have gone wrong, the share that fell short."),
        N_("The interval knows that the questions of one evaluation go together."),
        N_("It is not the share of faulty interactions: one of them may hold many defects."),
    ),
    Note(
        N_("Change from the month before"),
        N_("The difference of two months, and whether chance alone explains it."),
        N_(
            "Called a change only where the 95-percent interval of the difference leaves zero out "
            "(Welch)."
        ),
        N_(
            "“Within noise” does not mean that nothing changed, only that these few could not "
            "tell. One comparison in twenty seems a change by chance."
        ),
    ),
    Note(
        N_("Trends, yardstick"),
        N_("The same numbers of the months before, where something was evaluated."),
        N_(
            "Where a form got a new version, the yardstick's number rises: it is another "
            "measure, and a curve is not drawn across."
        ),
        N_("Scores of two yardsticks cannot be subtracted from each other."),
    ),
    Note(
        N_("Signals"),
        N_("What noise alone does rarely: means outside their limits, drifts, agents' failures."),
        N_(
            "Control charts of the centre and the teams (XmR, EWMA), a count of each agent's "
            "failures (CUSUM) and the funnel. Over all agents, one signal in ten at most is "
            "expected to be false."
        ),
        N_("A signal says where to look, not why; as a rule the true size is smaller."),
    ),
    Note(
        N_("What costs the most points"),
        N_("Which questions lower the quality score the most."),
        N_(
            "A question's weight, times the share of interactions in which it fell short; the "
            "running share adds up from the top."
        ),
        N_("Partial points are not seen, so it is the most that a question can have cost."),
    ),
    Note(
        N_("Short of full points, not applicable"),
        N_("How often a question earned less than its best option, or was said not to apply."),
        N_("Weighted like the quality score, with Wilson's interval."),
        N_("A high share of “not applicable” may be an evaluator's habit: see “Evaluators”."),
    ),
    Note(
        N_("Order of agents, shrunken mean, rank"),
        N_("Agents stand by name. The shrunken mean is the best guess of each one's own level."),
        N_(
            "The fewer evaluations, the more is borrowed from the mean of all (empirical Bayes). "
            "Ranks are told only where the scores differ by more than noise: equal means are "
            "rejected at 5 percent and the rankability is 0.5 or more."
        ),
        N_(
            "“Cannot be told apart” is no praise and no blame: their places in a list would be "
            "chance. A rank without its interval says nothing."
        ),
    ),
    Note(
        N_("Funnel"),
        N_("Whether an agent's share of passes is further from all agents' than chance explains."),
        N_(
            "Exact limits at 95 and 99.8 percent for the agent's n; where agents differ more than "
            "chance lets them, the limits are wider."
        ),
        N_("Of a hundred equal agents, five lie beyond the 95-percent limits."),
    ),
    Note(
        N_("Leniency, spread, double scored"),
        N_("How evaluators differ where they scored the same agents, channels and forms."),
        N_(
            "Leniency: points more than others would give to the same mix (least squares). Double "
            "scored: the mean difference from whoever scored the very same interactions. Only "
            "evaluators of the same comparable group can be compared."
        ),
        N_("It does not tell who is right: that takes a calibration."),
    ),
    Note(
        N_("Disputes"),
        N_("How often published evaluations were disputed, and how often the score changed."),
        N_("Those of this month's evaluations, whenever raised, as they stood on that day."),
        N_("Few disputes may mean good evaluations, or agents who expect nothing of disputing."),
    ),
    Note(
        N_("Coaching, before and after the talks"),
        N_("What was agreed and done, and how often the coached questions fell short since."),
        N_(
            "Interactions of the agent in this month and the one before, before and after the "
            "talk, all questions together."
        ),
        N_(
            "Who is coached after bad luck does better afterwards even without a talk: it is "
            "before and after, never because."
        ),
    ),
    Note(
        N_("Weekdays and hours"),
        N_("The quality score of interactions that began then, on the centre's clocks."),
        N_("Only where at least five evaluations have a score."),
        N_("The darkest cell of many is darkest by chance as a rule."),
    ),
    Note(
        N_("Picks: missing, replaced, without a reserve"),
        N_("Drawn interactions that nobody evaluated, or that could not be."),
        N_(
            "A pick that cannot be evaluated is exchanged for the next number of the same zone. "
            "Where the zone has none left, it stays missing. Missing ones are in no average."
        ),
        N_("Averages take missing picks to be like the evaluated ones; that is a belief."),
    ),
    Note(
        N_("Outside the averages, without a score"),
        N_(
            "Targeted evaluations, the second ones of double-scored interactions and those of "
            "replaced picks: they were not drawn by chance, or would count twice."
        ),
        N_("Where no question applied there is no score; it is neither 0 nor 100."),
        N_("They are still evaluations: they are listed, coached and disputed as others are."),
    ),
    Note(
        N_("Left out of the frame"),
        N_("Interactions that no draw could pick, by the first rule of the policy that applied."),
        N_("Counted before the draw, for the whole of it."),
        N_("Averages say nothing about them."),
    ),
    Note(
        N_("Seed"),
        N_("What the draw's random numbers are made of."),
        N_(
            "Its SHA-256 can be published before the period; the seed stands here once it is "
            "revealed. With seed, policy and frame anyone can draw again and must find the same "
            "picks."
        ),
        N_("It does not say that the evaluations are good, only that nobody chose them."),
    ),
)

_SMALL = Note(
    N_("Small groups"),
    HIDES,
    N_(
        "Where a hidden number could be computed from the others, the next smallest group is "
        "hidden, too; so are the scores of hidden groups in the list of all evaluations."
    ),
    N_("An empty cell of such a group does not mean that nothing was evaluated."),
)


def method_notes(report: PrintedReport, _: Translate) -> Iterator[Note]:
    """Yield the notes in the report's language; that on small groups only where any are hidden."""
    hides = report.smallest_group > 1
    for note in (*NOTES, *([_SMALL] if hides else [])):
        parts = (_(part) for part in (note.title, note.what, note.how, note.not_said))
        fewest = localise_digits(str(report.smallest_group), report.language)
        yield Note(*(part.replace("{fewest}", fewest) for part in parts))
