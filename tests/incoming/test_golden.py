"""Odd pictures come out as they always have: 28×28 beside this file, to be looked at.

`python -m tests.incoming.test_golden` writes them anew, after a change that is meant.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.incoming.images import Decisions, prepare
from explorer.incoming.morphology import Grey

GOLDEN = Path(__file__).parent / "golden"
APART = 3  # grey values that two machines may round apart
HEIGHT, WIDTH = 180, 240


def paper(level: float = 0.9) -> Grey:
    return np.full((HEIGHT, WIDTH), level, dtype=np.float32)


def faint() -> Grey:
    """A dark stroke, and beside it one that is a quarter as dark."""
    page = paper()
    page[30:150, 60:72] = 0.1
    page[30:150, 120:132] = 0.7
    return page


def pencil() -> Grey:
    """A pale stroke, and around it what its hand has smudged, in the grain of the paper."""
    page = paper()
    page[40:140, 90:170] -= 0.05
    page[40:140, 110:118] = 0.6
    page += np.random.default_rng(7).normal(0, 0.01, page.shape).astype(np.float32)
    return page


def glint() -> Grey:
    """Light strokes on dark, one half as bright as the other, and a glint that outshines both."""
    page = paper(0.1)
    page[40:140, 60:72] = 0.5
    page[40:52, 60:180] = 0.3
    page[60:63, 64:67] = 1.0
    return page


def shaded() -> Grey:
    """A stroke on paper whose right part is a little darker, up to the edge."""
    page = paper()
    page[:, 170:] -= 0.1
    page[30:150, 60:72] = 0.2
    page[80:92, 60:210] = 0.2
    return page


def cut_off() -> Grey:
    """A large thing that the edge cuts off."""
    page = paper()
    page[60:, 80:160] = 0.45
    page[100:, 100:140] = 0.2
    return page


def blank() -> Grey:
    """White paper with nothing on it: black."""
    return paper()


PICTURES: Mapping[str, Callable[[], Grey]] = {
    each.__name__: each for each in (faint, pencil, glint, shaded, cut_off, blank)
}


def pixels(page: Grey) -> np.ndarray:
    """Return what becomes of a page (H, W) of 0 to 1, stored as PNG: (28, 28) of 0 to 255."""
    written = io.BytesIO()
    Image.fromarray(np.rint(255 * page).clip(0, 255).astype(np.uint8)).save(written, "PNG")
    return prepare(written.getvalue(), Decisions(), filename="page.png").pixels


@pytest.mark.parametrize("name", PICTURES)
def test_odd_pictures_come_out_as_they_always_have(name: str) -> None:
    found = pixels(PICTURES[name]()).astype(int)
    expected = np.asarray(Image.open(GOLDEN / f"{name}.png"))
    assert np.abs(found - expected).max() <= APART


if __name__ == "__main__":
    for name, page in PICTURES.items():
        Image.fromarray(pixels(page())).save(GOLDEN / f"{name}.png", optimize=True)
