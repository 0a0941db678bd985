"""The style sheet of the evaluation page's form: keys on the controls, the current question."""

from pathlib import Path

import streamlit as st

_RULES = (Path(__file__).parent / "form.css").read_text("utf-8")


def apply() -> None:
    """Give this rerun the look of the form as it is worked on."""
    st.html(f"<style>{_RULES}</style>")
