# mypy: allow-untyped-decorators
# (hypothesis' decorators are not followed by the type checker)
"""Photographs become drawings that a pen could have made, and what is unlike them is noticed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.learning import drawings, marks


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def disc(count: int = 1, radius: float = 9.0) -> torch.Tensor:
    """A white disc in the middle of (count, 28, 28)."""
    across = torch.arange(28) - 13.5
    inside = across[:, None] ** 2 + across[None] ** 2 <= radius**2
    return inside.float().expand(count, 28, 28).clone()


def fine(*filled: tuple[slice, slice]) -> torch.Tensor:
    picture = torch.zeros(1, 1, 64, 64)
    for where in filled:
        picture[0, 0][where] = 1
    return picture


def reached(wall: torch.Tensor) -> torch.Tensor:
    """Where one gets from the middle of (S, S) without crossing a wall.

    Up, down, left and right.
    """
    free = ~wall
    there = torch.zeros_like(wall)
    middle = wall.shape[0] // 2
    there[middle, middle] = free[middle, middle]
    while True:
        grown = there.clone()
        grown[1:] |= there[:-1]
        grown[:-1] |= there[1:]
        grown[:, 1:] |= there[:, :-1]
        grown[:, :-1] |= there[:, 1:]
        grown &= free
        if torch.equal(grown, there):
            return there
        there = grown


# ---------------------------------------------------------------- a batch for training


@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_a_batch_keeps_its_shape_and_range(seed: int, count: int, share: float) -> None:
    images = torch.rand(count, 28, 28, generator=seeded(seed))
    before = images.clone()
    batch, drawn = drawings.augmented(images, seeded(seed), share=share)
    assert (batch.shape, batch.dtype) == ((count, 28, 28), torch.float32)
    assert (drawn.shape, drawn.dtype) == ((count,), torch.bool)
    assert torch.isfinite(batch).all()
    assert float(batch.min()) >= 0
    assert float(batch.max()) <= 1
    assert torch.equal(images, before), "the photographs themselves stay"


def test_a_generators_seed_decides_everything() -> None:
    images = torch.rand(20, 28, 28, generator=seeded())
    torch.manual_seed(1)
    one, chosen = drawings.augmented(images, seeded(5))
    torch.manual_seed(2)
    two, again = drawings.augmented(images, seeded(5))
    other, _ = drawings.augmented(images, seeded(6))
    assert torch.equal(one, two)
    assert torch.equal(chosen, again)
    assert not torch.equal(one, other)


def test_nobody_elses_random_numbers_are_used() -> None:
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    drawings.augmented(disc(8), seeded(5))
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_an_empty_picture_stays_empty(share: float) -> None:
    batch, _ = drawings.augmented(torch.zeros(64, 28, 28), seeded(), share=share)
    assert not batch.any()


def test_without_drawings_photographs_are_at_most_mirrored() -> None:
    images = torch.rand(2000, 28, 28, generator=seeded())
    batch, drawn = drawings.augmented(images, seeded(1), share=0.0)
    same = (batch == images).flatten(1).all(1)
    mirrored = (batch == images.flip(-1)).flatten(1).all(1)
    assert not drawn.any()
    assert (same ^ mirrored).all()
    assert 0.09 < float(mirrored.float().mean()) < 0.16, "one in eight"


def test_only_the_share_wanted_is_drawn() -> None:
    images = torch.rand(1000, 28, 28, generator=seeded())
    batch, drawn = drawings.augmented(images, seeded(1), share=0.3)
    kept = ((batch == images) | (batch == images.flip(-1))).flatten(1).all(1)
    assert torch.equal(kept, ~drawn)
    assert 0.25 < float(drawn.float().mean()) < 0.35
    assert drawings.augmented(images, seeded(1), share=1.0)[1].all()


def test_half_of_the_drawings_look_the_other_way() -> None:
    left = torch.zeros(600, 28, 28)
    left[:, 6:22, 4:12] = 1
    batch, _ = drawings.augmented(left, seeded(2), share=1.0)
    heavier = batch[:, :, 14:].sum((1, 2)) > batch[:, :, :14].sum((1, 2))
    assert 0.42 < float(heavier.float().mean()) < 0.58


# ---------------------------------------------------------------- a disc, drawn


@pytest.fixture(scope="module")
def discs() -> torch.Tensor:
    return drawings.drawn(disc(400).unsqueeze(1), seeded(3)).squeeze(1)


def test_half_of_the_drawings_are_hollow_outlines(discs: torch.Tensor) -> None:
    assert discs.shape == (400, 64, 64)
    hollow = discs[:, 32, 32] == 0
    assert 0.42 < float(hollow.float().mean()) < 0.58
    for picture in discs[hollow]:
        inks = picture.unique()
        assert len(inks) == 2, "one line of one grey"
        assert 0.6 <= float(inks[1]) <= 1
        assert not picture[26:38, 26:38].any(), "nothing inside a plain disc"


def test_outlines_are_closed_and_lie_on_the_edge(discs: torch.Tensor) -> None:
    across = (torch.arange(64) - 31.5) / 2
    radius = torch.sqrt(across[:, None] ** 2 + across[None] ** 2)  # in pixels of the photograph
    outlines = discs[discs[:, 32, 32] == 0]
    for picture in outlines[:60]:
        inside = reached(picture > 0)
        assert inside[32, 32]
        assert not inside[0].any(), "closed"
        assert float(radius[picture > 0].min()) > 5
        assert float(radius[picture > 0].max()) < 12.5
    widths = {round(float((picture > 0).sum()), -2) for picture in outlines}
    assert len(widths) >= 3, "thin and thick pens"


def test_fills_are_filled_to_the_edge(discs: torch.Tensor) -> None:
    across = (torch.arange(64) - 31.5) / 2
    radius = torch.sqrt(across[:, None] ** 2 + across[None] ** 2)
    filled = discs[discs[:, 32, 32] > 0]
    assert (filled[:, radius < 7] > 0.1).all(), "a disc has no inner edges to carve"
    assert not filled[:, radius > 12.5].any()
    greys = filled[:, 32, 32]
    assert float(greys.max()) - float(greys.min()) > 0.5, "pale and dark fills"


def test_a_drawing_is_moved_but_stays_on_the_paper() -> None:
    pictures = drawings.drawn(disc(200, 6).unsqueeze(1), seeded(1))
    placed = drawings.moved(pictures, seeded(2))
    assert placed.shape == (200, 1, 28, 28)
    assert drawings.moved(pictures, seeded(2), size=20).shape == (200, 1, 20, 20)
    ink = placed.sum((1, 2, 3))
    assert (ink > 5).all(), "none is lost"
    across = torch.arange(28.0)
    middles = (placed.sum((1, 2)) * across).sum(1) / ink
    assert 0.3 < float(middles.std()) < 4
    assert abs(float(middles.mean()) - 13.5) < 0.5


# ---------------------------------------------------------------- silhouettes and inner edges


@pytest.mark.parametrize(
    ("gap", "filled_open", "filled_closed"), [(2, True, True), (4, False, True), (8, False, False)]
)
def test_narrow_gaps_are_closed_as_asked(gap: int, filled_open: bool, filled_closed: bool) -> None:
    sleeves = fine((slice(10, 50), slice(10, 28)), (slice(10, 50), slice(28 + gap, 54)))
    both = sleeves.expand(2, 1, 64, 64)
    body = drawings.silhouette(both, closed=torch.tensor([False, True]).view(2, 1, 1, 1))
    assert (body.shape, body.dtype) == ((2, 1, 64, 64), torch.bool)
    between = body[:, 0, 30, 28 : 28 + gap]
    assert between.all(1).tolist() == [filled_open, filled_closed]
    assert between.any(1).tolist() == [filled_open, filled_closed]
    assert torch.equal(body[:, 0, 12:48, 12:26], torch.ones(2, 36, 14, dtype=torch.bool))


@pytest.mark.parametrize("closed", [False, True])
def test_a_silhouette_is_the_thing_without_specks(closed: bool) -> None:
    square = fine((slice(20, 40), slice(16, 44)), (slice(4, 6), slice(4, 6)))
    body = drawings.silhouette(square, closed=torch.full((1, 1, 1, 1), closed))
    assert torch.equal(body, fine((slice(20, 40), slice(16, 44))) > 0)


def test_what_is_nearly_black_is_not_the_thing() -> None:
    closed = torch.ones(1, 1, 1, 1, dtype=torch.bool)
    assert not drawings.silhouette(torch.full((1, 1, 64, 64), 0.07), closed=closed).any()
    assert drawings.silhouette(torch.full((1, 1, 64, 64), 0.09), closed=closed).all()


def test_inner_edges_are_where_brightness_jumps() -> None:
    picture = torch.full((1, 1, 64, 64), 0.3)
    picture[..., 32:] = 0.5
    found = drawings.inner_edges(picture, torch.full((1, 1, 1, 1), 0.1))
    expected = torch.zeros(1, 1, 64, 64, dtype=torch.bool)
    expected[..., 31:33] = True
    assert torch.equal(found, expected)
    assert torch.equal(drawings.inner_edges(picture.mT, torch.full((1, 1, 1, 1), 0.1)), expected.mT)
    assert not drawings.inner_edges(picture, torch.full((1, 1, 1, 1), 0.25)).any(), (
        "a jump of 0.2 is below 0.25"
    )


def test_an_inner_edge_is_drawn_into_an_outline() -> None:
    picture = torch.zeros(300, 1, 28, 28)
    picture[..., 4:24, 4:14], picture[..., 4:24, 14:24] = 0.3, 1.0
    outlines = drawings.drawn(picture, seeded(7))
    hollow = outlines[(outlines[:, 0, 32, 20] == 0) & (outlines[:, 0, 32, 44] == 0)]
    seam = hollow[:, 0, 26:38, 28:36].amax((1, 2)) > 0
    assert len(hollow) > 100
    assert 0.7 < float(seam.float().mean()) < 0.9, "four in five keep their details"


# ---------------------------------------------------------------- what people add for a class


def upright(count: int) -> torch.Tensor:
    """A box 44 high and 32 wide in the middle of (count, 1, 64, 64)."""
    return fine((slice(10, 54), slice(16, 48))).bool().expand(count, 1, 64, 64).clone()


@pytest.mark.parametrize("label", range(10))
def test_marks_lie_inside_and_differ_from_drawing_to_drawing(label: int) -> None:
    body = upright(200)
    found = marks.marks(body, torch.full((200,), label), seeded(label))
    assert found.dtype is torch.bool
    assert not (found & ~body).any()
    if label not in marks.MARKS:  # a sandal is all straps
        assert not found.any()
        return
    some = found.flatten(1).any(1).float().mean()
    assert 0.3 < some <= 1
    assert len({tuple(each.flatten().tolist()) for each in found}) > 60


def test_a_coats_front_runs_down_its_middle_and_a_pullover_has_none() -> None:
    body = upright(400)
    coat, pullover = (
        marks.marks(body, torch.full((400,), label), seeded(3))[:, 0].float().mean(0)
        for label in (4, 2)
    )
    middle, lower = slice(29, 35), slice(40, 50)
    assert coat[lower, middle].sum(1).mean() > 0.6, "a line or two pixels wide, in most coats"
    assert pullover[24:28, middle].mean() < 0.3 * coat[24:28, middle].mean()


def test_marks_are_no_ones_where_the_class_is_not_known() -> None:
    assert not marks.marks(upright(5), torch.full((5,), 77), seeded()).any()


def test_drawings_of_a_class_hold_its_marks() -> None:
    images = disc(100)
    labels = torch.full((100,), 4)
    plain = drawings.drawn(images.unsqueeze(1), seeded(1))
    told = drawings.drawn(images.unsqueeze(1), seeded(1), labels=labels)
    assert (told[:, :, 24:40, 30:34] - plain[:, :, 24:40, 30:34]).abs().mean() > 0.05


# ---------------------------------------------------------------- digits


def test_digits_are_written_larger_smaller_and_aside() -> None:
    images = torch.zeros(300, 28, 28)
    images[:, 4:24, 13:16] = 1
    batch, chosen = drawings.written(images, seeded(2), share=0.5)
    assert torch.equal(batch[~chosen], images[~chosen])
    assert 0.4 < chosen.float().mean() < 0.6
    lines = batch[chosen] > 0.3
    heights = lines.any(2).sum(1)
    assert heights.min() < 18
    assert heights.max() > 23
    widths = lines[:, 14].sum(1)
    assert widths.min() <= 3, "thin pens"
    assert widths.max() >= 5, "and thick ones"
    assert batch.min() >= 0
    assert batch.max() <= 1
