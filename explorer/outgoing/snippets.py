"""The PyTorch code that reproduces what is on screen, complete.

Text out of records, nothing is run here.

Each snippet starts from an empty interpreter in the project's folder and ends with
`torch.testing.assert_close`.
"""

from __future__ import annotations

import base64
import math
import textwrap
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.records import SIDE, Edit, Floats, Language, Pixels, Step
from explorer.words import say

WIDTH = 96  # characters in one line of data
SHORT = 40  # characters of units that stay in their line

NEURAL_NETWORK = """
class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(
            nn.Linear(28*28, 512),
            nn.ReLU(),
            nn.Linear(512, 512),
            nn.ReLU(),
            nn.Linear(512, 10),
        )

    def forward(self, x):
        x = self.flatten(x)
        logits = self.linear_relu_stack(x)
        return logits

"""
SEQUENTIAL = "nn.Sequential(\n    nn.Flatten(),\n    nn.Linear(28*28, 20),\n    nn.ReLU(),\n    nn.Linear(20, 10),\n)"
LOADER = "from safetensors.torch import load_file\n"
IMPORTS = f"import base64\nimport zlib\n\nimport torch\n{LOADER}from torch import nn\n"
UNPACK = """
def unpack(text):
    return bytearray(zlib.decompress(base64.b64decode(text)))

"""
CAPTURE = """
captured = {{}}


def copy_output(path):
    def hook(module, args, output):
        # {copy}
        captured[path] = output.detach().clone()

    return hook


# {hooks}
handles = [
    module.register_forward_hook(copy_output(path))
    for path, module in model.named_modules()
    if not list(module.children())
]
try:
    with torch.no_grad():
        logits = model(X)
finally:
    # {remove}
    for handle in handles:
        handle.remove()

for path, output in captured.items():
    print(path, output.shape)
print({shown})

# {same}
with torch.no_grad():
    torch.testing.assert_close(captured["{last}"], model(X))
"""


@dataclass(frozen=True, slots=True)
class Network:
    """What a snippet has to build: `builder` is "NeuralNetwork" or "course_sequential".

    `file` is the path of the weights relative to the project's folder; None leaves the network as
    `seed` made it.
    """

    builder: str
    file: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class _Design:
    """How a network is written down.

    Its class, the call that builds it, its modules in order, its nn.Sequential.
    """

    text: str
    build: str
    paths: tuple[str, ...]
    stack: str = ""


STACK = "linear_relu_stack"
PATHS = ("flatten", *(f"{STACK}.{index}" for index in range(5)))
DESIGNS: Mapping[str, _Design] = {
    "NeuralNetwork": _Design(NEURAL_NETWORK, "NeuralNetwork()", PATHS, STACK),
    "course_sequential": _Design("", SEQUENTIAL, ("0", "1", "2", "3")),
}


def reproduce(
    network: Network,
    images: tuple[bytes, ...],
    step: Step,
    values: Floats,
    *,
    unit: int | None = None,
    focus: int = 0,
    edits: Sequence[Edit] = (),
    checkpoints: Mapping[str, str | None] | None = None,
    language: Language = "en",
) -> str:
    """Return the code that computes a step of a batch, or one unit of image `focus`, and compares it with the screen.

    `images` are the pixels as the network saw them, `values` (N, …) what the page shows at the
    step. `checkpoints` gives the file of a patch's source by its name, None for the untrained
    network; a name that is not in there lies beside the network's own file, and the empty one is
    the network's own.

    Raises:
        ValueError: for a builder or a step that no snippet is written for, or a patch without a
            source.
    """
    order = _order(network, step.id, *(edit.step for edit in edits))
    edits = [
        edit for edit in edits if order.index(edit.step) <= order.index(step.id)
    ]  # later ones do not reach it
    name, run = _forward(network, step, edits)
    lines = [*_sources(network, edits, checkpoints or {}, language), *_edited(edits, language)]
    lines.append(f"\n# {say(language, 'snippet.forward')}\nwith torch.no_grad():")
    lines += [*(f"    {each}" for each in run), ""]
    if step.kind == "softmax":
        lines.append('print(f"Predicted class: {y_pred}")')
    tolerance, check = _tolerance(values), ["", f"# {say(language, 'snippet.check')}"]
    if unit is None:
        heading = say(language, "snippet.step", step=step.id, shape=values.shape)
        lines += [f"print({name})", *check]
        lines += [
            *_packed("shown", values),
            f"shown = shown.reshape({', '.join(map(str, values.shape))})",
        ]
        lines.append(f"torch.testing.assert_close({name}, shown, {tolerance})")
    else:
        value = float(values[focus].reshape(-1)[unit])
        heading = say(
            language, "snippet.unit", step=step.id, unit=unit, image=focus + 1, value=f"{value:.6g}"
        )
        here = f"{name}[{', '.join(map(str, (focus, *np.unravel_index(unit, values.shape[1:]))))}]"
        lines.append(f"print({here}.item())")
        touched = any(
            edit.step == step.id and (not edit.units or unit in edit.units) for edit in edits
        )
        if step.kind in {"linear", "logits"} and not touched and np.isfinite(values).all():
            layer = expression(step.path)
            lines += [
                "",
                f"# {say(language, 'snippet.sum')}",
                f"W, b = {layer}.weight, {layer}.bias",
            ]
            lines += [
                f"by_hand = (W[{unit}] * x[{focus}]).sum() + b[{unit}]",
                "print(by_hand.item())",
            ]
            lines.append(f"torch.testing.assert_close(by_hand, {here}, {tolerance})")
        number = _literal(float(f"{value:.9g}"))  # 9 significant digits name a float32 exactly
        lines += [
            *check,
            f"shown = torch.tensor({number})",
            f"torch.testing.assert_close({here}, shown, {tolerance})",
        ]
    return _whole(heading, network, images, "\n".join(lines) + "\n", language)


