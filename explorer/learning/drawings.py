"""Photographs into drawings.

What a network must have seen to recognise what people draw with a pen.

Every function takes and returns a batch (N, 1, S, S) float32 in [0, 1], light on black, and draws
its random numbers from the generator it is given. Nothing loops over images.
"""

from __future__ import annotations

import torch
from torch.nn import functional as F

from explorer.learning import marks

MARGIN = (
    2  # pixels added around a photograph, which fills its frame: a drawing's outline needs room
)
# strokes are made at twice the resolution of the 32×32 picture, so that their edges come out soft
FINE = 64


def augmented(
    images: torch.Tensor,
    generator: torch.Generator,
    *,
    share: float = 0.5,
    labels: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a batch (N, 28, 28) for training, `share` of it drawings, and which, (N,) bool.

    With the classes of the images, `labels` (N,), drawings get the marks of their class. Half of
    the drawings are flipped, as people draw shoes either way; of the photographs, whose shoes all
    point to the left, one in eight.
    """
    count = len(images)
    batch = images.unsqueeze(1)
    chosen = torch.rand(count, generator=generator) < share
    result = batch.clone()
    if chosen.any():
        of = None if labels is None else labels[chosen]
        result[chosen] = moved(drawn(batch[chosen], generator, labels=of), generator)
    flip = torch.rand(count, generator=generator) < torch.where(chosen, 0.5, 0.125)
    result[flip] = result[flip].flip(-1)
    return result.squeeze(1), chosen


def written(
    images: torch.Tensor,
    generator: torch.Generator,
    *,
    share: float = 0.5,
    labels: torch.Tensor | None = None,  # noqa: ARG001  digits have no marks to tell them by
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a batch (N, 28, 28) of digits for training, `share` as on a pad, and which, (N,) bool.

    Digits of the data set stand in the middle, 20 pixels high; people draw larger, smaller, aside,
    with thin pens and thick ones.
    """
    count = len(images)
    chosen = torch.rand(count, generator=generator) < share
    result = images.unsqueeze(1).clone()
    if chosen.any():
        size = (FINE, FINE)
        fine = F.interpolate(result[chosen], size=size, mode="bilinear", align_corners=False)
        some = len(fine)
        lines = fine > 0.25 + 0.35 * _rand(some, generator)
        pen = _rand(some, generator)
        thick, thin = _dilated(lines), _eroded(lines)
        lines = torch.where(pen < 0.3, thick, torch.where(pen < 0.45, _dilated(thick), lines))
        lines = torch.where(pen > 0.85, thin, lines)
        ink = 0.6 + 0.4 * _rand(some, generator)
        result[chosen] = moved(lines * ink, generator)
    return result.squeeze(1), chosen


def drawn(
    images: torch.Tensor, generator: torch.Generator, *, labels: torch.Tensor | None = None
) -> torch.Tensor:
    """Return drawings (N, 1, 64, 64) of photographs (N, 1, 28, 28).

    Outlines thin and thick, flat and shaded fills; with `labels` (N,) also what people add for
    each class.
    """
    count = len(images)
    framed = F.pad(images, (MARGIN, MARGIN, MARGIN, MARGIN))
    fine = F.interpolate(framed, size=(FINE, FINE), mode="bilinear", align_corners=False)
    body = silhouette(fine, closed=torch.rand(count, 1, 1, 1, generator=generator) < 0.5)
    edge = body & ~_eroded(body)
    inner = inner_edges(fine, 0.06 + 0.20 * _rand(count, generator)) & _eroded(
        _eroded(_eroded(body))
    )
    inner &= _rand(count, generator) < 0.8
    if labels is not None:
        inner = added(inner, body, labels, generator)
    width = torch.randint(1, 5, (count, 1, 1, 1), generator=generator)
    outline, details = _widened(edge, width), _widened(inner, width.clamp(max=2))
    ink = 0.6 + 0.4 * _rand(count, generator)
    flat = 0.25 + 0.75 * _rand(count, generator)
    carved = torch.where(_rand(count, generator) < 0.5, 0.2 * flat, (1.5 * flat).clamp(max=1.0))
    tone = 0.5 + 0.5 * fine / fine.amax((2, 3), keepdim=True).clamp(min=0.1)
    kind = _rand(count, generator)
    fill = body * torch.where(
        kind < 0.85, torch.where(details & (kind >= 0.68), carved, flat), flat * tone
    )
    traced = outline & (
        (kind < 0.5) | (_rand(count, generator) < 0.4)
    )  # a fill often keeps the line it began with
    lines = torch.where(traced | (details & (kind < 0.5)), ink, torch.zeros(()))
    return torch.where(kind < 0.5, lines, torch.maximum(fill, lines))


def added(
    inner: torch.Tensor, body: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    """Return inner edges with the marks of the classes, or the marks alone, as people draw."""
    own = marks.marks(body, labels, generator)
    return own | (inner & (_rand(len(body), generator) < 0.5))


def silhouette(fine: torch.Tensor, *, closed: torch.Tensor) -> torch.Tensor:
    """Return where the thing is, (N, 1, S, S) bool.

    Where `closed` is true narrow gaps, as between sleeves, are filled.
    """
    solid = fine > 0.08
    solid = _eroded(_dilated(solid))
    wide = _eroded(_eroded(_dilated(_dilated(solid))))
    return _dilated(_eroded(torch.where(closed, wide, solid)))


def inner_edges(fine: torch.Tensor, threshold: torch.Tensor) -> torch.Tensor:
    """Return where brightness changes by more than `threshold` over two fine pixels.

    Collars, zips, sleeves, soles.
    """
    across, down = torch.zeros_like(fine), torch.zeros_like(fine)
    across[..., 1:-1] = (fine[..., 2:] - fine[..., :-2]).abs()
    down[..., 1:-1, :] = (fine[..., 2:, :] - fine[..., :-2, :]).abs()
    sharp_across, sharp_down = across.clone(), down.clone()
    sharp_across[..., 1:-1] *= (across[..., 1:-1] >= across[..., 2:]) & (
        across[..., 1:-1] >= across[..., :-2]
    )
    sharp_down[..., 1:-1, :] *= (down[..., 1:-1, :] >= down[..., 2:, :]) & (
        down[..., 1:-1, :] >= down[..., :-2, :]
    )
    return torch.maximum(sharp_across, sharp_down) > threshold


def moved(images: torch.Tensor, generator: torch.Generator, *, size: int = 28) -> torch.Tensor:
    """Return fine pictures (N, 1, S, S) as (N, 1, size, size), each put there by an unsteady hand.

    They are shifted, scaled, turned, sheared and wobbled.
    """
    count = len(images)
    angle = 0.16 * _signed(count, generator)
    shear = 0.18 * _signed(count, generator)
    zoom = 0.78 + 0.47 * torch.rand(
        count, generator=generator
    )  # above 0.88 the thing gets smaller than the photograph
    wide, high = (
        zoom * (1 + 0.25 * _signed(count, generator)),
        zoom * (1 + 0.15 * _signed(count, generator)),
    )
    cosine, sine = torch.cos(angle), torch.sin(angle)
    matrix = torch.stack(
        (
            torch.stack(
                (wide * cosine, wide * (shear - sine), 0.2 * _signed(count, generator)), dim=1
            ),
            torch.stack((high * sine, high * cosine, 0.2 * _signed(count, generator)), dim=1),
        ),
        dim=1,
    )
    grid = F.affine_grid(matrix, [count, 1, size, size], align_corners=False)
    spread = (
        1 + 0.35 * _signed(count, generator).view(-1, 1, 1) * grid[..., 1]
    )  # wider below or above: sleeves spread
    grid = torch.stack((grid[..., 0] * spread, grid[..., 1]), dim=-1)
    wobble = 0.05 * torch.randn(count, 2, 6, 6, generator=generator)
    grid = grid + F.interpolate(
        wobble, size=(size, size), mode="bicubic", align_corners=False
    ).permute(0, 2, 3, 1)
    side = images.shape[-1] // 2
    half = images.reshape(count, 1, side, 2, side, 2).mean(dim=(3, 5))
    return F.grid_sample(half, grid, align_corners=False)


def _dilated(mask: torch.Tensor) -> torch.Tensor:
    """Return a bool mask grown by one pixel in each direction.

    Shifting bytes is ten times faster than pooling floats.
    """
    grown = mask.clone()
    grown[..., 1:] |= mask[..., :-1]
    grown[..., :-1] |= mask[..., 1:]
    both = grown.clone()
    both[..., 1:, :] |= grown[..., :-1, :]
    both[..., :-1, :] |= grown[..., 1:, :]
    return both


def _eroded(mask: torch.Tensor) -> torch.Tensor:
    return ~_dilated(~mask)


def _widened(lines: torch.Tensor, width: torch.Tensor) -> torch.Tensor:
    """Return lines 2, 3, 5 or 7 fine pixels wide for a width of 1, 2, 3 or 4, (N, 1, 1, 1)."""
    two = lines.clone()
    two[..., 1:] |= lines[..., :-1]
    two[..., 1:, :] |= lines[..., :-1, :]
    three = _dilated(lines)
    five = _dilated(three)
    seven = _dilated(five)
    return torch.where(
        width <= 1, two, torch.where(width <= 2, three, torch.where(width <= 3, five, seven))
    )


def _rand(count: int, generator: torch.Generator) -> torch.Tensor:
    return torch.rand(count, 1, 1, 1, generator=generator)


def _signed(count: int, generator: torch.Generator) -> torch.Tensor:
    """Return numbers between −1 and 1, those near 0 more often."""
    return torch.rand(count, generator=generator) - torch.rand(count, generator=generator)
