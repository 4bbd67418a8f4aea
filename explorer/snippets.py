"""The PyTorch code that reproduces what is on screen, complete: text out of records, nothing is run here.

Each snippet starts from an empty interpreter in the project's folder and ends with `torch.testing.assert_close`.
"""

from __future__ import annotations

import base64
import math
import textwrap
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.records import SIDE, Edit, Floats, Language, Step
from explorer.words import say

WIDTH = 96  # characters of data in one line
INLINE = 12  # units written inside their line; more of them get lines of their own
UNTRAINED = "untrained"

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
SEQUENTIAL = """nn.Sequential(
    nn.Flatten(),
    nn.Linear(28*28, 20),
    nn.ReLU(),
    nn.Linear(20, 10),
)"""
UNPACK = """
def unpack(text):
    return bytearray(zlib.decompress(base64.b64decode(text)))
"""


@dataclass(frozen=True, slots=True)
class Network:
    """What a snippet has to build: `builder` is "NeuralNetwork" or "course_sequential".

    `file` is the path of the weights relative to the project's folder; None leaves the network as `seed` made it.
    """

    builder: str
    file: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class _Design:
    """How one network is written down: its class, the call that builds it, its modules in order, and their chain."""

    text: str
    build: str
    paths: tuple[str, ...]
    stack: str  # the nn.Sequential that can be cut: its path, empty for the model itself

    def until(self, path: str, *, of: str, data: str) -> str:
        """Return the expression for the output of `path` from `data`, by cutting the nn.Sequential behind it."""
        if not path.rpartition(".")[2].isdigit():
            return f"{expression(path, of)}({data})"
        whole = expression(self.stack, of)
        entry = data if not self.stack else f"{of}.{self.paths[0]}({data})"
        return f"{whole}[:{int(path.rpartition('.')[2]) + 1}]({entry})"


