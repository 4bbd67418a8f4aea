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
from tests.drawings.digits import DIGITS
from tests.drawings.lines import Design
from tests.drawings.raster import KINDS, Kind, render

SETS: dict[str, tuple[tuple[Design, ...], ...]] = {"FashionMNIST": DESIGNS, "MNIST": DIGITS}
# digits have nothing to fill
DRAWN: dict[str, tuple[Kind, ...]] = {"FashionMNIST": KINDS, "MNIST": ("outline", "thick")}
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
    kind: Kind, *, held_out: bool, dataset: str = "FashionMNIST"
) -> tuple[Pixels, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return all drawings of one kind, (N, 28, 28) uint8, and their classes (N,).

    Every design four times, clothes both ways.
    """
    images, classes = [], []
    for label, designs in enumerate(SETS[dataset]):
        for number, design in enumerate(designs):
            if number % 2 != held_out:
                continue
            for seed in SEEDS:
                picture = render(
                    design, kind, None if seed is None else 1000 * label + 10 * number + seed
                )
                turned = seed == SEEDS[-1] and dataset == "FashionMNIST"
                images.append(picture[:, ::-1] if turned else picture)
                classes.append(label)
    return np.stack(images), np.array(classes)


def shares(name: str, checkpoint: str, kind: Kind, *, held_out: bool) -> tuple[float, float]:
    """Return top-1 and top-3 of a model on the drawings of one kind."""
    card, model = zoo.card(name), zoo.load(name, checkpoint)
    images, classes = drawings(kind, held_out=held_out, dataset=card.dataset)
    values = torch.from_numpy(images.astype(np.float32) / np.float32(255))
    with torch.inference_mode():
        best = model(values.view(-1, *card.input.shape)).topk(3).indices.numpy()
    hits = best == classes[:, None]
    return float(hits[:, 0].mean()), float(hits.any(axis=1).mean())


def write_samples() -> None:
    """Write assets/samples: fourteen of the clothes and ten digits, as they stand on the page."""
    places.SAMPLES.mkdir(parents=True, exist_ok=True)
    listing = []
    for place, (label, number, kind, turned) in enumerate(SAMPLES):
        picture = render(DESIGNS[label][number], kind)
        file = f"{place:02d}-{kind}.png"
        Image.fromarray(np.ascontiguousarray(picture[:, ::-1] if turned else picture)).save(
            places.SAMPLES / file
        )
        listing.append({"file": file, "label": label, "kind": kind})
    for digit, designs in enumerate(DIGITS):
        kind = DRAWN["MNIST"][digit % 2]
        file = f"digit-{digit}-{kind}.png"
        Image.fromarray(render(designs[digit % 2 * 2], kind)).save(places.SAMPLES / file)
        listing.append({"file": file, "label": digit, "kind": kind, "dataset": "MNIST"})
    (places.SAMPLES / "samples.json").write_text(json.dumps(listing, indent=1) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drawings")
    parser.add_argument("--model", choices=list(zoo.cards()), help="default: every network")
    parser.add_argument("--checkpoint", default="", help="an age; default: the last")
    parser.add_argument("--samples", action="store_true", help="write assets/samples")
    options = parser.parse_args()
    if options.samples:
        write_samples()
    print("| network | kind | development top-1 | top-3 | held out top-1 | top-3 |")
    print("|---|---|---|---|---|---|")
    for model in [options.model] if options.model else zoo.cards():
        for kind in DRAWN[zoo.card(model).dataset]:
            numbers = [
                100 * share
                for held_out in (False, True)
                for share in shares(model, options.checkpoint, kind, held_out=held_out)
            ]
            print(
                f"| `{model}` | {kind} | " + " | ".join(f"{each:.1f} %" for each in numbers) + " |"
            )


if __name__ == "__main__":
    assert SIDE == 28
    main()
