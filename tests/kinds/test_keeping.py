"""What takes long is worked out but once in a pass, and never handed to another step or image."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from explorer.network import zoo
from explorer.network.scene import look
from explorer.records import Query
from explorer.viewing import view
from tests.network.modules import Forward

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

X = torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(3))
LAYERS = {
    "attention": lambda: nn.MultiheadAttention(8, 2, batch_first=True),
    "moment": lambda: nn.LSTM(8, 8, batch_first=True),
}


def twice(self: Any, x: torch.Tensor) -> Any:
    """Return x after two layers of the same kind, one after the other."""
    for layer in (self.a, self.b):
        x = layer(x, x, x)[0] if isinstance(layer, nn.MultiheadAttention) else layer(x)[0]
    return x


def offered(kind: str) -> str:
    torch.manual_seed(4)
    model = Forward(twice, a=LAYERS[kind](), b=LAYERS[kind]()).eval().requires_grad_(False)
    return zoo.offer(zoo.card_of("mine", examples=X), model).name


@pytest.mark.parametrize("kind", LAYERS)
def test_the_figure_and_all_units_of_a_step_share_it(kind: str) -> None:
    asked: Any = {"model": offered(kind), "step": "a", "show": ("figure", "unit")}
    view(Query(**asked, unit=17))
    _, first = look(Query(**asked)).made[kind]
    view(Query(**asked, unit=18))
    assert look(Query(**asked)).made[kind][1] is first


@pytest.mark.parametrize("kind", LAYERS)
def test_another_step_image_or_place_has_its_own(kind: str) -> None:
    name = offered(kind)
    for step, focus, unit in [("a", 0, 3), ("b", 0, 3), ("b", 1, 3), ("b", 1, 35), ("a", 1, 35)]:
        query = Query(model=name, step=step, focus=focus, unit=unit, show=("figure", "unit"))
        seen = view(query)
        told = {check.key: check for check in seen.checks}
        value = float(look(query).values[step][focus].reshape(-1)[unit])
        by_hand = told["attention" if kind == "attention" else "recurrent"]
        assert by_hand.right == value
        assert by_hand.left == pytest.approx(value, abs=1e-6), (step, focus, unit)
