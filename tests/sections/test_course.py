"""The walk follows the course, and what it prints is what plain torch prints for the same images and weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from explorer.network import nets, zoo
from explorer.network.scene import batch, look
from explorer.records import Query
from explorer.sections import course
from explorer.sections.course import STOPS, outputs
from explorer.viewing import view
from explorer.words import LANGUAGES

MLP, SEQUENTIAL = "fashion-mlp", "course-sequential"
IDS = [
    "device",
    "class",
    "structure",
    "predicted",
    "batch",
    "flatten",
    "linear",
    "relu",
    "sequential",
    "softmax",
    "parameters",
]
STRUCTURE = """NeuralNetwork(
  (flatten): Flatten(start_dim=1, end_dim=-1)
  (linear_relu_stack): Sequential(
    (0): Linear(in_features=784, out_features=512, bias=True)
    (1): ReLU()
    (2): Linear(in_features=512, out_features=512, bias=True)
    (3): ReLU()
    (4): Linear(in_features=512, out_features=10, bias=True)
  )
)
"""


def pictures(count: int, seed: int = 3) -> tuple[bytes, ...]:
    random = np.random.default_rng(seed)
    return tuple(random.integers(0, 256, 784, dtype=np.uint8).tobytes() for _ in range(count))


def walk(images: torch.Tensor) -> dict[str, str]:
    sequential = zoo.load(SEQUENTIAL)
    assert isinstance(sequential, nn.Sequential)
    return outputs(images, zoo.load(MLP), sequential, "cpu")


def with_gradients(name: str) -> nn.Module:
    """Build a network apart from the package's own way, as the course has it: with gradients."""
    model = zoo.BUILDERS[zoo.card(name).builder]()
    model.load_state_dict(zoo.load(name).state_dict())
    return model


def plain(images: torch.Tensor) -> Mapping[str, str]:
    """Return what the course's own lines print, written out without any walk."""
    model, sequential = with_gradients(MLP), with_gradients(SEQUENTIAL)
    assert isinstance(sequential, nn.Sequential)
    hidden1 = sequential[1](images.reshape(len(images), -1))
    after = nn.ReLU()(hidden1)
    logits = sequential(images)
    pred_probab = nn.Softmax(dim=1)(logits)
    parameters = "".join(
        f"Layer: {name} | Size: {param.size()} | Values : {param[:2]} \n\n"
        for name, param in model.named_parameters()
    )
    has = torch.accelerator.is_available()
    accelerator = torch.accelerator.current_accelerator() if has else None
    return {
        "device": f"Using {accelerator.type if accelerator else 'cpu'} device\n",
        "class": "True\n",
        "structure": STRUCTURE,
        "predicted": f"Predicted class: {model(images).argmax(1)}\n",
        "batch": f"torch.Size([{len(images)}, 28, 28])\n",
        "flatten": f"torch.Size([{len(images)}, 784])\n",
        "linear": f"Linear(in_features=784, out_features=20, bias=True)\ntorch.Size([{len(images)}, 20])\n",
        "relu": f"Before ReLU: {hidden1}\n\n\nAfter ReLU: {after}\n",
        "sequential": f"{logits}\n",
        "softmax": f"{pred_probab}\n{pred_probab.sum(dim=1)}\n",
        "parameters": f"Model structure: {STRUCTURE}\n\n{parameters}",
    }


def test_stops_are_in_the_courses_order() -> None:
    assert [stop.id for stop in STOPS] == IDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_has_its_words(language: str) -> None:
    said = [course.words(stop, language="zh" if language == "zh" else "en") for stop in STOPS]
    assert len({title for title, _ in said}) == len({text for _, text in said}) == len(STOPS)
    assert all(len(re.findall(r"[.。](?:\s|$)|。", text)) in {2, 3, 4} for _, text in said)


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.id)
def test_a_stop_leads_to_a_step_that_exists(stop: course.Stop) -> None:
    seen = view(Query(model=stop.model, step=stop.step, show=()))
    assert stop.step in {step.id for step in seen.steps}
    if stop.id in {"flatten", "relu", "softmax"}:
        assert next(step for step in seen.steps if step.id == stop.step).kind == stop.id
    assert (stop.view == "weights") == (stop.id == "parameters")


