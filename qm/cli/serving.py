"""`qm serve`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

PortOption = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: PortOption = 8501,
) -> None:
    """Serve the app."""
    if not Path("streamlit_app.py").is_file():
        sys.exit("streamlit_app.py is not here: run this in the project's folder.")
    options = ["--host", host, "--port", str(port), "--no-access-log"]
    command = [sys.executable, "-m", "uvicorn", "streamlit_app:app", *options]
    os.execv(command[0], command)  # noqa: S606 (no shell, nothing of it is typed by a user)
