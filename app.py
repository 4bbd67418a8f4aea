"""Start Layer Explorer: `python app.py` opens the page at http://127.0.0.1:7860."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

# Before gradio is imported: no telemetry, no version check, and no proxy between the page and its
# own server.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
for _name in ("NO_PROXY", "no_proxy"):
    os.environ[_name] = ",".join(filter(None, (os.environ.get(_name), "localhost,127.0.0.1,::1")))


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python app.py", description="See a neural network think, layer by layer."
    )
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        help="0.0.0.0 for a class",
    )
    parser.add_argument(
        "--port", type=int, default=None, help="default: 7860, or the next free port"
    )
    at_home = (
        sys.stdout.isatty() and "SPACE_ID" not in os.environ
    )  # not on a server, not under a test
    parser.add_argument(
        "--open", action=argparse.BooleanOptionalAction, default=at_home, help="open the browser"
    )
    parser.add_argument("--language", choices=("en", "zh"), help="default: the browser's")
    parser.add_argument("--device", help="default: the accelerator if there is one, else cpu")
    return parser.parse_args(given)


def main() -> None:
    """Build the page and serve it until interrupted."""
    options = arguments()
    from explorer import ui  # noqa: PLC0415  after the environment is set, and not for --help

    ui.serve(
        host=options.host,
        port=options.port,
        browser=options.open,
        language=options.language,
        device=options.device,
    )


if __name__ == "__main__":
    main()
