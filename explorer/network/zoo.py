"""The models on offer: each a card (what it is, labels, checkpoints) and its weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from explorer import places
from explorer.errors import UnknownModel, UnusableWeights
from explorer.incoming import cards as card_files
from explorer.incoming.cards import DATASETS, DIGITS, FASHION
from explorer.network import nets
from explorer.network.ages import HERE, Checkpoint, Kept
from explorer.network.turn import turn
from explorer.records import Input, Language

STORED = (torch.float16, torch.float32)  # what a file may hold; float16 is widened, exactly
UNTRAINED = card_files.UNTRAINED
SEEN = ("batch", "images")  # of a checkpoint's card, where it says so
GIVEN = "given"  # the weights of somebody's own module, as it came
COURSE = "fashion-mlp"
BUILDERS: Mapping[str, Callable[[], nn.Module]] = {
    "NeuralNetwork": nets.NeuralNetwork,
    "course_sequential": nets.course_sequential,
    "ConvNet": nets.ConvNet,
}

_own: dict[str, tuple[Card, nn.Module]] = {}  # by name, the one that is shown first in front


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
    dataset: str = FASHION  # whose images it learnt from; those of the page are alike
    examples: Any = None  # what to feed instead of pictures: a tensor, a tuple or a dict of them
    here: tuple[Kept, ...] = ()  # in memory, as they were when somebody asked for the card

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
        """Return one checkpoint, shipped or in memory; UnknownModel names those there are."""
        found = self.age(name)
        if found is not None:
            return found
        names = ", ".join((UNTRAINED, *(known.name for known in self.ages)))
        raise UnknownModel("zoo.checkpoint", received=name, model=self.name, known=names)

    @property
    def ages(self) -> tuple[Checkpoint, ...]:
        """Every checkpoint there is: those shipped, then those in memory."""
        return (*self.checkpoints, *(each.checkpoint for each in self.here))

    def age(self, name: str) -> Checkpoint | None:
        """Return one of `ages` by its name, or of the default where it is empty; else None."""
        wanted = name or self.default
        return next((each for each in self.ages if each.name == wanted), None)


@cache
def cards() -> Mapping[str, Card]:
    """Return every card by name: somebody's own modules, then those shipped, the course's first.

    They know of nothing that is in memory alone.
    """
    found = [_read(path) for path in sorted(places.MODELS.glob("*/card.json"))]
    shipped = {card.name: card for card in sorted(found, key=lambda card: card.name != COURSE)}
    return {**{name: card for name, (card, _) in _own.items()}, **shipped}


def card_of(
    name: str,
    *,
    address: str = "",
    labels: tuple[str, ...] = (),
    taken: Input | None = None,
    examples: Any = None,
    **details: str,
) -> Card:
    """Return the card of a module of somebody's own: nothing is known of it but what they say."""
    return Card(
        name=name,
        title={"en": name},
        builder=address,
        labels={"en": labels},
        input=taken or Input(),
        seed=0,
        default=GIVEN,
        checkpoints=(),
        statistics={},
        details={"name": name, **details},
        examples=examples,
        dataset=DIGITS if labels == tuple(map(str, range(10))) else FASHION,
    )


def offer(card: Card, model: nn.Module) -> Card:
    """Offer somebody's own module beside the shipped ones; the last one offered is shown first.

    The module is used as it is. Its name gets a number where another card has it already.
    """
    taken, name, number = cards(), card.name, 1
    while name in taken:
        number += 1
        name = f"{card.name}-{number}"
    named, others = replace(card, name=name), dict(_own)
    _own.clear()
    _own.update({name: (named, model), **others})
    forget()
    return named


def withdraw(name: str) -> None:
    """Offer a module of somebody's own no longer."""
    _own.pop(name, None)
    forget()


def keep(model: str, found: Iterable[Kept]) -> None:
    """Offer weights trained here beside the shipped ones, instead of all trained here before."""
    if HERE.put(model, found):
        _loaded.cache_clear()  # with them go the networks that were made of them


def bring(model: str, found: Kept) -> None:
    """Offer weights from somebody's file, the last few of those brought."""
    if HERE.add(model, found):
        _loaded.cache_clear()