@pytest.mark.parametrize("count", [1, 3, 8])
def test_outputs_are_what_plain_torch_prints(count: int) -> None:
    images = batch(pictures(count))
    told, expected = walk(images), plain(images)
    assert list(told) == IDS
    for name in IDS:
        assert told[name] == expected[name], name


def test_the_numbers_are_the_pages() -> None:
    """Printed to four digits, what the walk prints at a step is what the page shows there."""
    images = pictures(3)
    told = walk(batch(images))
    seen = look(Query(model=SEQUENTIAL, images=images))
    before, after = told["relu"].split("\n\n\n")
    printed = {
        "1": before,
        "2": after,
        "3": told["sequential"],
        "softmax": told["softmax"].partition("\ntensor")[0],
    }
    for step, text in printed.items():
        numbers = [float(found) for found in re.findall(r"-?\d+\.\d+(?:e[+-]\d+)?", text)]
        assert np.array(numbers) == pytest.approx(
            seen.values[step].reshape(-1), abs=1e-4, rel=1e-3
        ), step
    classes = list(look(Query(model=MLP, images=images)).prediction.classes)
    assert told["predicted"] == f"Predicted class: tensor({classes})\n"


def test_the_grad_fns_are_the_courses() -> None:
    told = walk(batch(pictures(3)))
    assert re.findall(r"grad_fn=<\w+>", told["relu"]) == [
        "grad_fn=<AddmmBackward0>",
        "grad_fn=<ReluBackward0>",
    ]
    assert "grad_fn=<AddmmBackward0>" in told["sequential"]
    assert "grad_fn=<SoftmaxBackward0>" in told["softmax"]
    assert told["parameters"].count("grad_fn=<SliceBackward0>") == 6


def test_the_courses_own_lines_are_in_the_code() -> None:
    code = "\n".join(stop.code for stop in STOPS)
    for line in (
        'device = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"',
        "class NeuralNetwork(nn.Module):",
        "print(model)",
        "pred_probab = nn.Softmax(dim=1)(logits)",
        "y_pred = pred_probab.argmax(1)",
        "flat_image = flatten(input_image)",
        "hidden1 = nn.ReLU()(hidden1)",
        "softmax = nn.Softmax(dim=1)",
        'print(f"Layer: {name} | Size: {param.size()} | Values : {param[:2]} \\n")',
    ):
        assert line in code
    assert max(map(len, code.splitlines())) <= 100


def test_the_class_people_read_is_the_one_in_use() -> None:
    namespace: dict[str, Any] = {"nn": nn, "__name__": "here", "print": lambda *_: None}
    exec(next(stop.code for stop in STOPS if stop.id == "class"), namespace)  # noqa: S102  our own constant
    theirs = namespace["NeuralNetwork"]()
    assert str(theirs) == str(nets.NeuralNetwork())
    theirs.load_state_dict(zoo.load(MLP).state_dict())
    images = batch(pictures(2))
    assert torch.equal(theirs(images), zoo.load(MLP)(images))


def test_shared_modules_and_images_stay_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    models = [zoo.load(MLP), zoo.load(SEQUENTIAL)]
    before = [
        {key: values.clone() for key, values in model.state_dict().items()} for model in models
    ]
    images = batch(pictures(3))
    kept, state = images.clone(), torch.get_rng_state()
    walk(images)
    for model, weights in zip(models, before, strict=True):
        assert not any(module.training for module in model.modules())
        assert not any(module._forward_hooks for module in model.modules())
        for key, parameter in model.named_parameters():
            assert not parameter.requires_grad
            assert parameter.grad is None
            assert torch.equal(parameter, weights[key])
    assert torch.equal(images, kept)
    assert torch.equal(torch.get_rng_state(), state)
    assert capsys.readouterr().out == ""


def test_callers_may_be_without_gradients() -> None:
    images = batch(pictures(1))
    expected = walk(images)
    with torch.inference_mode():
        assert walk(images.clone()) == expected
    with torch.no_grad():
        assert walk(images) == expected


def test_two_walks_at_once_are_the_same_walks() -> None:
    ours = [batch(pictures(count, seed)) for seed, count in enumerate((1, 3, 2, 3))]
    alone = [walk(images) for images in ours]
    with ThreadPoolExecutor(4) as threads:
        drawing = [threads.submit(view, Query(show=())) for _ in range(20)]
        together = list(threads.map(walk, ours * 4))
    assert together == alone * 4
    assert not [each for each in drawing if each.exception()]
