"""What would change its mind, against plain passes of the real network on whole grey values."""

from __future__ import annotations

import base64
from typing import Any, get_args

import numpy as np
import pytest
import torch
from torch import nn

from explorer.errors import InvalidQuery
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.maths.flipping import Way, flip
from explorer.network import zoo
from explorer.network.feeding import greys
from explorer.network.scene import look
from explorer.network.zoo import card_of
from explorer.records import SIDE, Input
from explorer.sections import mind
from tests.sections.scenes import HIDDEN, edit, failed, scene

SAMPLES = [each["pixels"] for each in samples.listing()]


def told(**more: Any) -> dict[str, Any]:
    found, proofs = mind.section(scene(**more))
    assert found is not None
    assert not failed(proofs)
    return found


def logits(picture: str, model: str = "fashion-mlp") -> np.ndarray:
    grey = np.frombuffer(base64.b64decode(picture), dtype=np.uint8).reshape(
        zoo.card(model).input.shape
    )
    with torch.no_grad():
        found: np.ndarray = zoo.load(model)(torch.tensor(grey / np.float32(255))[None])[0].numpy()
    return found


@pytest.mark.parametrize("way", get_args(Way))
@pytest.mark.parametrize("model", ["fashion-mlp", "course-sequential", "digits-mlp", "fashion-cnn"])
def test_every_sample_flips_on_the_real_network_by_what_may_be_done(way: str, model: str) -> None:
    for each in samples.listing(zoo.card(model).dataset):
        pixels = each["pixels"]
        query = read({"images": [pixels], "model": model, "options": {"way": way}})
        found, proofs = mind.section(look(query))
        assert found is not None
        assert found["found"], "each of the samples can be flipped in each way"
        assert [proof.key for proof in proofs] == ["flip"]
        assert not failed(proofs)
        before, after = logits(pixels, model), logits(found["picture"], model)
        assert before.argmax() == found["now"] != found["to"] == after.argmax()
        change = np.frombuffer(base64.b64decode(found["picture"]), dtype=np.uint8).astype(int)
        change -= np.frombuffer(base64.b64decode(pixels), dtype=np.uint8)
        assert (change >= 0).all() or way != "added"
        assert (change <= 0).all() or way != "erased"
        np.testing.assert_array_equal(found["change"].reshape(-1), change)
        assert (found["pixels"], found["count"]) == (int(np.count_nonzero(change)), SIDE * SIDE)
        assert found["levels"] == int(np.abs(change).sum())
        assert found["distance"] == pytest.approx(np.linalg.norm(change / 255))
        assert 0 < found["least"] <= found["distance"]
        shares = np.exp(after - after.max()) / np.exp(after - after.max()).sum()
        assert found["after"]["to"] == pytest.approx(shares[found["to"]], abs=1e-5)


def test_the_goal_is_reached_and_is_not_much_nearer_than_what_any_class_would_do_for() -> None:
    anyhow = told()
    for goal in range(10):
        found = told(options={"goal": goal})
        if goal == anyhow["now"]:
            assert (found["possible"], found["reason"]) == (False, "same")
            continue
        assert found["to"] == goal
        assert logits(found["picture"]).argmax() == goal
        assert found["distance"] >= 0.92 * anyhow["distance"]
        assert found["least"] >= 0.999 * anyhow["least"]


def test_with_edits_the_edited_network_is_asked() -> None:
    edits = [edit("scale", [*range(0, 512, 2)], 0.2), edit("clamp", [1, 2], 0.7, step="input")]
    of = scene(edits=edits, focus=1)
    found, proofs = mind.section(of)
    assert found is not None
    assert found["found"]
    assert not failed(proofs)
    assert found["now"] == of.prediction.classes[1] != scene(focus=1).prediction.classes[0]
    images = [SAMPLES[0], found["picture"]]
    again = look(read({"images": images, "step": HIDDEN, "edits": edits, "focus": 1}))
    assert again.prediction.classes[1] == found["to"] != found["now"]
    assert found["least"] <= found["distance"]
    patched = [edit("patch", [3], source={"image": 1, "checkpoint": ""})]
    assert told(edits=patched, focus=1)["reason"] == "patched"
    assert told(edits=patched, focus=0)["possible"]


