"""The lines of PyTorch that run a network up to one of its steps."""

from __future__ import annotations

from collections.abc import Sequence

from explorer import kinds
from explorer.kinds.spelling import expression
from explorer.outgoing.program import Network
from explorer.records import Edit, Step

WATCH = """\
inputs, outputs = [], []


def watch(module, args, output):
    output = output[0] if isinstance(output, tuple) else output
    inputs.append(args[0].detach().clone())
    outputs.append(output.detach().clone())

"""


def forward(network: Network, step: Step, edits: Sequence[Edit]) -> tuple[str, list[str]]:
    """Return the name of a step's value and the lines that compute it, under edits of the input.

    Layer by layer where the network is nothing but its layers, one after the other; else in one
    pass, with a hook that keeps what the step's layer receives and returns.
    """
    lines = ["x = X"]
    lines += [
        f"x = edit_{number}(None, (), x)"
        for number, edit in enumerate(edits, 1)
        if edit.step == network.steps[0].id
    ]
    if step.id == network.steps[0].id:
        return "x", lines
    name = _name(step, shown=True)
    if step.path:
        run = _walked(network, step, lines) if network.chain else _watched(step, lines)
        return name, [*run, *_predicted(step)]
    last = network.layers[-1]
    if network.chain:
        lines = _walked(network, last, lines)
        logits = _name(last, shown=False)
    else:
        lines, logits = [*lines, "with torch.no_grad():", "    logits = model(x)"], "logits"
    lines.append(f"pred_probab = nn.Softmax(dim=1)({logits})")
    return "pred_probab", [*lines, "y_pred = pred_probab.argmax(1)"]


def reached(network: Network, of: str, step: Step) -> list[str]:
    """Return the lines after which `reached` is the output of a step of the network called `of`."""
    if step.id == network.steps[0].id:
        return ["reached = X"]
    if not network.chain:
        return [*_watching(of, step, "X"), f"reached = outputs[{number(step) - 1}]"]
    lines = ["with torch.no_grad():", "    reached = X"]
    for layer in network.layers:
        lines.append(f"    reached = {expression(layer.path, of)}(reached)")
        if layer.id == step.id:
            break
    return lines


def number(step: Step) -> int:
    """Return the how-many-eth call of its layer a step is, from 1."""
    return int(step.id.removeprefix(f"{step.path}#")) if step.id != step.path else 1


def _walked(network: Network, step: Step, lines: list[str]) -> list[str]:
    lines = [*lines, "with torch.no_grad():"]
    entering = "x"
    for layer in network.layers:
        name = _name(layer, shown=layer.id == step.id)
        lines.append(f"    {name} = {expression(layer.path)}({entering})")
        if layer.id == step.id:
            break
        entering = name
    if entering not in {"x", name}:
        lines.append(f"x = {entering}")
    return lines


def _watched(step: Step, lines: list[str]) -> list[str]:
    place = number(step) - 1
    return [
        *lines,
        WATCH,
        *_watching("model", step, "x", defined=True),
        f"x, {_name(step, shown=True)} = inputs[{place}], outputs[{place}]",
    ]


def _watching(of: str, step: Step, fed: str, *, defined: bool = False) -> list[str]:
    """Return the lines of a pass with a hook on the layer of a step."""
    return [
        *([] if defined else [WATCH]),
        f"handle = {expression(step.path, of)}.register_forward_hook(watch)",
        "with torch.no_grad():",
        f"    {of}({fed})",
        "handle.remove()",
    ]


def _predicted(step: Step) -> list[str]:
    shares = kinds.BY_NAME[step.kind].shares and step.named
    return ["y_pred = pred_probab.argmax(1)"] if shares else []


def _name(step: Step, *, shown: bool) -> str:
    """Return what the output of a layer is called, as the last line or on the way."""
    kind = kinds.BY_NAME[step.kind]
    return (shown and kind.shown) or kind.result
