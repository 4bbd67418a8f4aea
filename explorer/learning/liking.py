"""Measure shipped networks on test images: `python -m explorer.learning.liking --data DIR`.

What each unit of the usual checkpoint likes, and how often each checkpoint is right. The numbers go
into one file beside the card; none of the images does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from explorer import places
from explorer.errors import ExplorerError
from explorer.incoming import datasets
from explorer.kinds.picture import scaled
from explorer.maths.arithmetic import Doubles
from explorer.maths.shares import shares
from explorer.network import measured, zoo
from explorer.network.measured import BINS, Counts, Measured, Outcome, Units
from explorer.network.tracing import trace
from explorer.records import Call, Floats, Input, Pixels

PART = 250  # images of one pass
SOFTMAX = "softmax"  # the step that the page adds at the end


def measure(
    card: zoo.Card,
    images: Pixels,
    labels: Counts,
    tell: Callable[[str], None] = lambda _: None,
) -> Measured:
    """Return what a card's checkpoints make of test images (N, 28, 28) uint8 with labels (N,)."""
    outcomes = {}
    for checkpoint in card.checkpoints:
        model = zoo.load(card.name, checkpoint.name)
        outcomes[checkpoint.sha256] = outcome(_logits(model, images, card.input), labels)
        right = int(np.trace(outcomes[checkpoint.sha256].confusion))
        tell(f"{card.name} {checkpoint.name}: {right} of {len(labels)} right\n")
    usual = zoo.load(card.name, card.default)
    return Measured(len(images), units(usual, images, labels, card.input), outcomes)


def outcome(logits: Floats, labels: Counts) -> Outcome:
    """Return how often logits (N, C) are right, by class and by confidence."""
    classes = logits.shape[1]
    probabilities, answers = shares(logits), logits.argmax(axis=1)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (labels, answers), 1)
    places_of = measured.tenth(probabilities.max(axis=1))
    right = answers == labels
    bins = [np.bincount(places_of[which], minlength=BINS) for which in (right | True, right)]
    return Outcome(confusion, np.stack(bins, axis=1))


def units(model: nn.Module, images: Pixels, labels: Counts, of: Input) -> dict[str, Units]:
    """Return by step what its units, or its maps, put out for images (N, 28, 28) of each class."""
    classes = int(labels.max()) + 1
    sums: dict[str, Doubles] = {}
    on: dict[str, Counts] = {}
    maps: dict[str, bool] = {}
    for start in range(0, len(images), PART):
        chosen = labels[start : start + PART]
        passed = trace(model, _fed(images[start : start + PART], of))
        for step, values in _outputs(passed.calls, passed.scores):
            maps[step] = values.ndim > 2
            flat = values.reshape(*values.shape[:2], -1)
            added: Doubles = np.zeros((flat.shape[1], classes))
            np.add.at(added.T, chosen, flat.mean(axis=2, dtype=np.float64))
            sums[step] = sums.get(step, 0) + added
            on[step] = on.get(step, 0) + (flat > 0).any(axis=2).sum(axis=0)
    count = np.bincount(labels, minlength=classes)
    return {
        step: Units((found / count).astype(np.float32), on[step], maps[step])
        for step, found in sums.items()
    }


def _outputs(calls: Sequence[Call], output: Floats) -> list[tuple[str, Floats]]:
    """Return every step's output (N, …), by its name; the shares of the classes last."""
    found = [(call.step, call.output) for call in calls if call.output.ndim > 1]
    return [*found, (SOFTMAX, shares(output))]


def _logits(model: nn.Module, images: Pixels, of: Input) -> Floats:
    with torch.inference_mode():
        parts = [
            model(_fed(images[start : start + PART], of)).numpy()
            for start in range(0, len(images), PART)
        ]
    found: Floats = np.concatenate(parts)
    return found


def _fed(images: Pixels, of: Input) -> torch.Tensor:
    return torch.from_numpy(scaled(images.reshape(-1, *of.shape), of))


def run(card: zoo.Card, data: Path | None, tell: Callable[[str], None]) -> Path:
    """Measure one model and write its file; files of other weights go."""
    images, labels = test_set(card, data)
    found = measure(card, images, labels, tell)
    path = measured.place(card.name, card.checkpoint(card.default).sha256)
    for old in path.parent.glob(measured.FILE.format(sha256="*")):
        old.unlink()
    measured.write(path, found)
    tell(f"{path.relative_to(places.MODELS)}: {path.stat().st_size} bytes\n")
    return path


def test_set(card: zoo.Card, data: Path | None) -> tuple[Pixels, Counts]:
    """Return the test images (N, 28, 28) uint8 and labels (N,) of the data that a card names.

    Raises:
        MissingData: when the files are not there.
    """
    images, labels = datasets.load(card.dataset, train=False, directory=data)
    return images.numpy(), labels.numpy()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what the command line names; the exit status is 1 when that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m explorer.learning.liking", description=__doc__)
    shipped = [name for name in zoo.cards() if not zoo.own(name)]
    parser.add_argument("--model", choices=shipped, action="append", help="all, if none is named")
    parser.add_argument(
        "--data", type=Path, help="the folder that holds FashionMNIST/raw and MNIST/raw"
    )
    asked = parser.parse_args(argv)
    try:
        for name in asked.model or shipped:
            run(zoo.card(name), asked.data, lambda text: print(text, end="", flush=True))
    except ExplorerError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
