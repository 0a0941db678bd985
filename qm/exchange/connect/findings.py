"""What can be wrong with documents of Amazon Connect, and what they or our forms cannot hold."""

from qm.core.problems import N_, explain

# Problems: the document is not taken.
NOT_JSON = explain(
    "connect.not_json",
    N_("The file is not JSON that can be read ({cause})."),
    N_("Export the form or the evaluation from Amazon Connect again, as JSON in UTF-8."),
)
TOO_LARGE = explain(
    "connect.too_large",
    N_("The file has more than {most} bytes."),
    N_("Give the document of one form or one evaluation."),
)
TOO_DEEP = explain(
    "connect.too_deep",
    N_("The document is nested deeper than {most} levels."),
    N_("Export it again; no form of Amazon Connect is nested like this."),
)
UNKNOWN_DOCUMENT = explain(
    "connect.unknown_document",
    N_("This is no evaluation form and no evaluation of Amazon Connect."),
    N_("Give what DescribeEvaluationForm or DescribeContactEvaluation returns, or an S3 export."),
)
MISSING = explain(
    "connect.missing",
    N_("“{key}” is missing or empty."),
    N_("Add it, or export the document again."),
)
WRONG_TYPE = explain(
    "connect.wrong_type",
    N_("“{value}” is not {expected}."),
    N_("Correct the value, or export the document again."),
)
OUT_OF_RANGE = explain(
    "connect.out_of_range",
    N_("{value} is not between {least} and {most}."),
    N_("Correct the value, or export the document again."),
)
BAD_TEXT = explain(
    "connect.bad_text",
    N_("The text holds control characters or halves of characters."),
    N_("Take them out of the text."),
)
BAD_REF_ID = explain(
    "connect.bad_ref_id",
    N_("“{ref}” cannot be a RefId."),
    N_("Use letters, digits, “.”, “_” and “-”, at most 40."),
)
DUPLICATE_REF_ID = explain(
    "connect.duplicate_ref_id",
    N_("The RefId “{ref}” is taken: {first} has it already."),
    N_("Give every section, every question and every option of a question a RefId of its own."),
)
UNKNOWN_REFERENCE = explain(
    "connect.unknown_reference",
    N_("Nothing here has the RefId “{ref}”."),
    N_("Write the RefId of a part of this form."),
)
UNKNOWN_VALUE = explain(
    "connect.unknown_value",
    N_("“{value}” is not known here."),
    N_("Write one of: {known}."),
)
QUESTION_OUTSIDE_SECTION = explain(
    "connect.question_outside_section",
    N_("The question “{ref}” stands in no section."),
    N_("Put it into a section, as Amazon Connect demands."),
)
RANGES_GAP = explain(
    "connect.ranges_gap",
    N_("No range holds the numbers from {first} to {last}; what they earn is not said."),
    N_("Add the missing range in Amazon Connect, then export again."),
)
RANGES_OVERLAP = explain(
    "connect.ranges_overlap",
    N_("Two ranges hold the number {number}; which of them counts is not said."),
    N_("Correct the ranges in Amazon Connect, then export again."),
)
INVALID = explain(
    "connect.invalid",
    N_("What was read makes no valid form: {part} ({cause})."),
    N_("Correct the document at this part of the form."),
)

