"""The course goes on: “Automatic differentiation with torch.autograd”, line by line."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch

from explorer.network.scene import Scene
from explorer.sections.base import Section
from explorer.sections.course import MLP
from explorer.sections.stops import Stop, read, run

FIRST = "linear_relu_stack.0"
SEED = 3

GRAPH = """\
import torch

x = torch.ones(5)
y = torch.zeros(3)
w = torch.randn(5, 3, requires_grad=True)
b = torch.randn(3, requires_grad=True)
z = torch.matmul(x, w)+b
loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)

print(f"Gradient function for z = {z.grad_fn}")
print(f"Gradient function for loss = {loss.grad_fn}")"""

BACKWARD = """\
loss.backward()
print(w.grad)
print(b.grad)"""

UNTRACKED = """\
z = torch.matmul(x, w)+b
print(z.requires_grad)

with torch.no_grad():
    z = torch.matmul(x, w)+b
print(z.requires_grad)

z = torch.matmul(x, w)+b
z_det = z.detach()
print(z_det.requires_grad)"""

ADDING = """\
inp = torch.eye(4, 5, requires_grad=True)
out = (inp+1).pow(2).t()
out.backward(torch.ones_like(out), retain_graph=True)
print(f"First call\\n{inp.grad}")
out.backward(torch.ones_like(out), retain_graph=True)
print(f"\\nSecond call\\n{inp.grad}")
inp.grad.zero_()
out.backward(torch.ones_like(out), retain_graph=True)
print(f"\\nCall after zeroing gradients\\n{inp.grad}")"""

STOPS: tuple[Stop, ...] = (
    Stop(
        "graph",
        MLP,
        "softmax",
        "explore",
        GRAPH,
        given=frozenset({"w", "b"}),
        looks=("z", "loss"),
        comments=(
            ("x = torch.ones(5)", "inputs"),
            ("y = torch.zeros(3)", "expected"),
        ),
        taught=0,
    ),
    Stop(
        "backward", MLP, FIRST, "explore", BACKWARD, looks=("x.requires_grad", "x.grad"), taught=0
    ),
    Stop("untracked", MLP, FIRST, "explore", UNTRACKED, looks=("z", "z_det")),
    Stop("adding", MLP, FIRST, "explore", ADDING, taught=0, summed=True),
)


def section(scene: Scene) -> Section:
    """Return what the code of every stop prints, with that code, by id."""
    return {"stops": read(STOPS, outputs(), scene.query.language)}, ()


@cache
def outputs() -> dict[str, dict[str, Any]]:
    """Return what every stop gives, by id (`stops.run`): always the same random numbers."""
    chance = torch.Generator().manual_seed(SEED)  # nobody else's numbers change
    with torch.inference_mode(mode=False):
        space: dict[str, Any] = {
            "w": torch.randn(5, 3, generator=chance).requires_grad_(),
            "b": torch.randn(3, generator=chance).requires_grad_(),
        }
    return run(STOPS, space)