DESIGNS: Mapping[str, _Design] = {
    "NeuralNetwork": _Design(
        NEURAL_NETWORK,
        "NeuralNetwork()",
        ("flatten", *(f"linear_relu_stack.{index}" for index in range(5))),
        "linear_relu_stack",
    ),
    "course_sequential": _Design("", SEQUENTIAL, ("0", "1", "2", "3"), ""),
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

    `images` are the pixels as the network saw them, `values` (N, …) what the page shows at the step. `checkpoints`
    gives the file of a patch's source by its name, None for the untrained network; a name that is not in there lies
    beside the network's own file, and the empty one is the network's own.

    Raises:
        ValueError: for a builder or a step that no snippet is written for, or a patch without a source.
    """
    design = _design(network, step.id, *(edit.step for edit in edits))
    edits = tuple(edit for edit in edits if _reached(design, edit.step, step.id))
    lines = [f"# {_heading(step, values, unit, focus, language)}"]
    lines += _opening(network, images, language)
    known = dict(checkpoints or {})
    lines += [*_sources(network, edits, known, language), *_edited(edits, language)]
    name, run = _forward(design, step, edits)
    lines += ["", f"# {say(language, 'snippet.forward')}", "with torch.no_grad():", *(f"    {each}" for each in run)]
    tolerance = _tolerance(values)
    if unit is None:
        lines += ["", *_predicted(step), f"print({name})", "", f"# {say(language, 'snippet.check')}"]
        lines += [*_packed("shown = torch.frombuffer(unpack(", values), "), dtype=torch.float32)"]
        shape = ", ".join(map(str, values.shape))
        lines.append(f"torch.testing.assert_close({name}, shown.reshape({shape}), {tolerance})")
        return "\n".join(lines) + "\n"
    here = f"{name}[{', '.join(map(str, (focus, *np.unravel_index(unit, values.shape[1:]))))}]"
    lines += ["", *_predicted(step), f"print({here}.item())"]
    touched = any(edit.step == step.id and (not edit.units or unit in edit.units) for edit in edits)
    if step.kind in {"linear", "logits"} and not touched and np.isfinite(values).all():
        layer = expression(step.path)
        lines += ["", f"# {say(language, 'snippet.sum')}", f"W, b = {layer}.weight, {layer}.bias"]
        lines += [f"by_hand = (W[{unit}] * x[{focus}]).sum() + b[{unit}]", "print(by_hand.item())"]
        lines.append(f"torch.testing.assert_close(by_hand, {here}, {tolerance})")
    number = _number(float(values[focus].reshape(-1)[unit]))
    lines += ["", f"# {say(language, 'snippet.check')}"]
    lines.append(f"torch.testing.assert_close({here}, torch.tensor({number}), {tolerance})")
    return "\n".join(lines) + "\n"


def capture(network: Network, images: tuple[bytes, ...], step: Step, *, language: Language = "en") -> str:
    """Return the code that captures the output of every layer with forward hooks, as this program does.

    Raises:
        ValueError: for a builder or a step that no snippet is written for.
    """
    design = _design(network, step.id)
    shown = "X" if step.id == "input" else "nn.Softmax(dim=1)(logits)" if step.id == "softmax" else ""
    return "\n".join(
        [
            f"# {say(language, 'snippet.capture')}",
            *_opening(network, images, language),
            "captured = {}",
            "",
            "",
            "def copy_output(path):",
            "    def hook(module, args, output):",
            f"        # {say(language, 'snippet.copy')}",
            "        captured[path] = output.detach().clone()",
            "",
            "    return hook",
            "",
            "",
            f"# {say(language, 'snippet.hooks')}",
            "handles = [",
            "    module.register_forward_hook(copy_output(path))",
            "    for path, module in model.named_modules()",
            "    if not list(module.children())",
            "]",
            "try:",
            "    with torch.no_grad():",
            "        logits = model(X)",
            "finally:",
            f"    # {say(language, 'snippet.remove')}",
            "    for handle in handles:",
            "        handle.remove()",
            "",
            "for path, output in captured.items():",
            "    print(path, output.shape)",
            f"print({shown or f'captured["{step.id}"]'})",
            "",
            f"# {say(language, 'snippet.same')}",
            "with torch.no_grad():",
            f'    torch.testing.assert_close(captured["{design.paths[-1]}"], model(X))',
            "",
        ]
    )


def expression(path: str, of: str = "model") -> str:
    """Return the Python expression for a module path: `linear_relu_stack.0` is `model.linear_relu_stack[0]`."""
    return of + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".") if part)


def _design(network: Network, *steps: str) -> _Design:
    if network.builder not in DESIGNS:
        raise ValueError(f"no snippet builds {network.builder!r}, expected one of: {', '.join(DESIGNS)}")
    design = DESIGNS[network.builder]
    for step in steps:
        if step not in {"input", *design.paths, "softmax"}:
            raise ValueError(f"{network.builder} has no step {step!r}, expected one of: {', '.join(design.paths)}")
    return design


def _reached(design: _Design, edited: str, step: str) -> bool:
    """Whether an edit lies on the way to a step; what comes after it does not change its value."""
    order = ["input", *design.paths, "softmax"]
    return order.index(edited) <= order.index(step)


def _heading(step: Step, values: Floats, unit: int | None, focus: int, language: Language) -> str:
    if unit is None:
        return say(language, "snippet.step", step=step.id, shape=tuple(values.shape))
    value = f"{float(values[focus].reshape(-1)[unit]):.6g}"
    return say(language, "snippet.unit", step=step.id, unit=unit, image=focus + 1, value=value)


def _opening(network: Network, images: tuple[bytes, ...], language: Language) -> list[str]:
    """Return the imports, the network, and the images as data."""
    design = DESIGNS[network.builder]
    pixels = np.frombuffer(b"".join(images), dtype=np.uint8)
    return [
        "import base64",
        "import zlib",
        "",
        "import torch",
        "from safetensors.torch import load_file",
        "from torch import nn",
        *(f"\n{design.text}".rstrip("\n").split("\n") if design.text else ()),
        *f"\n{UNPACK}\n".split("\n"),
        f"# {say(language, 'snippet.network' if network.file else 'snippet.untrained')}",
        *_built("model", design, network.file, network.seed),
        "",
        f"# {say(language, 'snippet.images', count=len(images))}",
        *_packed("pixels = torch.frombuffer(unpack(", pixels),
        "), dtype=torch.uint8)",
        f"X = pixels.reshape({len(images)}, {SIDE}, {SIDE}) / 255",
        "",
    ]


def _built(name: str, design: _Design, file: str | None, seed: int) -> list[str]:
    """Return the lines that build a network: the seed's own weights, or those of a file."""
    built = f"{name} = {design.build}".split("\n")
    if file is None:
        return [f"torch.manual_seed({seed})", *built]
    return [*built, f'{name}.load_state_dict(load_file("{file}"))']


def _packed(start: str, values: Floats | np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[str]:
    """Return values, little-endian and compressed, as lines of base64 behind `start`."""
    order = values.astype(values.dtype.newbyteorder("<"))
    text = base64.b64encode(zlib.compress(order.tobytes(), 9)).decode("ascii")
    return [start, *(f'    "{text[place : place + WIDTH - 4]}"' for place in range(0, len(text), WIDTH - 4))]


def _sources(network: Network, edits: Sequence[Edit], known: Mapping[str, str | None], language: Language) -> list[str]:
    """Return the lines that compute what patches copy, before anything is changed."""
    design = DESIGNS[network.builder]
    lines: list[str] = []
    names: dict[str | None, str] = {network.file: "model"}
    for number, edit in enumerate(edits, 1):
        if edit.action != "patch":
            continue
        if edit.source is None:
            raise ValueError(f"edit {number} is a patch without a source")
        lines += ["", f"# {say(language, 'snippet.source', step=edit.step, image=edit.source.image + 1)}"]
        file = _file(network, edit.source.checkpoint, known)
        if file not in names:
            names[file] = f"source_{number}"
            lines += _built(names[file], design, file, network.seed)
        seen = "X" if edit.step == "input" else design.until(edit.step, of=names[file], data="X")
        chosen, before = _units(edit, f"units_{number}")
        lines += [*before, "with torch.no_grad():"]
        lines.append(f"    patch_{number} = {seen}.flatten(1)[{edit.source.image}, {chosen}].clone()")
    return lines


def _file(network: Network, checkpoint: str, known: Mapping[str, str | None]) -> str | None:
    """Return the weights of a patch's source."""
    if checkpoint in known:
        return known[checkpoint]
    if not checkpoint:
        return network.file
    if checkpoint == UNTRAINED:
        return None
    if network.file is None:
        raise ValueError(f"checkpoint {checkpoint!r} has no file, expected one in `checkpoints`")
    return f"{network.file.rpartition('/')[0]}/{checkpoint}.safetensors"


def _units(edit: Edit, name: str) -> tuple[str, list[str]]:
    """Return what stands in the brackets for an edit's units, and the lines that have to come before it."""
    if not edit.units:
        return ":", []
    listed = ", ".join(map(str, edit.units))
    if len(edit.units) <= INLINE and len(listed) <= WIDTH // 2:
        return f"[{listed}]", []
    return name, [f"{name} = [", *textwrap.wrap(listed, WIDTH, initial_indent="    ", subsequent_indent="    "), "]"]


def _edited(edits: Sequence[Edit], language: Language) -> list[str]:
    """Return one function for each edit, and the forward hooks that apply them in order; a hook's answer replaces."""
    if not edits:
        return []
    lines = ["", f"# {say(language, 'snippet.edits')}"]
    for number, edit in enumerate(edits, 1):
        chosen, before = _units(edit, f"units_{number}")
        lines += [*([] if edit.action == "patch" else before), f"def edit_{number}(module, args, output):"]
        change = {
            "off": "= 0.0",
            "clamp": f"= {_literal(edit.value)}",
            "scale": f"*= {_literal(edit.value)}",
            "patch": f"= patch_{number}",
        }[edit.action]
        lines += ["    output = output.clone()", f"    output.flatten(1)[:, {chosen}] {change}", "    return output"]
        lines += ["", ""]
    hooked = [
        f"{expression(edit.step)}.register_forward_hook(edit_{number})"
        for number, edit in enumerate(edits, 1)
        if edit.step != "input"
    ]
    return [*lines, *hooked] if hooked else lines[:-2]


def _forward(design: _Design, step: Step, edits: Sequence[Edit]) -> tuple[str, list[str]]:
    """Return the name of the step's value and the lines that compute it, layer by layer."""
    lines = ["x = X"]
    lines += [f"x = edit_{number}(None, (), x)" for number, edit in enumerate(edits, 1) if edit.step == "input"]
    if step.id == "input":
        return "x", lines
    for path in design.paths:
        last = path == design.paths[-1]
        name = "logits" if last else "z" if path == step.id and step.kind == "linear" else "x"
        lines.append(f"{name} = {expression(path)}(x)")
        if path == step.id:
            return name, lines
    return "pred_probab", [*lines, "pred_probab = nn.Softmax(dim=1)(logits)", "y_pred = pred_probab.argmax(1)"]


def _predicted(step: Step) -> list[str]:
    return ['print(f"Predicted class: {y_pred}")'] if step.id == "softmax" else []


def _tolerance(values: Floats) -> str:
    """Return how close is close: float32 sums in another order differ by a few millionths of the largest term."""
    finite = np.abs(values[np.isfinite(values)])
    largest = max(1.0, float(finite.max())) if finite.size else 1.0
    told = f"rtol=1e-5, atol={5e-6 * largest:.0e}"
    return f"{told}, equal_nan=True" if np.isnan(values).any() else told


def _number(value: float) -> str:
    """Return a float32 as a literal of 9 significant digits, which is enough to name it exactly."""
    return _literal(float(f"{value:.9g}"))


def _literal(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else f'float("{value}")'
