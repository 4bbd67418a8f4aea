"""The walk follows the course, and prints what plain torch prints for the same images."""

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
from explorer.sections.course import STOPS, outputs
from explorer.sections.stops import Stop, written
from explorer.viewing import view
from explorer.words import LANGUAGES, catalogue
from tests.course import PRINTED

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
STRUCTURE = f"{PRINTED}\n"


def pictures(count: int, seed: int = 3) -> tuple[bytes, ...]:
    random = np.random.default_rng(seed)
    return tuple(random.integers(0, 256, 784, dtype=np.uint8).tobytes() for _ in range(count))


def told(images: torch.Tensor) -> dict[str, dict[str, Any]]:
    sequential = zoo.load(SEQUENTIAL)
    assert isinstance(sequential, nn.Sequential)
    return outputs(images, zoo.load(MLP), sequential, "cpu")


def walk(images: torch.Tensor) -> dict[str, str]:
    """Return all that is written at each stop: printed by the course, then our own looks."""
    return {name: stop["output"] + stop["looks"] for name, stop in told(images).items()}


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
        "class": ">>> issubclass(NeuralNetwork, nn.Module)\nTrue",
        "structure": STRUCTURE,
        "predicted": f"Predicted class: {model(images).argmax(1)}\n",
        "batch": f"torch.Size([{len(images)}, 28, 28])\n",
        "flatten": f"torch.Size([{len(images)}, 784])\n",
        "linear": f"torch.Size([{len(images)}, 20])\n",
        "relu": f"Before ReLU: {hidden1}\n\n\nAfter ReLU: {after}\n",
        "sequential": f">>> logits.size()\ntorch.Size([{len(images)}, 10])\n>>> logits\n{logits}",
        "softmax": f">>> pred_probab\n{pred_probab}\n>>> pred_probab.sum(dim=1)\n{pred_probab.sum(dim=1)}",
        "parameters": f"Model structure: {STRUCTURE}\n\n{parameters}",
    }


def test_stops_are_in_the_courses_order() -> None:
    assert [stop.id for stop in STOPS] == IDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_has_its_words(language: str) -> None:
    words = catalogue("zh" if language == "zh" else "en")
    for kind in ("title", "text", "question", "answer"):
        assert len({words[f"course.{stop.id}.{kind}"] for stop in STOPS}) == len(STOPS)
    texts = [words[f"course.{stop.id}.text"] for stop in STOPS]
    assert all(len(re.findall(r"[.。](?:\s|$)|。", text)) in {2, 3, 4} for text in texts)


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.id)
def test_a_stop_leads_to_a_step_that_exists(stop: Stop) -> None:
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
        "3": told["sequential"].partition(">>> logits\n")[2],
        "softmax": told["softmax"].partition("\n>>> pred_probab.sum")[0],
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
        "import os",
        "import torch",
        "from torch import nn",
        "from torch.utils.data import DataLoader",
        "from torchvision import datasets, transforms",
        "model = NeuralNetwork().to(device)",
        "X = torch.rand(1, 28, 28, device=device)",
        "logits = model(X)",
        "input_image = torch.rand(3,28,28)",
        "flatten = nn.Flatten()",
        "layer1 = nn.Linear(in_features=28*28, out_features=20)",
        "    nn.Linear(20, 10)",
        "logits = seq_modules(input_image)",
        "pred_probab = softmax(logits)",
        "device = torch.accelerator.current_accelerator().type "
        'if torch.accelerator.is_available() else "cpu"',
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


def test_lines_that_the_page_gives_are_marked_and_not_run() -> None:
    """What is random in the course is marked; everything else is run as it stands."""
    marked = {
        stop.id: [
            written(stop, language="en")["code"].splitlines()[line]
            for line in written(stop, language="en")["given"]
        ]
        for stop in STOPS
    }
    assert marked["structure"] == ["model = NeuralNetwork().to(device)"]
    assert marked["predicted"] == ["X = torch.rand(1, 28, 28, device=device)"]
    assert marked["linear"] == ["layer1 = nn.Linear(in_features=28*28, out_features=20)"]
    assert marked["sequential"][0] == "seq_modules = nn.Sequential("
    assert marked["sequential"][-1] == "input_image = torch.rand(3,28,28)"
    assert not marked["relu"]
    assert not marked["softmax"]


def test_comments_change_with_the_language_and_the_code_does_not() -> None:
    stop = next(stop for stop in STOPS if stop.id == "class")
    codes = [written(stop, language=language)["code"] for language in ("en", "zh")]
    bare = [re.sub(r"\n *#.*", "", code) for code in codes]
    assert bare[0] == bare[1] == stop.code
    assert codes[0].count("#") == codes[1].count("#") == len(stop.comments)
    assert max(len(line) for line in codes[0].splitlines()) <= 80


def test_shares_are_the_probabilities_that_are_printed() -> None:
    images = batch(pictures(3))
    stops = told(images)
    for name, stop in ((MLP, "predicted"), (SEQUENTIAL, "softmax")):
        expected = zoo.load(name)(images).softmax(dim=1).detach().numpy()
        np.testing.assert_allclose(stops[stop]["values"]["shares"], expected, atol=1e-6)


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
