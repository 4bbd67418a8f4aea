"""The PyTorch code that reproduces what is on screen, complete.

Each snippet ends with `torch.testing.assert_close`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer import kinds
from explorer.outgoing import editing
from explorer.outgoing.forward import forward
from explorer.outgoing.program import Network, packed, whole
from explorer.records import Edit, Floats, Language, Step
from explorer.words import say


def reproduce(
    network: Network,
    images: tuple[bytes, ...],
    step: Step,
    values: Floats,
    *,
    unit: int | None = None,
    focus: int = 0,
    by_hand: Sequence[str] = (),
    edits: Sequence[Edit] = (),
    checkpoints: Mapping[str, str | None] | None = None,
    language: Language = "en",
) -> str:
    """Return the code that computes a step of a batch, or one unit of image `focus`.

    It compares that with the screen: `values` (N, …) are what the page shows at the step, `images`
    the pixels as the network saw them. `by_hand` are the lines that compute the unit as `by_hand`
    from the step's input `x`. `checkpoints` gives the file of a patch's source by its name.

    Raises:
        KeyError: for a step or a checkpoint that is not there.
        ValueError: for a patch without a source.
    """
    reaching = _reaching(network, step, edits)
    name, run = forward(network, step, reaching)
    lines = editing.sources(network, reaching, checkpoints or {}, language)
    lines += editing.hooked(network, reaching, language)
    comment = "snippet.forward" if network.chain else "snippet.watched"
    lines += [f"\n# {say(language, comment)}", *run, ""]
    if kinds.BY_NAME[step.kind].shares and step.named:
        lines.append('print(f"Predicted class: {y_pred}")')
    if unit is None:
        heading = say(language, "snippet.step", step=step.id, shape=values.shape)
        lines += _batch(name, values, language)
    else:
        heading = _heading(step, values, unit, focus, language)
        changed = any(edit.covers(step.id, unit) for edit in reaching)
        plain = not changed and bool(np.isfinite(values).all())
        lines += _unit(name, values, unit, focus, by_hand if plain else (), language)
    return whole(heading, network, images, "\n".join(lines) + "\n", language)


def _heading(step: Step, values: Floats, unit: int, focus: int, language: Language) -> str:
    value = f"{float(values[focus].reshape(-1)[unit]):.6g}"
    return say(language, "snippet.unit", step=step.id, unit=unit, image=focus + 1, value=value)


def _reaching(network: Network, step: Step, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that come before a step or at it; later ones do not reach it."""
    order = {each.id: place for place, each in enumerate(network.steps)}
    return [edit for edit in edits if order[edit.step] <= order[step.id]]


def _batch(name: str, values: Floats, language: Language) -> list[str]:
    """Return the lines that compare a step's whole output with the page's."""
    return [
        f"print({name})",
        "",
        f"# {say(language, 'snippet.check')}",
        *packed("shown", values),
        f"shown = shown.reshape({', '.join(map(str, values.shape))})",
        f"torch.testing.assert_close({name}, shown, {_tolerance(values)})",
    ]


def _unit(
    name: str,
    values: Floats,
    unit: int,
    focus: int,
    by_hand: Sequence[str],
    language: Language,
) -> list[str]:
    """Return the lines that compare one unit with the page's, and with itself written out."""
    value, tolerance = float(values[focus].reshape(-1)[unit]), _tolerance(values)
    index = (focus, *np.unravel_index(unit, values.shape[1:]))
    here = f"{name}[{', '.join(map(str, index))}]"
    lines = [f"print({here}.item())"]
    if by_hand:
        lines += ["", f"# {say(language, 'snippet.sum')}", *by_hand, "print(by_hand.item())"]
        lines.append(f"torch.testing.assert_close(by_hand, {here}, {tolerance})")
    number = editing.literal(float(f"{value:.9g}"))  # 9 significant digits name a float32 exactly
    return [
        *lines,
        "",
        f"# {say(language, 'snippet.check')}",
        f"shown = torch.tensor({number})",
        f"torch.testing.assert_close({here}, shown, {tolerance})",
    ]


def _tolerance(values: Floats) -> str:
    """Return how close is close.

    Float32 sums in another order differ by a few millionths of the largest term.
    """
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    bounds = f"rtol=1e-5, atol={5e-6 * max(1.0, largest):.0e}"
    return f"{bounds}, equal_nan=True" if np.isnan(values).any() else bounds
