"""explore(model): the page of a module that is alive in a notebook or a script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from explorer import starting
from explorer.errors import NoStart, UnknownModel
from explorer.incoming.shapes import Numbers, normalised, picture
from explorer.records import Input, Language

HEIGHT = 820  # pixels of the page inside a notebook


class Explored:
    """A page that is being served: its `url`, and how to end it.

    As the last line of a notebook's cell it is shown there. It also ends with a `with` block.
    """

    def __init__(self, page: Any, name: str) -> None:
        self._page = page
        self._name = name
        self.url: str = page.local_url

    def close(self) -> None:
        """Stop serving, and let go of the module, which is as it was."""
        from explorer.network import recent, zoo  # noqa: PLC0415  loaded already

        self._page.close(verbose=False)
        zoo.withdraw(self._name)
        recent.forget()

    def __enter__(self) -> Explored:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Layer Explorer of {self._name} at {self.url}>"

    def _repr_html_(self) -> str:
        return (
            f'<iframe src="{escape(self.url)}" width="100%" height="{HEIGHT}" '
            'style="border:0" allow="clipboard-write"></iframe>'
        )


def explore(
    model: Any,
    *,
    labels: Sequence[str] = (),
    input_shape: Sequence[int] | None = None,
    mean: Numbers = None,
    std: Numbers = None,
    example_inputs: Any = None,
    name: str = "",
    port: int | None = None,
    language: Language | None = None,
    open: bool = False,
) -> Explored:
    """Serve the page with a module of yours on it, and return at once.

    `labels` name its classes, `input_shape` is what it takes of pictures, (H, W) or (planes, H, W);
    without it, it is found out. `mean` is taken away from the values 0 to 1, and `std` is what they
    are then divided by, one number or one for each plane. For a module that takes no picture,
    `example_inputs` are what it is fed: a tensor (N, …), a tuple of positional arguments or a dict
    of keyword arguments. The module is used as it is, in eval mode while a pass runs, and never
    changed. `open` opens a browser.

    Raises:
        ExplorerError: for what is no module, a shape or a mean that is none, or a port in use.
    """
    starting.environment()
    from explorer.network import zoo  # noqa: PLC0415  after the environment is set

    card = zoo.card_of(
        name or type(model).__name__,
        labels=tuple(map(str, labels)),
        taken=_taken(model, input_shape, example_inputs, mean=mean, std=std),
        examples=example_inputs,
    )
    return _served(card, model, port=port, language=language, browser=open)


def _served(card: Any, model: Any, **options: Any) -> Explored:
    """Offer a module under its card and serve the page, or offer nothing."""
    from explorer import ui  # noqa: PLC0415  after the environment is set
    from explorer.network import zoo  # noqa: PLC0415
    from explorer.network.feeding import device_of  # noqa: PLC0415

    offered = zoo.offer(card, model)
    try:
        page = ui.launch(device=device_of(model).type, **options)
    except BaseException:
        zoo.withdraw(offered.name)
        raise
    return Explored(page, offered.name)


def _taken(
    model: Any, shape: Sequence[int] | None, examples: Any, *, mean: Numbers, std: Numbers
) -> Input | None:
    """Return the shape of picture that a module takes; None where it takes examples."""
    from torch import nn  # noqa: PLC0415  importing this module costs nothing

    from explorer.network.guessing import guessed  # noqa: PLC0415

    if not isinstance(model, nn.Module):
        raise UnknownModel("explore.type", received=type(model).__name__)
    if examples is not None:
        if mean is not None or std is not None:
            raise NoStart("explore.normal", mean=mean, std=std)
        return None
    found = guessed(model) if shape is None else picture(tuple(shape), tuple(shape))
    return normalised(found, mean, std)
