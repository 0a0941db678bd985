"""The names that common telephone systems give recordings, as patterns; the first that fits counts.

Numbers of callers are left out on purpose (`{any}`): they are personal data. Whoever wants them,
or another agent than the one assumed here, writes patterns of their own.
"""

from qm.core.recording_names import NamePattern, compiled

KNOWN_NAMES = (
    # Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.wav: the samples of Amazon
    # Transcribe Post Call Analytics (its README, “FilenameDatetimeRegex” and what follows).
    "{any}_GUID_{id}_AGENT_{agent}_DT_{time:%Y-%m-%dT%H-%M-%S}{any}",
    # FreePBX and Issabel put kind, called number, calling number, local time and Asterisk's unique
    # id together (CALLFILENAME in the callrecording module's sub-record-check; also
    # diditho.com/2025/04/23/understanding-issabel-asterisk-call-recording-file-format).
    # An outgoing call was made by the extension, which is the agent:
    # out-02188776655-3201-20250327-092517-1743042317.12206.wav
    "{direction:out}-{any}-{agent}-{time:%Y%m%d-%H%M%S}-{id}",
    # A call to an extension: exten-3201-02188776655-20250327-092517-1743042317.12206.wav
    "exten-{agent}-{any}-{time:%Y%m%d-%H%M%S}-{id}",
    # From a queue the name tells the queue but no agent, so the call must be known by its id:
    # q-7999-199-20161228-235644-1482980204.16402.wav
    "q-{queue}-{any}-{time:%Y%m%d-%H%M%S}-{id}",
    # The other kinds (rg-, in-, force-, internal-, conf-) tell no more than time and id.
    "{any}-{any}-{any}-{time:%Y%m%d-%H%M%S}-{id}",
    # Amazon Connect: <contact id>_20240126T03:07_UTC.wav in CallRecordings/<year>/<month>/<day>
    # (“about-recording-behavior” of its administrator guide); where a file system takes no colon
    # the download has _ in its place. No agent.
    "{id}_{time:%Y%m%dT%H:%M_%Z}",
    "{id}_{time:%Y%m%dT%H_%M_%Z}",
    # Genesys Cloud's bulk export: …/conversation_id=<id>/<recording id>.opus (“Working with
    # exported recordings in AWS S3 bucket”). No agent.
    "conversation_id={id}/{any}",
    # Whatever is called after the interaction's id, as Asterisk's ${UNIQUEID}.wav.
    "{id}",
)


def name_patterns(written: tuple[str, ...], place: str) -> tuple[NamePattern, ...]:
    """Return the centre's patterns, or those of common systems where it has none of its own.

    Raises `BadInput` as `compiled` does.
    """
    return compiled(written or KNOWN_NAMES, place)
