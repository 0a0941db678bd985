"""What can be wrong with the values of a file that models read: codes, reasons and remedies."""

from qm.core.forms.form_rules import BAD_DAY
from qm.core.problems import N_, explain

MISSING_KEY = explain(
    "form.missing_key",
    N_("The key “{key}” is missing."),
    N_("Add a line “{key}: …” here."),
)
UNKNOWN_KEY = explain(
    "form.unknown_key",
    N_("The key “{key}” is not known here."),
    N_("Use one of: {known}."),
)
MISSPELT_KEY = explain(
    "form.misspelt_key",
    N_("The key “{key}” is not known here."),
    N_("Did you mean “{meant}”?"),
)
NO_VALUE = explain(
    "form.no_value",
    N_("The key “{key}” has no value."),
    N_("Write the value after the colon, or take the line away."),
)
BAD_ID = explain(
    "form.bad_id",
    N_("“{value}” cannot be an id."),
    N_("Use letters, digits and . _ - (no spaces), at most 40, beginning with a letter or digit."),
)
BAD_FORM_ID = explain(
    "form.bad_form_id",
    N_("“{value}” cannot be an id."),
    N_("Use small letters a–z, digits, - and _, at most 40, beginning with a letter or digit."),
)
BAD_ATTRIBUTE = explain(
    "form.bad_attribute",
    N_("“{value}” cannot be the name of an attribute of interactions."),
    N_("Write the name of the column that the import has it from, such as channel or talk_s."),
)
CONDITION_EMPTY = explain(
    "form.condition_empty",
    N_("The condition does not say what it waits for."),
    N_("Write it beside: {known}."),
)
BAD_VERSION = explain(
    "form.bad_version",
    N_("“{value}” cannot be a version."),
    N_("Write a whole number from 1 on, such as 1, 2, 3."),
)
BAD_CHOICE = explain(
    "form.bad_choice",
    N_("“{value}” is not among the choices."),
    N_("Write one of: {choices}."),
)
BAD_NUMBER = explain(
    "form.bad_number",
    N_("“{value}” is not a number that can stand here."),
    N_("Write a plain number, such as 20 or 2.5 (a whole one where decimals make no sense)."),
)
OUT_OF_RANGE = explain(
    "form.out_of_range",
    N_("{value} is out of range."),
    N_("Write a number {relation} {limit}."),
)
TOO_PRECISE = explain(
    "form.too_precise",
    N_("{value} has more decimals than are kept."),
    N_("Write at most {limit} decimals."),
)
NOT_FLAG = explain(
    "form.not_flag",
    N_("“{value}” is neither true nor false."),
    N_("Write true or false."),
)
NOT_TEXT = explain(
    "form.not_text",
    N_("A text was expected here."),
    N_("Write a text; put it in quotes if it is true, false or null."),
)
NOT_LIST = explain(
    "form.not_list",
    N_("A list was expected here."),
    N_("Write each entry on a line that begins with “- ”."),
)
NOT_MAPPING = explain(
    "form.not_mapping",
    N_("“key: value” lines were expected here."),
    N_("Write the keys below, indented. They are: {known}."),
)
TOO_FEW = explain(
    "form.too_few",
    N_("The list has fewer than {limit} entries."),
    N_("Add what is missing."),
)
TOO_MANY = explain(
    "form.too_many",
    N_("The list has more than {limit} entries."),
    N_("Take away what is too much."),
)
BLANK_TEXT = explain(
    "form.blank_text",
    N_("The text is blank, or written in no language."),
    N_("Write it below as “en: …”, “fa: …” or both."),
)
INVALID = explain(
    "form.invalid", N_("The value does not fit here ({cause})."), N_("Correct the value.")
)
MORE = explain(
    "form.more",
    N_("There are {count} more problems."),
    N_("Correct the ones above first, then check again."),
)

CODES_BY_KIND = {
    "literal_error": BAD_CHOICE,
    "greater_than": OUT_OF_RANGE,
    "greater_than_equal": OUT_OF_RANGE,
    "less_than_equal": OUT_OF_RANGE,
    "decimal_max_places": TOO_PRECISE,
    "decimal_parsing": BAD_NUMBER,
    "decimal_type": BAD_NUMBER,
    "finite_number": BAD_NUMBER,
    "int_parsing": BAD_NUMBER,
    "int_parsing_size": BAD_NUMBER,
    "int_from_float": BAD_NUMBER,
    "int_type": BAD_NUMBER,
    "bool_type": NOT_FLAG,
    "date_type": BAD_DAY,
    "date_parsing": BAD_DAY,
    "date_from_datetime_parsing": BAD_DAY,
    "date_from_datetime_inexact": BAD_DAY,
    "string_type": NOT_TEXT,
    "tuple_type": NOT_LIST,
    "model_type": NOT_MAPPING,
    "too_short": TOO_FEW,
    "too_long": TOO_MANY,
}
