"""Message catalogues: English texts are the keys, `fa.po` holds the Persian ones."""

import gettext
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from qm.core.text import Language

_FOLDER = Path(__file__).parent


def translator(language: Language) -> Callable[[str], str]:
    """Return the function that turns an English text into `language`.

    A text that the catalogue lacks comes back in English.
    """
    if language == "en":
        return str
    return _catalogue(language).gettext


@lru_cache
def _catalogue(language: Language) -> gettext.GNUTranslations:
    # Read from the .po file itself: there is no compiled twin that could be stale.
    compiled = BytesIO()
    with (_FOLDER / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
