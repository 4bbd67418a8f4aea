"""Plotly's script, without the parts that no figure here draws with.

Four fifths of the script that the plotly package ships are maps, 3D, statistics …: a phone loads,
reads and runs all of them before the first picture. Which bytes are needed stands in needed.json,
made by `python -m tests.needed` from what calls what. The list is of one version of the script: any
other is sent whole.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import plotly

SCRIPT = "plotly.min.js"
LIST = Path(__file__).with_name("needed.json")


def whole() -> bytes:
    """Return Plotly's script as the plotly package ships it.

    Raises:
        OSError: when the package lacks it.
    """
    return (Path(plotly.__file__).parent / "package_data" / SCRIPT).read_bytes()


@cache
def script() -> bytes:
    """Return Plotly's script as the page needs it, whole where its version has no list.

    Raises:
        OSError: when the plotly package lacks its script.
    """
    text = whole()
    known = json.loads(LIST.read_text("utf-8"))
    if hashlib.sha256(text).hexdigest() != known["sha256"]:
        return text
    return cut(text, known["runs"])


def cut(text: bytes, runs: list[int]) -> bytes:
    """Return what stays of a text; `runs` are lengths in bytes: kept, left out, kept and so on."""
    kept, place = [], 0
    for index, length in enumerate(runs):
        if index % 2 == 0:
            kept.append(text[place : place + length])
        place += length
    return b"".join(kept)