def capture(
    network: Network, images: tuple[bytes, ...], step: Step, *, language: Language = "en"
) -> str:
    """Return the code that captures every layer's output with forward hooks and prints a step's.

    Raises as `reproduce`.
    """
    order = _order(network, step.id)
    told = {name: say(language, f"snippet.{name}") for name in ("copy", "hooks", "remove", "same")}
    shown = {"input": "X", "softmax": "nn.Softmax(dim=1)(logits)"}.get(
        step.id, f'captured["{step.id}"]'
    )
    body = CAPTURE.format(**told, shown=shown, last=order[-2])
    return _whole(say(language, "snippet.capture"), network, images, body, language)


def expression(path: str, of: str = "model") -> str:
    """Return the Python expression for a module path.

    `linear_relu_stack.0` is `model.linear_relu_stack[0]`.
    """
    return of + "".join(
        f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".") if part
    )


def _order(network: Network, *wanted: str) -> tuple[str, ...]:
    """Return the steps of a network in order, after a look whether the wanted ones are among them."""
    if network.builder not in DESIGNS:
        raise ValueError(
            f"no snippet builds {network.builder!r}, expected one of: {', '.join(DESIGNS)}"
        )
    order = ("input", *DESIGNS[network.builder].paths, "softmax")
    for step in wanted:
        if step not in order:
            raise ValueError(
                f"{network.builder} has no step {step!r}, expected one of: {', '.join(order)}"
            )
    return order


def _whole(
    heading: str, network: Network, images: tuple[bytes, ...], body: str, language: Language
) -> str:
    """Return a snippet: heading, imports, the network, the images as data, and what is done with them."""
    comment = say(language, "snippet.network" if network.file else "snippet.untrained")
    lines = [f"# {comment}", _built("model", network, network.file)]
    lines += ["", f"# {say(language, 'snippet.images', count=len(images))}"]
    lines += _packed("pixels", np.frombuffer(b"".join(images), dtype=np.uint8))
    made = "\n".join([*lines, f"X = pixels.reshape({len(images)}, {SIDE}, {SIDE}) / 255", body])
    head = IMPORTS if "load_file(" in made else IMPORTS.replace(LOADER, "")
    return f"# {heading}\n{head}\n{DESIGNS[network.builder].text}{UNPACK}\n{made}"


def _built(name: str, network: Network, file: str | None) -> str:
    """Return the lines that build a network with the weights of a file, or with those the seed gives it."""
    built = f"{name} = {DESIGNS[network.builder].build}"
    if file is None:
        return f"torch.manual_seed({network.seed})\n{built}"
    return f'{built}\n{name}.load_state_dict(load_file("{file}"))'


def _packed(name: str, values: Floats | Pixels) -> list[str]:
    """Return the lines that hold an array as base64 of its compressed bytes, little-endian, and make it a flat tensor."""
    data = values.astype(values.dtype.newbyteorder("<")).tobytes()
    text = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    parts = [f'    "{text[place : place + WIDTH - 4]}"' for place in range(0, len(text), WIDTH - 4)]
    return [f"{name} = torch.frombuffer(unpack(", *parts, f"), dtype=torch.{values.dtype.name})"]


