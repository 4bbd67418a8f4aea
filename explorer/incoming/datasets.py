"""FashionMNIST and MNIST through torchvision, in memory as one tensor each.

For training, and for test images on the pad.
"""

from __future__ import annotations

import base64
import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import torch

from explorer import places
from explorer.errors import MissingData
from explorer.records import SIDE

VARIABLE = "LAYER_EXPLORER_DATA"
KINDS = ("images-idx3", "labels-idx1")
CLASSES = 10


def root() -> Path:
    """Return where the data sets are looked for.

    The directory in LAYER_EXPLORER_DATA, else `data/` of the project.
    """
    return Path(os.environ.get(VARIABLE) or places.DATA)


def load(
    name: str, *, train: bool, directory: Path | None = None, download: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images (N, 28, 28) uint8 of one of `DATASETS` and their labels (N,) int64.

    N is 60,000 for training, 10,000 for the test.

    Raises:
        MissingData: when the files are not there and cannot be (or should not be) downloaded, or
            are others than those of the data set.
    """
    from torchvision import datasets

    where = directory or root()
    try:
        found = getattr(datasets, name)(str(where), train=train, download=download)
    except (
        RuntimeError,  # for what it does not find or cannot fetch, and for a file that breaks off
        OSError,
        ValueError,  # the others for what is no idx file, or one of something else
        TypeError,
        AssertionError,
        EOFError,
    ) as error:
        raise MissingData(_wrong(name, where), name=name, where=where.name) from error
    images, labels = found.data, found.targets.to(torch.int64)
    shapes = images.shape[1:] == (SIDE, SIDE) and labels.shape == images.shape[:1]
    if not (shapes and labels.max() < CLASSES):
        raise MissingData("data.damaged", name=name, where=where.name)
    return images, labels


def _wrong(name: str, directory: Path) -> str:
    """Return what to say of files that cannot be read: whether all four lie there."""
    names = (f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in KINDS)
    whole = all((directory / name / "raw" / each).is_file() for each in names)
    return "data.damaged" if whole else "data.missing"


def test_set(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images (N, 28, 28) uint8 and labels (N,) int64 of a test set, read once.

    They are shared: nobody may change them.

    Raises:
        MissingData: when the data set is not there.
    """
    return _test(name, root())


def there(name: str) -> bool:
    """Whether a test set is on this machine: its images lie where they are looked for."""
    return _lies(name, root())


def as_text(image: torch.Tensor) -> str:
    """Return an image (28, 28) uint8 as base64 of its 784 bytes."""
    return base64.b64encode(image.numpy().tobytes()).decode("ascii")


def random_test_image(name: str) -> dict[str, Any]:
    """Return one image of a test set as `{pixels, label, index}`.

    Base64 of 784 bytes, the class, its place in the set. Nothing is ever downloaded for a visitor.

    Raises:
        MissingData: when the data set is not there.
    """
    images, labels = test_set(name)
    index = random.randrange(len(images))  # noqa: S311  a picture to look at, not a secret
    return {"pixels": as_text(images[index]), "label": int(labels[index]), "index": index}


def _lies(name: str, directory: Path) -> bool:
    return any((directory / name / "raw").glob("t10k-images*"))


@cache
def _test(name: str, directory: Path) -> tuple[torch.Tensor, torch.Tensor]:
    if not _lies(name, directory):
        # said before torchvision is imported, which takes seconds
        raise MissingData("data.missing", name=name, where=directory.name)
    return load(name, train=False, directory=directory)
