"""`qm demo`."""

from typing import Annotated

import typer

from qm.cli.serving import PortOption, serve
from qm.config import read_settings
from qm.demo import play


def demo(
    is_served: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the app afterwards.")
    ] = True,
    port: PortOption = 8501,
) -> None:
    """Play the main path on the demo contact centre, then serve the app."""
    address = f"http://127.0.0.1:{port}" if is_served else None
    play(read_settings(), echo=typer.echo, address=address)
    if is_served:
        serve(port=port)