def forget() -> None:
    """Let go of every card and network, so that they are read anew."""
    cards.cache_clear()
    _loaded.cache_clear()


def empty() -> None:
    """Let go of all that is in memory alone, and of the networks that were made of it."""
    HERE.clear()
    _loaded.cache_clear()


def own(name: str) -> bool:
    """Whether a model is somebody's own, of which nothing is known beforehand."""
    return name in _own


def usual() -> str:
    """Return the name of the model that is shown first: one's own, else the course's."""
    return next(iter(_own), COURSE)


def classes(dataset: str) -> Mapping[Language, tuple[str, ...]]:
    """Return the names of a data set's classes by language, as the first network of it has them."""
    return next(each.labels for each in cards().values() if _learnt(each, dataset))


def datasets() -> tuple[str, ...]:
    """Return the data sets of the networks that are shipped, the course's first."""
    return tuple(name for name in DATASETS if any(_learnt(each, name) for each in cards().values()))


def _learnt(known: Card, dataset: str) -> bool:
    return known.dataset == dataset and known.name not in _own


def card(name: str) -> Card:
    """Return one card, with what is in memory at the moment; UnknownModel names those there are.

    Whoever keeps to it finds the same ages, though others train the next ones meanwhile.
    """
    try:
        found = cards()[name]
    except KeyError as error:
        raise UnknownModel("zoo.model", received=name, known=", ".join(cards())) from error
    here = HERE.of(name)
    return replace(found, here=here) if here else found


def load(name: str | Card, checkpoint: str = "", device: str = "cpu") -> nn.Module:
    """Return the network of a card with the weights of `checkpoint` (empty: the card's default).

    It is in eval mode on `device`; one's own is as it came, and where it is. The module is shared
    between callers: nobody may change it (tracing restores what it touches).

    Raises:
        UnknownModel: for a name that is not there.
        UnusableWeights: for a file that is missing, altered or of other shapes.
    """
    chosen = card(name) if isinstance(name, str) else name
    wanted = checkpoint or chosen.default
    if chosen.name in _own:
        return _brought(chosen.name, wanted)
    if wanted != UNTRAINED:
        chosen.checkpoint(wanted)  # one that is gone may have been kept by who was loading it
    return _loaded(chosen.name, wanted, device)


@cache
def _loaded(name: str, wanted: str, device: str) -> nn.Module:
    chosen = card(name)
    # It is kept: whoever asks first, within inference mode or not, others follow gradients through
    # it. Building draws from the one generator of the process: nobody's numbers may be disturbed,
    # nor anybody disturb ours.
    with torch.inference_mode(mode=False):
        with turn, torch.random.fork_rng(devices=[]):
            torch.manual_seed(chosen.seed)
            model = BUILDERS[chosen.builder]()
        if wanted != UNTRAINED:
            _fill(model, chosen, chosen.checkpoint(wanted))
        return model.eval().requires_grad_(False).to(device)


def _brought(name: str, checkpoint: str) -> nn.Module:
    if checkpoint != GIVEN:
        raise UnknownModel("zoo.checkpoint", received=checkpoint, model=name, known=GIVEN)
    return _own[name][1]


def file(chosen: Card, checkpoint: Checkpoint) -> bytes:
    """Return the safetensors file of a checkpoint, as it is; UnusableWeights if it is missing."""
    for each in chosen.here:
        if each.checkpoint.name == checkpoint.name:
            return each.data
    try:
        return (places.MODELS / chosen.name / checkpoint.file).read_bytes()
    except OSError as error:
        raise UnusableWeights("zoo.missing", file=checkpoint.file, model=chosen.name) from error


def _fill(model: nn.Module, chosen: Card, checkpoint: Checkpoint) -> None:
    from safetensors import SafetensorError  # noqa: PLC0415  not needed to list the models
    from safetensors.torch import load as parse  # noqa: PLC0415

    data = file(chosen, checkpoint)
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
    known = (*card_files.CHECKPOINT, *SEEN)
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
            Checkpoint(**{name: item[name] for name in known if name in item})
            for item in data.get("checkpoints", ())
        ),
        statistics=data.get("statistics", {}),
        details=data,
        dataset=data.get("dataset", FASHION),
    )
