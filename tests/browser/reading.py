"""Read the page as a person does: texts of numbers, lengths of bars, colours of pixels."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

from explorer.figures import palette

Picture = NDArray[np.int_]  # (rows, columns, 4): red, green, blue, opacity, 0 to 255

STOPS = {"signed": palette.SIGNED["light"], "unsigned": palette.UNSIGNED["light"]}
STOPS["grey"] = palette.GREY
STOPS["signed dark"] = palette.SIGNED["dark"]


def number(text: str) -> float:
    """Return the number that a text is, with the page's minus sign; fail if it is none."""
    clean = re.sub(r"[\s\u202f]", "", text).replace("−", "-")
    return float(clean)


def numbers(text: str) -> list[float]:
    """Return all numbers of a text."""
    clean = text.replace("−", "-").replace("\u202f", "")
    return [float(each) for each in re.findall(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", clean)]


def texts(parts: Locator) -> list[str]:
    """Return the text of every element."""
    return [text.strip() for text in parts.all_inner_texts()]


def pixels_of(canvas: Locator) -> Picture:
    """Return the pixels of a canvas as they are on it."""
    address: str = canvas.evaluate("canvas => canvas.toDataURL()")
    return opened(address)


def picture_of(page: Page, wanted: str) -> Picture:
    """Return Plotly's own picture of the figure on the stage, as large as on the page."""
    address: str = page.evaluate(
        """async (selector) => {
          const graph = document.querySelector(selector);
          const { clientWidth: width, clientHeight: height } = graph;
          return Plotly.toImage(graph, { format: "png", width, height });
        }""",
        wanted,
    )
    return opened(address)


def opened(address: str) -> Picture:
    data = base64.b64decode(address.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(np.int_)


def colour(values: Any, scale: str, limit: float) -> NDArray[np.float64]:
    """Return the colours of values (…) on a scale of the palette, (…, 3), worked out apart from the page."""
    stops = STOPS[scale]
    low = -limit if scale.startswith("signed") else 0.0
    share = np.clip((np.asarray(values, dtype=np.float64) - low) / (limit - low), 0, 1)
    places = [place for place, _ in stops]
    channels = [
        np.interp(share, places, [int(name[first : first + 2], 16) for _, name in stops])
        for first in (1, 3, 5)
    ]
    return np.stack(channels, axis=-1)


def hexadecimal(name: str) -> NDArray[np.int_]:
    """Return `#rrggbb` as three numbers."""
    return np.array([int(name[first : first + 2], 16) for first in (1, 3, 5)])
