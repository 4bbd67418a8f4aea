"""Python alone: trace against a bare forward pass, and a whole view."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from explorer import viewing
from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.maths import ablation, linearity
from explorer.network import nets, zoo
from explorer.network.tracing import trace
from tests.benchmarks.timing import Row, median
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
    ]
