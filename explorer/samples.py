"""Our own drawings to start from: 28×28 grey PNGs under assets/samples, listed in samples.json."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

SAMPLES = Path(__file__).parent.parent / "assets" / "samples"


@cache
def listing() -> tuple[dict[str, Any], ...]:
    """Return every sample as `{label, kind, pixels}`: the class index, how it is drawn, base64 of 784 bytes."""
    entries = json.loads((SAMPLES / "samples.json").read_text("utf-8"))
    return tuple(
        {"label": entry["label"], "kind": entry["kind"], "pixels": _pixels(entry["file"])} for entry in entries
    )


def _pixels(name: str) -> str:
    with Image.open(SAMPLES / name) as picture:
        return base64.b64encode(picture.convert("L").tobytes()).decode("ascii")
