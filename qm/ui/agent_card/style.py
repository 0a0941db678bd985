"""How the card is laid out, and how it lies on one page of paper."""

from pathlib import Path

import streamlit as st

_STYLE = (Path(__file__).parent / "card.css").read_text("utf-8")


def apply() -> None:
    """Give this page its layout."""
    st.html(f"<style>{_STYLE}</style>")
