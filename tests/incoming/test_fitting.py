"""A drawing in another size: the page makes of it what Pillow does, and what the server would."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from explorer.incoming import samples
from explorer.incoming.fitting import fitted
from explorer.records import Input
from tests import node

SHAPES = [(8, 8), (1, 8, 8), (1, 20, 24), (3, 32, 32), (1, 64, 64), (3, 224, 224)]
IMAGES = [each["pixels"] for each in samples.listing()[:3]]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_page_fits_a_drawing_as_the_server_does(shape: tuple[int, ...]) -> None:
    size = dict(zip(("planes", "height", "width"), (1, *shape)[-3:], strict=True))
    asked = [{"image": image, "size": size} for image in IMAGES]
    for image, found in zip(IMAGES, node.run("state/fitting.js", asked), strict=True):
        here = np.frombuffer(fitted(base64.b64decode(image), Input(shape)), dtype=np.uint8)
        there = np.frombuffer(base64.b64decode(found), dtype=np.uint8)
        assert np.abs(here.astype(int) - there.astype(int)).max() <= 1, "Pillow rounds twice"
        assert here.max() > 100
