"""Steps of an optimizer: the answers before and after, and the proof that can fail."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.lessons import Optimizer
from explorer.maths import optimizing
from explorer.network import zoo
from explorer.network.scene import look
from explorer.outgoing.replies import encoded
from explorer.records import SIDE
from explorer.sections import lesson
from tests.maths.test_optimizing import CLASSES
from tests.sections.scenes import edit, failed, pinned, scene


def taught(label: int = 7, steps: int = 3, rate: float = 0.01, way: str = "sgd") -> dict[str, Any]:
    return {"label": label, "steps": steps, "rate": rate, "optimizer": way}


def shipped() -> torch.Tensor:
    pictures = [
        np.frombuffer(base64.b64decode(each["pixels"]), np.uint8) for each in samples.listing()
    ]
    return torch.tensor(np.stack(pictures).reshape(-1, SIDE, SIDE) / np.float32(255))


@pytest.mark.parametrize("way", CLASSES)
def test_the_answers_are_those_of_a_network_taught_apart(way: Optimizer) -> None:
    how = taught(way=way, rate=0.003)
    told, checks = lesson.section(pinned("input", taught=how))
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    theirs, pictures = CLASSES[way](list(model.parameters()), how["rate"]), shipped()
    with torch.no_grad():
        before = model(pictures)
    for _ in range(how["steps"]):
        theirs.zero_grad()
        functional.cross_entropy(model(pictures[:1]), torch.tensor([how["label"]])).backward()
        theirs.step()
    with torch.no_grad():
        after = model(pictures)
    truths = torch.tensor([each["label"] for each in samples.listing()])
    found = [[int((each.argmax(1) == truths).sum()) for each in (before, after)]]
    assert told is not None
    assert [told["samples"]["right"]] == found
    assert told["samples"]["count"] == len(truths)
    pairs = torch.stack([before.argmax(1), after.argmax(1)], 1).tolist()
    assert told["samples"]["pairs"] == pairs
    assert told["samples"]["changed"] == sum(one != two for one, two in pairs)
    shares = torch.softmax(after[0], 0).numpy()
    np.testing.assert_allclose(told["after"]["probabilities"], shares, atol=1e-6)
    assert told["after"]["winner"] == int(shares.argmax())
    assert failed(checks) == set()
    assert [check.key for check in checks] == ["step"]
    assert len(told["losses"]) == how["steps"] + 1


def test_what_is_answered_is_answered_of_the_drawing_in_focus() -> None:
    of = scene(taught=taught(steps=0), focus=1)
    told, _ = lesson.section(of)
    assert told is not None
    assert of.prediction.classes[1] != of.prediction.classes[0]
    for side in ("before", "after"):
        assert told[side]["winner"] == of.prediction.classes[1]


def test_more_steps_make_the_class_likelier_and_forget_others() -> None:
    shares, right = [], []
    for steps in (0, 1, 10):
        told, _ = lesson.section(pinned("input", taught=taught(steps=steps, way="momentum")))
        assert told is not None
        shares.append(told["after"]["probabilities"][7])
        right.append(told["samples"]["right"][1])
    assert shares == sorted(shares)
    assert right[0] >= 12
    assert right[-1] < right[0]


def test_before_the_first_step_nothing_is_claimed() -> None:
    told, checks = lesson.section(pinned("input", taught=taught(steps=0)))
    assert told is not None
    assert checks == ()
    assert told["before"] == told["after"]
    assert told["formulas"] == []
    assert lesson.section(pinned("input")) == (None, ())


@pytest.mark.parametrize("way", CLASSES)
def test_a_step_that_is_not_torchs_is_seen(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = optimizing.stepped

    def wrong(weight: optimizing.Weight, rate: float, optimizer: Optimizer) -> optimizing.Moved:
        return right(weight, rate * 1.00001, optimizer)

    of = pinned("input", taught=taught(way=way, rate=0.001))
    assert failed(lesson.section(of)[1]) == set()
    monkeypatch.setattr(optimizing, "stepped", wrong)
    assert failed(lesson.section(of)[1]) == {"step"}


@pytest.mark.parametrize(("way", "lines"), [("sgd", 2), ("momentum", 3), ("adam", 5)])
def test_the_last_step_of_a_weight_is_written_out(way: str, lines: int) -> None:
    told, _ = lesson.section(pinned("input", taught=taught(way=way)))
    assert told is not None
    assert len(told["formulas"]) == lines
    assert told["formulas"][0].startswith("w = linear_relu_stack.")
    assert told["formulas"][-1].startswith("w ← w − η·")


@pytest.mark.parametrize("way", CLASSES)
def test_who_works_the_last_line_out_comes_to_what_it_says(way: str) -> None:
    told, _ = lesson.section(pinned("input", taught=taught(way=way, rate=10**-0.25)))
    assert told is not None
    _, sum_, result = told["formulas"][-1].replace("−", "-").replace("·", "*").split(" = ")
    before, move = sum_.replace("10⁻⁸", "1e-8").split(" - ", 1)
    expected = float(before) - eval(move)  # noqa: S307  digits and signs of our own
    assert float(result) == pytest.approx(expected, abs=1e-3 * abs(float(before) - expected))


SUMMED = {"summed": True}


@pytest.mark.parametrize("way", CLASSES)
def test_without_zero_grad_a_step_by_hand_is_still_torchs(way: str) -> None:
    told, checks = lesson.section(pinned("input", taught=taught(way=way, rate=0.003) | SUMMED))
    assert told is not None
    assert [check.key for check in checks] == ["step"]
    assert failed(checks) == set()
    assert "g = w.grad + dL/dw = " in told["formulas"][0]


def test_gradients_that_nobody_sets_to_zero_are_pictures_of_twice_and_three_times() -> None:
    asked = taught(steps=0) | SUMMED
    told, _ = lesson.section(pinned("linear_relu_stack.0", 100, taught=asked))
    assert told is not None
    sums = told["sums"]
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    weight: Any = dict(model.named_parameters())["linear_relu_stack.0.weight"]
    assert (sums["name"], sums["unit"]) == ("linear_relu_stack.0.weight.grad", 100)
    assert sums["source"] == "flatten"
    for place, (count, picture) in enumerate(sums["pictures"].items(), 1):
        functional.cross_entropy(model(shipped()[:1]), torch.tensor([7])).backward()
        assert count == str(place)
        assert picture["norm"] == pytest.approx(float(weight.grad.double().norm()), rel=1e-12)
        np.testing.assert_array_equal(picture["values"], weight.grad[100].numpy())
    assert place == 3
    assert sums["alone"] == pytest.approx(sums["pictures"]["1"]["norm"], rel=1e-12)
    assert lesson.section(pinned("input", taught=taught(steps=0)))[0]["sums"] is None  # type: ignore[index]


@pytest.mark.parametrize(
    ("step", "layer"), [("input", 0), ("linear_relu_stack.1", 0), ("softmax", 4)]
)
def test_a_step_without_weights_shows_the_layer_before_it(step: str, layer: int) -> None:
    told, _ = lesson.section(pinned(step, taught=taught(steps=5) | SUMMED))
    assert told is not None
    assert told["sums"]["name"] == f"linear_relu_stack.{layer}.weight.grad"
    assert [*told["sums"]["pictures"]] == ["3", "4", "5"]


def test_maps_of_a_convolution_are_shown_as_means_of_blocks() -> None:
    asked = {
        "model": "fashion-cnn",
        "images": [samples.listing()[0]["pixels"]],
        "step": "features.0",
    }
    scene = look(read({**asked, "taught": taught(steps=2) | SUMMED}))
    told, checks = lesson.section(scene)
    assert told is not None
    assert failed(checks) == set()
    sums = told["sums"]
    assert sums["name"].endswith(".weight.grad")
    assert (sums["unit"], sums["source"]) == (None, None)
    assert all(each["values"].ndim == 2 for each in sums["pictures"].values())
    json.dumps(encoded(sums))


def test_a_lesson_with_a_frozen_layer_proves_the_others() -> None:
    frozen = {"frozen": ["linear_relu_stack.2"]}
    told, checks = lesson.section(pinned("linear_relu_stack.2", taught=taught() | frozen))
    assert told is not None
    assert told["learning"]
    assert failed(checks) == set()
    assert f"{784 * 512 + 512 + 512 * 10 + 10:,}" in checks[0].sentence
    summed, _ = lesson.section(pinned("linear_relu_stack.2", taught=taught() | frozen | SUMMED))
    assert summed is not None
    assert summed["sums"]["name"] == "linear_relu_stack.0.weight.grad"  # whose grad is not None


def test_edits_are_not_taught() -> None:
    edits = [edit("off", list(range(200)))]
    one, _ = lesson.section(pinned("input", taught=taught(), edits=edits))
    two, _ = lesson.section(pinned("input", taught=taught()))
    assert one == two


def test_of_other_classes_none_is_right_or_wrong() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 4)).eval().requires_grad_(False)
    card = zoo.offer(zoo.card_of("four", labels=("a", "b", "c", "d")), model)
    try:
        image = samples.listing()[0]["pixels"]
        asked = {"model": card.name, "images": [image], "taught": taught(label=3, rate=1.0)}
        told, checks = lesson.section(look(read(asked)))
    finally:
        zoo.withdraw(card.name)
    assert told is not None
    assert told["samples"]["right"] is None
    assert told["samples"]["changed"] > 0
    assert failed(checks) == set()


def test_a_rate_that_is_too_large_ends_in_a_state_that_says_so() -> None:
    """Four layers in line multiply their updates, and the class is the one that is least likely."""
    random = torch.Generator().manual_seed(2)
    sizes = ((784, 8), (8, 8), (8, 8), (8, 4))
    model = nn.Sequential(nn.Flatten(), *(nn.Linear(*size) for size in sizes)).eval()
    with torch.no_grad():
        for each in model.parameters():
            each.copy_(30 * torch.randn(each.shape, generator=random))
        label = int(model(shipped()[:1])[0].argmin())
    card = zoo.offer(zoo.card_of("huge"), model.requires_grad_(False))
    try:
        image = samples.listing()[0]["pixels"]
        how = taught(label=label, rate=10.0, steps=50)
        told, checks = lesson.section(
            look(read({"model": card.name, "images": [image], "taught": how}))
        )
    finally:
        zoo.withdraw(card.name)
    assert told is not None
    assert not told["finite"]
    assert told["steps"] < 50
    assert told["after"] is None
    assert checks == ()
    json.dumps(told)
