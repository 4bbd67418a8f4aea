"""What a network learns from one picture: torch's own steps, and the same ones for everybody."""

from __future__ import annotations

import copy
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from explorer.graphs import Answer
from explorer.lessons import Optimizer, Taught
from explorer.network import teaching, zoo
from explorer.network.teaching import Lesson, taught
from explorer.records import Floats
from tests.maths.test_optimizing import CLASSES
from tests.network.test_backward import Plain

ROOT = Path(__file__).parents[2]
IMAGE = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(4))
PICTURES = torch.rand(3, 28, 28, generator=torch.Generator().manual_seed(5))


def lesson(how: Taught, model: nn.Module | None = None) -> Lesson:
    of = model or zoo.load("fashion-mlp")
    found = taught(of, IMAGE, how, answer=Answer("logits"), pictures=PICTURES)
    assert found is not None
    return found


def fingerprint(found: Lesson) -> str:
    digest = hashlib.sha256(found.outputs.tobytes())
    for name, each in sorted(found.after.items()):
        digest.update(name.encode() + each.tobytes())
    return digest.hexdigest()


def grads(model: nn.Module) -> dict[str, Floats]:
    """Return what stands in the `grad` of every parameter that has one."""
    named = model.named_parameters()
    return {name: each.grad.numpy().copy() for name, each in named if each.grad is not None}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    teaching._kept.clear()


@pytest.mark.parametrize("optimizer", CLASSES)
def test_bit_for_bit_what_optimizer_step_makes(optimizer: Optimizer) -> None:
    how = Taught(3, 4, 0.003, optimizer)
    found = lesson(how)
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    theirs, losses = CLASSES[optimizer](list(model.parameters()), how.rate), []
    for _ in range(how.steps):
        theirs.zero_grad()
        loss = functional.cross_entropy(model(IMAGE), torch.tensor([how.label]))
        losses.append(float(loss.detach()))
        loss.backward()
        theirs.step()
    with torch.no_grad():
        losses.append(float(functional.cross_entropy(model(IMAGE), torch.tensor([how.label]))))
        np.testing.assert_array_equal(found.outputs, model(PICTURES).numpy())
    assert found.losses == tuple(losses)
    assert found.steps == how.steps
    for name, each in model.named_parameters():
        np.testing.assert_array_equal(found.after[name], each.detach().numpy())


@pytest.mark.parametrize("optimizer", CLASSES)
def test_step_after_step_is_the_same_as_at_once(optimizer: Optimizer) -> None:
    for steps in (1, 2, 3, 5):
        last = lesson(Taught(3, steps, 0.01, optimizer))
    back = lesson(Taught(3, 2, 0.01, optimizer))
    teaching._kept.clear()
    assert fingerprint(last) == fingerprint(lesson(Taught(3, 5, 0.01, optimizer)))
    assert fingerprint(back) == fingerprint(lesson(Taught(3, 2, 0.01, optimizer)))
    assert fingerprint(back) != fingerprint(last)


