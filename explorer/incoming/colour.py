"""Colours to one grey in which the drawing stands out, and what transparent parts lie on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LIGHTNESS = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
COLOURFUL = 0.12  # colours apart by less than this (of √3) are noise
PALE = 0.35  # of the colour's contrast; where lightness has less, colour takes over
SHARE = 99.0  # percentile of what stands out


def grey(picture: Image.Image) -> tuple[NDArray[np.floating[Any]], str]:
    """Return grey values 0 to 1, (H, W), and the key of the note that says how."""
    if picture.mode == "F":
        return np.asarray(picture, dtype=np.float32), "image.note.deep"
    note = "image.note.grey"
    if picture.mode == "RGBA":
        picture, note = laid(picture)
    light = lightness(picture)
    colours = np.asarray(picture.convert("RGB"), dtype=np.float64) / 255
    apart, share = _colour(colours, light)
    if share == 0:
        return light, note
    return ((1 - share) * light + share * apart).astype(np.float32), "image.note.colour"


def lightness(picture: Image.Image) -> NDArray[np.floating[Any]]:
    """Return the lightness of an opaque picture in mode RGB or F, 0 to 1, (H, W)."""
    if picture.mode == "F":
        return np.asarray(picture, dtype=np.float32)
    return np.asarray(picture.convert("L"), dtype=np.float32) / 255


def planes(picture: Image.Image) -> Iterator[NDArray[np.floating[Any]]]:
    """Yield the lightness of an opaque picture, then each colour that shows something else."""
    light = lightness(picture)
    yield light
    if picture.mode != "RGB":
        return
    for band in picture.split():
        plane = np.asarray(band, dtype=np.float32) / 255
        if float(np.percentile(np.abs(plane - light), SHARE)) > COLOURFUL:
            yield plane


def laid(picture: Image.Image) -> tuple[Image.Image, str]:
    """Return a picture with transparent parts on white; on black if most that is seen is light."""
    alpha = np.asarray(picture.getchannel("A"), dtype=np.float64) / 255
    if alpha.min() == 1:
        return picture.convert("RGB"), "image.note.grey"
    light = np.asarray(picture.convert("RGB").convert("L"), dtype=np.float64) / 255
    visible = float(alpha.sum())
    white = visible > 0 and float((alpha * (light > 0.5)).sum()) > visible / 2
    ground = (0, 0, 0, 255) if white else (255, 255, 255, 255)
    mixed = Image.alpha_composite(Image.new("RGBA", picture.size, ground), picture)
    return mixed.convert("RGB"), "image.note.veil" if white else "image.note.alpha"


def _colour(
    colours: NDArray[np.float64], light: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.float64], float]:
    """Return the picture along the direction in which its colours differ most, and its share.

    The share is 0 where lightness tells as much, 1 where it tells next to nothing.
    """
    paper = np.median(_border(colours), axis=0)
    away = colours - paper
    distance = np.sqrt(np.square(away).sum(axis=2) / 3)
    strongest = float(np.percentile(distance, SHARE))
    contrast = float(np.percentile(np.abs(light - float(paper @ LIGHTNESS)), SHARE))
    share = np.clip((PALE - contrast / max(strongest, 1e-9)) / (PALE / 2), 0, 1)
    share *= np.clip(strongest / COLOURFUL - 1, 0, 1)
    if share == 0:
        return distance, 0.0
    flat = away.reshape(-1, 3)
    along = away @ np.linalg.eigh(flat.T @ flat)[1][:, -1] / np.sqrt(3)
    if float(np.percentile(along, SHARE)) > -float(np.percentile(along, 100 - SHARE)):
        along = -along  # the paper is light
    return np.clip(1 + along, 0, 1), float(share)


def _border(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
