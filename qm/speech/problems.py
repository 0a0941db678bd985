"""What can be wrong with a recording or a speech model.

Apart from the modules that find it, which load audio libraries: whoever only shows a problem that
was stored needs its words as well.
"""

from qm.core.problems import N_, explain

NOT_AUDIO = explain(
    "audio.not_audio",
    N_("The file is no sound file that can be read ({detail})."),
    N_("Check that it plays; wav, mp3, ogg/opus, flac, m4a, amr, gsm and videos are read."),
)
ODD_RATE = explain(
    "audio.odd_rate",
    N_("The file claims {rate} samples per second; speech has 4,000 to 192,000."),
    N_("The header is broken: export the recording again."),
)
TOO_LONG = explain(
    "audio.too_long",
    N_("The recording lasts more than {hours} hours."),
    N_("Cut it into calls; if it is short, its header is broken: export it again."),
)
CUT_SHORT = explain(
    "audio.cut_short",
    N_("The file says that it holds more than it does ({declared}, found {found})."),
    N_("It is cut short or its header is broken: copy the recording again."),
)
SILENT = explain(
    "audio.no_sound",
    N_("The file holds no sound at all (no sample could be read)."),
    N_("Export the recording again from the telephone system."),
)
MODEL_UNUSABLE = explain(
    "speech.model_unusable",
    N_("The speech model could not be loaded ({detail})."),
    N_("Set QM_SPEECH_MODEL to package:base, to a model's folder, or to a model's name."),
)
LANGUAGE_UNKNOWN = explain(
    "speech.language_unknown",
    N_("The speech model does not know the language “{language}”."),
    N_("Correct the interaction's language (fa, en …), or set a multilingual model."),
)
