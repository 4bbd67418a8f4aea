from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.errors import InvalidQuery
from explorer.maths import perturbations
from explorer.maths.perturbations import NAMES, RANGES, apply, sweep
from explorer.records import Floats, Pixels
from explorer.words import LANGUAGES

IMAGES = arrays.arrays(np.uint8, (28, 28))


def dot(row: int = 13, column: int = 13) -> Pixels:
    pixels = np.zeros((28, 28), dtype=np.uint8)
    pixels[row, column] = 255
    return pixels


def block(size: int = 8) -> Pixels:
    pixels = np.zeros((28, 28), dtype=np.uint8)
    pixels[14 - size // 2 : 14 + size // 2, 14 - size // 2 : 14 + size // 2] = 255
    return pixels


def noisy(seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), dtype=np.uint8)


def plain(pixels: Pixels) -> Floats:
    return np.asarray(pixels / np.float32(255), dtype=np.float32)


def test_every_name_has_a_range_with_the_neutral_amount_inside() -> None:
    assert tuple(RANGES) == NAMES
    for low, high, neutral, step in RANGES.values():
        assert low <= neutral <= high
        assert low < high
        assert step > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_sweep_runs_through_its_range_in_41_equal_steps(name: str) -> None:
    low, high, neutral, step = RANGES[name]
    amounts, images = sweep(noisy(), name)
    assert amounts.shape == (41,)
    assert (amounts[0], amounts[-1]) == (low, high)
    assert neutral in amounts
    np.testing.assert_allclose(np.diff(amounts), step, atol=1e-9)
    assert images.shape == (41, 28, 28)
    assert images.dtype == np.float32
    assert not images.flags.writeable


@settings(max_examples=25, deadline=None)
@given(IMAGES, st.sampled_from(NAMES))
def test_the_neutral_amount_changes_no_bit(pixels: Pixels, name: str) -> None:
    neutral = RANGES[name][2]
    assert (apply(pixels, name, neutral) == plain(pixels)).all()
    amounts, images = sweep(pixels, name)
    assert (images[amounts == neutral][0] == plain(pixels)).all()


@settings(max_examples=60, deadline=None)
@given(IMAGES, st.sampled_from(NAMES), st.floats(0, 1))
def test_every_amount_gives_grey_values(pixels: Pixels, name: str, share: float) -> None:
    low, high, _, _ = RANGES[name]
    image = apply(pixels, name, min(high, low + share * (high - low)))
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert np.isfinite(image).all()
    assert 0 <= image.min() <= image.max() <= 1


@pytest.mark.parametrize("name", NAMES)
def test_one_image_is_its_place_in_the_sweep(name: str) -> None:
    amounts, images = sweep(noisy(), name)
    for index in (0, 7, 20, 33, 40):
        assert (apply(noisy(), name, float(amounts[index])) == images[index]).all()


@settings(max_examples=30, deadline=None)
@given(IMAGES, st.integers(-8, 8))
def test_whole_shifts_move_pixels_exactly_and_let_black_in(pixels: Pixels, by: int) -> None:
    right = np.zeros((28, 28), dtype=np.float32)
    right[:, max(0, by) : 28 + min(0, by)] = plain(pixels)[:, max(0, -by) : 28 - max(0, by)]
    np.testing.assert_allclose(apply(pixels, "shift_x", by), right, atol=1e-7)
    np.testing.assert_allclose(apply(pixels.T, "shift_y", by), right.T, atol=1e-7)


def test_half_a_pixel_is_shared_by_two() -> None:
    moved = apply(dot(), "shift_x", 0.4)
    assert moved[13, 13] == pytest.approx(0.6)
    assert moved[13, 14] == pytest.approx(0.4)
    assert moved.sum() == pytest.approx(1)


def test_turning_is_counter_clockwise_about_the_centre() -> None:
    bar = np.zeros((28, 28), dtype=np.uint8)
    bar[13:15, 14:24] = 255  # points to the right
    turned = apply(bar, "rotate", 45)
    rows, columns = np.nonzero(turned > 0.5)
    assert rows.min() < 9  # now up and to the right
    assert rows.max() < 16
    assert columns.max() > 18
    np.testing.assert_allclose(apply(bar[::-1], "rotate", -45), turned[::-1], atol=1e-6)


