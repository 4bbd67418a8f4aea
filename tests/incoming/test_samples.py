"""The drawings to start from: readable, ours, one for every class."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from PIL import Image

from explorer import places
from explorer.incoming import queries, samples
from explorer.incoming.cards import DATASETS
from explorer.network import zoo
from explorer.records import PIXELS, SIDE

EVERY = [each for name in DATASETS for each in samples.listing(name)]


def test_every_sample_is_an_image_a_query_takes() -> None:
    for entry in EVERY:
        assert set(entry) == {"label", "kind", "pixels"}
        (pixels,) = queries.read({"images": [entry["pixels"]]}).images
        assert len(pixels) == PIXELS
        assert max(pixels) > 100, "something is drawn"
        assert pixels[0] == 0, "on black"


def test_a_data_set_without_samples_has_none() -> None:
    assert samples.listing("nonsense") == ()


def test_no_two_samples_are_the_same() -> None:
    assert len({entry["pixels"] for entry in EVERY}) == len(EVERY)


@pytest.mark.parametrize("model", zoo.cards())
def test_every_class_of_every_network_has_a_sample(model: str) -> None:
    card = zoo.card(model)
    listed = samples.listing(card.dataset)
    assert {entry["label"] for entry in listed} == set(range(len(card.labels["en"])))


def test_the_list_and_the_folder_agree() -> None:
    entries = json.loads((places.SAMPLES / "samples.json").read_text("utf-8"))
    files = [entry["file"] for entry in entries]
    assert sorted(files) == sorted(path.name for path in places.SAMPLES.glob("*.png"))
    assert len(EVERY) == len(files)
    for entry, listed in zip(entries, EVERY, strict=True):
        with Image.open(places.SAMPLES / entry["file"]) as picture:
            assert (picture.mode, picture.size) == ("L", (SIDE, SIDE))
            grey = np.asarray(picture)
        assert (listed["label"], listed["kind"]) == (entry["label"], entry["kind"])
        assert base64.b64decode(listed["pixels"]) == grey.tobytes()
