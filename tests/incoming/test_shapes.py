"""The mean and std that pictures are normalised with: one for all planes, or one for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from explorer.errors import NoStart
from explorer.incoming.shapes import normalised, numbers
from explorer.records import Input

RGB, GREY = Input((3, 4, 5)), Input((28, 28))
THREE = (0.485, 0.456, 0.406)


@pytest.mark.parametrize("given", [0.3, "0.3", [0.3], (0.3,), np.float64(0.3), torch.tensor([0.3])])
def test_one_number_is_for_all_planes(given: Any) -> None:
    found = normalised(RGB, given, given)
    assert found.mean == found.std == pytest.approx((0.3, 0.3, 0.3))
    assert normalised(GREY, given).mean == pytest.approx((0.3,))


@pytest.mark.parametrize("given", ["0.485,0.456,0.406", list(THREE), np.array(THREE)])
def test_three_are_one_for_each_plane(given: Any) -> None:
    assert normalised(RGB, mean=given) == Input(RGB.shape, THREE, (1.0, 1.0, 1.0))
    assert normalised(RGB, std=given) == Input(RGB.shape, (0.0, 0.0, 0.0), THREE)


def test_nothing_changes_nothing() -> None:
    assert normalised(RGB) is RGB
    assert normalised(RGB, "", "") is RGB


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("mean", each) for each in ("x", "0.1,", "1.01", "-1.01", "inf", "nan", [0.1, 0.2], [])),
        *(("std", each) for each in (0, -0.5, 58.4, "0.1;0.2", None.__class__, [[0.1]] * 3)),
    ],
)
def test_what_cannot_be_is_named(name: str, given: Any) -> None:
    with pytest.raises(NoStart) as caught:
        numbers(name, given)
    assert caught.value.key == "own.numbers"
    assert f"--{name} is {given}"[:60] in str(caught.value)


def test_the_planes_have_to_be_as_many() -> None:
    with pytest.raises(NoStart) as caught:
        normalised(Input((1, 8, 8)), THREE)
    assert caught.value.key == "own.planes"
    assert "1x8x8" in str(caught.value)
