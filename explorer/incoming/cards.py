"""The cards of models, read without torch, so that a broken one is said at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from explorer.errors import UnusableWeights

# The data sets that shipped networks learn from, by the names of torchvision's classes.
DATASETS = FASHION, DIGITS = "FashionMNIST", "MNIST"
FIELDS = ("name", "title", "builder", "seed")
CHECKPOINT = ("name", "file", "epoch", "accuracy", "sha256")
UNTRAINED = "untrained"


def load(path: Path) -> dict[str, Any]:
    """Return the data of one card.json.

    Raises:
        UnusableWeights: naming the file, when it cannot be read or lacks a field.
    """
    file = f"{path.parent.name}/{path.name}"
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableWeights("zoo.card", file=file, reason=error) from error
    if not isinstance(data, dict) or not isinstance(data.get("checkpoints", []), list):
        raise UnusableWeights("zoo.card", file=file, reason=type(data).__name__)
    _complete(file, data, FIELDS)
    for checkpoint in data.get("checkpoints", []):
        _complete(file, checkpoint, CHECKPOINT)
    return data


def _complete(file: str, data: Any, fields: tuple[str, ...]) -> None:
    missing = [name for name in fields if not isinstance(data, dict) or name not in data]
    if missing:
        raise UnusableWeights("zoo.card", file=file, reason=f"no “{missing[0]}”")


def check(path: Path) -> None:
    """Check one card, and that the weights which are shown first lie beside it.

    Raises:
        UnusableWeights: naming the file.
    """
    data = load(path)
    files = {each["name"]: each["file"] for each in data.get("checkpoints", [])}
    wanted = data.get("default", UNTRAINED)
    if wanted != UNTRAINED and not (path.parent / files.get(wanted, wanted)).is_file():
        raise UnusableWeights("zoo.missing", file=files.get(wanted, wanted), model=data["name"])
