"""explore(model): the page of a module that is alive in a notebook or a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from os import PathLike, fsdecode
from typing import Any

from explorer import notebooks, starting
from explorer.errors import NoStart, UntraceableModel
from explorer.incoming import plain
from explorer.incoming.labels import LONGEST, listed_names
from explorer.incoming.shapes import Numbers, listed, normalised
from explorer.records import Input, Language
from explorer.words import LANGUAGES, say

HEIGHT = 820  # pixels of the page inside a notebook


class Explored:
    """A module's page: its `url` while it is served, the file to take home, and how to end it.

    As the last line of a notebook's cell it is shown there. It also ends with a `with` block.
    """

    def __init__(
        self, card: Any, model: Any, language: Language | None, page: Any = None, root: str = ""
    ) -> None:
        self._card, self._model, self._language = card, model, language
        self._page, self._root = page, root
        self.url: str = page.local_url if page else ""

    def save(self, file: str | PathLike[str]) -> str:
        """Write the page as one HTML file, and return a sentence with its size and what it holds.

        It opens anywhere, without a server or a network. A chain of layers that the page computes
        itself can be drawn on; of any other module it shows one pass, as hooks recorded it.

        Raises:
            ExplorerError: when it cannot be written, or no pass can be shown.
        """
        from explorer import ui  # noqa: PLC0415  loaded already
        from explorer.network import chain  # noqa: PLC0415

        try:
            path = fsdecode(file)
        except TypeError as error:
            raise NoStart("explore.save", file=repr(file)[:LONGEST], reason=error) from error
        with nullcontext(self._card.name) if self._page else _offered(self) as name:
            size = ui.write(path, language=self._language, model=name, refusal="explore.save")
            what = "passed" if chain.computed(name) is None else "computed"
        spoken = starting.language(self._language)
        named = {"file": path, "what": say(spoken, f"explore.saved.{what}")}
        return say(spoken, "explore.saved", size=f"{size / 1e6:.1f}", **named)

    def close(self) -> None:
        """Stop serving, and let go of the module, which is as it was."""
        from explorer import ui  # noqa: PLC0415  loaded already
        from explorer.network import recent, zoo  # noqa: PLC0415

        if self._page:
            ui.shut(self._page)
            zoo.withdraw(self._card.name)
        self._page, self.url = None, ""
        recent.forget()

    def __enter__(self) -> Explored:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Layer Explorer of {self._card.name}, {self.url or 'not served'}>"

    def _repr_html_(self) -> str | None:
        return self.url and notebooks.framed(self.url, root=self._root, height=HEIGHT)


def explore(
    model: Any,
    *,
    labels: Sequence[str] | None = None,
    input_shape: Sequence[int] | None = None,
    mean: Numbers = None,
    std: Numbers = None,
    example_inputs: Any = None,
    output: str = "",
    name: str = "",
    port: int | None = None,
    language: Language | None = None,
    open: bool = False,
    serve: bool = True,
) -> Explored:
    """Serve the page with a module of yours on it, and return at once.

    `labels` name its classes, `input_shape` is what it takes of pictures, (H, W) or (planes, H, W);
    without it, it is found out. `mean` is taken away from the values 0 to 1, and `std` is what they
    are then divided by, one number or one for each plane. For a module that takes no picture,
    `example_inputs` are what it is fed: a tensor (N, …), a tuple of positional arguments or a dict
    of keyword arguments. `output` is what the scores are called where the module answers with
    several tensors, as `logits`, `1` or `heads.0`; else they are what is called `logits`, or the
    first, if that is (N, C). The module is used as it is, in eval mode while a pass runs, and never
    changed. `open` opens a browser; without `serve` nothing is served, as for `.save()` alone.

    Raises:
        ExplorerError: for what is no module, no shape, mean or output of it, or a port in use.
    """
    _checked(name, port, language)
    starting.environment()
    from explorer.network import zoo  # noqa: PLC0415  after the environment is set

    taken = _taken(model, input_shape, example_inputs, mean=mean, std=std)
    _scored(model, output, taken, example_inputs)
    called, names = name or type(model).__name__, listed_names(labels)
    card = zoo.card_of(called, labels=names, taken=taken, examples=example_inputs)
    if not serve:
        return Explored(card, model, language)
    return _served(card, model, port=port, language=language, browser=open)


def _served(
    card: Any, model: Any, *, port: int | None, language: Language | None, browser: bool
) -> Explored:
    """Offer a module under its card and serve the page, or offer nothing."""
    from explorer import ui  # noqa: PLC0415  after the environment is set
    from explorer.network import zoo  # noqa: PLC0415
    from explorer.network.feeding import device_of  # noqa: PLC0415

    offered, place = zoo.offer(card, model), notebooks.notebook(port)
    reached: dict[str, Any] = {"port": place.port, "allow_host": place.names, "root": place.root}
    device = device_of(model).type
    try:
        page = ui.launch(device=device, language=language, browser=browser, **reached)
    except BaseException:
        zoo.withdraw(offered.name)
        raise
    return Explored(offered, model, language, page, place.root)


def _checked(name: str, port: int | None, language: Language | None) -> None:
    """Refuse what no page could be served as: addresses have names in them, and one language."""
    usable = (
        isinstance(name, str) and re.fullmatch(r"[^/\\\0-\x1f]*", name) and name.strip(".") == name
    )
    if name and not (usable and plain.sound(name) and len(name) <= plain.MAX_TEXT):
        raise NoStart("explore.name", received=plain.shown(name), longest=plain.MAX_TEXT)
    if not (language is None or language in LANGUAGES):
        raise NoStart(
            "explore.language", received=plain.shown(language), known=", ".join(LANGUAGES)
        )
    starting.usable(port)


@contextmanager
def _offered(explored: Explored) -> Iterator[str]:
    """Offer a module that is not served while a block runs; yield the name it gets."""
    from explorer.network import recent, zoo  # noqa: PLC0415  after the environment is set

    offered = zoo.offer(explored._card, explored._model)
    try:
        yield offered.name
    finally:
        zoo.withdraw(offered.name)
        recent.forget()


def _scored(model: Any, output: str, taken: Input | None, examples: Any) -> None:
    """Have the answer that is called `output` be the module's scores; without a wish, the usual."""
    import torch  # noqa: PLC0415  importing this module costs nothing

    from explorer.network import answering, answers  # noqa: PLC0415

    answers.prefer(model, None)
    if not output:
        return
    answering.scored(model, examples if taken is None else torch.zeros(1, *taken.shape), output)


def _taken(
    model: Any, shape: Sequence[int] | None, examples: Any, *, mean: Numbers, std: Numbers
) -> Input | None:
    """Return the shape of picture that a module takes; None where it takes examples."""
    from explorer.network.compiled import eager  # noqa: PLC0415
    from explorer.network.functions import tensors  # noqa: PLC0415  importing this costs nothing
    from explorer.network.guessing import guessed  # noqa: PLC0415
    from explorer.network.tracing import checked  # noqa: PLC0415

    checked(eager(model))
    if examples is not None:
        if not tensors(examples):
            raise UntraceableModel("trace.inputs", received=type(examples).__name__)
        if mean is not None or std is not None:
            raise NoStart("explore.normal", mean=mean, std=std)
        if shape is not None:
            raise NoStart("explore.shape", received=shape)
        return None
    found = guessed(model) if shape is None else listed(shape)
    return normalised(found, mean, std)
