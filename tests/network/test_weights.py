"""The weights and pictures that are shipped.

What their cards say, and whether they recognise what people draw.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import load_file

from explorer import places
from explorer.incoming import samples
from explorer.learning.recipes import CLOTHES, LABELS, NETWORKS, Recipe
from explorer.network import zoo
from explorer.records import Pixels
from tests.drawings.__main__ import drawings, shares
from tests.drawings.raster import KINDS, Kind

CARDS = {
    path.parent.name: json.loads(path.read_text("utf-8"))
    for path in sorted(places.MODELS.glob("*/card.json"))
}
FILES = [(name, item["file"]) for name, card in CARDS.items() for item in card["checkpoints"]]
SIDES = (False, True)
LEAST = {"fashion-mlp": 0.91, "course-sequential": 0.82, "fashion-cnn": 0.92, "digits-mlp": 0.983}
LARGEST = 1_400_000  # bytes of one checkpoint: the page fetches it too
everyone = pytest.mark.parametrize("name", CARDS)


def entry(name: str, file: str) -> dict[str, Any]:
    (found,) = (item for item in CARDS[name]["checkpoints"] if item["file"] == file)
    return dict(found)


def logits(name: str, images: Pixels) -> torch.Tensor:
    with torch.inference_mode():
        answer: torch.Tensor = zoo.load(name)(
            torch.from_numpy(images.astype(np.float32) / np.float32(255))
        )
    return answer


def shown() -> tuple[Pixels, NDArray[np.int64]]:
    """Return the shipped samples, (N, 28, 28) uint8, and their classes (N,)."""
    listed = samples.listing()
    pixels = [
        np.frombuffer(base64.b64decode(each["pixels"]), dtype=np.uint8).reshape(28, 28)
        for each in listed
    ]
    return np.stack(pixels), np.array([each["label"] for each in listed])


@cache
def ranks() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the classes of all own drawings, (N,), and the place from 0 of the right one, (N,)."""
    pairs = [drawings(kind, held_out=held_out) for kind in KINDS for held_out in SIDES]
    images, classes = (np.concatenate(values) for values in zip(*pairs, strict=True))
    order = logits("fashion-mlp", images).argsort(1, descending=True).numpy()
    return classes, (order == classes[:, None]).argmax(1)


# ---------------------------------------------------------------- cards


def test_the_networks_of_the_course_are_shipped_one_of_maps_and_one_of_digits() -> None:
    assert set(CARDS) == set(NETWORKS)
    assert set(CARDS) == {"fashion-mlp", "course-sequential", "fashion-cnn", "digits-mlp"}


def test_a_network_of_maps_is_small() -> None:
    assert sum(each.numel() for each in zoo.load("fashion-cnn").parameters()) <= 200_000


def test_all_weights_together_have_room_in_a_clone() -> None:
    sizes = [path.stat().st_size for path in places.MODELS.rglob("*.safetensors")]
    assert sum(sizes) <= 60_000_000


@everyone
def test_a_card_is_complete(name: str) -> None:
    card = CARDS[name]
    assert card["name"] == name
    assert card["builder"] == NETWORKS[name]
    assert card["labels"] == LABELS[card["dataset"]]
    assert {language: len(set(names)) for language, names in card["labels"].items()} == {
        "en": 10,
        "zh": 10,
    }
    assert all(set(title) == {"en", "zh"} for title in (card["title"], card["labels"]))
    assert card["licence"] == "MIT"
    assert card["data"].startswith(f"{card['dataset']}: 60,000 images")
    assert ("Zalando" in card["data"]) == (card["dataset"] == "FashionMNIST")
    shape = ", ".join(map(str, card["shape"]))
    assert f"(N, {shape}) float32" in card["input"]
    assert isinstance(card["seed"], int)
    assert "rounded to float16" in card["weights"]
    # after the first batches many answers are ties: rounding turns some of 10,000
    assert all(item["changed"] <= (0 if item["epoch"] else 10) for item in card["checkpoints"])


@everyone
def test_the_default_checkpoint_is_there_and_the_best(name: str) -> None:
    card = CARDS[name]
    (default,) = (item for item in card["checkpoints"] if item["name"] == card["default"])
    assert (places.MODELS / name / default["file"]).is_file()
    assert default["accuracy"] == max(item["accuracy"] for item in card["checkpoints"])
    assert (
        default["epoch"]
        == max(item["epoch"] for item in card["checkpoints"])
        == card["recipe"]["epochs"]
    )


@everyone
def test_accuracy_grows_from_checkpoint_to_checkpoint(name: str) -> None:
    found = [item["accuracy"] for item in CARDS[name]["checkpoints"] if item["epoch"]]
    assert all(after >= before - 0.003 for before, after in itertools.pairwise(found))
    assert all(0.3 < share < 1 for share in found)
    first = CARDS[name]["checkpoints"][0]
    assert first["batch"] == 1, "from the first step on"
    assert first["accuracy"] < 0.5


@everyone
def test_a_life_has_many_ages(name: str) -> None:
    ages = 1 + len(CARDS[name]["checkpoints"])  # the untrained network is the first
    assert ages >= (10 if name == "digits-mlp" else 20)


@everyone
def test_networks_are_as_good_as_the_readme_says(name: str) -> None:
    card = zoo.card(name)
    assert (card.checkpoint(card.default).accuracy or 0) >= LEAST[name]


