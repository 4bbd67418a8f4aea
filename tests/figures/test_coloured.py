"""A picture in colour on the input's stage: as it was drawn, at every size, normalised or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.network import zoo
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import Input, Query
from explorer.viewing import view
from tests import nets

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def drawn(taken: Input, image: bytes, unit: int | None = None) -> Any:
    torch.manual_seed(0)
    model = zoo.offer(card_of("mine", taken=taken), nets.colours().eval()).name
    scene = look(Query(model=model, images=(image,), unit=unit))
    assert view(Query(model=model, images=(image,), unit=unit)).figure
    return scene.kind.figure(scene.subject(unit=unit)), scene.values["input"][0]


@pytest.mark.parametrize("side", [32, 64, 224])
@pytest.mark.parametrize("normal", [False, True])
def test_the_picture_is_the_one_drawn_and_the_planes_are_those_received(
    side: int, normal: bool
) -> None:
    planes = np.random.default_rng(side).integers(0, 256, (3, side, side), dtype=np.uint8)
    taken = Input((3, side, side), *((MEAN, STD) if normal else ((), ())))
    figure, values = drawn(taken, planes.tobytes())
    picture, cells = figure.data
    assert picture["type"] == "image"
    assert np.array_equal(picture["z"], planes.transpose(1, 2, 0))
    if side < 224:
        shown = cells["z"][~np.isnan(cells["z"])]
        assert np.array_equal(np.sort(shown), np.sort(values.reshape(-1)))
        row, column = np.argwhere(cells["customdata"] == side * side + 3 * side + 5)[0]
        assert cells["z"][row, column] == values[1, 3, 5]
    else:
        assert np.nanmean(cells["z"]) == pytest.approx(float(values.mean()), rel=2e-3, abs=2e-3)
    below = figure.layout["xaxis2"]["title"]["text"]
    assert "red" in below
    told = "less 0.485, 0.456, 0.406<br>over 0.229, 0.224, 0.225"
    assert (told in below) == normal
    assert ("mean of" in below) == (side == 224)
    ends = figure.layout["coloraxis" if normal else "coloraxis3"]
    assert (ends["cmin"], ends["cmax"]) == ((-3, 3) if normal else (0, 1))


def test_a_pinned_pixel_is_framed_in_its_plane() -> None:
    figure, _ = drawn(Input((3, 32, 32)), bytes(3 * 32 * 32), unit=32 * 32 + 2 * 32 + 4)
    (box,) = figure.layout["shapes"]
    assert (box["xref"], box["x0"], box["y0"]) == ("x2", 33 + 4 - 0.5, 1.5)
