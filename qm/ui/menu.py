"""The pages: under which address, in which part of the menu, and which right opens them."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

import streamlit as st

from qm.core.access import Actor, Right
from qm.core.problems import N_
from qm.ui.here import Here

FOLDER = Path(__file__).parent / "screens"


@dataclass(frozen=True)
class Screen:
    """A page: `name` is its file's; `right` None opens it to everybody who is signed in."""

    name: str
    title: str
    part: str
    right: Right | None
    visibility: Literal["visible", "hidden"] = "visible"

    @property
    def address(self) -> str:
        """The path under which it is found."""
        return self.name.replace("_", "-")

    @property
    def file(self) -> str:
        """The file, as `st.switch_page` and `st.page_link` name it."""
        return f"screens/{self.name}.py"

    def opens_to(self, actor: Actor) -> bool:
        """Whether the person's role opens the page."""
        return self.right is None or actor.may(self.right)


_WORK, _QUALITY = N_("Work"), N_("Quality")
_PROGRAMME, _CENTRE = N_("Programme"), N_("Administration")
SCREENS = (
    Screen("today", N_("Today"), "", None),
    Screen("my_queue", N_("My queue"), _WORK, "evaluate"),
    # Agents evaluate themselves; whose an assignment is decides the page.
    Screen("evaluate", N_("Evaluate"), _WORK, None, "hidden"),
    Screen("evaluation_list", N_("Evaluations"), _WORK, "see_quality"),
    Screen("disputes", N_("Reviews and disputes"), _WORK, "see_quality"),
    Screen("coaching_notes", N_("Coaching"), _WORK, "see_coaching"),
    Screen("overview", N_("Overview"), _QUALITY, "see_overview"),
    Screen("quality_trends", N_("Trends"), _QUALITY, "see_quality"),
    Screen("agent_card", N_("Agent card"), _QUALITY, "see_quality"),
    Screen("transcript_search", N_("Search"), _QUALITY, "search_transcripts"),
    Screen("monthly_report", N_("Report"), _QUALITY, "export_report"),
    Screen("interaction_import", N_("Interactions"), _PROGRAMME, "import"),
    Screen("evaluation_forms", N_("Forms"), _PROGRAMME, "see_forms"),
    Screen("sampling_draws", N_("Sampling"), _PROGRAMME, "see_sampling"),
    Screen("transcript_states", N_("Transcripts"), _PROGRAMME, "transcribe"),
    Screen("centre_rules", N_("Rules"), _CENTRE, "set_rules"),
    Screen("accounts", N_("People"), _CENTRE, "manage_people"),
    Screen("audit_log", N_("Audit log"), _CENTRE, "see_audit"),
)
BY_ADDRESS = {screen.address: screen for screen in SCREENS}


def menu(page: Here) -> dict[str, list[st.Page]]:
    """Return the pages that the person's role opens, by the part of the menu they stand in."""
    opened = [screen for screen in SCREENS if screen.opens_to(page.actor)]
    return {
        page._(part) if part else "": [_entry(page, screen) for screen in screens]
        for part, screens in groupby(opened, key=lambda screen: screen.part)
    }


def _entry(page: Here, screen: Screen) -> st.Page:
    return st.Page(
        FOLDER / f"{screen.name}.py",
        title=page._(screen.title),
        url_path=screen.address,
        visibility=screen.visibility,
    )
