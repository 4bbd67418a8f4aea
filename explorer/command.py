"""The command line: what `python app.py`, `python -m explorer` and `layer-explorer` run."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial

from explorer import starting
from explorer.errors import ExplorerError
from explorer.incoming import hosts
from explorer.records import Language
from explorer.words import LANGUAGES

OWN = {  # what is said of one's own module
    "model": ("FILE.py:NAME", "your own nn.Module"),
    "weights": ("FILE", "its weights, .safetensors"),
    "labels": ("A,B,C", "its classes, or a text file"),
    "input": ("1x28x28", "what it takes"),
    "mean": ("M", "of its pictures, or M,M,M for RGB"),
    "std": ("S", "what they are divided by, as S or S,S,S"),
    "output": ("NAME", "which of several answers has the scores"),
}


def arguments(
    argv: Sequence[str] | None = None, *, program: str = "python app.py"
) -> argparse.Namespace:
    """Return the options of the command line."""
    add = argparse.ArgumentParser(
        prog=program, description="See a neural network think, layer by layer."
    )
    host = os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1"
    names = list(hosts.listed(os.environ.get("LAYER_EXPLORER_ALLOW_HOST", "")))
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
    for name, (metavar, about) in OWN.items():
        add.add_argument(f"--{name}", default="", metavar=metavar, help=about)
    add.add_argument("--lock", default="", help="what is not offered, as model,language,theme")
    add.add_argument(
        "--train", action=switch, help="train networks from the page; else on this machine alone"
    )
    add.add_argument(
        "--bring", action=switch, help="take weights from the page; else on this machine alone"
    )
    add.add_argument("--export", metavar="FILE", help="write the page as one HTML file, and end")
    add.add_argument(
        "--download",
        action="store_true",
        help="fetch the data sets' test images if they are missing",
    )
    return add.parse_args(argv)


def main(program: str = "layer-explorer") -> None:
    """Build the page and serve it until interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese, say
    options = vars(arguments(program=program))
    try:
        starting.environment()
        own = {name: options.pop(name) for name in OWN}
        asked = {name: options[name] for name in ("host", "port", "device")}
        starting.check(names=options["allow_host"], **asked, **own)
        options["lock"] = starting.locks(options["lock"])
        public = {name: options[name] for name in ("host", "allow_host", "lock")}
        options["train"] = starting.training(options["train"], **public)
        options["bring"] = starting.bringing(options["bring"], **public)
        from explorer import ui  # noqa: PLC0415  after the environment is set, and not for --help

        file = options.pop("export")
        if file is None:
            offer = partial(_announced, options["language"], **own) if own["model"] else None
            ui.serve(**options, offer=offer)
        else:
            if own["model"]:
                _offer("cpu", **own)
            size = ui.write(file, language=options["language"], lock=options["lock"])
            sys.stdout.write(starting.exported(file, size, options["language"]) + "\n")
    except ExplorerError as error:
        sys.stderr.write(error.sentence(starting.language(options["language"])) + "\n")
        sys.exit(2)
    except KeyboardInterrupt:  # while it starts; serving ends by itself
        sys.exit(128 + signal.SIGINT)


def _announced(language: Language | None, device: str, **own: str) -> None:
    """Offer the owner's module, and say how much memory a pass of it takes."""
    from explorer.network import recent, zoo  # noqa: PLC0415  torch is not needed for --help
    from explorer.network.own import activations  # noqa: PLC0415

    name = _offer(device, **own)
    size = activations(zoo.load(name), zoo.card(name).input)
    if size:
        sys.stdout.write(starting.held(size, recent.ROOM, language) + "\n")


def _offer(device: str, *, model: str, input: str, **others: str) -> str:
    """Offer the owner's module, whose code runs here, and only here; return its name."""
    from explorer.network.own import own  # noqa: PLC0415  torch is not needed for --help
    from explorer.network.zoo import offer  # noqa: PLC0415

    found = own(model, shape=input, **others)
    return offer(found.card, found.model.to(device)).name
