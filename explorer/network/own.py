"""Your own module, from a file or a package of this machine, with weights, labels and input.

For the command line of the machine's owner alone: a module's code runs when it is imported. Nothing
that comes over the web gets here (a test sees to it).
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from explorer.errors import NoStart, UnknownModel, UntraceableModel
from explorer.incoming import addresses, shapes
from explorer.incoming.labels import different
from explorer.network import recent, stored
from explorer.network.answering import scored
from explorer.network.failing import short
from explorer.network.feeding import device_of, type_of
from explorer.network.guessing import guessed
from explorer.network.tracing import checked, trace
from explorer.network.turn import turn
from explorer.network.zoo import Card, card_of
from explorer.records import Input

SEED = 0


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """A module of the owner's, ready to be shown, and the card that describes it."""

    card: Card
    model: nn.Module


def own(
    address: str,
    *,
    weights: str = "",
    labels: str = "",
    shape: str = "",
    mean: str = "",
    std: str = "",
    output: str = "",
) -> Own:
    """Return the module at an address, `path/to/file.py:Net` or `package.module:factory`.

    `weights` names a file, `labels` is `a,b,c` or a file of lines, `shape` is `1x28x28`, `mean` and
    `std` are one number or one for each plane, `output` is what the scores are called where the
    module answers with several tensors. A class or factory is called without arguments, with the
    random numbers of seed 0.

    Raises:
        UnknownModel: when there is no module at the address, or it cannot be built.
        UnusableWeights: when the weights do not fit, with each name that does not.
        NoStart: when the labels, the shape, the mean, the std or the output cannot be used.
    """
    names, taken = label_names(labels), shapes.read(shape)
    model = module(address).eval()
    if weights:
        stored.fill(model, weights)
    checked(model)
    taken = shapes.normalised(taken if shape else guessed(model), mean, std)
    if output:
        scored(model, torch.zeros(1, *taken.shape), output)
    name = address.rpartition(":")[2]
    card = card_of(
        name, address=address, labels=names, taken=taken, weights=Path(weights).name, output=output
    )
    return Own(card, model)


def activations(model: nn.Module, taken: Input) -> int:
    """Return the bytes that one pass of one picture holds; 0 where it fails, as the page says."""
    picture = torch.zeros(1, *taken.shape, device=device_of(model), dtype=type_of(model))
    try:
        return recent.size(trace(model, picture))
    except UntraceableModel:
        return 0


def module(address: str) -> nn.Module:
    """Return the module at an address, built if it is a class or a factory."""
    source, name = addresses.module(address)
    found = _imported(source, address)
    if not hasattr(found, name):
        known = [each for each, value in vars(found).items() if _offered(value, found.__name__)]
        file = address.rpartition(":")[0]
        raise UnknownModel("own.name", received=name, file=file, known=", ".join(known) or "—")
    made = getattr(found, name)
    if not isinstance(made, nn.Module):
        made = _built(made, address)
    if not isinstance(made, nn.Module):
        raise UnknownModel("own.type", address=address, received=type(made).__name__)
    return made


def _built(factory: Any, address: str) -> Any:
    """Call a class or factory, without disturbing anybody's random numbers."""
    if not callable(factory):
        raise UnknownModel("own.type", address=address, received=type(factory).__name__)
    try:
        with turn, torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            return factory()
    except SystemExit as error:
        raise UnknownModel("own.ended", address=address, reason=short(error)) from error
    except Exception as error:
        needs = _needed(factory)
        if needs:
            raise UnknownModel("own.arguments", address=address, needs=needs) from error
        raise UnknownModel("own.failed", address=address, reason=short(error)) from error


def _needed(factory: Any) -> str:
    """Return the names of the arguments that a factory cannot do without."""
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):  # one that is not written in Python tells nothing
        return ""
    plain = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return ", ".join(
        each.name for each in parameters if each.default is each.empty and each.kind not in plain
    )


def _offered(value: Any, source: str) -> bool:
    if isinstance(value, nn.Module):
        return True
    own = getattr(value, "__module__", None) == source
    return own and isinstance(value, type) and issubclass(value, nn.Module)


def _imported(source: Path | str, address: str) -> ModuleType:
    """Import a file by its path, or a package by its name."""
    try:
        with _alone(source):
            if isinstance(source, Path):
                return _run(source.resolve())
            return importlib.import_module(source)
    except ModuleNotFoundError as error:
        raise UnknownModel("own.package", address=address, received=error.name) from error
    except SystemExit as error:
        raise UnknownModel("own.ended", address=address, reason=short(error)) from error
    except Exception as error:
        raise UnknownModel("own.failed", address=address, reason=short(error)) from error


def _run(path: Path) -> ModuleType:
    """Run a file as a module of its own name; it may import what lies beside it."""
    name = _free(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UnknownModel("own.python", received=str(path))
    made = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    with _beside(path.parent):
        sys.modules[name] = made  # dataclasses and pickles look themselves up there
        try:
            spec.loader.exec_module(made)
        except BaseException:
            if before is None:
                del sys.modules[name]
            else:
                sys.modules[name] = before
            raise
    return made


def _free(path: Path) -> str:
    """Return the name under which a file is imported: never that of another module, as `json`."""
    there = sys.modules.get(path.stem)
    same = there is None or getattr(there, "__file__", None) == str(path)
    return path.stem if same else f"own {path.stem}"


@contextmanager
def _alone(source: Path | str) -> Iterator[None]:
    """Let a file that reads its own command line find none of this program's options."""
    before, sys.argv = sys.argv, [str(source)]
    try:
        yield
    finally:
        sys.argv = before


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def label_names(text: str) -> tuple[str, ...]:
    """Return the names of the classes: `a,b,c`, or the lines of a file; none for no text."""
    if not text:
        return ()
    path = addresses.file(text)
    if path is not None:
        try:
            names = path.read_text("utf-8-sig").splitlines()  # Windows marks its files of text
        except (OSError, UnicodeDecodeError) as error:
            raise NoStart("own.labels", received=text, reason=short(error)) from error
    elif text.endswith(".txt"):
        raise NoStart("own.labels.file", received=text)
    else:
        names = re.split("[,，]", text)
    return different(tuple(name.strip() for name in names if name.strip()), text)
