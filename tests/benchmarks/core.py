"""Python alone: trace against a bare forward pass, and a whole view."""

from __future__ import annotations

from functools import partial

import torch

from explorer import nets, samples, viewing
from explorer.queries import read
from explorer.tracing import trace
from tests.benchmarks.timing import Row, median


def rows() -> list[Row]:
    """Return what can be measured without a browser, on one thread."""
    torch.set_num_threads(1)
    model = nets.NeuralNetwork().eval().requires_grad_(False)
    image = torch.rand(1, 28, 28)

    def bare() -> None:
        with torch.no_grad():
            model(image)

    forward, traced = median(bare), median(lambda: trace(model, image))
    pixels = samples.listing()[0]["pixels"]
    steps = ["input", "flatten", "linear_relu_stack.0", "linear_relu_stack.1", "linear_relu_stack.4", "softmax"]
    without = [read({"images": [pixels], "step": step, "show": []}) for step in steps]
    complete = [read({"images": [pixels], "step": step}) for step in steps]
    plain = max(median(partial(viewing.view, query)) for query in without)
    drawn = max(median(partial(viewing.view, query), repeats=100) for query in complete)
    return [
        Row(
            "`trace()`, every layer captured ÷ bare forward",
            "≤ 1.5×",
            f"{traced / forward:.2f}× ({traced:.3f} ms ÷ {forward:.3f} ms)",
            traced / forward <= 1.5,
        ),
        Row("`view()` without the figure, slowest step", "≤ 1 ms", f"{plain:.2f} ms", plain <= 1),
        Row("`view()` with the figure, slowest step", "≤ 4 ms", f"{drawn:.2f} ms", drawn <= 4),
    ]
