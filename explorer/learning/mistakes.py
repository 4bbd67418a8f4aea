"""The test images behind a number of the confusion matrix of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from explorer.errors import Refused
from explorer.incoming import datasets, plain
from explorer.learning.progress import Progress
from explorer.learning.recipes import Recipe

SHOWN = 9  # images, the first in the order of the test set
CLASSES = 10
NAMES = ("label", "answer")
LATEST = 10**9  # a batch that no run comes to


def images(progress: Progress, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the images of class `label` that were answered `answer` after `batch`.

    `{batch, label, answer, count, images}`: how many there are, and of the first nine the place in
    the test set and base64 of 784 bytes.

    Raises:
        InvalidQuery: for what is no class or no batch.
        Refused: when that batch's answers are not kept (any more).
        MissingData: when the data set is not on this machine (any more).
    """
    label, answer = (plain.whole(name, asked.get(name), 0, CLASSES - 1) for name in NAMES)
    batch = plain.whole("batch", asked.get("batch"), 0, LATEST)
    digits = progress.answers.get(batch)
    if digits is None:
        raise Refused("train.moment", 409, batch=batch)
    pictures, labels = datasets.test_set(Recipe(progress.settings.model).dataset)
    answers = torch.tensor([int(digit) for digit in digits])
    found = torch.nonzero((labels[: len(answers)] == label) & (answers == answer))[:, 0].tolist()
    shown = [
        {"index": index, "pixels": datasets.as_text(pictures[index])} for index in found[:SHOWN]
    ]
    return {"batch": batch, "label": label, "answer": answer, "count": len(found), "images": shown}
