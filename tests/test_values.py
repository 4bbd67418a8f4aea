# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Every number of a view is the network's own: by hand from the weights, and torch's to the bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file
from torch import nn

from explorer import places
from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Floats, Query
from explorer.viewing import view

NAMES = tuple(zoo.cards())


def leaves(model: nn.Module) -> list[tuple[str, nn.Module]]:
    return [(path, module) for path, module in model.named_modules() if not list(module.children())]


def by_hand(name: str, images: tuple[bytes, ...]) -> dict[str, NDArray[np.float64]]:
    """Compute every step in float64 from the file of weights: no torch, no module, no hook."""
    card = zoo.card(name)
    weights = load_file(places.MODELS / name / card.checkpoint(card.default).file)
    x = np.array([list(image) for image in images], dtype=np.float64) / 255
    x = x.reshape(-1, *card.input.shape)
    values = {"input": x}
    for path, module in leaves(zoo.load(name)):
        if isinstance(module, nn.Conv2d):  # 3 × 3, one pixel of black around
            ringed = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
            patches = np.lib.stride_tricks.sliding_window_view(ringed, (3, 3), axis=(2, 3))
            kernels = weights[f"{path}.weight"].astype(np.float64)
            x = np.einsum("nkrcij,okij->norc", patches, kernels)
            x = x + weights[f"{path}.bias"][:, None, None]
        elif isinstance(module, nn.MaxPool2d):  # 2 × 2
            x = x.reshape(*x.shape[:2], x.shape[2] // 2, 2, x.shape[3] // 2, 2).max((3, 5))
        elif f"{path}.weight" in weights:
            x = x @ weights[f"{path}.weight"].astype(np.float64).T + weights[f"{path}.bias"]
        elif isinstance(module, nn.ReLU):
            x = np.where(x > 0, x, 0)
        else:
            x = x.reshape(len(x), -1)
        values[path] = x
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    values["softmax"] = powers / powers.sum(axis=1, keepdims=True)
    return values


def close(values: Floats, expected: NDArray[np.float64]) -> None:
    """Compare to 1e-5 of the layer's largest value.

    The sums of float32 products are no more exact than that.
    """
    np.testing.assert_allclose(
        values, expected, rtol=0, atol=1e-5 * max(1.0, float(np.abs(expected).max()))
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_tensor_is_what_the_weights_give_by_hand(
    name: str, blank: bytes, sample: bytes
) -> None:
    images = (sample, blank, bytes(reversed(sample)))
    expected = by_hand(name, images)
    for focus in range(len(images)):
        seen = view(Query(model=name, images=images, focus=focus, show=()))
        assert set(seen.tensors) == set(expected)
        for step, values in seen.tensors.items():
            assert values.dtype == np.float32
            close(values, expected[step][focus])
        close(seen.prediction.probabilities, expected["softmax"])
        assert seen.prediction.classes == tuple(expected["softmax"].argmax(axis=1))


@given(st.binary(min_size=784, max_size=784))
@settings(max_examples=20, deadline=None)
def test_any_image_is_computed_right_and_passes_its_checks(image: bytes) -> None:
    expected = by_hand("fashion-mlp", (image,))
    seen = view(Query(images=(image,), show=()))
    for step, values in seen.tensors.items():
        close(values, expected[step][0])
    assert all(check.passed for check in seen.checks)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("checkpoint", ["", zoo.UNTRAINED])
def test_every_tensor_is_torchs_own_to_the_last_bit(
    name: str, checkpoint: str, blank: bytes, sample: bytes
) -> None:
    images = (blank, sample)
    model = zoo.load(name, checkpoint)
    scene = look(Query(model=name, checkpoint=checkpoint, images=images))
    x = (
        torch.tensor([list(image) for image in images], dtype=torch.float32).reshape(
            2, *zoo.card(name).input.shape
        )
        / 255
    )
    assert np.array_equal(scene.values["input"], x.numpy())
    with torch.inference_mode():
        whole = model(x)
        for path, module in leaves(model):
            x = module(x)
            assert np.array_equal(scene.values[path], x.numpy()), path
    assert np.array_equal(scene.trace.output, whole.numpy())
    assert np.array_equal(scene.values["softmax"], nn.Softmax(dim=1)(whole).numpy())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", range(1, 9))
def test_shapes_count_the_batch_and_tensors_show_one_image(
    name: str, count: int, sample: bytes
) -> None:
    seen = view(Query(model=name, images=(sample,) * count, focus=count - 1, show=()))
    plain = [zoo.card(name).input.shape]
    for _, module in leaves(zoo.load(name)):
        plain.append(shape(module, plain[-1]))
    plain.append((10,))
    for step, one in zip(seen.steps, plain, strict=True):
        assert step.shape == (count, *one)
        assert seen.tensors[step.id].shape == one
    assert seen.prediction.probabilities.shape == (count, 10)
    assert len(seen.prediction.classes) == count


def shape(module: nn.Module, before: tuple[int, ...]) -> tuple[int, ...]:
    """Return one image's shape behind a module."""
    match module:
        case nn.Linear():
            return (module.out_features,)
        case nn.Flatten():
            return (math.prod(before),)
        case nn.Conv2d():
            return (module.out_channels, *before[1:])
        case nn.MaxPool2d():
            return (before[0], before[1] // 2, before[2] // 2)
    return before
