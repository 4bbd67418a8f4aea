"""Ages that are trained here: as whole as those shipped, and gone without a trace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from explorer import viewing
from explorer.errors import UnknownModel
from explorer.network import ages, chain, nets, parameters, zoo
from explorer.network.scene import look
from explorer.records import Query, Versus
from explorer.sections import code, trust, versus
from explorer.ui import layout

MODEL = "course-sequential"
IMAGE = np.random.default_rng(4).integers(0, 256, 784, dtype=np.uint8).tobytes()


def learnt(seed: int) -> ages.Kept:
    """Weights that nobody ships, as after one epoch."""
    torch.manual_seed(seed)
    seen = {"epoch": 1, "batch": 3, "images": 240, "accuracy": 0.5, "tested": 2000}
    data = save(nets.course_sequential().state_dict())
    return ages.kept(data, ages.TRAINED, file="epoch-001.safetensors", **seen)


@pytest.fixture
def kept() -> Iterator[ages.Kept]:
    found = learnt(7)
    zoo.keep(MODEL, [found])
    yield found
    zoo.keep(MODEL, ())


def test_the_whole_page_shows_it(kept: ages.Kept) -> None:
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


def test_it_goes_whole_and_leaves_the_shipped_as_they_are(kept: ages.Kept) -> None:
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


def test_who_looks_at_one_as_it_goes_is_told_what_it_is(kept: ages.Kept) -> None:
    name = kept.checkpoint.name
    mine = look(Query(model=MODEL, checkpoint=name, images=(IMAGE,)))
    asked = Query(model=MODEL, images=(IMAGE,), versus=Versus(checkpoint=name))
    two = look(asked), look(replace(asked, checkpoint=name, versus=None))
    zoo.keep(MODEL, ())
    assert trust.section(mine)[0] == {"known": False, "reason": "here"}
    assert 'load_file("epoch-001.safetensors")' in str(code.section(mine)[0])
    assert versus.names(*two) == ("epoch 40", "epoch 1, trained here")
    assert zoo.file(mine.card, kept.checkpoint) == kept.data


def test_one_that_comes_or_goes_while_it_is_loaded_leaves_nothing_behind(
    kept: ages.Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run begins in the very moment in which somebody's network is built."""
    name, before = kept.checkpoint.name, zoo.card(MODEL)

    def built() -> torch.nn.Module:
        zoo.keep(MODEL, ())
        return nets.course_sequential()

    monkeypatch.setitem(zoo.BUILDERS, "course_sequential", built)
    weights = zoo.load(MODEL, name).state_dict()
    assert all(torch.equal(each, weights[key]) for key, each in load(kept.data).items())
    with pytest.raises(UnknownModel):
        zoo.load(MODEL, name)
    zoo.keep(MODEL, [kept])
    assert zoo.load(zoo.card(MODEL), name) is zoo.load(MODEL, name)
    zoo.keep(MODEL, ())
    for ask in (lambda: zoo.load(before, name), lambda: parameters.listing(MODEL, name)):
        with pytest.raises(UnknownModel):
            ask()


def test_a_page_is_told_what_it_needs(kept: ages.Kept) -> None:
    assert ages.HERE.listing() == [
        {
            **{"model": MODEL, "name": kept.checkpoint.name, "bytes": len(kept.data)},
            **{"sha256": kept.checkpoint.sha256, "tested": 2000, "accuracy": 0.5},
            **{"epoch": 1, "batch": 3, "images": 240, "given": ""},
        }
    ]
    zoo.keep("", ())
    assert ages.HERE.listing() == []


def test_a_file_that_is_brought_again_takes_nobodys_place() -> None:
    shelf, files = ages.Shelf(), [learnt(seed) for seed in range(ages.MOST + 1)]
    for each in files[: ages.MOST]:
        assert not shelf.add(MODEL, each)
    assert not shelf.add(MODEL, files[ages.MOST - 1]), "it is there already"
    assert not shelf.add(MODEL, files[0]), "now it is the newest"
    assert shelf.of(MODEL) == (*files[1 : ages.MOST], files[0])
    assert shelf.add(MODEL, files[ages.MOST]), "the oldest goes"
    assert shelf.of(MODEL) == (*files[2 : ages.MOST], files[0], files[ages.MOST])
