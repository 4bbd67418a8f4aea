"""What is measured of pictures, and what is out of the usual range."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from explorer.incoming import samples
from explorer.maths import likeness
from explorer.network import zoo
from explorer.records import Pixels


def blank() -> Pixels:
    return np.zeros((28, 28), dtype=np.uint8)


def measured(image: Pixels) -> dict[str, float]:
    return {name: float(values[0]) for name, values in likeness.measures(image[None]).items()}


def test_measures_of_hand_made_pictures() -> None:
    white, spot, corner, half, chess = (blank() for _ in range(5))
    white[:] = 255
    spot[14, 14] = 255
    corner[0, 0] = 255
    half[:, :14] = 255
    chess[::2, ::2], chess[1::2, 1::2] = 255, 255
    near = pytest.approx
    assert measured(blank()) == {"ink": 0, "mean": 0, "border": 0, "edges": 0}
    assert measured(white) == {"ink": 1, "mean": 1, "border": 1, "edges": 0}
    assert measured(spot) == {
        "ink": near(1 / 784),
        "mean": near(1 / 784),
        "border": 0,
        "edges": near(2 / 756),
    }
    assert measured(corner) == {
        "ink": near(1 / 784),
        "mean": near(1 / 784),
        "border": near(1 / 108),
        "edges": near(1 / 756),
    }
    assert measured(half) == {"ink": 0.5, "mean": 0.5, "border": near(0.5), "edges": near(1 / 54)}
    assert measured(chess) == {"ink": 0.5, "mean": near(0.5), "border": near(0.5), "edges": 1}
    assert measured(np.full((28, 28), 51, dtype=np.uint8)) == {
        "ink": 1,
        "mean": near(0.2),
        "border": near(0.2),
        "edges": 0,
    }


def test_many_pictures_are_measured_each_for_itself() -> None:
    images = np.random.default_rng(2).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    together = likeness.measures(images)
    for place, image in enumerate(images):
        assert {name: values[place] for name, values in together.items()} == measured(image)


def test_the_usual_range_leaves_out_one_in_four_hundred_at_either_end() -> None:
    greys = np.arange(256, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), dtype=np.uint8)
    found = likeness.ranges(greys)
    assert found["mean"] == found["border"] == [0.0025, 0.9975]
    assert found["edges"] == [0, 0]
    assert found["ink"] == [pytest.approx(0.6375, abs=1e-4), 1.0], (
        "all but the black one are full of ink"
    )


USUAL = {"ink": [0.1, 0.9], "mean": [0.05, 0.6], "border": [0.0, 0.5], "something else": [0.0, 0.0]}


def test_what_is_out_of_its_range_is_told_with_the_range() -> None:
    white = np.full((28, 28), 255, dtype=np.uint8)
    assert likeness.unlike(white, USUAL) == (
        ("ink", 1.0, 0.1, 0.9),
        ("mean", 1.0, 0.05, 0.6),
        ("border", 1.0, 0.0, 0.5),
    )
    assert likeness.unlike(blank(), USUAL) == (("ink", 0.0, 0.1, 0.9), ("mean", 0.0, 0.05, 0.6))
    assert likeness.unlike(white, {}) == ()


def test_the_ends_of_a_range_belong_to_it() -> None:
    half = blank()
    half[:, :14] = 255
    assert likeness.unlike(half, {"ink": [0.5, 0.5]}) == ()
    assert [
        found[0] for found in likeness.unlike(half, {"ink": [0.51, 0.9], "mean": [0.0, 0.49]})
    ] == ["ink", "mean"]


@pytest.mark.parametrize("name", zoo.cards())
def test_our_own_samples_are_like_what_the_network_knows_and_noise_is_not(name: str) -> None:
    usual = zoo.card(name).statistics
    assert set(usual) == set(measured(blank()))
    for entry in samples.listing(zoo.card(name).dataset):
        pixels = np.frombuffer(base64.b64decode(entry["pixels"]), dtype=np.uint8).reshape(28, 28)
        assert likeness.unlike(pixels, usual) == ()
        inverted = np.uint8(255) - pixels
        assert "border" in {found[0] for found in likeness.unlike(inverted, usual)}
    noise = np.random.default_rng(1).integers(0, 256, (28, 28), dtype=np.uint8)
    assert "edges" in {found[0] for found in likeness.unlike(noise, usual)}
    assert likeness.unlike(blank(), usual)
