"""Weights that somebody trained elsewhere, as an age of a shipped network for the whole page.

No code is ever loaded: `.safetensors`, or what `torch.save` wrote, of which anything but tensors is
refused before it is read. They are kept in memory alone.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from explorer.errors import MissingData, Refused, UnusableWeights
from explorer.incoming import datasets
from explorer.learning import measures
from explorer.network import ages, stored, zoo
from explorer.network.feeding import fed
from explorer.network.turn import copied

MOST = 8_000_000  # bytes of a file, and of what is in it: the largest network shipped has 2.7 MB
LONGEST = 60  # characters of a file's name
SAFE = ".safetensors"


def bring(model: str, data: bytes, file: str) -> ages.Checkpoint:
    """Offer the weights in a file as an age of a shipped network, and return what is known of it.

    With its data set on this machine `accuracy` is that on the first 2,000 test images.

    Raises:
        UnknownModel: for a name that is not there.
        Refused: for somebody's own module, and when there is no room on the disk.
        UnusableWeights: for a file that is damaged, holds code or does not fit, as `stored.fill`.
    """
    card = zoo.card(model)
    if zoo.own(model):
        raise Refused("bring.own", 400, model=model)
    name = _named(file)
    network = copied(zoo.load(model, zoo.UNTRAINED))
    weights, same = _read(network, data, name)
    network.load_state_dict(weights, assign=True)
    measures = _measured(card, network.eval())
    found = ages.kept(
        save(_short(weights)),
        ages.BROUGHT,
        file=name if same else "",
        given=name,
        epoch=0,
        **measures,
    )
    zoo.bring(model, found)
    return found.checkpoint


def _named(file: str) -> str:
    """Return a file's name as it may be on a disk: its last part, letters, digits, `-_. ` only."""
    last = re.split(r"[\\/]", file)[-1]
    return re.sub(r"[^\w.\- ]", "_", last)[-LONGEST:].strip(". ") or "weights"


def _read(empty: nn.Module, data: bytes, name: str) -> tuple[dict[str, torch.Tensor], bool]:
    """Return weights, and whether the file itself can be loaded as one of ours."""
    try:
        with tempfile.TemporaryDirectory(prefix="layer-explorer-") as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            if path.suffix != SAFE:
                _bounded(path)
            found = stored.fitting(empty, str(path))
            same = path.suffix == SAFE and stored.head(path).keys() == found.keys()
            # not views into the file, which goes
            return {key: each.clone() for key, each in found.items()}, same
    except OSError as error:
        raise Refused("upload.disk", 507) from error


def _bounded(path: Path) -> None:
    """Refuse what `torch.save` has not written since 2020, and what is larger than it says."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnusableWeights("own.weights.damaged", file=path.name, reason=error) from error
    if size > MOST:
        raise UnusableWeights(
            "own.weights.large", file=path.name, size=size >> 20, limit=MOST >> 20
        )


def _short(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return weights in half as many bytes where every one of them is the same number there."""
    halves = {name: each.half() for name, each in weights.items()}
    same = all(torch.equal(halves[name].to(each.dtype), each) for name, each in weights.items())
    return halves if same else {name: each.contiguous() for name, each in weights.items()}


def _measured(card: zoo.Card, network: nn.Module) -> dict[str, Any]:
    try:
        images, labels = datasets.test_set(card.dataset)
    except MissingData:
        return {"accuracy": None}
    images, labels = images[: measures.TEST], labels[: measures.TEST]
    found = measures.measured(network, fed(images.numpy(), card.input), labels)
    return {"accuracy": found["accuracy"], "tested": len(labels)}
