"""What can keep a whole file from being a transcript, and what is said of one that is."""

from qm.core.problems import N_, explain

FILE_TOO_LARGE = explain(
    "transcript.file_too_large",
    N_("The file has {megabytes:.0f} MB, more than the limit of {most_megabytes:.0f} MB."),
    N_("Check that it is a transcript, and of one interaction."),
)
FILE_EMPTY = explain(
    "transcript.file_empty", N_("The file is empty."), N_("Export the transcript again.")
)
ENCODING = explain(
    "transcript.encoding",
    N_("The text is not {encoding}: byte {byte} (counted from 1) is 0x{value:02X}."),
    N_("Save the file as UTF-8."),
)
NOT_A_TEXT_FILE = explain(
    "transcript.not_a_text_file",
    N_("The file holds NUL characters; this is no text."),
    N_("Attach the transcript, not the recording, saved as UTF-8."),
)
UNKNOWN_FORMAT = explain(
    "transcript.unknown_format",
    N_("The file is in none of the formats that are read; it begins with “{start}”."),
    N_(
        "Attach WebVTT, SRT, JSON of Whisper, Amazon Transcribe, Azure or Genesys Cloud, "
        "or a list with speaker and text."
    ),
)
NO_WORDS = explain(
    "transcript.no_words",
    N_("There are no words in the file."),
    N_("Export the transcript again."),
)
DETAILS_ONLY = explain(
    "transcript.details_only",
    N_("This is what Genesys Cloud knows of a conversation (participants, times), not its words."),
    N_("Export the transcript: the address that its transcripturl gives for a communication."),
)
FIGURES_ONLY = explain(
    "transcript.figures_only",
    N_("These are figures of queues or many conversations, not the words of one."),
    N_("Export the transcript of the interaction."),
)
SEVERAL = explain(
    "transcript.several",
    N_("The file holds {count} conversations."),
    N_("Give each interaction a file of its own."),
)
CONTROL_CHARACTERS = explain(
    "transcript.control_characters",
    N_("Control characters stood in {count} lines; a � took the place of each."),
    N_("Nothing needs to be done unless they hide words."),
)
FINDINGS_LEFT_OUT = explain(
    "transcript.findings_left_out",
    N_("Kept are words, speakers and times; left out: {findings}."),
    N_("Nothing needs to be done; qm counts for itself what can be counted."),
)
MORE = explain(
    "transcript.more",
    N_("{count} more findings like these; only the first {most} are listed."),
    N_("Correct what repeats in the list, or export again."),
)