@pytest.mark.parametrize("optimizer", CLASSES)
def test_whoever_opens_the_link_gets_the_same_weights(optimizer: Optimizer) -> None:
    code = f"""
import torch
torch.set_num_threads({torch.get_num_threads()})
from tests.network.test_teaching import Taught, fingerprint, lesson
print(fingerprint(lesson(Taught(3, 3, 0.01, {optimizer!r}))))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == fingerprint(lesson(Taught(3, 3, 0.01, optimizer)))


def test_each_field_makes_another_lesson() -> None:
    first = Taught(3, 2, 0.01, "momentum")
    others = [
        Taught(4, 2, 0.01, "momentum"),
        Taught(3, 3, 0.01, "momentum"),
        Taught(3, 2, 0.02, "momentum"),
        Taught(3, 2, 0.01, "adam"),
    ]
    marks = [fingerprint(lesson(each)) for each in (first, *others)]
    assert len(set(marks)) == len(marks)
    assert fingerprint(lesson(first)) == marks[0]
    assert len(teaching._kept) == teaching.KEPT


def test_the_network_itself_learns_nothing() -> None:
    model = zoo.load("fashion-mlp")
    before = {name: each.clone() for name, each in model.state_dict().items()}
    lesson(Taught(3, 2, 0.5, "adam"))
    assert all(torch.equal(each, before[name]) for name, each in model.state_dict().items())
    assert all(each.grad is None and not each.requires_grad for each in model.parameters())


def test_weights_written_to_meanwhile_are_learnt_from_anew() -> None:
    layer = nn.Linear(784, 4)
    model = nn.Sequential(nn.Flatten(), layer).eval()
    first = lesson(Taught(3, 1, 0.1), model)
    with torch.no_grad():
        layer.weight.mul_(2)
    assert fingerprint(lesson(Taught(3, 1, 0.1), model)) != fingerprint(first)


def test_no_step_asks_the_network_as_it_is() -> None:
    found = lesson(Taught(3, 0, 0.1))
    with torch.no_grad():
        expected = zoo.load("fashion-mlp")(PICTURES).numpy()
    np.testing.assert_array_equal(found.outputs, expected)
    assert (found.steps, len(found.losses), found.before, found.after) == (0, 1, {}, {})


def test_steps_end_where_the_loss_is_no_number() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 4), nn.ReLU(), nn.Linear(4, 4)).eval()
    with torch.no_grad():
        for each in model.parameters():
            each.fill_(1e18)
    found = lesson(Taught(3, 50, 10.0), model)
    assert found.steps < 50
    assert len(found.losses) == found.steps + 1
    assert not np.isfinite(found.losses[-1])
    assert lesson(Taught(3, 50, 10.0), model).losses[:-1] == found.losses[:-1]


def test_what_is_too_large_or_has_no_weights_is_not_taught() -> None:
    assert teaching.teachable(zoo.load("fashion-mlp"))
    assert not teaching.teachable(nn.Sequential(nn.Flatten()))
    assert not teaching.teachable(nn.Linear(5000, 1001, device="meta"))


class Closed(nn.Linear):
    """A layer that cannot be copied."""

    def __deepcopy__(self, memo: object) -> Closed:
        raise RuntimeError("there is one of me")


def test_what_cannot_be_copied_or_followed_is_not_taught() -> None:
    for model in (nn.Sequential(nn.Flatten(), Closed(784, 3)), Plain()):
        how = Taught(1, 1)
        assert taught(model.eval(), IMAGE, how, answer=Answer("logits"), pictures=PICTURES) is None


@pytest.mark.parametrize("optimizer", CLASSES)
def test_bit_for_bit_the_loop_that_leaves_zero_grad_out(optimizer: Optimizer) -> None:
    how = Taught(3, 4, 0.003, optimizer, summed=True)
    found = lesson(how)
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    theirs, sums = CLASSES[optimizer](list(model.parameters()), how.rate), []
    for _ in range(how.steps):
        functional.cross_entropy(model(IMAGE), torch.tensor([how.label])).backward()
        theirs.step()
        sums.append(grads(model))
    for name, weight in model.named_parameters():
        np.testing.assert_array_equal(found.after[name], weight.detach().numpy())
        np.testing.assert_array_equal(found.before[name].gradient, sums[-1][name])
    assert (found.passes, len(found.sums)) == (4, teaching.PASSES)
    for ours, expected in zip(found.sums, sums[-teaching.PASSES :], strict=True):
        for name, each in expected.items():
            np.testing.assert_array_equal(ours[name], each)
    assert fingerprint(found) != fingerprint(lesson(Taught(3, 4, 0.003, optimizer)))


def test_passes_without_a_step_add_up_and_are_forgotten_at_the_first() -> None:
    how = Taught(3, 0, 0.01, "sgd", summed=True)
    model = copy.deepcopy(zoo.load("fashion-mlp")).requires_grad_()
    found, sums = lesson(how), []
    for _ in range(teaching.PASSES):
        functional.cross_entropy(model(IMAGE), torch.tensor([how.label])).backward()
        sums.append(grads(model))
    assert (found.steps, found.passes, found.after, found.before) == (0, teaching.PASSES, {}, {})
    for ours, expected in zip(found.sums, sums, strict=True):
        for name, each in expected.items():
            np.testing.assert_array_equal(ours[name], each)
    for name, each in found.alone.items():
        np.testing.assert_array_equal(each, sums[0][name])
        np.testing.assert_array_equal(found.sums[1][name], 2 * each)
    stepped = lesson(Taught(3, 1, 0.01, "sgd", summed=True))  # goes on from the same copy
    assert (stepped.passes, len(stepped.sums)) == (1, 1)
    assert fingerprint(stepped) == fingerprint(lesson(Taught(3, 1, 0.01, "sgd")))
