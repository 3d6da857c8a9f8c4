"""The command that opens the app in a browser; what it needs besides is imported when it is run."""

from __future__ import annotations

import os
from importlib.util import find_spec

import click

from tui.commands.options import whole
from tui.commands.reading import Failed

__all__ = ["serve"]


@click.command()
@click.option("--port", callback=whole(0, 65535), default="0", metavar="N", help="[one that is free]")
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Where to listen. Any but this machine itself lets others in, who then act as you. [127.0.0.1]",
)
@click.option(
    "--sessions", "most", callback=whole(1), default="10", metavar="N", help="The most at once. [10]"
)
def serve(port: int, host: str, most: int) -> int:
    """Open the app in a browser.

    Prints an address that lets one browser in, once; Enter prints another. Serves until Ctrl+C.

    \b
    microcrad serve
    microcrad serve --port 8000 --sessions 3
    """
    if os.name == "nt":
        raise Failed("microcrad serve needs Linux, macOS or WSL. Without them: microcrad")
    if find_spec("textual_serve") is None:
        raise Failed(
            "The browser needs textual-serve. Install it: pip install 'microcrad[serve]', "
            "or in a checkout: pip install '.[serve]'"
        )
    from tui.serve.serving import AddressError
    from tui.serve.serving import serve as serve_until_stopped

    try:
        serve_until_stopped(host, port, most)
    except AddressError as error:
        raise Failed(str(error)) from None
    return 0
