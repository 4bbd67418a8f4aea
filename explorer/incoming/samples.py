"""Our own drawings to start from: 28×28 grey PNGs under assets/samples, listed in samples.json."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any

from PIL import Image

from explorer import places
from explorer.incoming.cards import FASHION


@cache
def listing(dataset: str = FASHION) -> tuple[dict[str, Any], ...]:
    """Return every sample that is like a data set's images, as `{label, kind, pixels}`.

    The class index, how it is drawn, base64 of 784 bytes.
    """
    entries = json.loads((places.SAMPLES / "samples.json").read_text("utf-8"))
    return tuple(
        {"label": entry["label"], "kind": entry["kind"], "pixels": _pixels(entry["file"])}
        for entry in entries
        if entry.get("dataset", FASHION) == dataset
    )


def _pixels(name: str) -> str:
    with Image.open(places.SAMPLES / name) as picture:
        return base64.b64encode(picture.convert("L").tobytes()).decode("ascii")
