"""The models on offer: each a card (what it is, labels, checkpoints) and its weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from explorer import places
from explorer.errors import UnknownModel, UnusableWeights
from explorer.incoming import cards as card_files
from explorer.network import nets
from explorer.network.turn import turn
from explorer.records import Input, Language

STORED = (torch.float16, torch.float32)  # what a file may hold; float16 is widened, exactly
UNTRAINED = card_files.UNTRAINED
BUILDERS: Mapping[str, Callable[[], nn.Module]] = {
    "NeuralNetwork": nets.NeuralNetwork,
    "course_sequential": nets.course_sequential,
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Weights of one epoch: `accuracy` on the 10,000 test images, 0 to 1; `sha256` of the file."""

    name: str
    file: str
    epoch: int
    accuracy: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Card:
    """All there is to know about one model. `seed` builds the untrained network.

    `statistics` describe its data.
    """

    name: str
    title: Mapping[Language, str]
    builder: str
    labels: Mapping[Language, tuple[str, ...]]
    input: Input
    seed: int
    default: str
    checkpoints: tuple[Checkpoint, ...]
    statistics: Mapping[str, Any]
    details: Mapping[str, Any]

    def title_in(self, language: Language) -> str:
        """Return the title in one language, or in the first that the card has."""
        return self.title.get(language) or next(iter(self.title.values()))

    def labels_in(self, language: Language, count: int | None = None) -> tuple[str, ...]:
        """Return the names of `count` classes in one language, or in the first that the card has.

        A card that names another number of classes names none: they are then numbers.
        """
        labels = self.labels.get(language) or next(iter(self.labels.values()), ())
        known = count is None or len(labels) == count
        return labels if known else tuple(map(str, range(count or 0)))

    def checkpoint(self, name: str) -> Checkpoint:
        """Return one shipped checkpoint; UnknownModel names those there are."""
        for checkpoint in self.checkpoints:
            if checkpoint.name == name:
                return checkpoint
        names = ", ".join((UNTRAINED, *(known.name for known in self.checkpoints)))
        raise UnknownModel("zoo.checkpoint", received=name, model=self.name, known=names)


@cache
def cards() -> Mapping[str, Card]:
    """Return every card under `assets/models`, by name, the course's network first."""
    found = [_read(path) for path in sorted(places.MODELS.glob("*/card.json"))]
    return {card.name: card for card in sorted(found, key=lambda card: card.name != "fashion-mlp")}


def card(name: str) -> Card:
    """Return one card; UnknownModel names those there are."""
    try:
        return cards()[name]
    except KeyError as error:
        raise UnknownModel("zoo.model", received=name, known=", ".join(cards())) from error


@cache
def load(name: str, checkpoint: str = "", device: str = "cpu") -> nn.Module:
    """Return the network with the weights of `checkpoint` (empty.

    The card's default) in eval mode on `device`.

    The module is shared between callers: nobody may change it (tracing restores what it touches).

    Raises:
        UnknownModel: for a name that is not there.
        UnusableWeights: for a file that is missing, altered or of other shapes.
    """
    chosen = card(name)
    wanted = checkpoint or chosen.default
    # Building draws from the one generator of the process: nobody's numbers may be disturbed, nor
    # anybody disturb ours.
    with turn, torch.random.fork_rng(devices=[]):
        torch.manual_seed(chosen.seed)
        model = BUILDERS[chosen.builder]()
    if wanted != UNTRAINED:
        _fill(model, chosen, chosen.checkpoint(wanted))
    return model.eval().requires_grad_(False).to(device)


def _fill(model: nn.Module, chosen: Card, checkpoint: Checkpoint) -> None:
    from safetensors import SafetensorError  # noqa: PLC0415  not needed to list the models
    from safetensors.torch import load as parse  # noqa: PLC0415

    path = places.MODELS / chosen.name / checkpoint.file
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableWeights("zoo.missing", file=checkpoint.file, model=chosen.name) from error
    if hashlib.sha256(data).hexdigest() != checkpoint.sha256:
        raise UnusableWeights("zoo.altered", file=checkpoint.file, model=chosen.name)
    try:
        weights = parse(data)
        model.load_state_dict(weights)
    except (RuntimeError, SafetensorError) as error:
        raise UnusableWeights("zoo.shapes", file=checkpoint.file, model=chosen.name) from error
    if any(values.dtype not in STORED for values in weights.values()):
        raise UnusableWeights("zoo.shapes", file=checkpoint.file, model=chosen.name)


def _read(path: Path) -> Card:
    data = card_files.load(path)
    return Card(
        name=data["name"],
        title=data["title"],
        builder=data["builder"],
        labels={language: tuple(names) for language, names in data.get("labels", {}).items()},
        input=Input(
            tuple(data.get("shape", Input().shape)),
            tuple(data.get("mean", ())),
            tuple(data.get("std", ())),
        ),
        seed=data["seed"],
        default=data.get("default", UNTRAINED),
        checkpoints=tuple(
            Checkpoint(item["name"], item["file"], item["epoch"], item["accuracy"], item["sha256"])
            for item in data.get("checkpoints", ())
        ),
        statistics=data.get("statistics", {}),
        details=data,
    )
