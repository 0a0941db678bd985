"""The band of a score: its name, and a colour that says the same."""

from qm.core.forms.form import Form
from qm.ui import theme
from qm.ui.here import Here


def band_pill(page: Here, form: Form, band_id: str) -> str:
    """HTML of a band's name for `theme.row`, in the colour of where it stands."""
    band = next(band for band in form.bands if band.id == band_id)
    return theme.pill(band.label.in_language(page.language), band_tone(form, band_id))


def band_tone(form: Form, band_id: str) -> theme.Tone:
    """Return the colour of a band: good from the pass mark on, bad for the lowest below it.

    Without a pass mark only the highest is good; what is between is a warning.
    """
    bands = sorted(form.bands, key=lambda band: band.from_percent)
    place = [band.id for band in bands].index(band_id)
    top = bands[-1].from_percent if form.pass_percent is None else form.pass_percent
    if bands[place].from_percent >= top:
        return "good"
    return "warn" if place else "bad"
