"""The gradient desk of a module of one's own: what is proven by hand, and what it has no desk for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from explorer.incoming import samples
from explorer.incoming.queries import read
from explorer.network import zoo
from explorer.network.scene import look
from explorer.sections import gradient
from tests.nets import Net, autoencoder
from tests.sections.scenes import failed


@pytest.fixture
def offered() -> Iterator[list[str]]:
    """Names of modules of one's own, which are withdrawn in the end."""
    names: list[str] = []
    yield names
    for name in names:
        zoo.withdraw(name)


def own(offered: list[str], module: nn.Module, **more: Any) -> Any:
    """Return the desk of a module of one's own, and its proofs."""
    card = zoo.offer(zoo.card_of("own"), module.eval().requires_grad_(False))
    offered.append(card.name)
    image = samples.listing()[0]["pixels"]
    return gradient.section(
        look(read({"model": card.name, "images": [image], "taught": {"label": 1}, **more}))
    )


@pytest.mark.parametrize("seed", range(4))
def test_logits_whose_terms_cancel_round_by_their_terms(offered: list[str], seed: int) -> None:
    torch.manual_seed(seed)
    first, last = nn.Linear(784, 8), nn.Linear(8, 4)
    with torch.no_grad():
        first.weight[4:], first.bias[4:] = first.weight[:4] * 1.001, first.bias[:4]
        last.weight[:, :4] = 300 * torch.randn(4, 4)
        last.weight[:, 4:] = -last.weight[:, :4]
    told, checks = own(offered, nn.Sequential(nn.Flatten(), first, nn.ReLU(), last))
    assert told is not None
    assert failed(checks) == set()
    near = next(each.tolerance for each in checks if each.key == "gradient32")
    assert near < 5e-3


def test_what_is_no_chain_has_autograds_numbers_alone(offered: list[str]) -> None:
    told, checks = own(offered, nn.Sequential(nn.Unflatten(1, (1, 28)), Net()), step="1.first")
    assert told["possible"]
    assert not told["by_hand"]
    assert {check.key for check in checks} == {"loss"}
    assert failed(checks) == set()
    assert told["leaving"].shape == (4, 28, 28)
    assert len(told["layers"]) == 8


def test_what_answers_with_no_classes_has_no_desk(offered: list[str]) -> None:
    assert own(offered, autoencoder()) == ({"possible": False}, ())
    each_alone = nn.Sequential(nn.Flatten(), nn.Linear(784, 3), nn.Sigmoid())
    assert own(offered, each_alone) == ({"possible": False}, ())


def test_a_chain_of_ones_own_is_worked_out_by_hand(offered: list[str]) -> None:
    line = nn.Sequential(nn.Flatten(), nn.Linear(784, 9), nn.ReLU(), nn.Linear(9, 3), nn.Softmax(1))
    told, checks = own(offered, line, step="2")
    assert told["by_hand"]
    assert failed(checks) == set()
    assert {check.key for check in checks} >= {"gradient", "gradient32", "slope"}
