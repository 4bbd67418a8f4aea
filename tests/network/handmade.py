"""Modules that people write by hand, awkward ones too: name → how to make one, and its inputs."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from tests.network.modules import Forward

Two = namedtuple("Two", "one two")


@dataclass
class Parts:
    one: torch.Tensor
    two: list[torch.Tensor]


def simple(function: Callable[..., Any]) -> Callable[[], nn.Module]:
    return lambda: Forward(
        function, a=nn.Linear(6, 6), b=nn.Linear(6, 6), relu=nn.ReLU(), norm=nn.LayerNorm(6)
    )


def added(self: Any, x: Any) -> Any:
    return self.b(self.relu(self.a(x)) + x)


def added_in_place(self: Any, x: Any) -> Any:
    out = self.a(x)
    out += x
    return self.b(out.relu_())


def filled(self: Any, x: Any) -> Any:
    out = torch.zeros(len(x), 6)
    out[:, :3] = self.a(x)[:, :3]
    out[:, 3:] = x[:, 3:]
    return self.b(out)


def given_out(self: Any, x: Any) -> Any:
    out = torch.empty(len(x), 6)
    torch.add(self.a(x), x, out=out)
    return self.b(out)


def gated(self: Any, x: Any) -> Any:
    return torch.where(self.a(x) > 0, self.b(x), -x)


def attended(self: Any, x: Any) -> Any:
    scores = (self.a(x) @ self.b(x).transpose(0, 1)).softmax(-1)
    return torch.einsum("ij,jk->ik", scores, x)


def looped(self: Any, x: Any) -> Any:
    for _ in range(3):
        x = self.relu(self.a(x)) + 0.5 * x
    return x


def stacked(self: Any, x: Any) -> Any:
    return torch.stack([self.a(x), self.b(x)]).mean(0)


def picked(self: Any, x: Any) -> Any:
    values, places = self.a(x).topk(3)
    return values * x.gather(1, places)


def tried(self: Any, x: Any) -> Any:
    try:
        return self.a(x.view(5, 5))
    except RuntimeError:
        return self.b(x)


def wild(self: Any, x: Any) -> Any:
    out = self.a(x)
    out.data.clamp_(min=0)
    return self.b(out)


def by_numpy(self: Any, x: Any) -> Any:
    out = self.a(x)
    out.numpy()[:] = 1
    return self.b(out)


def looked(self: Any, x: Any) -> Any:
    middle = self.a(x)
    self.seen = float(middle.sum()), middle.shape, f"{middle.mean():.1f}"
    return self.b(middle.T).T if middle.shape[0] == 6 else self.b(middle)


def graded(self: Any, x: Any) -> Any:
    with torch.enable_grad():
        y = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.a(y).square().sum(), y)
    return self.b(slope)


def inferred(self: Any, x: Any) -> Any:
    with torch.inference_mode():
        return self.b(self.a(x))


def swapped(self: Any, x: Any) -> Any:
    self.a.weight = nn.Parameter(self.a.weight * 2)
    return self.a(x)


def counted(self: Any, x: Any) -> Any:
    self.norm.weight.data.mul_(2)
    self.calls = getattr(self, "calls", 0) + 1
    return self.norm(x)


HANDMADE: dict[str, Callable[..., Any]] = {
    "added": added,
    "added in place": added_in_place,
    "concatenated": lambda self, x: self.b(torch.cat([self.a(x)[:, :3], x[:, 3:]], 1)),
    "filled": filled,
    "given out": given_out,
    "gated": gated,
    "attended": attended,
    "looped": looped,
    "stacked": stacked,
    "picked": picked,
    "tried": tried,
    "wild": wild,
    "by numpy": by_numpy,
    "looked": looked,
    "graded": graded,
    "inferred": inferred,
    "swapped": swapped,
    "counted": counted,
    "functional": lambda self, x: F.gelu(F.layer_norm(F.linear(x, self.a.weight), (6,))),
    "no layer": lambda _, x: x.mul(2).sum(1, keepdim=True).expand(-1, 4),
    "functional in place": lambda self, x: self.b(F.relu(self.a(x), inplace=True)),
    "positional in place": lambda self, x: self.b(F.relu(self.a(x), True)),
    "tuple": lambda self, x: (self.a(x), self.b(x)),
    "named tuple": lambda self, x: Two(self.a(x), x),
    "dict": lambda self, x: {"one": self.a(x), "rest": {"two": [x, None, 3]}},
    "ordered dict": lambda self, x: OrderedDict(out=self.a(x)),
    "dataclass": lambda self, x: Parts(self.a(x), [self.b(x)]),
    "nothing": lambda self, x: self.a(x) and None if len(x) < 2 else None,
    "scalar": lambda self, x: self.a(x).sum(),
    "one dimension": lambda self, x: self.a(x)[:, 0],
    "three dimensions": lambda self, x: self.a(x)[:, None].repeat(1, 2, 1),
    "its input": lambda _, x: x,
    "its weight": lambda self, _: self.a.weight,
    "complex": lambda self, x: torch.fft.rfft(self.a(x)),
    "negative": lambda self, x: torch.fft.rfft(self.a(x)).conj().imag,
    "double": lambda self, x: self.a(x).double() * 3,
    "half": lambda self, x: self.a(x).half(),
    "brain": lambda self, x: self.a(x).to(torch.bfloat16),
    "whole": lambda self, x: self.a(x).argmax(1),
    "truth": lambda self, x: self.a(x) > 0,
    "sparse": lambda self, x: torch.sparse.mm(x.to_sparse(), self.a.weight),
    "random": lambda self, x: self.a(x) + torch.rand(2, 6) + torch.randn_like(x),
    "mapped": lambda self, x: torch.vmap(lambda row: row * 2)(self.a(x)),
    "stranger": lambda self, x: nn.ReLU()(self.a(x)),
}
