"""The web app: `streamlit run streamlit_app.py`, or `uvicorn streamlit_app:app`."""

import streamlit as st

from qm.ui import server
from qm.ui.interruptions import script_error

# `streamlit run` looks for this very call in the source, without running it.
app = st.App(
    server.MAIN_SCRIPT,
    routes=server.routes(),
    middleware=server.middleware(),
    lifespan=server.lifespan,
    on_script_error=script_error,
)
