"""What a page takes from a link: the server's own bounds, sent once when the page begins."""

from __future__ import annotations

from typing import Any

from explorer.incoming import plain, queries
from explorer.kinds import linear
from explorer.maths import perturbations
from explorer.sections import mind, paths, softmax


def bounds() -> dict[str, Any]:
    """Return how much there may be of what, and the lowest and highest number of each option.

    Of classes whoever has the network knows how many there are: any unit may be one.
    """
    return {
        "text": plain.MAX_TEXT,
        "value": plain.MAX_VALUE,
        "images": queries.MAX_IMAGES,
        "inputs": queries.MAX_INPUTS,
        "boxes": queries.MAX_BOXES,
        "edits": queries.MAX_EDITS,
        "units": queries.MAX_UNITS,
        "unit": queries.MAX_UNIT,
        "layers": queries.MAX_LAYERS,
        "steps": queries.MAX_STEPS,
        "rates": list(queries.RATES),
        "options": queries.MAX_OPTIONS,
        "numbers": {
            "temperature": list(softmax.BOUNDS),
            "edges": list(paths.BOUNDS),
            "terms": [0, linear.MOST],
            "class": [0, queries.MAX_UNIT],
            "goal": [mind.ANY, mind.MOST],
            **{name: [low, high] for name, (low, high, *_) in perturbations.RANGES.items()},
        },
    }
