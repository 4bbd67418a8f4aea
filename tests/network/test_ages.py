"""Ages that are trained here: as whole as those shipped, and gone without a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from safetensors.torch import save

from explorer import viewing
from explorer.errors import UnknownModel
from explorer.network import ages, chain, nets, parameters, zoo
from explorer.records import Query, Versus
from explorer.ui import layout

MODEL = "course-sequential"
IMAGE = np.random.default_rng(4).integers(0, 256, 784, dtype=np.uint8).tobytes()


def learnt(seed: int) -> ages.Trained:
    """Weights that nobody ships, as after one epoch."""
    torch.manual_seed(seed)
    seen = {"epoch": 1, "batch": 3, "images": 240, "accuracy": 0.5, "tested": 2000}
    data = save(nets.course_sequential().state_dict())
    return ages.trained(data, file="epoch-001.safetensors", **seen)


@pytest.fixture
def kept() -> Iterator[ages.Trained]:
    found = learnt(7)
    zoo.keep(MODEL, [found])
    yield found
    zoo.keep(MODEL, ())


def test_the_whole_page_shows_it(kept: ages.Trained) -> None:
    name = kept.checkpoint.name
    assert kept.checkpoint.sha256 == hashlib.sha256(kept.data).hexdigest()
    assert name == f"trained-{kept.checkpoint.sha256[:12]}"
    torch.manual_seed(7)
    model = nets.course_sequential()
    with torch.no_grad():
        x = torch.frombuffer(bytearray(IMAGE), dtype=torch.uint8).view(1, 28, 28) / 255
        wanted = torch.softmax(model(x), 1)[0]
    query = Query(model=MODEL, checkpoint=name, images=(IMAGE,), show=("versus", "trust", "code"))
    found = viewing.view(query)
    np.testing.assert_allclose(found.prediction.probabilities[0], wanted.numpy(), rtol=1e-5)
    assert found.sections["trust"] == {"known": False, "reason": "here"}
    code = str(found.sections["code"])
    assert 'load_file("epoch-001.safetensors")' in code
    compared = viewing.view(
        Query(
            model=MODEL,
            images=(IMAGE,),
            versus=Versus(checkpoint=name),
            show=("versus",),
            language="zh",
        )
    )
    assert "第 1 轮（在此训练）" in str(compared.sections["versus"])
    assert "epoch 1, trained here" in viewing.document(query).weights
    assert chain.weights(MODEL, name, kept.checkpoint.sha256) == kept.data
    assert chain.weights(MODEL, name, "0" * 64) is None
    rows = parameters.listing(MODEL, name)["rows"]
    assert rows[0]["size"] == [20, 784]
    values = np.frombuffer(parameters.values(MODEL, name, "1.weight"), "<f4")
    assert (values == model.state_dict()["1.weight"].numpy().ravel()).all()


def test_it_goes_whole_and_leaves_the_shipped_as_they_are(kept: ages.Trained) -> None:
    name, usual = kept.checkpoint.name, zoo.card(MODEL).default
    assert zoo.load(MODEL, name) is zoo.load(MODEL, name)
    parameters.listing(MODEL, name)
    shipped = [each.name for each in zoo.card(MODEL).checkpoints]
    assert name not in shipped, "nothing that is taken along or measured knows of it"
    assert name not in str(layout.start(device="cpu", language=None)["models"])
    other = learnt(8)
    zoo.keep(MODEL, [other])
    for ask in (
        lambda: zoo.load(MODEL, name),
        lambda: viewing.view(Query(model=MODEL, checkpoint=name, images=(IMAGE,))),
        lambda: chain.weights(MODEL, name, kept.checkpoint.sha256),
        lambda: parameters.listing(MODEL, name),
        lambda: parameters.values(MODEL, name, "1.weight"),
        lambda: zoo.load("fashion-mlp", other.checkpoint.name),
    ):
        with pytest.raises(UnknownModel) as caught:
            ask()
        assert caught.value.key == "zoo.checkpoint"
    assert other.checkpoint.name in str(zoo.card(MODEL).ages)
    assert not zoo.load(MODEL, other.checkpoint.name).training
    assert zoo.card(MODEL).age("") == zoo.card(MODEL).checkpoint(usual)
    assert zoo.card(MODEL).age(zoo.UNTRAINED) is None


def test_a_page_is_told_what_it_needs(kept: ages.Trained) -> None:
    assert ages.HERE.listing() == [
        {
            **{"model": MODEL, "name": kept.checkpoint.name, "bytes": len(kept.data)},
            **{"sha256": kept.checkpoint.sha256, "tested": 2000, "accuracy": 0.5},
            **{"epoch": 1, "batch": 3, "images": 240},
        }
    ]
    zoo.keep("", ())
    assert ages.HERE.listing() == []
