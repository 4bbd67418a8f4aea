"""Training on a tiny data set.

A card that can be read, weights that can be loaded, and sentences when it cannot be.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from explorer.learning import recipes, training
from explorer.learning.recipes import Recipe
from explorer.network import zoo
from tests.learning.places import (
    TINY,
    TRAIN,
    Arrays,
    Place,
    forget,
    made,
)


def command(place: Place, *more: str) -> int:
    usual = ["--epochs", "1", "--batch", "40", "--early", "1000"]  # no such batch
    return training.main(["--data", str(place.data), *usual, *more])


# ---------------------------------------------------------------- one epoch, all the way to the
# page


@pytest.mark.parametrize("model", sorted(recipes.NETWORKS))
def test_one_epoch_gives_a_card_and_weights_that_load(
    place: Place, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(place, "--model", model, "--seed", "4") == 0
    said = capsys.readouterr()
    assert said.out.endswith(f"Card: {place.models / model / 'card.json'}\n")
    assert "\repoch   1/1 [##############################] loss " in said.out
    assert not said.err
    forget()
    card = zoo.card(model)
    (checkpoint,) = card.checkpoints
    assert (checkpoint.name, checkpoint.epoch, card.default) == ("epoch-001", 1, "epoch-001")
    assert (card.seed, card.builder) == (4, recipes.NETWORKS[model])
    path = place.models / model / checkpoint.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == checkpoint.sha256
    assert {each.name for each in (place.models / model).iterdir()} == {
        "card.json",
        checkpoint.file,
    }
    assert {len(names) for names in card.labels.values()} == {10}
    assert set(card.statistics) == {"ink", "mean", "border", "edges"}
    assert all(0 <= low <= high <= 1 for low, high in card.statistics.values())
    assert card.details["licence"] == "MIT"
    assert card.details["checkpoints"][0]["changed"] == 0
    assert {values.dtype for values in load_file(path).values()} == {torch.float16}
    assert card.details["recipe"] | {"kept": Recipe().kept, "early": Recipe().early} == {
        name: getattr(Recipe(model=model, epochs=1, batch=40, seed=4), name)
        for name in Recipe.__slots__
    }
    images, labels = place.test
    taken = torch.from_numpy(images).float().view(-1, *card.input.shape) / 255
    predicted = zoo.load(model)(taken).argmax(1).numpy()
    assert checkpoint.accuracy == (predicted == labels).mean()
    assert f"test accuracy {100 * (checkpoint.accuracy or 0):.2f} %" in said.out


def test_weights_go_where_out_says(place: Place, tmp_path: Path) -> None:
    assert (
        command(
            place, "--out", str(tmp_path / "deep" / "elsewhere"), "--model", "course-sequential"
        )
        == 0
    )
    assert (tmp_path / "deep" / "elsewhere" / "card.json").is_file()
    assert not place.models.exists()


def test_only_the_wanted_epochs_are_kept_and_the_last_always(place: Place) -> None:
    recipe = Recipe(model="course-sequential", epochs=4, batch=120, early=(), kept=(1, 3))
    path = training.run(
        recipe, place.data, place.models / recipe.model, download=False, tell=lambda _: None
    )
    card = json.loads(path.read_text("utf-8"))
    assert [item["epoch"] for item in card["checkpoints"]] == [1, 3, 4]
    assert card["default"] == "epoch-004"
    assert len({item["sha256"] for item in card["checkpoints"]}) == 3
    forget()
    weights = [
        zoo.load(recipe.model, item["name"]).state_dict()["1.weight"]
        for item in card["checkpoints"]
    ]
    assert not torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[1], weights[2])


def test_the_first_batches_are_ages_too(place: Place) -> None:
    options = ("--model", "course-sequential", "--epochs", "2", "--early", "1,2", "--kept", "1")
    assert command(place, *options) == 0
    forget()
    ages = [
        (age.name, age.epoch, age.batch, age.images)
        for age in zoo.card("course-sequential").checkpoints
    ]
    images, whole = TRAIN, TRAIN // 40
    assert ages == [
        ("batch-0001", 0, 1, 40),
        ("batch-0002", 0, 2, 80),
        ("epoch-001", 1, whole, images),
        ("epoch-002", 2, 2 * whole, 2 * images),
    ]


# ---------------------------------------------------------------- the training itself


def weights(recipe: Recipe, arrays: Arrays) -> dict[str, torch.Tensor]:
    images, labels = (torch.from_numpy(values) for values in arrays)
    model: nn.Module = nn.Identity()
    for _, model in training.train(recipe, images, labels.long()):  # noqa: B007  the last one counts
        pass
    return model.state_dict()


@pytest.mark.parametrize("model", sorted(recipes.NETWORKS))
def test_the_seed_decides_the_weights(model: str) -> None:
    recipe, arrays = replace(TINY, model=model), made(80, 1)
    torch.manual_seed(123)
    one = weights(recipe, arrays)
    torch.rand(5)
    two, other = weights(recipe, arrays), weights(replace(recipe, seed=2), arrays)
    assert one.keys() == two.keys()
    for key, values in one.items():
        assert torch.equal(values, two[key]), key
        assert torch.isfinite(values).all()
        assert not torch.equal(values, other[key]), key


def test_epochs_are_counted_and_the_network_is_ready() -> None:
    images, labels = (torch.from_numpy(values) for values in made(40, 1))
    said: list[str] = []
    recipe = replace(TINY, model="course-sequential", epochs=3, batch=16)
    steps = 0
    for expected, (age, model) in enumerate(
        training.train(recipe, images, labels.long(), said.append), start=1
    ):
        assert (age.epoch, age.complete) == (expected, True)
        assert (age.batch, age.images) == (3 * expected, 40 * expected)
        assert not any(module.training for module in model.modules())
        steps += 3  # batches of 16, 16 and 8
        assert len(said) == steps
    assert steps == 9
    assert said[0].startswith("\repoch   1/3 [##########....................] loss ")
    assert all(text.startswith("\repoch") for text in said)


def test_what_can_be_learnt_is_learnt() -> None:
    images, labels = (torch.from_numpy(values) for values in made(400, 1))
    test, classes = (torch.from_numpy(values) for values in made(100, 2))
    recipe = Recipe(model="course-sequential", epochs=12, batch=40, rate=1e-2, drawn=0.0, early=())
    shares = [
        training.accuracy(model, test, classes)
        for _, model in training.train(recipe, images, labels.long())
    ]
    assert shares[-1] > 0.95
    assert shares[-1] > shares[0]


def test_the_shirts_weight_matters_for_drawn_shirts_alone() -> None:
    images, _ = made(40, 1)
    light, heavy = (
        replace(TINY, model="course-sequential", shirt=0.1),
        replace(TINY, model="course-sequential", shirt=3.0),
    )

    def same(label: int, *, drawn: float) -> bool:
        arrays = images, np.full(40, label, dtype=np.uint8)
        one, two = (weights(replace(recipe, drawn=drawn), arrays) for recipe in (light, heavy))
        return all(torch.equal(one[key], two[key]) for key in one)

    assert not same(recipes.SHIRT, drawn=1.0)
    assert same(recipes.SHIRT, drawn=0.0)
    assert same(8, drawn=1.0)
    assert recipes.CLOTHES["en"][recipes.SHIRT] == "Shirt"


class Loudest(nn.Module):
    """Ten logits that are the first ten pixels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1)[:, :10]


@pytest.mark.parametrize("count", [1, 7, 4001])
def test_accuracy_is_the_share_of_right_answers(count: int) -> None:
    labels = torch.arange(count) % 10
    images = torch.zeros(count, 28, 28, dtype=torch.uint8)
    images[torch.arange(count), 0, labels] = 255
    assert training.accuracy(Loudest(), images, labels) == 1
    wrong = labels.clone()
    wrong[0] = 5
    assert training.accuracy(Loudest(), images, wrong) == pytest.approx((count - 1) / count)
    assert training.accuracy(Loudest(), images, (labels + 1) % 10) == 0


def test_what_is_usual_is_measured_on_photographs_and_drawings() -> None:
    images = torch.from_numpy(made(200, 1)[0])
    found = training.usual(Recipe(), images)
    assert found == training.usual(Recipe(), images)
    assert set(found) == {"ink", "mean", "border", "edges"}
    assert found["ink"][0] < 0.3, "a drawing leaves paper"
    assert found["ink"][1] > 0.95, "a photograph full of noise does not"