@pytest.mark.parametrize("degrees", [-30.0, 7.0, 45.0])
def test_a_turned_ramp_is_the_ramp_along_the_turned_axis(degrees: float) -> None:
    """Bilinear reading reproduces what is linear exactly."""
    ramp = np.tile((9 * np.arange(28)).astype(np.uint8), (28, 1))
    down, across = np.mgrid[0:28, 0:28] - 13.5
    angle = np.radians(degrees)
    along = 13.5 + np.cos(angle) * across - np.sin(angle) * down
    inside = np.hypot(down, across) < 13  # further out, black may have come in
    np.testing.assert_allclose(
        apply(ramp, "rotate", degrees)[inside], 9 * along[inside] / 255, atol=1e-6
    )


@pytest.mark.parametrize(("factor", "side"), [(0.5, 4), (1.5, 12)])
def test_scaling_a_block_scales_its_sides(factor: float, side: int) -> None:
    scaled = apply(block(8), "scale", factor)
    assert (scaled > 0.5).any(axis=0).sum() == side
    assert (scaled > 0.5).any(axis=1).sum() == side
    np.testing.assert_allclose(scaled, scaled[::-1, ::-1], atol=1e-6)


def test_noise_has_its_standard_deviation_and_is_the_same_every_time() -> None:
    grey = np.full((28, 28), 128, dtype=np.uint8)
    difference = apply(grey, "noise", 0.1) - plain(grey)
    assert difference.std() == pytest.approx(0.1, rel=0.1)
    assert abs(difference.mean()) < 0.015
    assert (apply(grey, "noise", 0.1) == apply(grey, "noise", 0.1)).all()
    expected = 0.1 * np.random.default_rng(perturbations.SEED).standard_normal((28, 28))
    np.testing.assert_allclose(difference, expected.clip(-128 / 255, 127 / 255), atol=1e-6)


@pytest.mark.parametrize("sigma", [0.6, 1.2, 3.0])
def test_blur_is_the_gaussian(sigma: float) -> None:
    row = np.exp(-0.5 * ((np.arange(28) - 13) / sigma) ** 2)
    row /= np.exp(-0.5 * (np.arange(-50, 51) / sigma) ** 2).sum()
    np.testing.assert_allclose(apply(dot(), "blur", sigma), np.outer(row, row), atol=1e-7)


def test_blur_of_grey_is_grey_inside_and_darker_at_the_edge() -> None:
    blurred = apply(np.full((28, 28), 200, dtype=np.uint8), "blur", 1.5)
    assert blurred[14, 14] == pytest.approx(200 / 255, abs=1e-6)
    assert blurred[0, 14] < 0.6 < blurred[14, 14]


@settings(max_examples=30, deadline=None)
@given(IMAGES, st.floats(-0.5, 0.5), st.floats(0, 2))
def test_brightness_and_contrast_are_their_formulas(
    pixels: Pixels, added: float, factor: float
) -> None:
    grey = pixels / 255
    np.testing.assert_allclose(
        apply(pixels, "brightness", added), np.clip(grey + added, 0, 1), atol=1e-6
    )
    np.testing.assert_allclose(
        apply(pixels, "contrast", factor), np.clip(0.5 + factor * (grey - 0.5), 0, 1), atol=1e-6
    )


def test_the_image_given_is_left_alone() -> None:
    pixels = noisy()
    pixels.setflags(write=False)
    for name in NAMES:
        sweep(pixels, name)
    assert (pixels == noisy()).all()


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -46.0, 45.001])
def test_amounts_out_of_range_are_refused(amount: float) -> None:
    with pytest.raises(InvalidQuery) as caught:
        apply(dot(), "rotate", amount)
    assert all("45" in caught.value.sentence(language) for language in LANGUAGES)


def test_unknown_names_are_refused_and_cut() -> None:
    for call in (
        lambda name: sweep(dot(), name),
        lambda name: apply(dot(), name, 0),
        perturbations.amounts,
    ):
        with pytest.raises(InvalidQuery) as caught:
            call("x" * 500)
        assert "shift_x" in str(caught.value)
        assert len(str(caught.value)) < 300
