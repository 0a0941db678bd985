"""Azure's conversations for language analysis: chats, and transcripts turned into their shape.

Shape: https://learn.microsoft.com/azure/ai-services/language-service/summarization/how-to/conversation-summarization
(`analysisInput.conversations`).
"""

from qm.core.problems import BadInput, Problem
from qm.intake.transcripts.json_lines import add_lines, language_code
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.problems import SEVERAL
from qm.intake.transcripts.told import Line, Told, Voice


def is_azure_conversation(document: Node) -> bool:
    """Whether it holds conversations of Azure's language service."""
    return any("conversationItems" in each for each in _conversations(document))


def read_azure_conversation(document: Node, place: str) -> Told:
    """Return what the file tells; it must be about one conversation."""
    conversations = list(_conversations(document))
    if len(conversations) > 1:
        raise BadInput(Problem(SEVERAL, place, values={"count": len(conversations)}))
    (conversation,) = conversations
    name = conversation["id"].label()
    told = Told(
        "azure_conversation",
        language=language_code(conversation["language"].text()),
        names=(name,) if name else (),
    )
    add_lines(told, conversation["conversationItems"], _line, place)
    return told


def _conversations(document: Node) -> Node:
    asked = document["analysisInput"]["conversations"]
    return asked if asked.is_list else document["conversations"]


def _line(item: Node) -> Line:
    label = item.first("role", "participantId").label()
    return Line(Voice(label), item["text"].words())
