"""How well drawings are recognised, and the samples: `python -m tests.drawings [--samples]`."""

from __future__ import annotations

import argparse
import json

import numpy as np
import torch
from PIL import Image

from explorer import places
from explorer.network import zoo
from explorer.records import SIDE, Pixels
from tests.drawings.designs import DESIGNS
from tests.drawings.raster import KINDS, Kind, render

SEEDS = (None, 1, 2, 3)
SAMPLES: tuple[tuple[int, int, Kind, bool], ...] = (
    (9, 2, "shaded", False),
    (0, 0, "filled", False),
    (1, 2, "thick", False),
    (7, 2, "shaded", True),
    (3, 0, "filled", False),
    (8, 1, "thick", False),
    (2, 2, "outline", False),
    (5, 1, "outline", False),
    (4, 2, "thick", False),
    (6, 5, "outline", False),
    (9, 0, "outline", True),
    (3, 5, "outline", False),
    (8, 4, "shaded", False),
    (1, 0, "filled", False),
)


def drawings(
    kind: Kind, *, held_out: bool
) -> tuple[Pixels, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return all drawings of one kind, (N, 28, 28) uint8, and their classes (N,).

    Every design four times, shoes both ways.
    """
    images, classes = [], []
    for label, designs in enumerate(DESIGNS):
        for number, design in enumerate(designs):
            if number % 2 != held_out:
                continue
            for seed in SEEDS:
                picture = render(
                    design, kind, None if seed is None else 1000 * label + 10 * number + seed
                )
                images.append(picture[:, ::-1] if seed == SEEDS[-1] else picture)
                classes.append(label)
    return np.stack(images), np.array(classes)


def shares(model: torch.nn.Module, kind: Kind, *, held_out: bool) -> tuple[float, float]:
    """Return top-1 and top-3 of a model on the drawings of one kind."""
    images, classes = drawings(kind, held_out=held_out)
    with torch.inference_mode():
        best = (
            model(torch.from_numpy(images.astype(np.float32) / np.float32(255)))
            .topk(3)
            .indices.numpy()
        )
    hits = best == classes[:, None]
    return float(hits[:, 0].mean()), float(hits.any(axis=1).mean())


def write_samples() -> None:
    """Write assets/samples: fourteen of the designs, as they stand on the page."""
    places.SAMPLES.mkdir(parents=True, exist_ok=True)
    listing = []
    for place, (label, number, kind, turned) in enumerate(SAMPLES):
        picture = render(DESIGNS[label][number], kind)
        file = f"{place:02d}-{kind}.png"
        Image.fromarray(np.ascontiguousarray(picture[:, ::-1] if turned else picture)).save(
            places.SAMPLES / file
        )
        listing.append({"file": file, "label": label, "kind": kind})
    (places.SAMPLES / "samples.json").write_text(json.dumps(listing, indent=1) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drawings")
    parser.add_argument("--model", default="fashion-mlp")
    parser.add_argument("--checkpoint", default="")
    parser.add_argument("--samples", action="store_true", help="write assets/samples")
    options = parser.parse_args()
    if options.samples:
        write_samples()
    model = zoo.load(options.model, options.checkpoint)
    print("| kind | development top-1 | top-3 | held out top-1 | top-3 |\n|---|---|---|---|---|")
    for kind in KINDS:
        numbers = [
            100 * share
            for held_out in (False, True)
            for share in shares(model, kind, held_out=held_out)
        ]
        print(f"| {kind} | " + " | ".join(f"{number:.1f} %" for number in numbers) + " |")


if __name__ == "__main__":
    assert SIDE == 28
    main()
