"""explore(model): the page of a module that is alive in a notebook or a script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from explorer import starting
from explorer.errors import UnknownModel
from explorer.incoming.shapes import picture
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
    example_inputs: Any = None,
    name: str = "",
    port: int | None = None,
    language: Language | None = None,
    open: bool = False,
) -> Explored:
    """Serve the page with a module of yours on it, and return at once.

    `labels` name its classes, `input_shape` is what it takes of pictures, (H, W) or (planes, H, W);
    without it, it is found out. For a module that takes no picture, `example_inputs` are what it is
    fed: a tensor (N, …), a tuple of positional arguments or a dict of keyword arguments. The module
    is used as it is, in eval mode while a pass runs, and never changed. `open` opens a browser.

    Raises:
        ExplorerError: for what is no module, a shape that is none, or a port that is in use.
    """
    starting.environment()
    from explorer import ui  # noqa: PLC0415  after the environment is set
    from explorer.network import zoo  # noqa: PLC0415
    from explorer.network.feeding import device_of  # noqa: PLC0415

    card = zoo.card_of(
        name or type(model).__name__,
        labels=tuple(map(str, labels)),
        taken=_taken(model, input_shape, example_inputs),
        examples=example_inputs,
    )
    offered = zoo.offer(card, model)
    try:
        page = ui.launch(device=device_of(model).type, port=port, language=language, browser=open)
    except BaseException:
        zoo.withdraw(offered.name)
        raise
    return Explored(page, offered.name)


def _taken(model: Any, shape: Sequence[int] | None, examples: Any) -> Input | None:
    """Return the shape of picture that a module takes; None where it takes examples."""
    from torch import nn  # noqa: PLC0415  importing this module costs nothing

    from explorer.network.guessing import guessed  # noqa: PLC0415

    if not isinstance(model, nn.Module):
        raise UnknownModel("explore.type", received=type(model).__name__)
    if shape is not None:
        return picture(tuple(shape), tuple(shape))
    return guessed(model) if examples is None else None
