"""What a form loses on its way from Genesys Cloud: a code for every concept."""

from qm.core.problems import N_, explain

LOST_RECORD = explain(
    "genesys.lost_record",
    N_("“{name}” tells how Genesys Cloud keeps the form, not what the form asks."),
    N_("It was left out: the form becomes a draft here with a version of its own."),
)
LOST_FORM_ID = explain(
    "genesys.lost_form_id",
    N_("“{name}” is how Genesys Cloud names the form."),
    N_("The form is “{form}” here; an export carries no id, because Genesys Cloud gives them."),
)
LOST_VERSION_ID = explain(
    "genesys.lost_version_id",
    N_("{count} parts have a “contextId” and an “id” that changes with every version."),
    N_("The contextId became the id here; the other was left out."),
)
LOST_CONTEXT_ID = explain(
    "genesys.lost_context_id",
    N_("{count} parts have a “contextId”, and a part has only one id here."),
    N_("It was kept as the id, and an export writes it as “id”."),
)
LOST_NO_ID = explain(
    "genesys.lost_no_id",
    N_("{count} parts have no id."),
    N_("Ids were made from their positions, and an export writes them."),
)
LOST_ID = explain(
    "genesys.lost_id",
    N_("The id “{id}” is taken, or is not made of up to 40 letters, digits, dots and dashes."),
    N_("The id “{made}” was made from its position."),
)
LOST_BUILT_IN_ID = explain(
    "genesys.lost_built_in_id",
    N_("The answers Selected and Unselected of {count} parts have ids."),
    N_("They are “selected” and “unselected” here; an export writes no ids for them."),
)
LOST_WEIGHT_MODE = explain(
    "genesys.lost_weight_mode",
    N_("“{name}” scales scores in a way that Genesys does not publish."),
    N_("Scores are points × weight of the group, unscaled; compare some with Genesys Cloud."),
)
LOST_SETTINGS = explain(
    "genesys.lost_settings",
    N_("Disputes and revisions are no part of a form here."),
    N_("“{name}” was left out; disputes follow the settings of the centre."),
)
LOST_AUTOMATION = explain(
    "genesys.lost_automation",
    N_("“{name}” lets a machine answer; questions are answered by evaluators here."),
    N_("It was left out; evaluators answer the question."),
)
LOST_DIALECT = explain(
    "genesys.lost_dialect",
    N_("“{name}” is the language for Genesys' own recognition."),
    N_("It was left out; the texts count as written in the language chosen for the import."),
)
LOST_MANUAL_WEIGHT = explain(
    "genesys.lost_manual_weight",
    N_("Genesys Cloud worked out the weight of this group by itself."),
    N_("The weight was taken as it stands and does not change by itself any more."),
)
LOST_WEIGHT = explain(
    "genesys.lost_weight",
    N_("The weight cannot be kept as it is: weights go from 0 to 1000, with 4 decimals."),
    N_("It became {weight}; where all weights were divided alike, scores stay the same."),
)
LOST_NO_WEIGHT = explain(
    "genesys.lost_no_weight", N_("The group has no weight."), N_("It weighs 1.")
)
LOST_GROUP_TYPE = explain(
    "genesys.lost_group_type",
    N_("“{type}” is no known kind of group."),
    N_("It was read as a group of questions."),
)
LOST_SCORE = explain(
    "genesys.lost_score",
    N_("No answer can earn anything: all values, or the weights of their groups, are 0."),
    N_("The form became an unscored one, which has no fatal answers either."),
)
LOST_ORDER = explain(
    "genesys.lost_order",
    N_("A question stands after a multi-select question, which is a subsection here."),
    N_("Multi-select questions were moved behind the other questions of their group."),
)
LOST_LENS = explain(
    "genesys.lost_lens",
    N_("{count} questions are critical, and Genesys Cloud knows no lens."),
    N_("They count in the lens chosen for the import."),
)
LOST_KILL = explain(
    "genesys.lost_kill",
    N_("The question is fatal (isKill), but all its answers are worth the same."),
    N_("No answer is fatal here: none can be worse than the best."),
)
LOST_FLAG = explain(
    "genesys.lost_flag",
    N_("“{name}” says nothing for this kind of question here."),
    N_("It was left out."),
)
LOST_ON_SELECT = explain(
    "genesys.lost_on_select",
    N_("A multi-select question is a subsection here, which has no “{name}”."),
    N_("It was left out; what its options say themselves was kept."),
)
LOST_BOTH_DEFAULTS = explain(
    "genesys.lost_both_defaults",
    N_("The group asks for several default answers at once; which one wins is not documented."),
    N_("New evaluations start with the {kept} answers; “{name}” was left out."),
)
LOST_DEFAULT_SPELLING = explain(
    "genesys.lost_default_spelling",
    N_("Default answers belong to each question here."),
    N_("They were kept; an export may write them in another of Genesys' ways, and answers' ids."),
)
LOST_DEFAULT = explain(
    "genesys.lost_default",
    N_("The default is no answer that this question has."),
    N_("New evaluations start without an answer to it."),
)
LOST_IDLE_DEFAULT = explain(
    "genesys.lost_idle_default",
    N_("The group names a default answer, and none of its questions can have it."),
    N_("It was left out."),
)
LOST_LARGE_VALUES = explain(
    "genesys.lost_large_values",
    N_("{count} values are larger than points can be here."),
    N_("All values were divided alike, and kept to seven digits; an export may divide them, too."),
)
LOST_RELATIVE = explain(
    "genesys.lost_relative",
    N_("The condition names a question by its position in the same group."),
    N_("It is kept by id, and an export writes the whole path."),
)
LOST_SELECT_PREDICATE = explain(
    "genesys.lost_select_predicate",
    N_("Genesys does not document what a condition on a multi-select question means."),
    N_("It was read as “option {place} is selected”."),
)
LOST_EMPTY_CONDITION = explain(
    "genesys.lost_empty_condition",
    N_("The condition waits for no answer."),
    N_("It was left out: this is always asked."),
)
LOST_NEGATIVE = explain(
    "genesys.lost_negative",
    N_("An answer is worth less than nothing; Genesys does not say if scores may be below 0."),
    N_("The value was kept, and no score is below 0 here."),
)
KNOWN_ON_FORM = {
    "modifiedDate": LOST_RECORD,
    "published": LOST_RECORD,
    "publishedVersions": LOST_RECORD,
    "latestVersionFormName": LOST_RECORD,
    "selfUri": LOST_RECORD,
    "weightMode": LOST_WEIGHT_MODE,
    "evaluationSettings": LOST_SETTINGS,
    "aiScoring": LOST_AUTOMATION,
    "dialect": LOST_DIALECT,
}
KNOWN_ON_QUESTION = {
    "automatedScoringFocus": LOST_AUTOMATION,
    "isKill": LOST_FLAG,
    "isCritical": LOST_FLAG,
    "commentsRequired": LOST_FLAG,
    "naEnabled": LOST_FLAG,
    "helpText": LOST_FLAG,
    "defaultAnswer": LOST_FLAG,
    "answerOptions": LOST_FLAG,
    "multipleSelectOptionQuestions": LOST_FLAG,
}
KNOWN_ON_SELECT = dict.fromkeys(
    ("isKill", "isCritical", "commentsRequired", "defaultAnswer", "answerOptions"), LOST_ON_SELECT
) | {"automatedScoringFocus": LOST_AUTOMATION}
KNOWN_ON_OPTION = {"assistanceConditions": LOST_AUTOMATION}
