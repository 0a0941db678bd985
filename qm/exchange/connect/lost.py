"""What Amazon Connect cannot hold of a form of ours, and what was written instead."""

from qm.core.problems import N_, explain

LOST_SECTION_METHOD = explain(
    "connect.lost_section_method",
    N_("Questions of one section weigh differently, and Amazon Connect weighs only sections then."),
    N_("Each question got its part of the form; after N/A its weight goes to the whole form."),
)
LOST_WEIGHTS_OF_POINTS = explain(
    "connect.lost_weights_of_points",
    N_("Amazon Connect has no weights where points are counted."),
    N_("The points were multiplied by the weights."),
)
LOST_SCALE_POSITION = explain(
    "connect.lost_scale_position",
    N_("Amazon Connect does not count from the worst answer to the best."),
    N_("The points were moved so that the worst answer earns 0 and the best one 10."),
)
LOST_LOWEST_GRADE = explain(
    "connect.lost_lowest_grade",
    N_("Amazon Connect does not let the worst answer decide."),
    N_("The weighted mean of the questions was written."),
)
LOST_GATE = explain(
    "connect.lost_gate",
    N_("A critical question below {percent} % makes the score zero; Connect knows no such rule."),
    N_("It was left out."),
)
LOST_START_POINTS = explain(
    "connect.lost_start_points",
    N_("An evaluation begins with {points} points; in Amazon Connect it begins with none."),
    N_("They were left out."),
)
LOST_SCORE_LIMITS = explain(
    "connect.lost_score_limits",
    N_("Scores may go from {lowest} to {highest} %; in Amazon Connect from 0 to 100."),
    N_("The limits were left out."),
)
LOST_PASS_MARK = explain(
    "connect.lost_pass_mark",
    N_("Amazon Connect has no pass mark ({percent} %)."),
    N_("It was left out."),
)
LOST_BANDS = explain(
    "connect.lost_bands",
    N_("Amazon Connect has three bands with names of its own; here are: {bands}."),
    N_("Two or three bands were written under its names; others were left out."),
)
LOST_FORM_KEYS = explain(
    "connect.lost_form_keys",
    N_("There is no place in a form of Amazon Connect for: {keys}."),
    N_("It was left out."),
)
LOST_NA_POLICY = explain(
    "connect.lost_na_policy",
    N_("In Amazon Connect N/A always leaves the score; another rule holds for: {parts}."),
    N_("N/A was allowed; its weight goes to the others in proportion."),
)
LOST_SECTION_NA = explain(
    "connect.lost_section_na",
    N_("A section cannot be N/A as a whole in Amazon Connect: {parts}."),
    N_("Each of its questions may be N/A."),
)
LOST_FATAL_KEEP = explain(
    "connect.lost_fatal_keep",
    N_("After these fatal answers the score is kept; in Amazon Connect it becomes 0: {parts}."),
    N_("An automatic fail was written."),
)
LOST_FATAL = explain(
    "connect.lost_fatal",
    N_("These fatal answers fail a section that was left out: {parts}."),
    N_("No automatic fail was written."),
)
LOST_OPTIONAL = explain(
    "connect.lost_optional",
    N_("Every question must be answered in Amazon Connect; here these need not: {parts}."),
    N_("They may be N/A."),
)
LOST_CRITICAL = explain(
    "connect.lost_critical",
    N_("Amazon Connect knows no critical questions: {parts}."),
    N_("They were written as plain questions."),
)
LOST_REASONS = explain(
    "connect.lost_reasons",
    N_("Amazon Connect knows no root causes: {parts}."),
    N_("They were left out."),
)
LOST_REQUIREMENTS = explain(
    "connect.lost_requirements",
    N_("Amazon Connect cannot demand a comment, evidence or a reason: {parts}."),
    N_("The demand was left out."),
)
LOST_DEFAULTS = explain(
    "connect.lost_defaults",
    N_("Amazon Connect has no starting answers: {parts}."),
    N_("They were left out."),
)
LOST_OPTION_GUIDANCE = explain(
    "connect.lost_option_guidance",
    N_("Options have no instructions in Amazon Connect: {parts}."),
    N_("They were left out."),
)
LOST_INFORMATION = explain(
    "connect.lost_information",
    N_("Amazon Connect has no blocks of information: {parts}."),
    N_("They were left out."),
)
LOST_HEADER = explain(
    "connect.lost_header",
    N_("A form of Amazon Connect has no header: {parts}."),
    N_("Its fields were left out."),
)
LOST_LANGUAGE = explain(
    "connect.lost_language",
    N_("A form of Amazon Connect is written in one language: {language} is there, too."),
    N_("The texts of that language were left out."),
)
LOST_SCALE = explain(
    "connect.lost_scale",
    N_("Amazon Connect has no scales: {parts}."),
    N_("A choice with an option for each number was written."),
)
LOST_DECIMALS = explain(
    "connect.lost_decimals",
    N_("Numbers are whole in Amazon Connect: {parts}."),
    N_("The whole numbers within the bounds were written."),
)
LOST_UNIT = explain(
    "connect.lost_unit",
    N_("Numbers have no unit in Amazon Connect: {parts}."),
    N_("It was left out."),
)
LOST_RANGES = explain(
    "connect.lost_ranges",
    N_("Amazon Connect takes at most {most} ranges of whole numbers: {parts}."),
    N_("The question is asked without a score."),
)
LOST_NEGATIVE = explain(
    "connect.lost_negative",
    N_("Amazon Connect has no negative points: {parts}."),
    N_("Those answers earn 0."),
)
LOST_BONUS = explain(
    "connect.lost_bonus",
    N_("Here bonus points cannot be told from others in Amazon Connect: {parts}."),
    N_("They were left out."),
)
LOST_LEAST = explain(
    "connect.lost_least",
    N_("A selection cannot have a least share of points in Amazon Connect: {parts}."),
    N_("It was left out."),
)
LOST_POINTS = explain(
    "connect.lost_rounded_points",
    N_("Amazon Connect takes whole points, and these are none on its scale: {parts}."),
    N_("They were rounded half up."),
)
SCALED_POINTS = explain(
    "connect.scaled_points",
    N_("Amazon Connect takes whole points up to {most}."),
    N_("All points were multiplied, which changes no score: {parts}."),
)
LOST_WEIGHT = explain(
    "connect.lost_rounded_weight",
    N_("The weights cannot be written exactly as parts of 100: {parts}."),
    N_("They were rounded to four decimals and sum to 100."),
)
LOST_CONDITION_OUT = explain(
    "connect.lost_condition_out",
    N_("Amazon Connect cannot hold these conditions: {parts}."),
    N_("They were left out: this is always asked."),
)
LOST_ID = explain(
    "connect.lost_id",
    N_("In Amazon Connect no section has the id of a question: {parts}."),
    N_("The sections were renamed."),
)
LOST_LENGTH = explain(
    "connect.lost_length",
    N_("Texts are longer than Amazon Connect allows: {parts}."),
    N_("They were cut off."),
)
LOST_EMPTY = explain(
    "connect.lost_empty",
    N_("Nothing that Amazon Connect knows stands in: {parts}."),
    N_("The section was left out."),
)
LOST_OUTSIDE_CONTROL = explain(
    "connect.lost_outside_control",
    N_("Amazon Connect cannot tag findings as outside the agent's control."),
    N_("The tag was left out."),
)
OVER_LIMIT = explain(
    "connect.lost_limit",
    N_("There are {count} {what}; Amazon Connect takes {least} to {most}."),
    N_("All were written; Amazon Connect will refuse the file until there are as many."),
)