def test_what_cannot_be_searched_for_is_said() -> None:
    assert told(options={"rotate": 20})["reason"] == "sliders"
    assert told(options={"goal": 12})["reason"] == "class"
    blank = base64.b64encode(bytes(SIDE * SIDE)).decode()
    found = told(images=[blank], options={"way": "erased"})
    assert (found["found"], found["blank"], found["far"]) == (False, True, found["now"])
    for wrong in ({"way": "sideways"}, {"way": 3}, {"goal": "boot"}, {"goal": -2}):
        with pytest.raises(InvalidQuery):
            mind.section(scene(options=wrong))


class Bent(nn.Module):
    """No linear view: a function that no matrix describes."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(SIDE * SIDE, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.last(torch.sin(3 * x.flatten(1)))
        return found


def convolutional() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 5, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        nn.Linear(4 * 36, 3),
    )


class Branched(nn.Module):
    """Two ways that meet: no chain."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = convolutional()
        self.beside = nn.Linear(SIDE * SIDE, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.chain(x) + self.beside(x.flatten(1))
        return found


class Viewed(nn.Module):
    """Takes the values of its maps in the order in which they lie in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Conv2d(1, 4, 5, stride=2)
        self.last = nn.Linear(4 * 144, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = torch.relu(self.maps(x))
        found: torch.Tensor = self.last(maps.view(len(maps), -1))
        return found


@pytest.mark.parametrize(
    ("build", "taken", "reason"),
    [
        (Bent, Input(), "bent"),
        (convolutional, Input((1, SIDE, SIDE), (0.3,), (0.4,)), ""),
        (Branched, Input((1, SIDE, SIDE), (0.3,), (0.4,)), ""),
        (Viewed, Input((1, SIDE, SIDE), (0.3,), (0.4,)), ""),
        (lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 1), nn.Sigmoid()), Input(), "unable"),
    ],
)
def test_own_modules_are_searched_where_they_have_a_linear_view(
    build: Any, taken: Input, reason: str
) -> None:
    torch.manual_seed(1)
    model = build().eval()
    name = zoo.offer(card_of("mine", taken=taken), model).name
    try:
        of = look(read({"model": name, "images": SAMPLES[:1]}))
        found, proofs = mind.section(of)
        assert found is not None
        if reason:
            assert (found["possible"], found["reason"]) == (False, reason)
            return
        assert found["found"]
        assert not failed(proofs)
        chained = build is convolutional
        assert (found["least"] is not None) == chained, "proven where the network is a chain"
        assert not chained or 1 / 255 <= found["least"] < found["distance"]
        grey = np.frombuffer(base64.b64decode(found["picture"]), dtype=np.uint8)
        fed = (torch.tensor(grey / np.float32(255)).view(1, 1, SIDE, SIDE) - 0.3) / 0.4
        with torch.no_grad():
            assert int(model(fed).argmax()) == found["to"] != found["now"]
        off = [edit("scale", [*range(400)], 0.2, step=of.steps[1].id)]
        edited = look(read({"model": name, "images": SAMPLES[:1], "edits": off}))
        if chained:
            again, _ = mind.section(edited)
            assert again is not None
            assert 1 / 255 <= again["least"] < again["distance"] != found["distance"]
            return
        assert mind.section(edited)[0] == {
            "way": "free",
            "goal": None,
            "possible": False,
            "reason": "edits",
        }
    finally:
        zoo.withdraw(name)


def test_of_convolutions_more_is_proven_than_a_level_of_one_pixel() -> None:
    young = told(model="fashion-cnn", checkpoint="epoch-003", step="input")
    assert 0.03 < young["least"] < young["distance"]


def test_a_flip_that_the_network_does_not_confirm_is_a_failed_check() -> None:
    of = scene()
    found = flip(mind._placed(of.model, of, chained=False), greys(of.pixels, of.card.input)[0])
    output = mind._answer(of, found)
    assert mind._check(of, found, output).passed
    assert not mind._check(of, found, of.trace.output[0]).passed, "as if nothing had changed"
