"""The course goes on: what the tour prints on gradients and training is what plain torch prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from explorer.lessons import Taught
from explorer.records import Query
from explorer.sections import autograd, course, optimizing
from explorer.sections.stops import RATE, SNEAKER, Stop, listed, written
from explorer.viewing import view
from explorer.words import LANGUAGES, catalogue

CHAPTERS = {"autograd": autograd.STOPS, "optimizing": optimizing.STOPS}
EVERY = [stop for stops in CHAPTERS.values() for stop in stops]
ORDER = {
    "autograd": ["graph", "backward", "untracked", "adding"],
    "optimizing": [
        *("data", "hyperparameters", "loss", "optimizer", "loops", "zeroing", "epochs"),
    ],
}


def settled(text: str) -> str:
    """Return a text without the addresses at which objects happen to lie."""
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def gradients() -> dict[str, str]:
    """Return what the lines on autograd print, written out without any walk."""
    chance = torch.Generator().manual_seed(autograd.SEED)
    w = torch.randn(5, 3, generator=chance).requires_grad_()
    b = torch.randn(3, generator=chance).requires_grad_()
    z = torch.ones(5) @ w + b
    loss = nn.functional.binary_cross_entropy_with_logits(z, torch.zeros(3))
    known = f"{z.grad_fn}", f"{loss.grad_fn}"
    loss.backward()
    inp = torch.eye(4, 5, requires_grad=True)
    out = (inp + 1).pow(2).t()
    out.backward(torch.ones_like(out))
    first = inp.grad
    assert first is not None
    functions = "Gradient function for {} = {}\n"
    return {
        "graph": functions.format("z", known[0])
        + functions.format("loss", known[1])
        + f">>> z\n{z}\n>>> loss\n{loss!r}",
        "backward": f"{w.grad}\n{b.grad}\n>>> x.requires_grad\nFalse\n>>> x.grad\nNone",
        "untracked": f"True\nFalse\nFalse\n>>> z\n{z}\n>>> z_det\n{z.detach()}",
        "adding": f"First call\n{first}\n\nSecond call\n{2 * first}\n"
        f"\nCall after zeroing gradients\n{first}\n",
    }


def epochs(space: dict[str, Any]) -> Iterator[str]:
    """Train as the course does, by torch's own optimizer; yield what it prints."""
    model, function = space["model"], nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    [(images, labels)] = space["train_dataloader"]
    [(others, truths)] = space["test_dataloader"]
    for epoch in range(10):
        yield f"Epoch {epoch + 1}\n-------------------------------"
        loss = function(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield f"loss: {loss.item():>7f}  [{len(images):>5d}/{len(images):>5d}]"
        with torch.no_grad():
            answers = model(others)
        right = 100 * (answers.argmax(1) == truths).float().mean().item()
        yield f"Test Error: \n Accuracy: {right:>0.1f}%, Avg loss: {function(answers, truths):>8f} \n"
    yield "Done!"


def test_stops_are_in_the_pages_order() -> None:
    for chapter, stops in CHAPTERS.items():
        assert [stop.id for stop in stops] == ORDER[chapter]
        assert {each["chapter"] for each in listed(chapter, stops)} == {chapter}
    ids = [stop.id for stop in (*course.STOPS, *EVERY)]
    assert len(set(ids)) == len(ids)


def test_gradients_are_printed_as_torch_prints_them() -> None:
    expected = gradients()
    for name, told in autograd.outputs().items():
        assert settled(told["output"] + told["looks"]) == settled(expected[name]), name


def test_training_prints_what_torchs_own_optimizer_comes_to() -> None:
    told = optimizing.outputs()
    assert told["epochs"]["output"] == "\n".join([*epochs(optimizing.beginning()), ""])
    assert told["epochs"]["values"] == {"here": 10, "there": 9380}
    assert told["loss"]["looks"] == ">>> loss_fn\nCrossEntropyLoss()"
    assert told["loss"]["values"]["value"] == pytest.approx(2.302585, abs=1e-6)
    assert told["optimizer"]["values"] == {"count": 669_706, "tensors": 6}
    assert told["hyperparameters"]["values"] == {"rate": 0.001, "move": 0.002}
    assert told["data"]["values"] == {"size": 10, "batches": 1}


def test_two_passes_add_up_to_exactly_twice() -> None:
    space = optimizing.beginning()
    [(images, labels)] = space["train_dataloader"]
    loss = nn.functional.cross_entropy(space["model"](images), labels)
    once = torch.autograd.grad(loss, space["model"].linear_relu_stack[0].weight)[0].norm()
    printed = optimizing.outputs()["zeroing"]["output"].splitlines()
    assert [float(line.split()[-1]) for line in printed[:2]] == pytest.approx(
        [once.item(), 2 * once.item()], rel=1e-5
    )
    assert printed[2:] == ["True", "None"]


def test_what_is_learnt_from_has_every_class_once_and_the_rest_is_new() -> None:
    space = optimizing.beginning()
    assert sorted(int(label) for _, label in space["training_data"]) == list(range(10))
    learnt = [image for image, _ in space["training_data"]]
    assert not any(torch.equal(image, each) for image, _ in space["test_data"] for each in learnt)
    first = space["model"].linear_relu_stack[0].weight
    assert 0.035 < first.abs().max() <= 1 / 28  # nn.Linear's own bound for 784 inputs


@pytest.mark.parametrize("stop", EVERY, ids=lambda stop: stop.id)
def test_a_stop_has_its_words_and_its_step(stop: Stop) -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        for kind in ("title", "text", "question", "answer"):
            assert words[f"course.{stop.id}.{kind}"]
        assert len(re.findall(r"[.。](?:\s|$)|。", words[f"course.{stop.id}.text"])) in range(2, 7)
        assert max(map(len, written(stop, language=language)["code"].splitlines())) <= 100
    taught = None if stop.taught is None else Taught(SNEAKER, stop.taught, RATE)
    seen = view(Query(model=stop.model, step=stop.step, taught=taught, show=("gradient", "lesson")))
    assert stop.step in {step.id for step in seen.steps}
    if taught:
        assert seen.sections["gradient"]["possible"]
        assert seen.sections["lesson"]["steps"] == stop.taught


def test_nobody_elses_random_numbers_change() -> None:
    state = torch.get_rng_state()
    autograd.outputs.__wrapped__()
    optimizing.outputs.__wrapped__()
    assert torch.equal(torch.get_rng_state(), state)
