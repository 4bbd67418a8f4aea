"""GLU, lengths and angles of vectors, bags of embeddings: each value as torch works it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from explorer.network import zoo
from explorer.network.scene import Scene, look
from explorer.network.zoo import card_of
from explorer.records import Query
from tests.kinds.test_functions import explained, in_both
from tests.network.modules import Forward
from tests.network.odd import rand, whole

pytestmark = pytest.mark.usefixtures("nothing_stays_offered")

ROWS, MAPS, IDS = rand(2, 4, 6), rand(2, 4, 3, 5), whole(2, 5)
NEXT = ROWS.flip(1) + 0.1
FLAT = torch.tensor([3, 1, 4, 1, 5, 2, 6])
# What is called, what it is given, and torch's own way to the same in float64.
CALLS: dict[str, tuple[str, Any, tuple[torch.Tensor, ...], Any]] = {
    "glu": ("gating", lambda _, x: F.glu(x), (ROWS,), lambda x: _gated(x, -1)),
    "GLU": ("gating", lambda s, x: s.gate(x), (MAPS,), lambda x: _gated(x, 1)),
    "cosine_similarity": (
        "measuring",
        lambda _, x, y: F.cosine_similarity(x, y, dim=-1),
        (ROWS, NEXT),
        lambda x, y: (x * y).sum(-1) / (x.norm(dim=-1) * y.norm(dim=-1)),
    ),
    "cosine_similarity of all": (
        "measuring",
        lambda _, x, y: F.cosine_similarity(x[:, :, None], y[:, None], dim=-1),
        (ROWS, NEXT),
        lambda x, y: F.normalize(x, dim=-1) @ F.normalize(y, dim=-1).mT,
    ),
    "CosineSimilarity": (
        "measuring",
        lambda s, x, y: s.cosine(x, y),
        (ROWS, NEXT),
        lambda x, y: (x * y).sum(1) / (x.norm(dim=1) * y.norm(dim=1)),
    ),
    "PairwiseDistance": (
        "measuring",
        lambda s, x, y: s.far(x, y),
        (ROWS, NEXT),
        lambda x, y: (x - y + 1e-6).abs().sum(-1, keepdim=True),
    ),
    "pairwise_distance": (
        "measuring",
        lambda _, x, y: F.pairwise_distance(x, y, eps=1e-3),
        (ROWS, NEXT),
        lambda x, y: (x - y + 1e-3).norm(dim=-1),
    ),
    "cdist": (
        "measuring",
        lambda _, x, y: torch.cdist(x, y[:, :3]),
        (ROWS, NEXT),
        lambda x, y: (x[:, :, None] - y[:, None, :3]).norm(dim=-1),
    ),
    "cdist of another power": (
        "measuring",
        lambda _, x, y: torch.cdist(x, y, p=1),
        (ROWS, NEXT),
        lambda x, y: (x[:, :, None] - y[:, None]).abs().sum(-1),
    ),
    "normalize": (
        "measuring",
        lambda _, x: F.normalize(x),
        (MAPS,),
        lambda x: x / x.square().sum(1, keepdim=True).sqrt(),
    ),
    "normalize by a sum": (
        "measuring",
        lambda _, x: F.normalize(x, p=1, dim=(-1, -2)),  # type: ignore[arg-type]
        (MAPS,),
        lambda x: x / x.abs().sum((-1, -2), keepdim=True),
    ),
    "EmbeddingBag": ("bag", lambda s, x: s.bag(x), (IDS,), lambda x: _table(x).mean(1)),
    "EmbeddingBag of offsets": (
        "bag",
        lambda s, x: s.largest(FLAT.clone(), torch.tensor([0, 3, 6])) + 0 * x.sum(),
        (IDS,),
        lambda _: torch.stack([_table(each).amax(0) for each in (FLAT[:3], FLAT[3:6])]),
    ),
    "EmbeddingBag of short rows": (
        "bag",
        lambda s, x: s.short(x),
        (IDS,),
        lambda x: (_table(x, "short") / _table(x, "short").norm(1, -1, keepdim=True)).sum(1) / 2,
    ),
    "embedding_bag": (
        "bag",
        lambda s, x, w: F.embedding_bag(
            x, s.bag.weight, mode="sum", per_sample_weights=w, padding_idx=int(IDS[1, 0])
        ),
        (IDS, rand(2, 5)),
        lambda x, w: (_table(x) * (w * (x != IDS[1, 0]))[..., None]).sum(1),
    ),
}


def _gated(x: torch.Tensor, dim: int) -> torch.Tensor:
    one, other = x.chunk(2, dim)
    return one / (1 + (-other).exp())


def _table(ids: torch.Tensor, of: str = "bag") -> torch.Tensor:
    return model(lambda s, _: s).get_parameter(f"{of}.weight").detach().double()[ids.long()]


def model(function: Any) -> nn.Module:
    torch.manual_seed(5)
    return Forward(
        function,
        gate=nn.GLU(1),
        cosine=nn.CosineSimilarity(),
        far=nn.PairwiseDistance(1, keepdim=True),
        bag=nn.EmbeddingBag(9, 4),
        largest=nn.EmbeddingBag(9, 4, mode="max", include_last_offset=True),
        short=nn.EmbeddingBag(9, 4, max_norm=0.5, norm_type=1.0, mode="sum"),
    ).eval()


def seen(name: str) -> Scene:
    kind, function, inputs, _ = CALLS[name]
    made: Any = model(function)
    made.largest.weight = made.bag.weight
    scene = look(Query(model=zoo.offer(card_of("mine", examples=inputs), made).name, focus=1))
    of = name.split(maxsplit=1)[0]
    (step,) = (each for each in scene.steps if each.module == of)
    assert step.kind == kind
    return look(replace(scene.query, step=step.id))


@pytest.mark.parametrize("name", CALLS)
def test_every_value_is_worked_out_as_torch_does(name: str) -> None:
    scene = seen(name)
    _, _, inputs, function = CALLS[name]
    of, exact = scene.subject(), [x.double() for x in inputs]
    expected = function(*exact)[1].reshape(-1)
    assert len(expected) == of.values.size
    for at, value in enumerate(expected.tolist()):
        data, checks = explained(look(replace(scene.query, unit=at)))
        assert checks == [("again", True)]
        told = data["formulas"][-1].rpartition(" = ")[2]
        assert float(told.replace("−", "-")) == pytest.approx(value, rel=1e-4, abs=1e-5)
        assert not scene.kind.explain(of, at, value + 0.01)[1][0].passed


FORMULAS = {
    "glu": "y[i] = a[i]·σ(b[i]), σ(z) = 1 / (1 + exp(−z))",
    "cosine_similarity": "y = Σᵢ a[i]·b[i] / (max(‖a‖, ε)·max(‖b‖, ε))",
    "pairwise_distance": "y = √(Σᵢ (a[i] − b[i] + ε)²)",
    "cdist of another power": "y = Σᵢ |a[i] − b[i]|",
    "normalize": "y[j] = x[j] / max(√(Σᵢ x[i]²), ε)",
    "EmbeddingBag": "y[d] = Σᵢ W[x[i], d] / n",
    "EmbeddingBag of offsets": "y[d] = max { W[x[i], d] : i }",
    "EmbeddingBag of short rows": "y[d] = Σᵢ min(1, 0.5 / ‖W[x[i]]‖)·W[x[i], d]",
    "embedding_bag": "y[d] = Σᵢ w[i]·W[x[i], d]",
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formula_is_that_of_the_field(name: str) -> None:
    for texts in in_both(seen(name)):
        assert texts["formula"] == FORMULAS[name]
        assert texts["sentence"]


LINES = {
    "glu": ("y[0, 1] = x[0, 1]·σ(x[0, 4]) = ", 1),
    "GLU": ("y[0, 0, 1] = x[0, 0, 1]·σ(x[2, 0, 1]) = ", 1),
    "cosine_similarity": ("a = x1[1, 0…5], b = x2[1, 0…5]", 1),
    "cosine_similarity of all": ("a = x1[0, 0, 0…5], b = x2[0, 1, 0…5]", 1),
    "CosineSimilarity": ("a = x1[0…3, 1], b = x2[0…3, 1]", 1),
    "cdist": ("x = x1[0, 0…5] − x2[1, 0…5]", 1),
    "pairwise_distance": ("x = x1[1, 0…5] − x2[1, 0…5] + 0.001", 1),
    "normalize": ("x[0…3, 0, 1]: n = 4", 1),
    "EmbeddingBag": (f"x[0…4]: {', '.join(map(str, IDS[1].tolist()))}, n = 5", 1),
    "EmbeddingBag of offsets": ("x[3…5]: 1, 5, 2, n = 3", 1),
}


@pytest.mark.parametrize("name", LINES)
def test_the_line_names_the_values_that_went_in(name: str) -> None:
    text, at = LINES[name]
    assert explained(look(replace(seen(name).query, unit=at)))[0]["formulas"][0].startswith(text)


def test_an_empty_bag_is_nothing() -> None:
    for layer in (nn.EmbeddingBag(9, 4), nn.EmbeddingBag(9, 4, max_norm=1.0)):
        made = Forward(
            lambda s, x: s.a(FLAT.clone(), torch.tensor([0, 7])) + 0 * x.sum(), a=layer
        ).eval()
        name = zoo.offer(card_of("mine", examples=(IDS,)), made).name
        data, checks = explained(look(Query(model=name, focus=1, step="a", unit=2)))
        assert checks == [("again", True)]
        assert data["formulas"] == ["x[∅]: …, n = 0", "y[2] = 0"]


def test_a_gate_leads_to_the_value_that_it_lets_through() -> None:
    scene = seen("GLU")
    for at in (0, 7, 29):
        data, _ = explained(look(replace(scene.query, unit=at)))
        assert (data["from"], data["source"]) == (at, "input")
    assert np.unravel_index(29, (2, 3, 5)) == np.unravel_index(29, (4, 3, 5))


def test_a_path_goes_on_in_the_value_that_a_gate_lets_through() -> None:
    scene = seen("GLU")
    of = scene.subject()
    x = torch.from_numpy(of.entering.copy()).requires_grad_()
    for at in (0, 7, 29):
        (slope,) = torch.autograd.grad(F.glu(x, 0).reshape(-1)[at], x)
        found = scene.kind.feeding(of, at)
        assert found is not None
        assert found.products is not None
        assert found.places.tolist() == [at]
        expected = float((slope * x).reshape(-1)[at].detach())
        assert found.products[0] == pytest.approx(expected, rel=1e-5)
        assert found.total == pytest.approx(float(of.values.reshape(-1)[at]), rel=1e-5)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("EmbeddingBag", lambda rows: rows / 5),
        ("EmbeddingBag of short rows", lambda rows: rows / rows.norm(1, -1, keepdim=True) / 2),
        (
            "embedding_bag",
            lambda rows: (
                rows * CALLS["embedding_bag"][2][1][1][:, None] * (IDS[1] != IDS[1, 0])[:, None]
            ),
        ),
    ],
)
def test_a_path_goes_on_in_each_number_of_a_bag_with_what_its_row_brings(
    name: str, made: Any
) -> None:
    scene = seen(name)
    rows = made(_table(IDS[1], "short" if "short" in name else "bag")).numpy()
    for column in range(4):
        found = scene.kind.feeding(scene.subject(), column)
        assert found is not None
        assert found.products is not None
        brought = np.zeros(5)
        brought[found.places] = found.products
        np.testing.assert_allclose(brought, rows[:, column], rtol=1e-5)
        assert found.total == pytest.approx(float(scene.subject().values[column]), rel=1e-5)


def test_of_the_largest_a_path_goes_on_in_one_number_and_of_a_row_in_its_own() -> None:
    made = Forward(
        lambda s, x: torch.cat([s.a(x)[:, None], s.b(x)], 1),
        a=nn.EmbeddingBag(9, 4, mode="max"),
        b=nn.Embedding(9, 4, max_norm=0.5),
    ).eval()
    name = zoo.offer(card_of("mine", examples=(IDS,)), made).name
    seen = look(Query(model=name, focus=1, step="a"))
    rows = made.get_parameter("a.weight")[IDS[1]].detach()
    for column in range(4):
        found = seen.kind.feeding(seen.subject(), column)
        assert found is not None
        assert found.places.tolist() == [int(rows[:, column].argmax())]
        assert found.total == rows[:, column].max()
    seen = look(replace(seen.query, step="b"))
    for at in (0, 7, 19):
        found = seen.kind.feeding(seen.subject(), at)
        assert found is not None
        assert found.places.tolist() == [at // 4]
        assert found.total == seen.subject().values.reshape(-1)[at]
    assert "min(1, 0.5 / ‖W[x[t]]‖)·W[x[t], d]" in seen.kind.formula(seen.subject())