# Losses and notes of reading: the document is taken, and this became of a part of it.
LOST_KEYS = explain(
    "connect.lost_keys",
    N_("There is no place here for: {keys}."),
    N_("It was left out."),
)
LOST_NESTING = explain(
    "connect.lost_nesting",
    N_("Section “{title}” is nested deeper than one level."),
    N_("Its questions were put into “{home}”; its title and instructions were left out."),
)
LOST_ORDER = explain(
    "connect.lost_order",
    N_("Questions of this section stand behind a subsection."),
    N_("They were put before the subsections."),
)
LOST_TIME_OF_DAY = explain(
    "connect.lost_time_of_day",
    N_("The question asks for a day and a time of day; here a question asks for a day."),
    N_("The day is asked; the time of imported answers stands in their comments."),
)
LOST_THRESHOLDS = explain(
    "connect.lost_thresholds",
    N_("A score threshold begins above 0 or ends below 100 % where bands have no such limit."),
    N_("The bands reach from 0 % and up to the highest score."),
)
LOST_CONDITION = explain(
    "connect.lost_condition",
    N_("The condition depends on {source}, which is not known here."),
    N_("The condition was left out: this is always asked."),
)
READ_COMPARATOR = explain(
    "connect.read_comparator",
    N_("What {comparator} means exactly is not published."),
    N_("It was read as: {meaning}."),
)
READ_ACTIONS = explain(
    "connect.read_actions",
    N_("The condition changes nothing: both of its actions are {action}."),
    N_("The condition was replaced by the one of its actions."),
)
LOST_REF_ID = explain(
    "connect.lost_ref_id",
    N_("The RefId “{ref}” cannot be an id here."),
    N_("The id is “{id}”."),
)
LOST_PRECISION = explain(
    "connect.lost_precision",
    N_("The weight {value} has more than four decimals."),
    N_("It was rounded to {rounded}."),
)
WEIGHTS_MISSING = explain(
    "connect.weights_missing",
    N_("Weights are missing: {refs}."),
    N_("Those without a weight weigh {weight}."),
)
WEIGHTS_NOT_100 = explain(
    "connect.weights_not_100",
    N_("The weights sum to {sum}, not to 100."),
    N_("They were taken as they are: they count in proportion."),
)
NO_POINTS = explain(
    "connect.no_points",
    N_("No answer of question “{ref}” earns anything, so it has no share of points."),
    N_("It weighs 0."),
)
NOTHING_COUNTS_INSIDE = explain(
    "connect.nothing_counts_inside",
    N_("Section “{ref}” has a weight, but nothing in it counts."),
    N_("It weighs 0; what it weighed goes to the others in proportion."),
)
NOTHING_COUNTS = explain(
    "connect.nothing_counts",
    N_("No question of the form counts."),
    N_("The form is unscored."),
)
FATAL_POINTS = explain(
    "connect.fatal_points",
    N_("An answer that fails automatically earns as much as the best one."),
    N_("It earns 0 here; where it fails its own section or the form, the score is 0 anyway."),
)
LOST_NOTE = explain(
    "connect.lost_note",
    N_("There is a note on a section; only questions have comments here."),
    N_("The note was left out: “{note}”"),
)
LOST_ANSWER = explain(
    "connect.lost_answer",
    N_("The answer “{value}” is none that question “{ref}” can have."),
    N_("The question was left unanswered."),
)
LOST_TEXT = explain(
    "connect.lost_text",
    N_("The text is longer than {most} characters."),
    N_("It was cut off there."),
)
LOST_POINTS_OF_OPTIONS = explain(
    "connect.lost_points",
    N_("An exported evaluation tells percentages, not what each answer earns or weighs."),
    N_("The form is unscored; import the form document itself to score with it."),
)
LOST_RESULT = explain(
    "connect.lost_result",
    N_("Amazon Connect gave “{ref}” {percent} %."),
    N_("Scores of another system are not taken over; this is the only mention."),
)
LOST_RANGE = explain(
    "connect.lost_range",
    N_("An exported evaluation does not tell which numbers question “{ref}” takes."),
    N_("It takes any number."),
)
CONTRADICTS_ITSELF = explain(
    "connect.contradicts_itself",
    N_("Question “{ref}” failed it automatically, yet the evaluation has {percent} %."),
    N_("Nothing was changed; do not use this evaluation as a reference."),
)
DIFFERENT_SCORE = explain(
    "connect.different_score",
    N_("Amazon Connect gave this evaluation {theirs} %; here its answers come to {ours} %."),
    N_("Compare the form's weights and conditions; contact attributes are not in the document."),
)
