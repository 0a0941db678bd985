"""What Genesys Cloud cannot hold of a form: a code for every concept."""

from qm.core.problems import N_, explain

LOST_IDENTITY = explain(
    "genesys.lost_identity",
    N_("Genesys Cloud numbers versions itself and has no channel on a form."),
    N_("Id, version and channel were left out; the name of the file tells id and version."),
)
LOST_KEY = explain(
    "genesys.lost_key",
    N_("Evaluation forms of Genesys Cloud have no “{name}”."),
    N_("It was left out; what it decides must be decided outside Genesys Cloud."),
)
LOST_HEADER = explain(
    "genesys.lost_header",
    N_("Evaluation forms of Genesys Cloud have no header fields."),
    N_("The field “{id}” was left out."),
)
LOST_LANGUAGE = explain(
    "genesys.lost_language",
    N_("{count} texts are in two languages, and a form of Genesys Cloud has one."),
    N_("The other language was left out; export once per language for two forms."),
)
LOST_UNTRANSLATED = explain(
    "genesys.lost_untranslated",
    N_("{count} texts are missing in the language of the export."),
    N_("They were written in the other language; translate them and export again."),
)
LOST_METHOD = explain(
    "genesys.lost_method",
    N_("Genesys Cloud adds up points; it cannot score by “{method}”."),
    N_("The form was written by points and weights: scores will differ."),
)
LOST_SECTION_WEIGHTS = explain(
    "genesys.lost_section_weights",
    N_("In Genesys Cloud a section weighs less when some of its questions are left out."),
    N_("Scores are the same while nothing is N/A or hidden, and differ otherwise."),
)
LOST_POSITION = explain(
    "genesys.lost_position",
    N_("Genesys Cloud measures from zero, not from the worst answer."),
    N_("Values count from the worst answer; while nothing is N/A or hidden scores stay the same."),
)
LOST_UNSCORED = explain(
    "genesys.lost_unscored",
    N_("Genesys Cloud scores every form."),
    N_("Groups were given the weight 0, so that there is nothing to score."),
)
LOST_START_POINTS = explain(
    "genesys.lost_start_points",
    N_("An evaluation in Genesys Cloud begins with no points."),
    N_("The start points were left out: scores will differ."),
)
LOST_VALUES = explain(
    "genesys.lost_values",
    N_("Values are whole numbers, and a question there has no weight but its highest value."),
    N_("Points and weights became values in one proportion; scores stay the same."),
)
LOST_PRECISION = explain(
    "genesys.lost_precision",
    N_("No whole numbers of 32 bits have the proportion of these points and weights."),
    N_("Values were rounded to the nearest proportion: scores may differ slightly."),
)
LOST_WEIGHTLESS = explain(
    "genesys.lost_weightless",
    N_("A question that weighs nothing can have no other value than 0."),
    N_("All its answers are worth 0; no answer of it counts as best or as fatal."),
)
LOST_POLICY = explain(
    "genesys.lost_policy",
    N_("In Genesys Cloud N/A leaves a question out of the sum; it knows no “{policy}”."),
    N_("Questions answered with N/A are left out: their weight goes to the others."),
)
LOST_GATE = explain(
    "genesys.lost_gate",
    N_("A critical question cannot make the score zero in Genesys Cloud."),
    N_("It was left out; the score of the critical questions is shown beside the total."),
)
LOST_LENS_NAME = explain(
    "genesys.lost_lens_name",
    N_("Questions are critical for {lenses} here; Genesys Cloud knows only “critical”."),
    N_("They were written as critical, without the lens."),
)
LOST_FATAL = explain(
    "genesys.lost_fatal",
    N_("Fatal there is a question of which every answer below the best is fatal."),
    N_("Here only some are, or the best one is: the question was written as not fatal."),
)
LOST_FATAL_SCOPE = explain(
    "genesys.lost_fatal_scope",
    N_("A fatal answer cannot fail a single section in Genesys Cloud."),
    N_("The question was written as not fatal."),
)
LOST_FATAL_ZERO = explain(
    "genesys.lost_fatal_zero",
    N_("Genesys Cloud keeps the calculated score beside the flag of a failed fatal question."),
    N_("The question was written as fatal; the score is not set to zero."),
)
LOST_CONDITION = explain(
    "genesys.lost_condition",
    N_("A condition there is one list of chosen answers, of which all or one must be given."),
    N_("This condition cannot be written so and was left out: it is always asked."),
)
LOST_GUIDANCE = explain(
    "genesys.lost_guidance",
    N_("Only questions have a help text in Genesys Cloud."),
    N_("The guidance was left out; move what matters to the guidance of a question."),
)
LOST_REQUIREMENT = explain(
    "genesys.lost_requirement",
    N_("Genesys Cloud can only require a comment, and only on a question as a whole."),
    N_("This was left out: evaluators may leave it open there."),
)
LOST_OPTIONAL = explain(
    "genesys.lost_optional",
    N_("In Genesys Cloud every scored question is answered, and texts may stay empty."),
    N_("The “required” of this question was left out."),
)
LOST_BONUS = explain(
    "genesys.lost_bonus",
    N_("Genesys Cloud knows no bonus."),
    N_("The points were written as ordinary ones that belong to the maximum: scores will differ."),
)
LOST_REASONS = explain(
    "genesys.lost_reasons",
    N_("Genesys Cloud knows no reasons of lost points."),
    N_("They were left out; a multi-select question may stand in for them."),
)
LOST_LIMIT = explain(
    "genesys.lost_limit",
    N_("A multi-select question has no least and most points in Genesys Cloud."),
    N_("The limits were left out: scores will differ where they count."),
)
LOST_CHOICES = explain(
    "genesys.lost_choices",
    N_("In a multi-select question of Genesys Cloud every option is a question of its own."),
    N_("It was written so; reading it again gives a subsection."),
)
LOST_SCALE = explain(
    "genesys.lost_scale",
    N_("Genesys Cloud has no scales and no ranges of numbers."),
    N_("It was written as a choice between {count} answers; the number itself is not recorded."),
)
_FREE_TEXT = N_("It was written as a question for free text.")
LOST_DATE = explain("genesys.lost_date", N_("Genesys Cloud cannot ask for a day."), _FREE_TEXT)
LOST_NUMBER = explain(
    "genesys.lost_number", N_("Genesys Cloud cannot ask for a number."), _FREE_TEXT
)
LOST_SUBSECTION = explain(
    "genesys.lost_subsection",
    N_("Groups have no groups inside them in Genesys Cloud."),
    N_("The questions were put into the section, their weights times that of “{id}”."),
)
LOST_NOT_APPLICABLE_PART = explain(
    "genesys.lost_not_applicable_part",
    N_("A subsection cannot be left out as a whole in Genesys Cloud."),
    N_("Each of its questions may be answered with N/A instead."),
)
LOST_DEFAULT_ANSWER = explain(
    "genesys.lost_default_answer",
    N_("This kind of question has no such default answer in Genesys Cloud."),
    N_("It was left out: evaluations start without it."),
)
LOST_LABEL = explain(
    "genesys.lost_label",
    N_("Answers of multi-select questions are always “Selected” and “Unselected” there."),
    N_("The text of the answer was left out."),
)
LOST_LENGTH = explain(
    "genesys.lost_length",
    N_("Genesys Cloud takes {most} characters here, and the text has {count}."),
    N_("It was written whole; shorten it before you import it there."),
)
LOST_COUNT = explain(
    "genesys.lost_count",
    N_("Genesys Cloud takes {most} questions, and the form has {count}."),
    N_("All were written; split the form before you import it there."),
)