def _sources(
    network: Network,
    edits: Sequence[Edit],
    checkpoints: Mapping[str, str | None],
    language: Language,
) -> list[str]:
    """Return the lines that compute what patches copy, before anything is changed, by cutting the nn.Sequential."""
    stack, lines = DESIGNS[network.builder].stack, list[str]()
    names: dict[str | None, str] = {network.file: "model"}
    for number, edit in enumerate(edits, 1):
        if edit.action != "patch":
            continue
        if edit.source is None:
            raise ValueError(f"edit {number} is a patch without a source")
        lines += [
            "",
            f"# {say(language, 'snippet.source', step=edit.step, image=edit.source.image + 1)}",
        ]
        file = _file(network, edit.source.checkpoint, checkpoints)
        if file not in names:
            names[file] = f"source_{number}"
            lines.append(_built(names[file], network, file))
        of, index = names[file], edit.step.rpartition(".")[2]
        seen = "X" if edit.step == "input" or not stack else f"{of}.flatten(X)"
        if index.isdigit():
            seen = f"{expression(stack, of)}[:{int(index) + 1}]({seen})"
        lines += ["with torch.no_grad():", f"    seen = {seen}[{edit.source.image}].flatten()"]
        lines.append(f"patch_{number} = seen[{_units(edit)}].clone()")
    return lines


def _file(network: Network, checkpoint: str, checkpoints: Mapping[str, str | None]) -> str | None:
    """Return the file of a patch's source; None is the untrained network."""
    if checkpoint in checkpoints:
        return checkpoints[checkpoint]
    if checkpoint in {"", "untrained"}:
        return None if checkpoint else network.file
    if network.file is None:
        raise ValueError(f"checkpoint {checkpoint!r} has no file, expected one in `checkpoints`")
    return f"{network.file.rpartition('/')[0]}/{checkpoint}.safetensors"


def _units(edit: Edit) -> str:
    """Return what stands between the brackets for an edit's units.

    Many of them on lines of their own.
    """
    listed = ", ".join(map(str, edit.units))
    if len(listed) > SHORT:
        listed = (
            "".join(f"\n        {line}" for line in textwrap.wrap(listed, WIDTH - 8)) + "\n    "
        )
    return f"[{listed}]" if listed else ":"


def _edited(edits: Sequence[Edit], language: Language) -> list[str]:
    """Return one function for each edit, and the forward hooks that apply them in order."""
    lines = ["", f"# {say(language, 'snippet.edits')}"] if edits else []
    hooked: list[str] = []
    for number, edit in enumerate(edits, 1):
        change = {
            "off": "= 0.0",
            "clamp": f"= {_literal(edit.value)}",
            "scale": f"*= {_literal(edit.value)}",
        }
        lines += [f"def edit_{number}(module, args, output):", "    output = output.clone()"]
        into = f"output.flatten(1)[:, {_units(edit)}]"
        lines += [
            f"    {into} {change.get(edit.action, f'= patch_{number}')}",
            "    return output",
            "",
            "",
        ]
        if edit.step != "input":
            hooked.append(f"{expression(edit.step)}.register_forward_hook(edit_{number})")
    return lines + hooked if hooked else lines[:-2]


def _forward(network: Network, step: Step, edits: Sequence[Edit]) -> tuple[str, list[str]]:
    """Return the name of the step's value and the lines that compute it, layer by layer."""
    lines = ["x = X"]
    lines += [
        f"x = edit_{number}(None, (), x)"
        for number, edit in enumerate(edits, 1)
        if edit.step == "input"
    ]
    paths = DESIGNS[network.builder].paths
    if step.id == "input":
        return "x", lines
    for path in paths:
        name = (
            "logits"
            if path == paths[-1]
            else "z"
            if path == step.id and step.kind == "linear"
            else "x"
        )
        lines.append(f"{name} = {expression(path)}(x)")
        if path == step.id:
            return name, lines
    return "pred_probab", [
        *lines,
        "pred_probab = nn.Softmax(dim=1)(logits)",
        "y_pred = pred_probab.argmax(1)",
    ]


def _tolerance(values: Floats) -> str:
    """Return how close is close.

    Float32 sums in another order differ by a few millionths of the largest term.
    """
    told = f"rtol=1e-5, atol={5e-6 * max(1.0, float(np.abs(values[np.isfinite(values)]).max(initial=0))):.0e}"
    return f"{told}, equal_nan=True" if np.isnan(values).any() else told


def _literal(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else f'float("{value}")'
