"""Python alone: trace against a bare forward pass, and a whole view."""

from __future__ import annotations

import statistics
from functools import partial
from typing import get_args

import numpy as np
import torch
from torch import nn

from explorer import viewing
from explorer.graphs import Answer
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.lessons import Optimizer, Taught
from explorer.maths import ablation, linearity
from explorer.network import nets, zoo
from explorer.network.teaching import taught
from explorer.network.tracing import trace
from explorer.records import PIXELS
from tests.benchmarks.timing import Row, median, once, percentile
from tests.course import STEPS


def residual() -> tuple[float, float]:
    """Return the milliseconds of a bare pass of ResNet-18 at 224×224, and of a trace of it."""
    from torchvision import models

    model = models.resnet18(weights=None).eval().requires_grad_(False)
    image = torch.rand(1, 3, 224, 224)

    def bare() -> None:
        with torch.no_grad():
            model(image)

    return median(bare, repeats=20, warm=3), median(lambda: trace(model, image), repeats=20, warm=3)


def desk_and_step() -> tuple[float, float]:
    """Return the milliseconds of a view with the desk while drawing, and of one more step taught.

    The desk's are the 95th percentile of the slowest step, each view of another picture.
    """
    random = np.random.default_rng(0)
    drawings = [random.integers(0, 256, PIXELS, dtype=np.uint8).tobytes() for _ in range(40)]
    show = ["gradient", "lesson"]
    desk = max(
        percentile(
            [once(partial(viewing.view, read({**asked, "images": [image]}))) for image in drawings],
            0.95,
        )
        for asked in ({"step": step, "show": show, "taught": {"label": 3}} for step in STEPS)
    )
    model, image = zoo.load("fashion-mlp"), torch.rand(1, 28, 28)
    learnt = []
    for optimizer in get_args(Optimizer):
        how = [Taught(3, steps, 1e-3, optimizer) for steps in range(41)]
        times = [
            once(partial(taught, model, image, each, answer=Answer("logits"), pictures=image))
            for each in how
        ]
        learnt.append(statistics.median(times[2:]))
    return desk, max(learnt)


def rows() -> list[Row]:
    """Return what can be measured without a browser, on one thread."""
    torch.set_num_threads(1)
    model = nets.NeuralNetwork().eval().requires_grad_(False)
    image = torch.rand(1, 28, 28)

    def bare() -> None:
        with torch.no_grad():
            model(image)

    forward, traced = median(bare), median(lambda: trace(model, image))
    deep, followed = residual()
    pixels = samples.listing()[0]["pixels"]
    without = [read({"images": [pixels], "step": step, "show": []}) for step in STEPS]
    complete = [read({"images": [pixels], "step": step}) for step in STEPS]
    plain = max(median(partial(viewing.view, query)) for query in without)
    drawn = max(median(partial(viewing.view, query), repeats=100) for query in complete)
    x = torch.rand(28, 28)
    shipped = zoo.load("fashion-mlp")
    seen = median(partial(linearity.linear_view, shipped, x), repeats=100)
    chain = ablation.chain(shipped, x) or ()
    passed = trace(shipped, x[None])
    tails = [
        (nn.Sequential(*chain[place + 1 :]), passed.calls[place].output[0]) for place in (2, 4)
    ]

    def swept() -> None:
        for tail, activations in tails:
            ablation.sweep(tail, activations)

    units = median(swept, repeats=100)
    desk, learnt = desk_and_step()
    return [
        Row("exact linear view", "≤ 2 ms", f"{seen:.2f} ms", seen <= 2),
        Row("1,024 hidden units switched off one by one", "≤ 1 ms", f"{units:.2f} ms", units <= 1),
        Row(
            "`trace()`, every layer captured ÷ bare forward",
            "≤ 1.5×",
            f"{traced / forward:.2f}× ({traced:.3f} ms ÷ {forward:.3f} ms)",
            traced / forward <= 1.5,
        ),
        Row(
            "`trace()` of ResNet-18, every call with its graph ÷ bare forward",
            "≤ 2×",
            f"{followed / deep:.2f}× ({followed:.0f} ms ÷ {deep:.0f} ms)",
            followed / deep <= 2,
        ),
        Row("`view()` without the figure, slowest step", "≤ 1 ms", f"{plain:.2f} ms", plain <= 1),
        Row("`view()` with the figure, slowest step", "≤ 4 ms", f"{drawn:.2f} ms", drawn <= 4),
        Row(
            "gradient desk while drawing, slowest step", "p95 ≤ 50 ms", f"{desk:.1f} ms", desk <= 50
        ),
        Row("an optimizer step, slowest optimizer", "≤ 20 ms", f"{learnt:.1f} ms", learnt <= 20),
    ]
