"""The data set is read as it was written, or is said to be missing or damaged."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer import places
from explorer.errors import MissingData
from explorer.incoming import datasets
from tests.learning.places import (
    TEST,
    TRAIN,
    Place,
    made,
    written,
)
from tests.learning.test_training import command


@pytest.mark.parametrize("train", [True, False])
def test_the_data_are_read_as_they_were_written(place: Place, train: bool) -> None:
    images, labels = datasets.load("FashionMNIST", train=train, directory=place.data)
    expected, classes = made(TRAIN if train else TEST, int(train))
    assert (images.dtype, labels.dtype) == (torch.uint8, torch.int64)
    assert np.array_equal(images.numpy(), expected)
    assert np.array_equal(labels.numpy(), classes)


def test_the_data_are_where_the_variable_says(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert datasets.root() == places.DATA
    monkeypatch.setenv(datasets.VARIABLE, "")
    assert datasets.root() == places.DATA
    monkeypatch.setenv(datasets.VARIABLE, str(place.data))
    assert datasets.root() == place.data
    assert len(datasets.load("FashionMNIST", train=False)[0]) == TEST


def test_a_random_test_image_is_one_of_the_test_set(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(datasets.VARIABLE, str(place.data))
    images, labels = place.test
    seen = set()
    for _ in range(40):
        found = datasets.random_test_image("FashionMNIST")
        assert set(found) == {"pixels", "label", "index"}
        assert base64.b64decode(found["pixels"]) == images[found["index"]].tobytes()
        assert found["label"] == labels[found["index"]]
        seen.add(found["index"])
        json.dumps(found)
    assert len(seen) > 5


@pytest.mark.usefixtures("place")
def test_data_that_are_not_there_are_said_to_be_missing() -> None:
    for ask in (
        lambda: datasets.random_test_image("FashionMNIST"),
        lambda: datasets.load("FashionMNIST", train=True),
    ):
        with pytest.raises(MissingData) as caught:
            ask()
        assert caught.value.key == "data.missing"
        assert str(caught.value).startswith(
            "FashionMNIST was not found in “nothing here”. Expected FashionMNIST/raw"
        )
        assert caught.value.sentence("zh") != caught.value.sentence("en")


@pytest.mark.usefixtures("place")
def test_data_that_come_later_are_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingData):
        datasets.random_test_image("FashionMNIST")
    monkeypatch.setattr(places, "DATA", place.data)
    assert datasets.random_test_image("FashionMNIST")["index"] < TEST


def spoil_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def spoil_empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil_text(path: Path) -> None:
    path.write_bytes(b"<html>not found</html>")


@pytest.mark.parametrize("spoil", [spoil_cut, spoil_empty, spoil_text])
def test_damaged_data_are_said_to_be_unusable(
    place: Place, spoil: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(place.data / "FashionMNIST" / "raw" / "train-images-idx3-ubyte")
    assert command(place) == 1
    assert "FashionMNIST" in capsys.readouterr().err


IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
CLASSES = (np.arange(TRAIN) % 10).astype(np.uint8)
# A whole idx file each time, of something else: what torch would make of it is a fault in a layer.
OTHERS = {
    "images of another size": (IMAGES, np.zeros((TRAIN, 20, 20), np.uint8)),
    "too few labels": (LABELS, CLASSES[:100]),
    "too many labels": (LABELS, np.concatenate([CLASSES, CLASSES])),
    "labels of 47 classes": (LABELS, CLASSES + 37),
    "labels in place of images": (IMAGES, CLASSES),
    "not one image": (IMAGES, np.zeros((0, 28, 28), np.uint8)),
}


@pytest.mark.parametrize("other", OTHERS)
def test_files_of_something_else_are_said_to_be_damaged(place: Place, other: str) -> None:
    name, values = OTHERS[other]
    written(place.data / "FashionMNIST" / "raw" / name, values)
    _unusable(place, "is damaged or empty")


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_a_file_that_breaks_off_is_not_said_to_be_missing(place: Place, name: str) -> None:
    spoil_cut(place.data / "FashionMNIST" / "raw" / name)
    _unusable(place, "is damaged or empty")


def test_numbers_of_another_type_are_said_to_be_damaged(place: Place) -> None:
    path = place.data / "FashionMNIST" / "raw" / IMAGES
    path.write_bytes(b"\0\0\x09\x03" + path.read_bytes()[4:])  # signed bytes
    _unusable(place, "is damaged or empty")


@pytest.mark.parametrize("name", [LABELS, "t10k-images-idx3-ubyte"])
def test_one_of_four_files_is_missing(place: Place, name: str) -> None:
    (place.data / "FashionMNIST" / "raw" / name).unlink()
    _unusable(place, "was not found")


def _unusable(place: Place, words: str) -> None:
    with pytest.raises(MissingData, match=words):
        datasets.load("FashionMNIST", train=True, directory=place.data)
