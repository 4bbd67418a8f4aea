"""Robustness over a whole range against one picture after the other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.errors import InvalidQuery
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.records import SIDE
from explorer.sections import robustness
from tests.sections.scenes import scene


@pytest.mark.parametrize("name", perturbations.NAMES)
def test_robustness_is_what_one_picture_after_the_other_gives(name: str) -> None:
    told, _ = robustness.section(scene(options={"perturbation": name}))
    assert told is not None
    pixels = np.frombuffer(scene().query.images[0], dtype=np.uint8).reshape(SIDE, SIDE)
    model = zoo.load("fashion-mlp")
    for place in (0, 13, len(told["amounts"]) - 1):
        image = perturbations.apply(pixels, name, told["amounts"][place])
        with torch.no_grad():
            shares = torch.softmax(model(torch.tensor(image)[None]), 1)[0].numpy()
        assert told["winners"][place] == shares.argmax()
        for curve in told["curves"]:
            assert curve["probabilities"][place] == pytest.approx(shares[curve["class"]], abs=1e-5)


def test_a_perturbed_picture_is_what_the_network_sees_and_neutral_changes_nothing() -> None:
    turned = scene(options={"rotate": 30, "noise": 0.1})
    assert (turned.values["input"] != scene().values["input"]).any()
    np.testing.assert_array_equal(
        scene(options={"rotate": 0, "scale": 1}).values["input"], scene().values["input"]
    )
    for wrong in ({"rotate": 400}, {"rotate": "far"}):
        with pytest.raises(InvalidQuery):
            scene(options=wrong)
    with pytest.raises(InvalidQuery):
        robustness.section(scene(options={"perturbation": "melt"}))
