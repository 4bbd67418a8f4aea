"""Robustness over a whole range against one picture after the other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.maths import perturbations
from explorer.network import zoo
from explorer.network.editing import perturbed
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import SIDE, Input, Query
from explorer.sections import robustness
from explorer.viewing import view
from tests.sections.scenes import scene

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")


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


def test_the_curves_keep_the_other_sliders_and_not_the_swept_ones_own_amount() -> None:
    options: dict[str, str | float] = {"rotate": 30, "shift_x": 4, "contrast": 0.5}
    told, _ = robustness.section(scene(focus=1, options={**options, "perturbation": "rotate"}))
    assert told is not None
    others = {"shift_x": 4.0, "contrast": 0.5}
    image = perturbed((scene().query.images[1],), dict(others), Input())[0]
    pixels = np.frombuffer(image, dtype=np.uint8).reshape(SIDE, SIDE)
    model = zoo.load("fashion-mlp")
    for place in (0, 20, 33):
        turned = perturbations.apply(pixels, "rotate", told["amounts"][place])
        with torch.no_grad():
            shares = torch.softmax(model(torch.tensor(turned)[None]), 1)[0].numpy()
        for curve in told["curves"]:
            assert curve["probabilities"][place] == pytest.approx(shares[curve["class"]], abs=1e-5)


def test_turns_lie_between_two_winners_and_the_likeliest_classes_are_drawn() -> None:
    told, _ = robustness.section(scene(options={"perturbation": "rotate"}))
    assert told is not None
    amounts, winners = told["amounts"], told["winners"]
    expected = [
        ((amounts[place] + amounts[place + 1]) / 2, winners[place], winners[place + 1])
        for place in range(len(winners) - 1)
        if winners[place] != winners[place + 1]
    ]
    assert expected, "this picture's answer changes when it is turned"
    assert [(turn["amount"], turn["from"], turn["to"]) for turn in told["turns"]] == expected
    assert set(winners) <= {curve["class"] for curve in told["curves"]}
    peaks = [max(curve["probabilities"]) for curve in told["curves"]]
    assert peaks == sorted(peaks, reverse=True)


def test_a_drawing_of_28_by_28_is_swept_in_the_size_that_the_network_takes() -> None:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Flatten(), nn.Linear(192, 4)).eval()
    name = zoo.offer(card_of("mine", taken=Input((3, 8, 8))), model).name
    drawing = scene().query.images[0]
    told = view(Query(model=name, images=(drawing,), show=("robustness",))).sections["robustness"]
    shares = look(Query(model=name, images=(drawing,))).prediction.probabilities[0]
    place = told["amounts"].index(0.0)
    for curve in told["curves"]:
        assert curve["probabilities"][place] == pytest.approx(shares[curve["class"]], abs=1e-5)
        assert np.ptp(curve["probabilities"]) > 1e-3
