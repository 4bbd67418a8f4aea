"""The page as one HTML file to take home: it opens anywhere and asks nobody for anything.

The network is computed in the page; words and figures are those that Python has recorded.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from explorer import places
from explorer.outgoing.bundle import bundled

# What such a page cannot show, by the names of its panels, views and files.
LACKS = (
    *("code", "linear", "deciding", "mind", "robustness", "teach", "train"),
    *("likes", "trust", "weights", "npz", "report", "home"),
)
LOCKED = ("upload", "tour")
# What a record of one pass cannot show either: nothing is computed there.
UNCOMPUTED = ("fraction",)
FIXED = ("checkpoint", "samples", "batch", "experiment", "compare", "views")
POINTER = "→"  # the only field of what stands for a long text
POOLED = 400  # characters from which on a text is kept but once
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
<script type="text/plain" id="data">{data}</script>
<script type="text/plain" id="plotly">{plotly}</script>
<script type="text/plain" id="script">{script}</script>
<script type="module">
const packed = atob(document.getElementById("script").textContent);
const bytes = Uint8Array.from(packed, (each) => each.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const script = new Blob([await new Response(stream).blob()], {{ type: "text/javascript" }});
await import(URL.createObjectURL(script));
</script>
</body>
</html>
"""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What a file holds: the page's start, what is recorded of each network, and weights.

    `recorded` is by language and network, `weights` safetensors by network and checkpoint. Of a
    network that the page cannot compute, `passed` is a pass of the hooks, by language and step.
    """

    start: Mapping[str, Any]
    recorded: Mapping[str, Mapping[str, Any]]
    weights: Mapping[str, Mapping[str, bytes]]
    passed: Mapping[str, Any] | None = None


def written(contents: Contents, *, styles: Sequence[str], plotly: bytes, language: str) -> str:
    """Return the file as HTML; `styles` are style sheets, `plotly` is its script.

    Raises:
        OSError: when a script of the page is missing.
    """
    passed = contents.passed
    lacks = LACKS if passed is None else (*LACKS, *UNCOMPUTED)
    data = {
        "start": {**contents.start, "lacks": lacks, "pictured": []},
        "recorded": contents.recorded,
        "weights": {
            model: {name: _packed(halved(file)) for name, file in files.items()}
            for model, files in contents.weights.items()
        },
        "passed": None if passed is None else _packed(_pooled(passed)),
    }
    return PAGE.format(
        language=language,
        styles="\n".join(styles),
        data=_packed(_json(data)),
        plotly=_packed(plotly),
        script=_packed(bundled(places.WEB / "alone.js", "open").encode("utf-8")),
    )


def _pooled(data: Any) -> bytes:
    """Return JSON of `[value, texts]`: long texts, as of arrays, stand once and are pointed to."""
    texts: dict[str, int] = {}

    def pointed(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: pointed(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [pointed(each) for each in value]
        if isinstance(value, str) and len(value) >= POOLED:
            return {POINTER: texts.setdefault(value, len(texts))}
        return value

    return _json([pointed(data), list(texts)])


def _json(data: Any) -> bytes:
    """Return JSON as browsers read it, and as the server answers: what is no number is null."""
    return orjson.dumps(data, default=dict)


def halved(data: bytes) -> bytes:
    """Return the bytes at even places, then those at odd ones.

    The halves of 16-bit numbers are unlike each other: apart they are packed 7 % smaller.
    """
    return data[::2] + data[1::2]


def _packed(data: bytes) -> str:
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode("ascii")
