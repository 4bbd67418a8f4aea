# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""The screen as a pure function of its query: every number on it is the network's own."""

from __future__ import annotations

import itertools
import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file
from torch import nn

from explorer import places
from explorer.errors import ExplorerError, InvalidQuery, UnknownModel
from explorer.network import zoo
from explorer.network.scene import batch, look
from explorer.outgoing import replies
from explorer.records import Floats, Query, View
from explorer.viewing import view

NAMES = tuple(zoo.cards())
COURSE = [
    ("input", "input", "", (1, 28, 28)),
    ("flatten", "flatten", "Flatten", (1, 784)),
    ("linear_relu_stack.0", "linear", "Linear", (1, 512)),
    ("linear_relu_stack.1", "relu", "ReLU", (1, 512)),
    ("linear_relu_stack.2", "linear", "Linear", (1, 512)),
    ("linear_relu_stack.3", "relu", "ReLU", (1, 512)),
    ("linear_relu_stack.4", "logits", "Linear", (1, 10)),
    ("softmax", "softmax", "Softmax", (1, 10)),
]


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


def refused(query: Query) -> ExplorerError:
    with pytest.raises(ExplorerError) as caught:
        view(query)
    return caught.value


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


def test_the_courses_steps_in_the_courses_order() -> None:
    seen = view(Query(show=()))
    assert [(step.id, step.kind, step.module, step.shape) for step in seen.steps] == COURSE
    assert [step.path for step in seen.steps] == ["", *(row[0] for row in COURSE[1:-1]), ""]
    assert list(seen.tensors) == [row[0] for row in COURSE]


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


def test_an_image_has_the_same_answer_wherever_it_stands_in_the_batch(
    blank: bytes, sample: bytes
) -> None:
    alone = view(Query(images=(sample,), show=()))
    among = view(Query(images=(blank, blank, sample), focus=2, show=()))
    for step, values in alone.tensors.items():
        np.testing.assert_allclose(among.tensors[step], values, rtol=1e-5, atol=1e-5)


def test_pixels_become_numbers_from_0_to_1() -> None:
    image = bytes(range(256)) * 3 + bytes(16)
    tensor = batch((image, bytes(784)))
    assert tensor.shape == (2, 28, 28)
    assert tensor.dtype is torch.float32
    assert tensor[0].flatten()[:256].tolist() == [
        np.float32(value) / np.float32(255) for value in range(256)
    ]
    assert tensor[1].count_nonzero() == 0


def test_tensors_cannot_be_changed(sample: bytes) -> None:
    seen = view(Query(images=(sample,), show=()))
    writeable = [step for step, values in seen.tensors.items() if values.flags.writeable]
    assert not writeable
    assert not seen.prediction.probabilities.flags.writeable


def test_the_same_query_has_the_same_answer(sample: bytes) -> None:
    query = Query(images=(sample,), step="linear_relu_stack.1", unit=5)
    first, second = (
        json.dumps(replies.write(view(query)), allow_nan=False, sort_keys=True) for _ in range(2)
    )
    assert first == second


def test_a_view_says_everything_in_the_language_asked_for(sample: bytes) -> None:
    for step, *_ in COURSE:
        english, chinese = (
            view(replace(Query(images=(sample,), step=step, show=()), language=language))
            for language in ("en", "zh")
        )
        assert english.texts["sentence"] != chinese.texts["sentence"]
        assert [fact.value for fact in english.facts] == [fact.value for fact in chinese.facts]
        assert all(a.label != b.label for a, b in zip(english.facts, chinese.facts, strict=True))
        assert all(
            a.sentence != b.sentence for a, b in zip(english.checks, chinese.checks, strict=True)
        )
        assert english.prediction.labels == zoo.card("fashion-mlp").labels["en"]
        assert chinese.prediction.labels == zoo.card("fashion-mlp").labels["zh"]


def test_only_what_is_asked_for_is_drawn(sample: bytes) -> None:
    assert view(Query(images=(sample,), show=())).figure is None
    assert view(Query(images=(sample,), show=("figure",))).figure is not None


def test_what_does_not_exist_is_refused_in_a_sentence(blank: bytes) -> None:
    cases: list[tuple[Query, type[ExplorerError], str]] = [
        (Query(model="nobody"), UnknownModel, "zoo.model"),
        (Query(checkpoint="epoch-999"), UnknownModel, "zoo.checkpoint"),
        (Query(step="linear_relu_stack.9"), InvalidQuery, "query.step"),
        (Query(step="linear_relu_stack"), InvalidQuery, "query.step"),
        (Query(step="flatten#2"), InvalidQuery, "query.step"),
        (Query(focus=1), InvalidQuery, "query.focus"),
        (Query(images=(blank,) * 8, focus=8), InvalidQuery, "query.focus"),
        (Query(unit=784), InvalidQuery, "query.unit"),
        (Query(step="linear_relu_stack.0", unit=512), InvalidQuery, "query.unit"),
        (Query(step="softmax", unit=10), InvalidQuery, "query.unit"),
        (Query(show=("figure", "horoscope")), InvalidQuery, "query.section"),
    ]
    for query, kind, key in cases:
        error = refused(query)
        assert (type(error), error.key) == (kind, key)
        assert error.sentence("en") != error.sentence("zh")
    known = ", ".join(row[0] for row in COURSE)
    assert (
        str(refused(Query(step="conv1")))
        == f"There is no step “conv1” in this network. Expected one of: {known}."
    )
    assert str(refused(Query(step="softmax", unit=10))) == (
        "Unit 10 does not exist at step softmax. Expected a number from 0 to 9."
    )


def test_the_last_unit_of_every_step_can_be_chosen() -> None:
    for step, *_, sizes in COURSE:
        assert view(Query(step=step, unit=int(np.prod(sizes[1:])) - 1, show=())).tensors


def same(left: View, right: View) -> bool:
    return replies.write(left) == replies.write(right)


def test_ten_people_at_once_get_the_answers_they_get_alone(blank: bytes, sample: bytes) -> None:
    steps = itertools.cycle(row[0] for row in COURSE)
    asked = [
        Query(
            checkpoint=("", zoo.UNTRAINED)[number % 2],
            images=(bytes(max(0, value - 20 * number) for value in sample), blank)[
                :: (-1) ** number
            ],
            focus=number % 2,
            step=next(steps),
            language=("zh", "en")[number % 2],
            show=(),
        )
        for number in range(10)
    ]
    alone = [view(query) for query in asked]
    start = Barrier(len(asked))

    def answers(query: Query) -> list[View]:
        start.wait()
        return [view(query) for _ in range(20)]

    with ThreadPoolExecutor(len(asked)) as threads:
        together = list(threads.map(answers, asked))
    for expected, got in zip(alone, together, strict=True):
        assert all(same(expected, each) for each in got)
    pairs: Any = itertools.combinations(alone, 2)
    assert not any(same(left, right) for left, right in pairs)
