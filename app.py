"""Start Layer Explorer: `python app.py` opens the page at http://127.0.0.1:7860."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from explorer import starting
from explorer.errors import ExplorerError
from explorer.words import LANGUAGES


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command line."""
    add = argparse.ArgumentParser(
        prog="python app.py", description="See a neural network think, layer by layer."
    )
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    names = list(filter(None, os.environ.get("LAYER_EXPLORER_ALLOW_HOST", "").split(",")))
    # not on a server, not under a test
    home = sys.stdout.isatty() and "SPACE_ID" not in os.environ
    switch = argparse.BooleanOptionalAction
    add.add_argument("--host", default=host, help="0.0.0.0 for a class")
    add.add_argument("--port", type=int, help="default: 7860, or the next free port")
    add.add_argument("--open", action=switch, default=home, help="open the browser")
    add.add_argument("--language", choices=LANGUAGES, help="default: the browser's")
    add.add_argument("--device", help="default: the accelerator if there is one, else cpu")
    add.add_argument(
        "--allow-host", action="append", default=names, help="a name this server also answers to"
    )
    add.add_argument("--download", action="store_true", help="fetch FashionMNIST if it is missing")
    return add.parse_args(given)


def main() -> None:
    """Build the page and serve it until interrupted."""
    options = vars(arguments())
    try:
        starting.environment()
        starting.check(host=options["host"], port=options["port"], device=options["device"])
        from explorer import ui  # noqa: PLC0415  after the environment is set, and not for --help

        ui.serve(**options)
    except ExplorerError as error:
        sys.stderr.write(error.sentence(starting.language(options["language"])) + "\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