@everyone
def test_the_recipe_names_everything_that_decides_the_weights(name: str) -> None:
    card = CARDS[name]
    given = card["recipe"]
    recipe = Recipe(**{**given, **{each: tuple(given[each]) for each in ("early", "kept")}})
    assert (recipe.model, recipe.seed) == (name, card["seed"])
    assert set(given) == set(Recipe.__slots__)
    epochs = [item for item in card["checkpoints"] if item["epoch"]]
    assert [item["epoch"] for item in epochs] == sorted({*recipe.kept, recipe.epochs})
    batches = -(-60_000 // recipe.batch)  # of an epoch, the last one smaller
    assert [item["images"] for item in epochs] == [60_000 * item["epoch"] for item in epochs]
    assert [item["batch"] for item in epochs] == [batches * item["epoch"] for item in epochs]


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_file_is_what_its_card_says(name: str, file: str) -> None:
    data = (places.MODELS / name / file).read_bytes()
    item = entry(name, file)
    assert hashlib.sha256(data).hexdigest() == item["sha256"]
    age = f"epoch-{item['epoch']:03d}"
    if item["batch"] % 118:  # batches of an epoch
        age = f"batch-{item['batch']:04d}"
    assert file == f"{item['name']}.safetensors" == f"{age}.safetensors"
    assert len(data) < LARGEST


@pytest.mark.parametrize(("name", "file"), FILES)
def test_a_file_holds_the_networks_parameters_and_nothing_else(name: str, file: str) -> None:
    expected = {
        key: tuple(values.shape)
        for key, values in zoo.load(name, zoo.UNTRAINED).state_dict().items()
    }
    with safe_open(places.MODELS / name / file, "pt") as stored:
        found = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118  not a dict
        assert not stored.metadata(), "no more than weights"
    assert {key: tuple(values.shape) for key, values in found.items()} == expected
    for key, values in found.items():
        assert values.dtype is torch.float16
        assert torch.isfinite(values).all(), key
        assert float(values.float().std()) > 0, key


@pytest.mark.parametrize(("name", "file"), FILES)
def test_the_network_computes_with_the_numbers_of_the_file(name: str, file: str) -> None:
    """As a snippet loads them: float16 copied into float32 parameters, exactly."""
    stored = load_file(places.MODELS / name / file)
    plain = zoo.BUILDERS[CARDS[name]["builder"]]()
    plain.load_state_dict(stored)
    ours = zoo.load(name, entry(name, file)["name"]).state_dict()
    for key, values in plain.state_dict().items():
        assert values.dtype is torch.float32
        assert np.array_equal(values.numpy(), stored[key].numpy().astype(np.float32))
        assert torch.equal(values, ours[key])


@everyone
def test_nothing_else_lies_beside_a_card(name: str) -> None:
    found = {path.name for path in (places.MODELS / name).iterdir()}
    (default,) = (
        each for each in CARDS[name]["checkpoints"] if each["name"] == CARDS[name]["default"]
    )
    measured = f"liking-{default['sha256']}.npz"
    assert found == {"card.json", measured, *(file for model, file in FILES if model == name)}


def test_no_two_files_are_the_same() -> None:
    sums = [entry(name, file)["sha256"] for name, file in FILES]
    assert len(set(sums)) == len(sums)


# ---------------------------------------------------------------- samples


def test_every_class_has_a_sample() -> None:
    images, classes = shown()
    assert len(images) >= 10
    assert set(classes.tolist()) == set(range(10))
    assert max(Counter(classes.tolist()).values()) <= 2
    assert {each["kind"] for each in samples.listing()} == set(KINDS)


def test_most_samples_are_recognised() -> None:
    images, classes = shown()
    best = logits("fashion-mlp", images).argmax(1).numpy()
    wrong = [
        f"{CLOTHES['en'][label]} as {CLOTHES['en'][taken]}"
        for label, taken in zip(classes, best, strict=True)
        if label != taken
    ]
    assert 1 - len(wrong) / len(images) >= 0.80, ", ".join(wrong)


def test_every_sample_is_among_the_first_three() -> None:
    images, classes = shown()
    best = logits("fashion-mlp", images).topk(3).indices.numpy()
    assert (best == classes[:, None]).any(axis=1).all()


# ---------------------------------------------------------------- our own drawings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("held_out", SIDES)
def test_a_drawings_class_is_among_the_first_three(kind: Kind, held_out: bool) -> None:
    first, three = shares("fashion-mlp", "", kind, held_out=held_out)
    assert three >= 0.90
    assert first >= 0.65


def test_the_drawings_are_balanced_and_their_own() -> None:
    for kind in KINDS:
        for held_out in SIDES:
            images, classes = drawings(kind, held_out=held_out)
            assert set(Counter(classes.tolist()).values()) == {12}, (
                "three designs of each class, four times"
            )
            assert images.shape[1:] == (28, 28)
            assert images.dtype == np.dtype(np.uint8)
            assert len({image.tobytes() for image in images}) == len(images)


@pytest.mark.parametrize("label", range(10), ids=CLOTHES["en"])
def test_no_class_of_drawings_is_lost(label: int) -> None:
    classes, place = ranks()
    mine = place[classes == label]
    assert (mine < 3).mean() >= 0.85
    assert (mine == 0).mean() > 0.15, "better than guessing"


@pytest.mark.parametrize("label", [0, 1, 3, 5, 7, 8, 9], ids=lambda label: CLOTHES["en"][label])
def test_what_has_a_shape_of_its_own_is_recognised(label: int) -> None:
    """All but pullover, coat and shirt, which are one silhouette."""
    classes, place = ranks()
    assert (place[classes == label] == 0).mean() >= 0.80


def test_a_trained_network_beats_the_untrained_one_by_far() -> None:
    for kind in KINDS:
        first, three = shares("fashion-mlp", zoo.UNTRAINED, kind, held_out=True)
        assert first < 0.3
        assert three < 0.6
