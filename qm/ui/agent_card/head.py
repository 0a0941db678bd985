"""Who the card is about, and the figures of the month."""

from typing import Any, NamedTuple

import streamlit as st

from qm.core.estimates import Estimate
from qm.core.forms.questions import LENSES, Lens
from qm.core.quality.behind import Behind
from qm.ui import theme, wording
from qm.ui.drilling import number_html
from qm.ui.evaluation.bands import band_pill
from qm.ui.here import Here
from qm.ui.quality_words import margin_in_words
from qm.workflow.agent_card import AgentCard


class _Cell(NamedTuple):
    """A figure, the evaluations behind it, and HTML: what stands beside it, lines that tell of it.

    `behind` is None where there are no evaluations.
    """

    title: str
    number: str
    behind: Behind | None
    lines: tuple[str, ...]
    beside: str = ""


def show_who(page: Here, card: AgentCard) -> None:
    """Show the name, the team, the month, and how much there is to tell of."""
    _, figures = page._, card.month.figures
    name = page.called(card.agent.name, card.agent.name_fa)
    team = ""
    if card.team is not None:
        called = page.called(card.team.name, card.team.name_fa)
        team = theme.words("· " + _("Team {name}").format(name=called))
    picks = _("{evaluated} of {picked} picks").format(
        evaluated=(figures.picked or 0) - (figures.missing or 0), picked=figures.picked
    )
    months = _("{n} months with evaluations").format(n=card.months_with_data)
    theme.row(
        theme.words(name, "strong"),
        team,
        theme.pill(card.period.label(page.language), "accent"),
        theme.words(page.digits(picks), "mute") if figures.picked else "",
        end=[theme.words(page.digits(months), "mute")],
    )


def show_figures(page: Here, card: AgentCard) -> None:
    """Show the month's score as it was found and as it probably is, accuracies, fatal errors."""
    cells = _cells(page, card)
    with st.container(key="sheet-figures"):
        for place, (column, cell) in enumerate(zip(st.columns(len(cells)), cells, strict=True)):
            with column, theme.card(f"figure-{place}", fills=True):
                _show(page, cell)


def _show(page: Here, cell: _Cell) -> None:
    number = theme.words(cell.number, "big")
    if cell.behind is not None:
        number = f'<span class="qm-big">{number_html(page, cell.number, cell.behind)}</span>'
    lines = [[line] for line in cell.lines if line]
    theme.rows([theme.words(cell.title, "mute")], [number, cell.beside], *lines)


def _cells(page: Here, card: AgentCard) -> list[_Cell]:
    lenses = [lens for lens in LENSES if card.month.figures.critical[lens].n]
    accuracies = [_accuracy(page, card, lens) for lens in lenses]
    return [_score(page, card), *accuracies, _fatal(page, card)]


def _score(page: Here, card: AgentCard) -> _Cell:
    _, score, likely = page._, card.month.figures.score, card.beside.shrunk.estimate
    said = ""
    if likely.value is not None:
        text = _("likely {score}").format(score=page.number(likely.value))
        margin = "" if likely.margin is None else f" ±\u00a0{page.number(likely.margin)}"
        said = theme.words(text + margin, "mute")
    lines = (theme.pill(margin_in_words(page, score)), said)
    behind = _behind(card, measured="score") if score.n else None
    # The month's band where all of it was judged on one form; of several each has its own.
    bands = [band_pill(page, each.form, each.band) for each in card.on_forms if each.band]
    beside = bands[0] if len(bands) == len(card.on_forms) == 1 else ""
    return _Cell(_("Quality score"), page.number(score.value), behind, lines, beside)


def _accuracy(page: Here, card: AgentCard, lens: Lens) -> _Cell:
    _, share = page._, card.month.figures.critical[lens]
    title = _("Accuracy: {lens}").format(lens=wording.lens(_, lens))
    errors = share.n - (share.count or 0)
    said = page.digits(_("{n} with errors").format(n=errors))
    short = _behind(card, lens=lens, result="short")
    found = number_html(page, said, short) if errors else theme.words(said, "mute")
    margin = theme.pill(margin_in_words(page, share), "warn" if errors else "good")
    return _Cell(title, page.percent(share.value), _behind(card, lens=lens), (margin, found))


def _fatal(page: Here, card: AgentCard) -> _Cell:
    _, figures = page._, card.month.figures
    fatal, rate = figures.fatal, figures.fatal_rate
    of_all = page.digits(_("of {n} evaluated").format(n=figures.evaluated))
    tone: theme.Tone = "plain" if not figures.evaluated else "bad" if fatal else "good"
    share = "" if rate.value is None else theme.words(_shared(page, rate), "mute")
    behind = _behind(card, result="fatal") if fatal else None
    return _Cell(
        _("Fatal errors"), page.number(fatal, 0), behind, (theme.pill(of_all, tone), share)
    )


def _shared(page: Here, rate: Estimate) -> str:
    share = page.percent(rate.value)
    if rate.low is None or rate.high is None:
        return share
    return f"{share} ({page.number(rate.low)}–{page.number(rate.high)})"


def _behind(card: AgentCard, **limits: Any) -> Behind:
    return Behind((str(card.period),), agent_id=card.agent.id, **limits)
