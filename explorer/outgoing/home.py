"""The page as one HTML file to take home: it opens anywhere and asks nobody for anything.

The network is computed in the page; words and figures are those that Python has recorded.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer import places
from explorer.outgoing.bundle import bundled

# What such a page cannot show, by the names of its panels, views and files.
LACKS = ("code", "linear", "deciding", "robustness", "teach", "weights", "npz", "report", "home")
LOCKED = ("upload", "tour")
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Layer Explorer</title>
<style>
body {{ margin: 0; }}
{styles}
</style>
</head>
<body>
<main class="gradio-container">
<div id="live"><div id="explorer" data-state="loading" data-revision="0"></div></div>
<div id="picture-panel"><div id="picture-head"></div><div id="pipeline"></div></div>
</main>
<script type="application/json" id="data">{data}</script>
<script type="text/plain" id="plotly">{plotly}</script>
<script type="module">
{script}
</script>
</body>
</html>
"""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What a file holds: the page's start, what is recorded of each network, and weights.

    `recorded` is by language and network, `weights` safetensors by network and checkpoint.
    """

    start: Mapping[str, Any]
    recorded: Mapping[str, Mapping[str, Any]]
    weights: Mapping[str, Mapping[str, bytes]]


def written(contents: Contents, *, styles: Sequence[str], plotly: Path, language: str) -> str:
    """Return the file as HTML; `styles` are style sheets, `plotly` is its script.

    Raises:
        OSError: when a script of the page is missing.
    """
    data = {
        "start": {**contents.start, "lacks": LACKS},
        "recorded": contents.recorded,
        "weights": {
            model: {name: _packed(file) for name, file in files.items()}
            for model, files in contents.weights.items()
        },
    }
    return PAGE.format(
        language=language,
        styles="\n".join(styles),
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        plotly=_packed(plotly.read_bytes()),
        script=bundled(places.WEB / "alone.js", "open"),
    )


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode("ascii")
