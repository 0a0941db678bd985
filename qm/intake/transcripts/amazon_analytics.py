"""Call Analytics of Amazon Transcribe, and Contact Lens of Amazon Connect.

Shapes: https://docs.aws.amazon.com/transcribe/latest/dg/tca-output-batch.html and
https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-example-output-files.html.
"""

from qm.core.problems import N_
from qm.core.transcript import Word
from qm.intake.transcripts.json_lines import (
    add_lines,
    all_words,
    language_code,
    mean_of,
    word_of,
)
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import Line, Told, Voice

_FINDINGS = {
    "Sentiment": N_("sentiment"),
    "LoudnessScores": N_("loudness"),
    "IssuesDetected": N_("issues"),
    "OutcomesDetected": N_("outcomes"),
    "ActionItemsDetected": N_("action items"),
    "Interruptions": N_("interruptions"),
    "NonTalkTime": N_("silence"),
    "TalkSpeed": N_("speed of speech"),
    "MatchedCategories": N_("categories"),
}
_START, _END = "BeginOffsetMillis", "EndOffsetMillis"


def is_amazon_analytics(document: Node) -> bool:
    """Whether it is the output of Call Analytics or Contact Lens."""
    return any("Content" in turn for turn in document["Transcript"])


def read_amazon_analytics(document: Node, place: str) -> Told:
    """Return what the file tells: a line per turn, its speaker by the participant's role.

    Sentiment, loudness, interruptions and the like are Amazon's findings and are left out.
    """
    length = document["ConversationCharacteristics"]["TotalConversationDurationMillis"]
    told = Told(
        "amazon_call_analytics",
        language=language_code(document["LanguageCode"].text()),
        duration_s=length.length_s(1e-3),
        names=tuple(
            name
            for node in (document["CustomerMetadata"]["ContactId"], document["JobName"])
            if (name := node.label())
        ),
        left_out=_findings(document),
    )
    roles = {
        each["ParticipantId"].label(): each["ParticipantRole"].label()
        for each in document["Participants"]
    }
    add_lines(told, document["Transcript"], lambda turn: _turn(turn, roles), place)
    return told


def _turn(turn: Node, roles: dict[str | None, str | None]) -> Line:
    words = _words(turn["Items"])
    participant = turn["ParticipantId"].label()
    label = turn["ParticipantRole"].label() or roles.get(participant) or participant
    start_s, end_s = turn[_START].seconds(1e-3), turn[_END].seconds(1e-3)
    return Line(Voice(label), turn["Content"].words(), start_s, end_s, words, mean_of(words))


def _words(items: Node) -> tuple[Word, ...]:
    """Return the words, each with the punctuation that follows it."""
    said = [item for item in items if item["Type"].text() != "punctuation"]
    words = list(all_words(said, _word))
    if not words:
        return ()
    place = -1
    for item in items:
        if item["Type"].text() != "punctuation":
            place += 1
        elif place >= 0:
            word = words[place]
            text = word.text + (item["Content"].text() or "").strip()
            words[place] = Word(word.start_s, word.end_s, text, word.probability)
    return tuple(words)


def _word(item: Node) -> Word | None:
    times = item[_START].seconds(1e-3), item[_END].seconds(1e-3)
    return word_of(item["Content"], *times, item["Confidence"])


def _findings(document: Node) -> tuple[str, ...]:
    places = [*document["Transcript"], document["ConversationCharacteristics"]]
    places.append(document["Categories"])
    return tuple(
        said
        for name, said in _FINDINGS.items()
        if any(each[name].value not in (None, [], {}) for each in places)
    )
